"""Reports about the same thing: a head case and what hangs under it; and people who say "me too"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark


class ReportClusterItem(Base):
    """This report hangs under a head case. Taking it out again is deleting this row: nothing else moved.

    There are no chains: `head_id` is always the head of the whole group. `via_id` is the report it came along
    with, where a head with a group of its own was put under another: so that it can go back with it.
    `is_double`: who reported this counts already in the group.
    """

    __tablename__ = "report_cluster_item"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    via_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    is_double: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        CheckConstraint("report_id <> head_id", name="not_itself"),
        CheckConstraint("via_id IS NULL OR via_id NOT IN (report_id, head_id)", name="via_another"),
    )


class ReportFollower(Base):
    """Somebody who is stuck on the same and left an address: counts once, and gets mails of their own.

    `is_double`: counts already in the group, as a reporter or with another report. Without an address
    (`email` empty) the person still counts, and gets no more mails.
    """

    __tablename__ = "report_follower"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    person_key: Mapped[str | None] = personal_column(String(64), index=True)
    email_sealed: Mapped[str | None] = sealed_column()
    since_on: Mapped[date | None]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    is_double: Mapped[bool] = mapped_column(default=False, server_default=false())

    email = Sealed("email_sealed")

    __table_args__ = (UniqueConstraint("report_id", "person_key"),)


class DecisionShare(Base):
    """The reporter of another report in the group was told of this decision. That report stays as it is."""

    __tablename__ = "decision_share"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, index=True)
    shared_at: Mapped[datetime]
    shared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class PatternSetting(Base):
    """From how many reports in 90 days a region calls it a pattern, no longer an exception (S19a)."""

    __tablename__ = "pattern_setting"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    threshold: Mapped[int]

    __table_args__ = (CheckConstraint("threshold BETWEEN 2 AND 100", name="threshold_range"),)


RETENTION = [
    Retention(
        model=ReportFollower,
        basis=mark("Wie niet bevestigt dat die ook vastloopt, telt niet mee. Na 30 dagen is dat weg."),
        after=timedelta(days=30),
        since="asked_at",
        action="delete",
        only=ReportFollower.confirmed_at.is_(None),
    ),
    Retention(
        model=ReportFollower,
        basis=mark(
            "Wie laat weten ook vast te lopen, krijgt nog drie jaar bericht. Daarna blijft het aantal."
        ),
        after=timedelta(days=3 * 365),
        since="asked_at",
        action="blank",
        blank_columns=("email_sealed", "person_key"),
    ),
]

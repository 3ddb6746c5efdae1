"""Reports about the same thing: a head case and what hangs under it; and people who say "me too"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark


class ReportClusterItem(Base):
    """This report hangs under a head case. Taking it out again is deleting this row: nothing else moved."""

    __tablename__ = "report_cluster_item"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (CheckConstraint("report_id <> head_id", name="not_itself"),)


class ReportFollower(Base):
    """Somebody who is stuck on the same and left an address: counts once, and gets mails of their own."""

    __tablename__ = "report_follower"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    person_key: Mapped[str | None] = personal_column(String(64), index=True)
    email_sealed: Mapped[str | None] = sealed_column()
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    since_on: Mapped[date | None]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    email = Sealed("email_sealed")

    __table_args__ = (UniqueConstraint("report_id", "person_key"),)


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

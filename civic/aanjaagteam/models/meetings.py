"""Talking about a report: with those who know the case, and at the tables where is decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

ASKED_LENGTH = 300
RESULT_LENGTH = 2_000


class ContentMeeting(Base):
    """A talk about the case itself, before it goes up (S16e). `token` makes a double click one meeting."""

    __tablename__ = "content_meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    held_on: Mapped[date]
    attendees_sealed: Mapped[str | None] = sealed_column()
    knows_case: Mapped[bool]
    outcome_sealed: Mapped[str | None] = sealed_column()
    token: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    attendees = Sealed("attendees_sealed")
    outcome = Sealed("outcome_sealed")


class TableItem(Base):
    """A report on the agenda of a body, and what came of it. `asked` is one line that all there may read."""

    __tablename__ = "table_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    organ: Mapped[TableBody]
    table_on: Mapped[date]
    asked: Mapped[str] = mapped_column(String(ASKED_LENGTH))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    result: Mapped[TableResult | None]
    said: Mapped[str] = mapped_column(String(RESULT_LENGTH), default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        UniqueConstraint("report_id", "organ", "table_on"),
        Index("ix_table_item_agenda", "table_on", "id"),
        CheckConstraint("(result IS NULL) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by"),
    )


RETENTION = [
    Retention(
        model=ContentMeeting,
        basis=mark("Wie bij een gesprek was en wat daar is gezegd, is na drie jaar niet meer nodig."),
        after=timedelta(days=3 * 365),
        since="created_at",
        action="blank",
        blank_columns=("attendees_sealed", "outcome_sealed"),
    ),
]

"""Whom a report waits for, as an interval with an owner; and the wrong incentives behind what gets stuck."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.facts import IncentiveKind, WaitKind
from civic.db import Base

WAIT_LENGTH = 1_000
WAIT_NAME_LENGTH = 200


class ReportWait(Base):
    """A report waits for somebody: from `began_at` until `ended_at`. A report can wait in any state.

    `unit_id` owns the answer where the wait is inside the house; `party` names an organisation outside it.
    """

    __tablename__ = "report_wait"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[WaitKind]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    party: Mapped[str] = mapped_column(String(WAIT_NAME_LENGTH), default="")
    question: Mapped[str] = mapped_column(String(WAIT_LENGTH), default="")
    due_on: Mapped[date | None]
    began_at: Mapped[datetime]
    began_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str] = mapped_column(String(WAIT_LENGTH), default="")
    # written down by mistake: not shown, and left out of the figures
    is_mistake: Mapped[bool] = mapped_column(default=False, server_default=false())
    # the day that was asked for and that we reminded of; another day gets its own reminder
    reminded_of: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="order"),
        CheckConstraint("kind <> 'unit' OR unit_id IS NOT NULL", name="unit_is_named"),
        Index(
            "ix_report_wait_of_report",
            "report_id",
            "began_at",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_report_wait_open",
            "unit_id",
            "report_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class Incentive(Base):
    """A wrong incentive: what pushes people into what gets stuck, and who can take it away (S3b)."""

    __tablename__ = "incentive"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[IncentiveKind]
    description: Mapped[str] = mapped_column(String(WAIT_LENGTH))
    owner: Mapped[str] = mapped_column(String(WAIT_NAME_LENGTH), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    retired_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")

"""What officials improve in their own work: proposed, started, and what it brought."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.improvements import Check, ImprovementState, Mandate
from civic.db import Base

PROCESS_LENGTH = 120
PROPOSAL_LENGTH = 2_000


class Improvement(Base):
    """Written by an official about a process, for colleagues. The four answers stay as they were given."""

    __tablename__ = "improvement"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ImprovementState]
    proposer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    process: Mapped[str] = mapped_column(String(PROCESS_LENGTH))
    proposal: Mapped[str] = mapped_column(String(PROPOSAL_LENGTH))
    costs_money: Mapped[bool] = mapped_column(default=False, server_default=false())
    changes_rule: Mapped[bool] = mapped_column(default=False, server_default=false())
    touches_others: Mapped[bool] = mapped_column(default=False, server_default=false())
    touches_rights: Mapped[bool] = mapped_column(default=False, server_default=false())
    mandate: Mapped[Mandate]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), unique=True)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    tell_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(PROPOSAL_LENGTH), default="", server_default="")
    result: Mapped[str] = mapped_column(String(PROPOSAL_LENGTH), default="", server_default="")
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("process <> '' AND proposal <> ''", name="is_complete"),
        CheckConstraint("state <> 'started' OR started_at IS NOT NULL", name="started_at"),
        CheckConstraint("started_at IS NULL OR tell_on IS NOT NULL", name="tells_how_it_went"),
        CheckConstraint("state <> 'on_table' OR report_id IS NOT NULL", name="on_table_has_report"),
        CheckConstraint("state <> 'done' OR result <> ''", name="done_has_result"),
        CheckConstraint("state <> 'refused' OR answer <> ''", name="refused_has_answer"),
        CheckConstraint(
            "(state IN ('done', 'refused', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended_at"
        ),
    )

    @property
    def yes(self) -> frozenset[Check]:
        return frozenset(check for check, name in CHECK_COLUMNS.items() if getattr(self, name))


CHECK_COLUMNS: dict[Check, str] = {
    Check.MONEY: "costs_money",
    Check.RULE: "changes_rule",
    Check.OTHERS: "touches_others",
    Check.RIGHTS: "touches_rights",
}


class ImprovementThanks(Base):
    """One colleague says thank you, once."""

    __tablename__ = "improvement_thanks"

    improvement_id: Mapped[int] = mapped_column(ForeignKey("improvement.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    thanked_at: Mapped[datetime]

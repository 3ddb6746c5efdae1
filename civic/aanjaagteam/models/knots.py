"""Knots that were cut: the decision, the options that were weighed, and the checks whether it was done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.aanjaagteam.states.knots import CheckResult, OptionKind, ProcessOutcome, RuleUse
from civic.db import Base

LINE_LENGTH = 200
TEXT_LENGTH = 2_000
OPTION_LENGTH = 300
MOST_EURO = 1_000_000_000


class Decision(Base):
    """A knot that was cut. Never changed: a new decision replaces an older one, both stay readable.

    `decider` is the function the public reads; `decided_by_id` is the official who answers for the record.
    There are two outcomes: `decision` is for the case, `process_outcome` for the process. Decisions from
    before 2026-11 lack the second one. Amounts are on the site only with `shows_costs`.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    question: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    decision: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    reason: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    decider: Mapped[str] = mapped_column(String(LINE_LENGTH))
    mandate: Mapped[str] = mapped_column(String(LINE_LENGTH))
    decided_on: Mapped[date]
    effective_on: Mapped[date | None]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    # unique: one decision is replaced by at most one other
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)

    signer: Mapped[str] = mapped_column(String(LINE_LENGTH), default="", server_default="")
    # the registered mandate that was chosen; its words are copied to `mandate`
    member_id: Mapped[int | None] = mapped_column(ForeignKey("team_member.id"))
    rule_use: Mapped[RuleUse | None]
    valid_until: Mapped[date | None]
    dissent: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    reversal_reason: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    process_outcome: Mapped[ProcessOutcome | None]
    process_change: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="", server_default="")
    process_owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    process_due_on: Mapped[date | None]
    execute_on: Mapped[date | None]
    check_on: Mapped[date | None]
    shows_costs: Mapped[bool] = mapped_column(default=False, server_default=false())

    options: Mapped[list[DecisionOption]] = relationship(
        lazy="selectin", order_by="DecisionOption.position", viewonly=True
    )

    __table_args__ = (
        CheckConstraint("question <> '' AND decision <> '' AND reason <> ''", name="is_complete"),
        CheckConstraint("effective_on IS NULL OR effective_on >= decided_on", name="order"),
        CheckConstraint("valid_until IS NULL OR valid_until >= decided_on", name="valid_until"),
        CheckConstraint("check_on IS NULL OR check_on >= decided_on", name="check_on"),
        CheckConstraint("process_outcome IS NULL OR process_change <> ''", name="process_is_said"),
        CheckConstraint(
            "process_outcome <> 'follows' OR (process_owner_id IS NOT NULL AND process_due_on IS NOT NULL)",
            name="process_has_owner",
        ),
        CheckConstraint("(process_outcome IS NULL) = (check_on IS NULL)", name="is_checked"),
    )


class DecisionOption(Base):
    """One way that was weighed: the cost of doing it, and of not doing it. Whole euros; NULL is unknown."""

    __tablename__ = "decision_option"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    kind: Mapped[OptionKind]
    what: Mapped[str] = mapped_column(String(OPTION_LENGTH))
    cost_yes: Mapped[int | None]
    cost_yes_basis: Mapped[str] = mapped_column(String(OPTION_LENGTH), default="")
    cost_no: Mapped[int | None]
    cost_no_basis: Mapped[str] = mapped_column(String(OPTION_LENGTH), default="")
    payer: Mapped[str] = mapped_column(String(LINE_LENGTH), default="")
    is_chosen: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        CheckConstraint("what <> ''", name="is_said"),
        CheckConstraint("cost_yes IS NULL OR (cost_yes >= 0 AND cost_yes_basis <> '')", name="cost_yes"),
        CheckConstraint("cost_no IS NULL OR (cost_no >= 0 AND cost_no_basis <> '')", name="cost_no"),
        Index(
            "uq_decision_option_chosen",
            "decision_id",
            unique=True,
            sqlite_where=text("is_chosen"),
            postgresql_where=text("is_chosen"),
        ),
    )


class ExecutionCheck(Base):
    """Somebody looked whether it was carried out. Only added to; what is not done is looked at again."""

    __tablename__ = "execution_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    # counts up per decision: two people who look at once do not both write
    number: Mapped[int]
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    result: Mapped[CheckResult]
    explanation: Mapped[str] = mapped_column(String(TEXT_LENGTH), default="")
    next_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("decision_id", "number"),
        CheckConstraint("(result = 'done') = (next_on IS NULL)", name="looked_at_again"),
        CheckConstraint("result = 'done' OR explanation <> ''", name="is_explained"),
    )

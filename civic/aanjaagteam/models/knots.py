"""Knots that were cut: the decision, the options that were weighed, and the checks whether it was done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.aanjaagteam.states.knots import CheckResult, OptionKind, ProcessOutcome, RuleUse, TermChoice
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

    Only its end can move: `valid_until` is what was signed, `ends_on` is what holds now, and `term` (the
    last of its DecisionTerm) says who moved it and why. `reminded_of` and `expired_of` are the day of which
    the job told: a day that moved is told of again.
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

    ends_on: Mapped[date | None]
    term_number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reminded_of: Mapped[date | None]
    expired_of: Mapped[date | None]

    options: Mapped[list[DecisionOption]] = relationship(
        lazy="selectin", order_by="DecisionOption.position", viewonly=True
    )
    # joined: the page of a case has no room for one more statement
    term: Mapped[DecisionTerm | None] = relationship(
        primaryjoin="and_(foreign(DecisionTerm.decision_id) == Decision.id,"
        " DecisionTerm.number == Decision.term_number)",
        lazy="joined",
        uselist=False,
        viewonly=True,
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
        CheckConstraint("(valid_until IS NULL) = (ends_on IS NULL)", name="ends"),
        Index("ix_decision_decided_on", "decided_on", "id"),
    )

    def has_expired(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    @property
    def expired_on(self) -> date | None:
        """The first day on which it does not hold any more."""
        return self.ends_on + timedelta(days=1) if self.ends_on is not None else None


class DecisionTerm(Base):
    """Somebody moved the end of a decision, or let it come. Only added to: the old day and the reason stay.

    `number` counts up per decision: two people at once do not both choose.
    """

    __tablename__ = "decision_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    number: Mapped[int]
    choice: Mapped[TermChoice]
    was_until: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        UniqueConstraint("decision_id", "number"),
        CheckConstraint("reason <> ''", name="is_explained"),
        CheckConstraint("(choice = 'prolonged') = (until > was_until)", name="only_later"),
        CheckConstraint("until >= was_until", name="order"),
    )

    @property
    def lapses(self) -> bool:
        return self.choice is TermChoice.LAPSES


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

"""Who knows about what, and questions to think along: about a case, or just for a quarter of an hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.aanjaagteam.states.consults import ConsultState, Domain, NextStep
from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

QUESTION_LENGTH = 2_000
HOURS_LENGTH = 120


class Specialist(Base):
    """An official who thinks along about one domain; `hours` says in plain words when there is time.

    Anybody of the staff may enter. Only who was confirmed reads what is asked of whoever has time, and only
    what was asked from `confirmed_at` on.
    """

    __tablename__ = "specialist"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    domain: Mapped[Domain]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    hours: Mapped[str] = mapped_column(String(HOURS_LENGTH), default="")
    added_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (
        UniqueConstraint("user_id", "domain"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by"),
    )


class Consult(Base):
    """A question to one person, to a unit, or to whoever has time in a domain.

    With `report_id` it is about a case: the one who is asked reads title and summary, never the story.
    Without it, it is a talk of some minutes. What people write here may hold names, so it is sealed.
    """

    __tablename__ = "consult"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    state: Mapped[ConsultState] = mapped_column(default=ConsultState.ASKED)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    domain: Mapped[Domain | None]
    minutes: Mapped[int | None]
    due_on: Mapped[date | None]
    question_sealed: Mapped[str | None] = sealed_column()
    answer_sealed: Mapped[str | None] = sealed_column()
    thanks_sealed: Mapped[str | None] = sealed_column()
    passed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    next_step: Mapped[NextStep | None]
    call_on: Mapped[date | None]
    # "we call on that day": until one of the two says that it was done, it waits on both
    called_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    question = Sealed("question_sealed")
    answer = Sealed("answer_sealed")
    thanks = Sealed("thanks_sealed")

    __table_args__ = (
        Index("ix_consult_domain", "domain", "state"),
        CheckConstraint("(report_id IS NULL) = (minutes IS NOT NULL)", name="case_or_quick"),
        CheckConstraint(
            "user_id IS NOT NULL OR unit_id IS NOT NULL OR domain IS NOT NULL", name="asked_somebody"
        ),
        CheckConstraint("state <> 'taken' OR user_id IS NOT NULL", name="taken_by_somebody"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_at"),
        CheckConstraint("(state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended_at"),
        CheckConstraint(
            "state <> 'closed' OR minutes IS NULL OR next_step IS NOT NULL", name="quick_has_next_step"
        ),
        CheckConstraint(
            "next_step IS NULL OR (next_step = 'call_later') = (call_on IS NOT NULL)", name="call_on"
        ),
        CheckConstraint("called_at IS NULL OR call_on IS NOT NULL", name="called_at"),
    )


RETENTION = [
    Retention(
        model=Consult,
        basis=mark("Een vraag om mee te denken en het antwoord zijn na een jaar niet meer nodig."),
        after=timedelta(days=365),
        since="asked_at",
        action="blank",
        blank_columns=("question_sealed", "answer_sealed", "thanks_sealed"),
    ),
]

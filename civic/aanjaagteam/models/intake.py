"""What is kept beside a report when it comes in: the two steps that asked the same, and what it resembles."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

STEP_LENGTH = 120


class DoubleQuestion(Base):
    """Somebody was asked the same twice: by whom first, by whom again. The question itself is the story.

    A step is typed by a reporter and may hold a name, so it is sealed. `pair_key` is a keyed hash of both
    steps in one spelling and in one order: it counts how often two steps ask the same, without telling which.
    """

    __tablename__ = "double_question"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    uid: Mapped[str] = uid_column()
    asked_on: Mapped[date]
    step_a_sealed: Mapped[str | None] = sealed_column()
    step_b_sealed: Mapped[str | None] = sealed_column()
    pair_key: Mapped[str] = mapped_column(String(64), index=True)

    step_a = Sealed("step_a_sealed")
    step_b = Sealed("step_b_sealed")


class ReportLikeness(Base):
    """At intake this report looked like one that was public then; `score` says how much, from 1 to 100.

    Worked out while the story was in clear, because nobody can search in sealed stories afterwards.
    """

    __tablename__ = "report_likeness"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, index=True)
    score: Mapped[int]

    __table_args__ = (
        CheckConstraint("report_id <> other_id", name="not_itself"),
        CheckConstraint("score BETWEEN 1 AND 100", name="score"),
    )


RETENTION = [
    Retention(
        model=DoubleQuestion,
        basis=mark("Welke twee stappen hetzelfde vroegen, is na drie jaar niet meer nodig."),
        after=timedelta(days=3 * 365),
        since="asked_on",
        action="delete",
    ),
]

"""What only some kinds of initiative have: the comparison of a challenge, the help of a project."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base
from civic.retention import Retention, mark

TASK_LENGTH = 500
BASIS_LENGTH = 2000
CONTACT_LENGTH = 200
LESSON_LENGTH = 2000
MOST_EURO = 1_000_000_000
MOST_MONTHS = 120


class InitiativeChallenge(Base):
    """Which task residents want to take over. Costs are whole euros a year; unknown is NULL, not 0."""

    __tablename__ = "initiative_challenge"

    initiative_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), primary_key=True
    )
    uid: Mapped[str] = uid_column()
    task: Mapped[str] = mapped_column(String(TASK_LENGTH), default="")
    current_cost: Mapped[int | None]
    asked_cost: Mapped[int | None]
    basis: Mapped[str] = mapped_column(String(BASIS_LENGTH), default="")
    starts_on: Mapped[date | None]
    months: Mapped[int | None]
    contact_sealed: Mapped[str | None] = sealed_column()
    changed_at: Mapped[datetime]

    contact = Sealed("contact_sealed")

    __table_args__ = (
        CheckConstraint("current_cost IS NULL OR current_cost >= 0", name="current_cost"),
        CheckConstraint("asked_cost IS NULL OR asked_cost >= 0", name="asked_cost"),
        CheckConstraint("months IS NULL OR months > 0", name="months"),
    )


class InitiativeProject(Base):
    """Residents do it themselves: whether they want a helper, and what they learnt when it was done."""

    __tablename__ = "initiative_project"

    initiative_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), primary_key=True
    )
    wants_buddy: Mapped[bool] = mapped_column(default=False, server_default=false())
    lesson: Mapped[str] = mapped_column(String(LESSON_LENGTH), default="", server_default="")


RETENTION = [
    Retention(
        model=InitiativeChallenge,
        basis=mark("Hoe de gemeente de bewoners kan bereiken, is na twee jaar niet meer nodig."),
        after=timedelta(days=2 * 365),
        since="changed_at",
        action="blank",
        blank_columns=("contact_sealed",),
    ),
]

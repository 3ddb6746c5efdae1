"""What the desk keeps of an initiative: rounds before publication, hiding, a buddy, help and hours."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base
from civic.initiatives.states.desk import BuddyState, HideReason, HoursKind

QUESTION_LENGTH = 4000
WHAT_LENGTH = 200


class DeskRound(Base):
    """Once that the desk asked the writer back; all of them stay to be read."""

    __tablename__ = "desk_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(QUESTION_LENGTH))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class InitiativeHiding(Base):
    """One time that a page was off the site: why, for the writer in words, and until when."""

    __tablename__ = "initiative_hiding"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    reason: Mapped[HideReason]
    explanation: Mapped[str] = mapped_column(String(QUESTION_LENGTH))
    hidden_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    hidden_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(ended_by_id IS NULL) = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_initiative_hiding_open",
            "initiative_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class InitiativeBuddy(Base):
    """The search for one person who helps, and that person. At most one that is going on."""

    __tablename__ = "initiative_buddy"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    state: Mapped[BuddyState] = mapped_column(default=BuddyState.ASKED)
    opened_at: Mapped[datetime]
    invited_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('invited', 'accepted') OR (invited_id IS NOT NULL AND invited_at IS NOT NULL)",
            name="invited",
        ),
        CheckConstraint("state <> 'accepted' OR accepted_at IS NOT NULL", name="accepted"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        Index(
            "uq_initiative_buddy_open",
            "initiative_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class InitiativeHelp(Base):
    """Support in kind, or a small budget: a room, coffee, printing."""

    __tablename__ = "initiative_help"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH))
    amount_eur: Mapped[int | None]
    given_on: Mapped[date]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("amount_eur IS NULL OR amount_eur > 0", name="amount_positive"),)


class InitiativeHours(Base):
    """Time that somebody put in. Only the sums are public."""

    __tablename__ = "initiative_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HoursKind]
    minutes: Mapped[int]
    worked_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH))
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    logged_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("minutes > 0", name="minutes_positive"),)

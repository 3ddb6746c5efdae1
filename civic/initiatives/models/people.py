"""Who writes along with the author, and the consent of a parent or guardian."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    column,
    false,
    select,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base, UtcDateTime
from civic.initiatives.states.people import ConsentState, CoState
from civic.retention import Retention, mark


class CoInitiator(Base):
    """One person who was asked to write along, known by a mailbox until somebody signs in with it.

    The token of the link is not stored: it is made from `uid` with the site's pepper.
    """

    __tablename__ = "co_initiator"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    name_sealed: Mapped[str | None] = sealed_column()
    email_sealed: Mapped[str | None] = sealed_column()
    email_index: Mapped[str | None] = personal_column(String(64))
    state: Mapped[CoState] = mapped_column(default=CoState.INVITED)
    shows_name: Mapped[bool] = mapped_column(default=False, server_default=false())
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mails: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    handover_asked_at: Mapped[datetime | None]

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")

    __table_args__ = (
        UniqueConstraint("initiative_id", "email_index"),
        Index("ix_co_initiator_user_id_state", "user_id", "state", "initiative_id"),
        CheckConstraint("state <> 'accepted' OR user_id IS NOT NULL", name="accepted_has_user"),
        CheckConstraint("(state = 'accepted') = (answered_at IS NOT NULL)", name="answered_at"),
        CheckConstraint("(state IN ('declined', 'left')) = (ended_at IS NOT NULL)", name="ended_at"),
        CheckConstraint("handover_asked_at IS NULL OR state = 'accepted'", name="handover"),
    )


class GuardianConsent(Base):
    """A parent or guardian of a young author, asked by mail. Owns nothing: only says yes or no."""

    __tablename__ = "guardian_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), unique=True)
    email_sealed: Mapped[str | None] = sealed_column()
    state: Mapped[ConsentState] = mapped_column(default=ConsentState.ASKED)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mails: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    email = Sealed("email_sealed")

    __table_args__ = (CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_at"),)


def _initiative_closed_long_ago(at: datetime) -> ColumnElement[bool]:
    """Two years after the end, as the name of the author."""
    initiative = table("initiative", column("id"), column("closed_at", UtcDateTime()))
    closed = initiative.c.closed_at < at - timedelta(days=2 * 365)
    return select(initiative.c.id).where(initiative.c.id == CoInitiator.initiative_id, closed).exists()


PERSONAL = ("name_sealed", "email_sealed", "email_index")
RETENTION = [
    Retention(
        model=CoInitiator,
        basis=mark("Een uitnodiging om mee te schrijven vervalt na 30 dagen."),
        after=timedelta(days=30),
        since="invited_at",
        action="delete",
        only=CoInitiator.state == CoState.INVITED,
    ),
    Retention(
        model=CoInitiator,
        basis=mark("Wie niet meer meeschrijft, hoeven we na 30 dagen niet meer te kennen."),
        after=timedelta(days=30),
        since="ended_at",
        action="delete",
    ),
    Retention(
        model=CoInitiator,
        basis=mark("Twee jaar na het einde gaat de naam van wie meedeed van de site."),
        after=timedelta(days=1),
        since="answered_at",
        action="blank",
        blank_columns=PERSONAL,
        only=_initiative_closed_long_ago,
    ),
    Retention(
        model=CoInitiator,
        basis=mark("Vijf jaar na het meedoen gaat die naam in elk geval van de site."),
        after=timedelta(days=5 * 365),
        since="answered_at",
        action="blank",
        blank_columns=PERSONAL,
    ),
    Retention(
        model=GuardianConsent,
        basis=mark("Het mailadres van een ouder of voogd is na twee jaar niet meer nodig."),
        after=timedelta(days=2 * 365),
        since="asked_at",
        action="blank",
        blank_columns=("email_sealed",),
    ),
]

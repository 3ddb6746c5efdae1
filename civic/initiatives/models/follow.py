"""Who follows what by mail, and which mails were made for it.

A follower is a mailbox, with or without an account. What happened is read from the event log: these tables
only know up to where that was told.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states.follow import FollowScope, Rhythm, Subject
from civic.retention import Retention, mark


class Follower(Base):
    """One mailbox. `looked_on` is the last day we looked for news, `told_until` up to what moment."""

    __tablename__ = "follower"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    person_key: Mapped[str] = personal_column(String(64), unique=True)
    email_sealed: Mapped[str | None] = sealed_column()
    rhythm: Mapped[Rhythm] = mapped_column(default=Rhythm.WEEKLY)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # the mailbox said yes for the first time
    renewed_at: Mapped[datetime | None]  # and for the last time
    looked_on: Mapped[date | None]
    told_until: Mapped[datetime | None]

    email = Sealed("email_sealed")

    __table_args__ = (
        Index("ix_follower_due", "rhythm", "looked_on", "id"),
        CheckConstraint("(confirmed_at IS NULL) = (told_until IS NULL)", name="told_until"),
        CheckConstraint("(confirmed_at IS NULL) = (renewed_at IS NULL)", name="renewed_at"),
    )


class Follow(Base):
    """One thing that a mailbox follows, or asked to follow. Stopping deletes the row."""

    __tablename__ = "follow"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    follower_id: Mapped[int] = mapped_column(ForeignKey("follower.id", ondelete="CASCADE"))
    subject_key: Mapped[str] = mapped_column(String(40))
    scope: Mapped[FollowScope]
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), index=True
    )
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    rhythm: Mapped[Rhythm]  # as asked; it becomes that of the follower when the mailbox says yes
    asked_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    mails: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]

    follower: Mapped[Follower] = relationship()

    __table_args__ = (
        UniqueConstraint("follower_id", "subject_key"),
        CheckConstraint("(scope = 'initiative') = (initiative_id IS NOT NULL)", name="initiative"),
        CheckConstraint("(scope = 'municipality') = (municipality_id IS NOT NULL)", name="municipality"),
    )

    @property
    def subject(self) -> Subject:
        return Subject(self.scope, self.initiative_id, self.municipality_id)


class Digest(Base):
    """One overview that was mailed: one per follower and period, whoever tries it again."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("follower.id", ondelete="CASCADE"))
    period: Mapped[str] = mapped_column(String(10))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    made_at: Mapped[datetime]
    lines: Mapped[int]

    __table_args__ = (
        UniqueConstraint("follower_id", "period"),
        CheckConstraint("lines > 0", name="never_empty"),
    )


class FollowNews(Base):
    """How far the news of a council is told to followers; who supported hears it as a supporter."""

    __tablename__ = "follow_news"

    news_id: Mapped[int] = mapped_column(
        ForeignKey("initiative_news.id", ondelete="CASCADE"), primary_key=True
    )
    last_follower_id: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]


RETENTION = [
    Retention(
        model=Follow,
        basis=mark("Wie niet bevestigt dat die iets wil volgen, volgt niets. Na 30 dagen is dat weg."),
        after=timedelta(days=30),
        since="asked_at",
        action="delete",
        only=Follow.confirmed_at.is_(None),
    ),
    Retention(
        model=Follower,
        basis=mark("Een mailadres dat niet is bevestigd, hebben we na 30 dagen niet meer."),
        after=timedelta(days=30),
        since="asked_at",
        action="delete",
        only=Follower.confirmed_at.is_(None),
    ),
    Retention(
        model=Follower,
        basis=mark("Wie initiatieven volgt, bevestigt dat elke twee jaar. Anders stopt de mail."),
        after=timedelta(days=2 * 365),
        since="renewed_at",
        action="delete",
    ),
    Retention(
        model=Digest,
        basis=mark("Dat we een overzicht mailden, weten we nog 90 dagen. Zo krijgt niemand het dubbel."),
        after=timedelta(days=90),
        since="made_at",
        action="delete",
    ),
]

"""Who wants to join an initiative of others, with or without an account.

The writers read names and messages, never the address: their answer goes through the site. Stopping deletes
the row; after a year only that somebody joined is left, and how they heard of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, personal_column, sealed_column, uid_column
from civic.db import Base
from civic.initiatives.states.joining import JoinState, SourceChannel
from civic.retention import Retention, mark

JOINER_NAME_LENGTH = 100
MESSAGE_LENGTH = 1000


class JoinRequest(Base):
    """One mailbox that offered to join one initiative."""

    __tablename__ = "join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    person_key: Mapped[str | None] = personal_column(String(64), index=True)
    name_sealed: Mapped[str | None] = sealed_column()
    email_sealed: Mapped[str | None] = sealed_column()
    message_sealed: Mapped[str | None] = sealed_column()
    source_channel: Mapped[SourceChannel | None]  # None: did not say
    state: Mapped[JoinState] = mapped_column(default=JoinState.ASKED)
    asked_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    mails: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]

    name = Sealed("name_sealed")
    email = Sealed("email_sealed")
    message = Sealed("message_sealed")

    __table_args__ = (
        UniqueConstraint("initiative_id", "person_key"),
        Index("ix_join_request_list", "initiative_id", "state", "id"),
        CheckConstraint("(state = 'asked') = (confirmed_at IS NULL)", name="confirmed_at"),
        CheckConstraint("(state = 'handled') = (handled_at IS NOT NULL)", name="handled_at"),
    )


RETENTION = [
    Retention(
        model=JoinRequest,
        basis=mark("Wie niet bevestigt dat die mee wil doen, doet niet mee. Na 30 dagen is dat weg."),
        after=timedelta(days=30),
        since="asked_at",
        action="delete",
        only=JoinRequest.state == JoinState.ASKED,
    ),
    Retention(
        model=JoinRequest,
        basis=mark("Na een jaar weten de schrijvers wie meedoet. Hier blijft alleen het aantal over."),
        after=timedelta(days=365),
        since="confirmed_at",
        action="blank",
        blank_columns=("name_sealed", "email_sealed", "message_sealed", "person_key"),
    ),
]

"""The outbox: a mail is a row written in the transaction that causes it, delivered by the jobs process."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base, Claimable
from civic.retention import Retention, mark


class MailState(enum.Enum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class OutgoingMail(Claimable, Base):
    """`dedup_key` is unique: asking for the same mail twice sends it once, with one Message-ID."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    template: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(5), default="nl")
    address_sealed: Mapped[str | None] = sealed_column()
    subject_sealed: Mapped[str | None] = sealed_column()
    text_sealed: Mapped[str | None] = sealed_column()
    unsubscribe_sealed: Mapped[str | None] = sealed_column()  # an address that stops these mails at once
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(60))

    address = Sealed("address_sealed")
    subject = Sealed("subject_sealed")
    text = Sealed("text_sealed")
    unsubscribe = Sealed("unsubscribe_sealed")

    __table_args__ = (Index("ix_outgoing_mail_due", "state", "next_at"),)


RETENTION = [
    Retention(
        model=OutgoingMail,
        basis=mark("Een verstuurde mail bewaren we 30 dagen om hem opnieuw te kunnen sturen."),
        after=timedelta(days=30),
        since="created_at",
        action="delete",
    ),
]

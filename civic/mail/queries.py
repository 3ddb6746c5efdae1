"""Reading the outbox. Addresses come out masked, except on the page of a demo on one's own machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import load_only

from civic.crypto import CannotOpen, canonical_email
from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.mail.models import MailState, OutgoingMail

PAGE = 50
MAILBOX_DEPTH = 500


@dataclass(frozen=True)
class OutboxLine:
    """One mail as an administrator sees it."""

    id: int
    address: str
    template: str
    state: MailState
    attempts: int
    error_code: str | None
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class MailboxLine:
    """One mail as its reader sees it."""

    id: int
    address: str
    subject: str
    text: str
    state: MailState
    at: datetime


def counts() -> dict[MailState, int]:
    """How many mails are in each state."""
    found = db.session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state))
    known = dict.fromkeys(MailState, 0)
    for state, number in found:
        known[state] = number
    return known


def oldest_waiting(at: datetime) -> datetime | None:
    """Since when the oldest mail that should be out by now has been waiting; None when none is."""
    return db.session.scalar(
        select(func.min(OutgoingMail.created_at)).where(
            OutgoingMail.state == MailState.WAITING, OutgoingMail.next_at <= at
        )
    )


def outbox_page(states: Iterable[MailState], cursor: Cursor) -> Part[OutboxLine]:
    """A page of mails in these states, newest first."""
    statement: Select[OutgoingMail] = (
        select(OutgoingMail)
        .where(OutgoingMail.state.in_(list(states)))
        .options(
            load_only(
                OutgoingMail.uid,
                OutgoingMail.address_sealed,
                OutgoingMail.template,
                OutgoingMail.state,
                OutgoingMail.attempts,
                OutgoingMail.error_code,
                OutgoingMail.created_at,
                OutgoingMail.next_at,
                OutgoingMail.sent_at,
            )
        )
    )
    part = fetch(statement, OutgoingMail.id, cursor, PAGE)
    return Part([_outbox_line(row) for row in part.rows], part.has_newer, part.has_older)


def _outbox_line(row: OutgoingMail) -> OutboxLine:
    return OutboxLine(
        id=row.id,
        address=masked(_opened(row, "address")),
        template=row.template,
        state=row.state,
        attempts=row.attempts,
        error_code=row.error_code,
        created_at=row.created_at,
        next_at=row.next_at,
        sent_at=row.sent_at,
    )


def masked(address: str) -> str:
    """k…@example.nl: enough to recognise a report by phone, not enough to write to."""
    local, at_sign, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at_sign else "…"


def _opened(row: OutgoingMail, name: str) -> str:
    try:
        return getattr(row, name) or ""
    except CannotOpen:
        return ""


def mailbox(address: str | None = None) -> list[MailboxLine]:
    """The newest mails, to this address or to all (for a demo: at most `MAILBOX_DEPTH` are looked at)."""
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(MAILBOX_DEPTH))
    lines = [mailbox_line(row) for row in rows]
    wanted = canonical_email(address) if address else None
    return [line for line in lines if wanted is None or canonical_email(line.address) == wanted][:PAGE]


def mailbox_line(row: OutgoingMail) -> MailboxLine:
    return MailboxLine(
        id=row.id,
        address=_opened(row, "address"),
        subject=_opened(row, "subject"),
        text=_opened(row, "text"),
        state=row.state,
        at=row.sent_at or row.created_at,
    )

"""Joining what others started: ask, say yes, stop; and how the writers answer.

As with support the site gives one answer to everyone; only the owner of the mailbox reads the difference.
The writers never see an address: the site mails their answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index, canonical_email
from civic.db import add_first, db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.initiatives.models import Initiative
from civic.initiatives.models.joining import JoinRequest
from civic.initiatives.policy.joining import can_be_joined
from civic.initiatives.service.letters import tell_author
from civic.initiatives.service.mail_room import Room, may_mail
from civic.initiatives.states.joining import (
    COUNTS,
    JOIN_TRANSITIONS,
    JoinAction,
    JoinState,
    SourceChannel,
)
from civic.limits import DAY_SECONDS, Limit, hit
from civic.links import absolute
from civic.mail import service as mail
from civic.tickets import holder, ticket

LAPSES_AFTER = timedelta(days=30)
STOP_DAYS = timedelta(days=400)
MAILS_PER_REQUEST = 5
MAILS_PER_ADDRESS = Limit("join-mail", 10, DAY_SECONDS)
JOINS_PER_PERSON = Limit("join-person", 30, DAY_SECONDS)
ANSWERS = Limit("join-answer", 100, DAY_SECONDS)  # by one writer: the site is no machine for bulk mail
ANSWERS_PER_PERSON = Limit("join-answered", 5, DAY_SECONDS)
CONFIRM, STOP = "join-confirm", "join-stop"


@dataclass(frozen=True)
class Offer:
    """What somebody filled in."""

    name: str
    email: str
    message: str
    channel: SourceChannel | None


def person_key_of(email: str) -> str:
    """One key per mailbox, so that its owner can be shown and given everything."""
    return blind_index("joiner", canonical_email(email))


# --- asking ---------------------------------------------------------------------------------------------


def ask(initiative: Initiative, offer: Offer, *, at: datetime) -> None:
    """Somebody typed an address: mail it, and wait for a yes. Who joined already gets the link to stop."""
    _require_open(initiative)
    row = _request(initiative, offer, at)
    if not may_mail(row, Room(MAILS_PER_ADDRESS, row.person_key or "", MAILS_PER_REQUEST), at):
        return
    if row.state is JoinState.ASKED:
        _mail_confirm(initiative, row, at)
    else:
        _mail_known(initiative, row, at)


def join_at_once(initiative: Initiative, offer: Offer, *, actor: User, at: datetime) -> JoinRequest:
    """Signed in: the address is known to be theirs. A second time is the same success."""
    hit(JOINS_PER_PERSON, str(actor.id), at)
    _require_open(initiative)
    row = _request(initiative, offer, at)
    confirm(row, at=at)
    return row


def joined_by(initiative: Initiative, user: User | None) -> JoinRequest | None:
    """What this account offered before, when it said yes to it."""
    if user is None or user.email is None:
        return None
    row = _find(initiative.id, person_key_of(user.email))
    return row if row is not None and row.state in COUNTS else None


def _require_open(initiative: Initiative) -> None:
    if not can_be_joined(initiative):
        raise NotAllowedNow("not_in_this_state")


def _request(initiative: Initiative, offer: Offer, at: datetime) -> JoinRequest:
    """The row of this mailbox. Until it said yes the newest words count, after that nobody changes them."""
    key = person_key_of(offer.email)
    row = _find(initiative.id, key) or _insert(initiative.id, key, at) or _find(initiative.id, key)
    if row is None:
        raise NotAllowedNow("changed_meanwhile")
    if row.state is JoinState.ASKED:
        row.name, row.email, row.message = offer.name, offer.email, offer.message or None
        row.source_channel, row.asked_at = offer.channel, at
    return row


def _find(initiative_id: int, key: str) -> JoinRequest | None:
    is_it = (JoinRequest.initiative_id == initiative_id, JoinRequest.person_key == key)
    return db.session.scalar(select(JoinRequest).where(*is_it))


def _insert(initiative_id: int, key: str, at: datetime) -> JoinRequest | None:
    """None when somebody was faster: the unique key decides, not a look before."""
    row = JoinRequest(
        initiative_id=initiative_id, person_key=key, state=JoinState.ASKED, asked_at=at, mails=0
    )
    if not add_first(row):
        return None
    return row


# --- mails ----------------------------------------------------------------------------------------------


def _mail_confirm(initiative: Initiative, row: JoinRequest, at: datetime) -> None:
    until = today(at + LAPSES_AFTER)
    token = ticket(CONFIRM, row.uid, until)
    context = {"confirm_url": absolute("initiatives.join_confirm", token=token), "lapses_on": until}
    _queue(initiative, row, "join_confirm", context, at)


def _mail_known(initiative: Initiative, row: JoinRequest, at: datetime) -> None:
    _queue(initiative, row, "join_known", {}, at)


def _queue(
    initiative: Initiative, row: JoinRequest, template: str, context: dict[str, Any], at: datetime
) -> None:
    """To the address on file: a look-alike spelling must not receive the links of the owner."""
    known = {
        "title": initiative.title,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        "stop_url": absolute("initiatives.join_stop", token=stop_token(row, at)),
    }
    key = f"{mail_prefix(row)}{template}:{int(at.timestamp() * 1000)}"
    mail.queue(mail.Letter(row.email or "", template, key, known | context), at=at)


def mail_prefix(row: JoinRequest) -> str:
    return f"join:{row.uid}:"


def stop_token(row: JoinRequest, at: datetime) -> str:
    return ticket(STOP, row.uid, today(at + STOP_DAYS))


def request_of(purpose: str, token: str, *, at: datetime) -> JoinRequest | None:
    """Behind a link; None when it is not ours, over, or stopped."""
    uid = holder(purpose, token, today(at))
    return db.session.scalar(select(JoinRequest).where(JoinRequest.uid == uid)) if uid else None


# --- saying yes, stopping -------------------------------------------------------------------------------


def confirm(row: JoinRequest, *, at: datetime) -> None:
    """Yes, I join. A second time is the same success. The writer hears of it once a day."""
    if row.state in COUNTS:
        return
    initiative = db.session.get_one(Initiative, row.initiative_id)
    _require_open(initiative)
    move(row, row.state, JOIN_TRANSITIONS[row.state, JoinAction.CONFIRM], confirmed_at=at)
    channel = row.source_channel.value if row.source_channel else ""
    data = {"request": row.id, "channel": channel}
    events.record(initiative, events.What("join", data=data), actor=None, at=at, anonymous=True)
    list_url = absolute("initiatives.joiners", initiative_id=initiative.id)
    tell_author(initiative, "join_new", at=at, once=f":{today(at)}", list_url=list_url)


def stop(row: JoinRequest, *, at: datetime) -> None:
    """No longer: everything about this person goes, and so do the mails that were made for them."""
    if row.state in COUNTS:
        initiative = db.session.get_one(Initiative, row.initiative_id)
        what = events.What("join_stopped", data={"request": row.id})
        events.record(initiative, what, actor=None, at=at, anonymous=True)
    mail.forget(mail_prefix(row))
    found = JoinRequest.id == row.id
    db.session.execute(delete(JoinRequest).where(found).execution_options(synchronize_session="fetch"))


# --- the writers ----------------------------------------------------------------------------------------


def note_read(initiative: Initiative, rows: int, *, actor: User, at: datetime) -> None:
    """Names and messages were shown to this writer (W8)."""
    events.record(initiative, events.What("read_joiners", data={"rows": rows}), actor=actor, at=at)


def handle(row: JoinRequest, *, actor: User, at: datetime) -> None:
    """A writer spoke to them. Twice is once."""
    if row.state is JoinState.HANDLED:
        return
    new = JOIN_TRANSITIONS.get((row.state, JoinAction.HANDLE))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    old = row.state
    move(row, old, new, handled_at=at)
    what = events.What("join_handled", from_state=old, to_state=new, data={"request": row.id})
    events.record(db.session.get_one(Initiative, row.initiative_id), what, actor=actor, at=at)


def answer(row: JoinRequest, text: str, *, actor: User, at: datetime) -> None:
    """Mail the words of a writer; the address stays with the site. That also handles it."""
    if row.state not in COUNTS or row.email is None:
        raise NotAllowedNow("not_in_this_state")
    key = f"{mail_prefix(row)}join_answer:{_digest(text)}"
    if _was_sent(key):
        return  # pressed twice
    hit(ANSWERS, str(actor.id), at)
    hit(ANSWERS_PER_PERSON, row.person_key or "", at)
    initiative = db.session.get_one(Initiative, row.initiative_id)
    context = {
        "title": initiative.title,
        "text": text,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        "stop_url": absolute("initiatives.join_stop", token=stop_token(row, at)),
    }
    mail.queue(mail.Letter(row.email, "join_answer", key, context), at=at)
    what = events.What("join_answered", data={"request": row.id})
    events.record(initiative, what, actor=actor, at=at)
    handle(row, actor=actor, at=at)


def _digest(text: str) -> str:
    return blind_index("join-answer", text)[:16]


def _was_sent(key: str) -> bool:
    from civic.mail.models import OutgoingMail

    statement = select(func.count()).where(OutgoingMail.dedup_key == key)
    return bool(db.session.scalar(statement))

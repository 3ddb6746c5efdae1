"""Signing in with a code by mail. Nothing here tells whether an address is known.

Asking for a code does the same work for every address. The mail goes to the address on file when the
mailbox has an account (a look-alike spelling must not receive the owner's code), and the hash of the
code covers that recipient. An account is made only after the code was right.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from civic.accounts.models import Erasure, LoginCode, User
from civic.accounts.service.people import add_user, find_user
from civic.crypto import blind_index, email_index
from civic.db import db
from civic.limits import DAY_SECONDS, Limit, has_room, hit
from civic.mail.service import Letter, queue

CODE_LIFE = timedelta(minutes=15)
MOST_ATTEMPTS = 5
# per mailbox and network: a stranger elsewhere must not use up the tries of the owner
PER_ADDRESS = Limit("sign-in-address", 5, 15 * 60)
PER_MAILBOX = Limit("sign-in-mailbox", 30, DAY_SECONDS)
PER_NETWORK = Limit("sign-in-network", 30, 15 * 60)
TRIES = Limit("sign-in-tries", 20, 60 * 60)


@dataclass(frozen=True)
class Ticket:
    """What the browser that asked for a code remembers: the address, and which code."""

    address: str
    code_id: int


@dataclass(frozen=True)
class Attempt:
    """The outcome of one typed code. Without a user: how many tries are left (0: ask a new code)."""

    user: User | None
    tries_left: int = 0


def request_code(address: str, *, network: str, locale: str, at: datetime) -> Ticket:
    """Send a code to this mailbox. Raises `TooMany`.

    A mailbox gets a fixed number of mails a day; above it the answer stays the same, without mail.
    """
    hit(PER_NETWORK, network, at)
    hit(PER_ADDRESS, _here(address, network), at)
    recipient, may_mail = _recipient(address), has_room(PER_MAILBOX, email_index(address), at)
    # a code that nobody gets may not be guessed either: nobody can type this one
    digits = f"{secrets.randbelow(10**6):06d}" if may_mail else secrets.token_hex(16)
    row = LoginCode(
        email_index=email_index(address),
        code_hash=_hash(recipient, digits),
        created_at=at,
        expires_at=at + CODE_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    if may_mail:
        queue(_letter(recipient, digits, locale), at=at)
    return Ticket(address, row.id)


def _here(address: str, network: str) -> str:
    return f"{email_index(address)}:{network}"


def _letter(recipient: str, digits: str, locale: str) -> Letter:
    # not the row's id as key: ids come back after old codes are deleted, and a known key sends nothing
    key = f"sign-in-code:{secrets.token_hex(16)}"
    minutes = int(CODE_LIFE.total_seconds()) // 60
    return Letter(
        recipient, "sign_in_code", key, {"code": f"{digits[:3]} {digits[3:]}", "minutes": minutes}, locale
    )


def _recipient(address: str) -> str:
    user = find_user(address)
    return (user.email if user else None) or address


def _hash(recipient: str, digits: str) -> str:
    return blind_index("login-code", f"{recipient.casefold()}\0{digits}")


def enter_code(ticket: Ticket, digits: str, *, network: str, at: datetime) -> Attempt:
    """Use a code. A wrong one is counted, so the caller must commit whatever comes out."""
    row = _counted(ticket, at)
    if row is None:
        return Attempt(None)
    hit(TRIES, _here(ticket.address, network), at)
    if not hmac.compare_digest(row.code_hash, _hash(_recipient(ticket.address), digits)):
        return Attempt(None, MOST_ATTEMPTS - row.attempts)
    if not _take(row, at):
        return Attempt(None)
    user = find_user(ticket.address) or add_user(ticket.address, actor=None, at=at)
    if _is_leaving(user):
        return Attempt(None)
    user.last_login_at = at
    return Attempt(user)


def _is_leaving(user: User) -> bool:
    """Who asked to be erased may not write anew in a room that was emptied already."""
    asked = select(Erasure.id).where(Erasure.user_id == user.id, Erasure.erased_at.is_(None))
    return db.session.scalar(asked) is not None


def _counted(ticket: Ticket, at: datetime) -> LoginCode | None:
    """Count an attempt on a code that can still be used; counting first, so parallel guesses count too."""
    if not _update(
        ticket.code_id,
        LoginCode.email_index == email_index(ticket.address),
        LoginCode.attempts < MOST_ATTEMPTS,
        LoginCode.expires_at > at,
        attempts=LoginCode.attempts + 1,
    ):
        return None
    return db.session.get(LoginCode, ticket.code_id, populate_existing=True)


def _take(row: LoginCode, at: datetime) -> bool:
    return _update(row.id, used_at=at)


def _update(code_id: int, *conditions: Any, **values: Any) -> bool:
    result: Any = db.session.execute(
        update(LoginCode)
        .where(LoginCode.id == code_id, LoginCode.used_at.is_(None), *conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)

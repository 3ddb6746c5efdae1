"""The signed cookie: who is signed in, and whether staff gave their second factor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask, session
from flask_login import LoginManager, login_user

from civic.accounts.models import User
from civic.crypto import CannotOpen, key_ring
from civic.db import db, each_by_itself, now, will_write

SECOND_FACTOR = "second_factor_of"
SECOND_FACTOR_AT = "second_factor_at"  # seconds since 1970
TICKET = "sign_in_ticket"
NEW_SECRET = "new_totp"  # noqa: S105  # the name of a session key, not a secret
NEW_RECOVERY_CODES = "new_recovery_codes"
LONGEST_ID = 10


def init_login(app: Flask) -> None:
    manager = LoginManager(app)
    # "strong" silently becomes "basic" and trusts forwarded addresses; the login epoch does the work
    manager.session_protection = None

    @manager.user_loader
    def _load(identity: str) -> User | None:
        user_id, _, epoch = identity.partition(".")
        if not will_write():  # most pages only read; this is the first that they ask
            each_by_itself()
        is_number = user_id.isascii() and user_id.isdecimal() and len(user_id) < LONGEST_ID
        user = db.session.get(User, int(user_id)) if is_number else None
        is_current = user is not None and str(user.login_epoch) == epoch and user.erased_at is None
        return user if is_current else None


def start_session(user: User, *, with_second_factor: bool = False) -> None:
    """Begin a fresh session for this person; nothing of the old one stays (session fixation)."""
    session.clear()
    session.permanent = True
    login_user(user)
    if with_second_factor:
        confirm_second_factor(user)


def confirm_second_factor(user: User) -> None:
    session[SECOND_FACTOR] = user.get_id()
    session[SECOND_FACTOR_AT] = int(now().timestamp())


def second_factor_given_at(user: User) -> datetime | None:
    """When this person last gave the second factor in this session, or None."""
    seconds = session.get(SECOND_FACTOR_AT)
    if not isinstance(seconds, int) or session.get(SECOND_FACTOR) != user.get_id():
        return None
    return datetime.fromtimestamp(seconds, UTC)


def gave_second_factor_within(user: User, period: timedelta) -> bool:
    """Is it them, still behind this screen? (A moment that lies ahead is a clock set back: no.)"""
    given_at = second_factor_given_at(user)
    # the session counts in whole seconds
    return given_at is not None and timedelta(0) <= now() - given_at <= period


def lacks_second_factor(user: User) -> bool:
    """Staff may do nothing until they gave their second factor in this session."""
    return user.is_staff and session.get(SECOND_FACTOR) != user.get_id()


def remember_ticket(address: str, code_id: int) -> None:
    """This browser asked for this code; the address stays out of the URL."""
    session[TICKET] = [address, code_id]


def remembered_ticket() -> tuple[str, int] | None:
    kept = session.get(TICKET)
    return (str(kept[0]), int(kept[1])) if kept else None


def keep_secret(name: str, user: User, text: str) -> None:
    """Keep something in the cookie that its owner's browser cannot read (the cookie is only signed)."""
    session[name] = key_ring().seal(text, _binding(name, user))


def kept_secret(name: str, user: User) -> str | None:
    value = session.get(name)
    if value is None:
        return None
    try:
        return key_ring().open(value, _binding(name, user))
    except CannotOpen:  # of another person, or before a role changed
        return None


def forget_secret(name: str) -> None:
    session.pop(name, None)


def show_once(user: User, codes: Sequence[str]) -> None:
    keep_secret(NEW_RECOVERY_CODES, user, " ".join(codes))


def _binding(name: str, user: User) -> str:
    return f"session:{name}:{user.uid}:{user.login_epoch}"

"""The signed cookie: who is signed in, and whether staff gave their second factor."""

from __future__ import annotations

from flask import Flask, session
from flask_login import LoginManager, login_user

from civic.accounts.models import User
from civic.db import db

SECOND_FACTOR = "second_factor_of"


def init_login(app: Flask) -> None:
    manager = LoginManager(app)
    # "strong" silently becomes "basic" and trusts forwarded addresses; the login epoch does the work
    manager.session_protection = None

    @manager.user_loader
    def _load(identity: str) -> User | None:
        user_id, _, epoch = identity.partition(".")
        user = db.session.get(User, int(user_id)) if user_id.isdecimal() else None
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


def lacks_second_factor(user: User) -> bool:
    """Staff may do nothing until they gave their second factor in this session."""
    return user.is_staff and session.get(SECOND_FACTOR) != user.get_id()

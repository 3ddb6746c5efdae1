"""Finding and making accounts, and raising the login epoch that ends older sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.accounts.models import User
from civic.crypto import email_index
from civic.db import add_or_find, db
from civic.events import service as events
from civic.events.models import Visibility


def find_user(address: str) -> User | None:
    """The account of a mailbox, whatever the spelling of its address."""
    return db.session.scalar(select(User).where(User.email_index == email_index(address)))


def add_user(address: str, *, actor: User | None, at: datetime) -> User:
    """A new account; two requests at the same time end up with the same one."""
    user = User(created_at=at)
    user.email, user.email_index = address, email_index(address)
    user, is_new = add_or_find(user, lambda: find_user(address))
    if not is_new:
        return user
    what = events.What("account_created", visibility=Visibility.PRIVATE)
    events.record(user, what, actor=actor, at=at)
    return user


def rename(user: User, name: str) -> None:
    user.name = name


def raise_epoch(user: User) -> None:
    """End every session of this person; cookies hold the old number."""
    user.login_epoch = User.login_epoch + 1
    db.session.flush()
    db.session.refresh(user)


def sign_out(user: User) -> None:
    """Staff: a copy of the cookie stops working too, here and elsewhere.

    Residents stay signed in on their other devices; they choose "overal uitloggen" for that.
    """
    if user.is_staff:
        raise_epoch(user)


def sign_out_everywhere(user: User, *, at: datetime) -> None:
    raise_epoch(user)
    events.record(
        user, events.What("signed_out_everywhere", visibility=Visibility.PRIVATE), actor=user, at=at
    )


def record_read(person: User, *, actor: User, at: datetime) -> None:
    """A privileged read: an administrator looked at somebody's account."""
    events.record(person, events.What("person_read"), actor=actor, at=at)

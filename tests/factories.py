"""Small makers of real rows, used by all rooms. Call them inside an app context."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.models import RoleGrant, User
from civic.accounts.session import SECOND_FACTOR, SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.crypto import email_index
from civic.db import db, now
from civic.regions.models import Municipality
from tests.conftest import NOW


def make_user(
    *roles: Role, email: str = "kees@example.nl", name: str = "Kees Jansen", code: str | None = None
) -> User:
    """A user with roles, in the whole region or in the municipality with this CBS code."""
    user = db.session.scalar(select(User).where(User.email_index == email_index(email)))
    if user is None:
        user = User(created_at=NOW, last_login_at=NOW)
        user.email, user.name, user.email_index = email, name, email_index(email)
        db.session.add(user)
        db.session.flush()
    place = db.session.scalar(select(Municipality).where(Municipality.code == code)) if code else None
    for role in roles:
        user.grants.append(RoleGrant(role=role, municipality_id=place.id if place else None, granted_at=NOW))
    db.session.flush()
    return user


def signed_in_client(app: Flask, *roles: Any, email: str = "kees@example.nl", **options: Any) -> FlaskClient:
    """A test client whose session belongs to a (new) user with these roles, second factor just given."""
    client = app.test_client()
    with app.app_context():
        user = make_user(*roles, email=email, **options)
        db.session.commit()
        identity = user.get_id()
    with client.session_transaction() as session:
        session["_user_id"] = identity
        session["_fresh"] = True
        session[SECOND_FACTOR] = identity
        session[SECOND_FACTOR_AT] = int(now().timestamp())
    return client


def municipality(code: str = "GM0995") -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.code == code)).one()

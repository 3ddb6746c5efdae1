"""Reading codes out of the outbox, and signing in the way people do."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.models import User
from civic.crypto import email_index
from civic.db import db
from civic.events.models import Event
from civic.mail.models import OutgoingMail

RESIDENT = "kees@example.nl"


def mails(app: Flask, template: str) -> list[tuple[str, str]]:
    """(address, text) of the mails made with this template, oldest first."""
    with app.app_context():
        rows = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == template).order_by(OutgoingMail.id)
        )
        return [(row.address or "", row.text or "") for row in rows]


def last_code(app: Flask) -> str:
    """The six digits of the newest sign-in mail, as it is written there ("123 456")."""
    found = re.search(r"\d{3} \d{3}", mails(app, "sign_in_code")[-1][1])
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"


def ask_code(client: FlaskClient, email: str = RESIDENT, **query: str) -> None:
    answer = client.post("/inloggen", data={"email": email}, query_string=query)
    assert answer.status_code == 303


def sign_in_by_mail(app: Flask, client: FlaskClient, email: str = RESIDENT) -> None:
    ask_code(client, email)
    assert client.post("/inloggen/code", data={"code": last_code(app)}).status_code == 303


def find(email: str = RESIDENT) -> User | None:
    return db.session.scalar(select(User).where(User.email_index == email_index(email)))


def get(email: str = RESIDENT) -> User:
    user = find(email)
    assert user is not None
    return user


def actions(app: Flask, subject_type: str = "user") -> list[str]:
    with app.app_context():
        statement = select(Event.action).where(Event.subject_type == subject_type).order_by(Event.id)
        return list(db.session.scalars(statement))


def code_at(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)

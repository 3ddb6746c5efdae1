"""The outbox page for administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from civic.accounts.states import Role
from civic.db import db
from civic.mail import queries
from civic.mail.models import MailState, OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import queued

SignIn = Callable[..., FlaskClient]


def put(app: Flask, *states: MailState) -> None:
    with app.app_context():
        for number, state in enumerate(states):
            mail = queued(f"test:{number}", to=f"bewoner{number}@example.nl", at=NOW - timedelta(hours=1))
            mail.state = state
            mail.sent_at = NOW if state is MailState.SENT else None
            mail.error_code = None if state in {MailState.SENT, MailState.WAITING} else "550"
        db.session.commit()


def test_it_shows_what_went_wrong_without_addresses(app: Flask, sign_in: SignIn) -> None:
    put(app, MailState.BOUNCED, MailState.SENT, MailState.FAILED, MailState.WAITING)
    page = sign_in(Role.ADMINISTRATOR).get("/beheer/post").get_data(as_text=True)
    assert "b…@example.nl" in page
    assert "bewoner" not in page
    assert "Teruggekomen" in page
    assert "Mislukt" in page
    assert page.count("Stuur opnieuw") == 2


@pytest.mark.parametrize(
    ("tab", "number"), [("wachten", 1), ("verstuurd", 2), ("problemen", 0), ("onzin", 0)]
)
def test_tabs(app: Flask, sign_in: SignIn, tab: str, number: int) -> None:
    put(app, MailState.SENT, MailState.SENT, MailState.WAITING)
    page = sign_in(Role.ADMINISTRATOR).get(f"/beheer/post?toon={tab}").get_data(as_text=True)
    assert page.count("…@example.nl</th>") == number


def test_empty(sign_in: SignIn) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    assert "Geen problemen" in client.get("/beheer/post").get_data(as_text=True)
    assert "Hier is niets" in client.get("/beheer/post?toon=verstuurd").get_data(as_text=True)


def test_the_oldest_that_should_be_out(app: Flask) -> None:
    with app.app_context():
        assert queries.oldest_waiting(NOW) is None
        later = queued("test:1", at=NOW - timedelta(days=2))
        later.next_at = NOW + timedelta(hours=1)
        queued("test:2", at=NOW - timedelta(minutes=3))
        db.session.commit()
        assert queries.oldest_waiting(NOW) == NOW - timedelta(minutes=3)
        assert queries.counts()[MailState.WAITING] == 2


def test_pages(app: Flask, sign_in: SignIn) -> None:
    put(app, *([MailState.FAILED] * 120))
    client = sign_in(Role.ADMINISTRATOR)
    page = client.get("/beheer/post").get_data(as_text=True)
    assert page.count("Stuur opnieuw") == 50
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page
    second = client.get("/beheer/post?voor=71").get_data(as_text=True)
    assert second.count("Stuur opnieuw") == 50
    assert 'rel="prev"' in second
    last = client.get("/beheer/post?voor=21").get_data(as_text=True)
    assert last.count("Stuur opnieuw") == 20
    assert 'rel="next"' not in last
    back = client.get("/beheer/post?na=20").get_data(as_text=True)
    assert back.count("Stuur opnieuw") == 50


@pytest.mark.parametrize("key", ["-1", "abc", "9" * 40, "", "١٢", "1.5", "0"])
def test_strange_keys(app: Flask, sign_in: SignIn, key: str) -> None:
    put(app, MailState.FAILED)
    client = sign_in(Role.ADMINISTRATOR)
    assert client.get("/beheer/post", query_string={"voor": key}).status_code == 200
    assert client.get("/beheer/post", query_string={"na": key}).status_code == 200


def test_anonymous_has_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/beheer/post").status_code == 302


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMINISTRATOR)])
def test_strangers(sign_in: SignIn, role: Role | None) -> None:
    assert sign_in(*([role] if role else [])).get("/beheer/post").status_code == 403


def test_an_administrator_of_one_municipality_is_a_stranger(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMINISTRATOR, code="GM0995").get("/beheer/post").status_code == 403


def test_the_number_of_statements_does_not_grow(
    app: Flask, sign_in: SignIn, count_statements: Callable[..., Any]
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    put(app, MailState.FAILED)
    with count_statements() as few:
        client.get("/beheer/post")
    with app.app_context():
        for number in range(100, 140):
            queued(f"test:{number}")
        db.session.execute(update(OutgoingMail).values(state=MailState.FAILED))
        db.session.commit()
        assert len(list(db.session.scalars(select(OutgoingMail.id)))) == 41
    with count_statements() as many:
        client.get("/beheer/post")
    assert len(many) == len(few)

"""Publishing the key of a witness and letting one stop: by an administrator, in the log, never undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event, Visibility
from civic.retention import apply_retention
from civic.seal import note, queries, verify
from civic.seal.models import Witness
from tests.conftest import NOW
from tests.seal.makers import DRONTEN, LELYSTAD, URK, publish

Signed = Callable[..., FlaskClient]
NEW = "/beheer/getuigen/nieuw"
KEY = note.public_key(URK).hex()
FORM = {"name": "Griffie Urk", "public_key": KEY, "email": "griffie.urk@example.nl"}


@pytest.fixture
def administrator(sign_in: Signed) -> FlaskClient:
    return sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")


def actions(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(Event).where(Event.subject_type == "witness").order_by(Event.id))
        return [(row.action, row.visibility.value) for row in rows]


def test_publish(app: Flask, administrator: FlaskClient) -> None:
    answer = administrator.post(NEW, data=FORM)
    assert answer.status_code == 303
    assert "De sleutel is gepubliceerd" in administrator.get("/beheer/getuigen").text
    with app.app_context():
        (witness,) = queries.witnesses()
        assert (witness.name, witness.public_key, witness.email) == tuple(FORM.values())
        event = db.session.scalars(select(Event).where(Event.subject_type == "witness")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data == {"key": KEY, "name_sha256": note.digest("Griffie Urk")}
        assert list(verify.witnesses()) == []


def test_the_key_may_be_pasted_with_spaces_and_capitals(app: Flask, administrator: FlaskClient) -> None:
    pasted = "\n ".join(KEY[start : start + 8].upper() for start in range(0, 64, 8))
    assert administrator.post(NEW, data={**FORM, "public_key": pasted}).status_code == 303
    with app.app_context():
        assert queries.witnesses()[0].public_key == KEY


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": ""}, "Vul de naam in."),
    ({"name": "n" * 101}, "maximaal 100 tekens"),
    ({"name": "Griffie\u202eUrk"}, "Gebruik alleen letters"),
    ({"public_key": ""}, "Vul de sleutel in."),
    ({"public_key": KEY[:-1]}, "Een sleutel heeft 64 tekens"),
    ({"public_key": "g" * 64}, "Een sleutel heeft 64 tekens"),
    ({"public_key": "😀" * 64}, "Een sleutel heeft 64 tekens"),
    ({"email": "geen adres"}, "Schrijf een mailadres"),
    ({"email": "a" * 300 + "@example.nl"}, "te lang"),
    ({"name": "Griffie Lelystad"}, "Deze naam is al gebruikt"),
    ({"public_key": note.public_key(LELYSTAD).hex()}, "Deze sleutel is al van een getuige"),
    ({"name": "Gemeente Dronten"}, "Deze naam is al gebruikt"),
    ({"public_key": note.public_key(DRONTEN).hex()}, "Deze sleutel is al van een getuige"),
)


def test_refused(app: Flask, administrator: FlaskClient) -> None:
    """A name or a key is never used twice, also not of one that stopped: one key could count as two."""
    with app.app_context():
        publish(LELYSTAD)
        publish(DRONTEN).retired_at = NOW
        db.session.commit()
    for change, sentence in REFUSED:
        answer = administrator.post(NEW, data={**FORM, **change})
        assert answer.status_code == 422, change
        assert sentence in answer.text
    with app.app_context():
        assert len(queries.all_witnesses()) == 2


def test_all_errors_at_once(administrator: FlaskClient) -> None:
    page = administrator.post(NEW, data={"email": "x"}).text
    for sentence in ("Vul de naam in.", "Vul de sleutel in.", "Schrijf een mailadres"):
        assert sentence in page


@pytest.mark.parametrize("path", [NEW, "/beheer/getuigen/1/stoppen"])
def test_the_second_step_again(app: Flask, administrator: FlaskClient, path: str) -> None:
    with app.app_context():
        publish(LELYSTAD)
    with administrator.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(hours=1)).timestamp())
    assert administrator.get(path).status_code == 302
    assert administrator.post(path, data=FORM).status_code == 403
    with app.app_context():
        assert len(queries.witnesses()) == 1


@pytest.mark.parametrize("role", [Role.COUNCIL_OFFICE, Role.AUDITOR, Role.LOTTERY_ADMINISTRATOR])
def test_nobody_else(app: Flask, sign_in: Signed, role: Role) -> None:
    with app.app_context():
        publish(LELYSTAD)
    client = sign_in(role, email="ander@example.nl")
    for path in ("/beheer/getuigen", NEW, "/beheer/getuigen/1/stoppen", "/beheer/getuigen/1/mail"):
        assert client.get(path).status_code == 403
        if path != "/beheer/getuigen":
            assert client.post(path, data=FORM).status_code == 403
    assert [one for one, _ in actions(app)] == ["witness_published"]


def test_an_administrator_of_one_municipality_may_not(sign_in: Signed) -> None:
    client = sign_in(Role.ADMINISTRATOR, email="ander@example.nl", code="GM0995")
    assert client.get("/beheer/getuigen").status_code == 403


def test_stop(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD)
    page = administrator.get("/beheer/getuigen/1/stoppen").text
    assert "Dan zijn er te weinig getuigen" in page
    for _ in range(2):
        assert administrator.post("/beheer/getuigen/1/stoppen").status_code == 303
    assert actions(app) == [("witness_published", "public"), ("witness_retired", "public")]
    assert "al gestopt" in administrator.get("/beheer/getuigen/1/stoppen").text
    with app.app_context():
        assert queries.witnesses() == []
        assert len(queries.all_witnesses()) == 1


def test_another_address(app: Flask, administrator: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD, email="oud@example.nl")
    path = "/beheer/getuigen/1/mail"
    assert 'value="oud@example.nl"' in administrator.get(path).text
    assert administrator.post(path, data={"email": "x"}).status_code == 422
    for address, kept in (("nieuw@example.nl", "nieuw@example.nl"), ("", None), ("", None)):
        assert administrator.post(path, data={"email": address}).status_code == 303
        with app.app_context():
            assert queries.witnesses()[0].email == kept
    changed = [("witness_email_changed", "internal")] * 2
    assert actions(app) == [("witness_published", "public"), *changed]
    administrator.post("/beheer/getuigen/1/stoppen")
    assert administrator.post(path, data={"email": "a@example.nl"}).status_code == 409


def test_the_address_goes_a_month_after_stopping(app: Flask) -> None:
    with app.app_context():
        publish(LELYSTAD, email="griffie@example.nl")
        publish(DRONTEN, email="dronten@example.nl").retired_at = NOW
        db.session.commit()
        apply_retention(NOW + timedelta(days=29))
        db.session.expire_all()
        assert [one.email for one in queries.all_witnesses()] == ["griffie@example.nl", "dronten@example.nl"]
        apply_retention(NOW + timedelta(days=31))
        db.session.expire_all()
        assert [one.email for one in queries.all_witnesses()] == ["griffie@example.nl", None]


def test_a_nasty_name_is_only_text(app: Flask, administrator: FlaskClient) -> None:
    name = '<script>alert(1)</script>"'
    administrator.post(NEW, data={**FORM, "name": name})
    for path in ("/verifieer", "/verifieer/getuigen/1", "/beheer/getuigen", "/beheer/getuigen/1/stoppen"):
        page = administrator.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_number_of_statements(app: Flask, administrator: FlaskClient) -> None:
    from tests.statements import counting

    counts = []
    for more in (1, 8):
        with app.app_context():
            for number in range(more):
                key = note.public_key(bytes([more, number]) * 16).hex()
                db.session.add(Witness(name=f"Getuige {more}-{number}", public_key=key, published_at=NOW))
            db.session.commit()
            engine = db.engine
        with counting(engine) as seen:
            administrator.get("/beheer/getuigen")
        counts.append(len(seen))
    assert counts[0] == counts[1]

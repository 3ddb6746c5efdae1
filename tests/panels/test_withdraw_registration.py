"""Taking it back: nothing personal is left, not in the table and not in the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db
from civic.events.models import Event
from civic.panels.models import Consent
from civic.panels.models.registrations import PERSONAL
from civic.panels.service import registrations as service
from civic.panels.service.registrations_rules import subject_of
from civic.panels.states import Channel, RegistrationState, Stage
from tests.conftest import NOW, close
from tests.panels.makers import actions_of
from tests.panels.makers_registrations import application, everyone, feature, make_letter, register
from tests.panels.stages import prepared_panel

NAME = "Wilhelmina Zonneveld"


def test_a_question_first_and_then_everything_goes(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        consents = frozenset({subject_of(feature(panel, "opleiding"))})
        url = f"/meedoen/mijn/{register(panel, name=NAME, consents=consents, phone='0600000000').token}"
    assert "Wilt u uw aanmelding intrekken?" in client.get(f"{url}/intrekken").text
    with app.app_context():
        assert everyone()[0].state is RegistrationState.CONFIRMED
    answer = client.post(f"{url}/intrekken")
    assert answer.status_code == 303
    assert "Uw gegevens zijn gewist" in client.get(answer.location).text
    with app.app_context():
        [one] = everyone()
        assert one.state is RegistrationState.WITHDRAWN
        assert {name: getattr(one, name) for name in PERSONAL} == dict.fromkeys(PERSONAL)
        personal = [column.name for column in one.__table__.columns if column.info.get("personal")]
        assert all(getattr(one, name) is None for name in personal)
        assert one.code_id is None
        assert one.is_dirty
        assert db.session.query(Consent).count() == 0
        assert actions_of(one) == ["registered", "registration_withdrawn"]
    assert client.get(url).status_code == 404
    assert client.post(f"{url}/intrekken").status_code == 404


def test_the_code_can_be_used_again(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        code, _text = make_letter(panel)
        for name in ("Jan Smit", "Els de Boer"):
            receipt = service.register_with_code(
                code, application(panel, name=name), channel=Channel.WEB, actor=None, at=NOW
            )
            db.session.commit()
            service.withdraw(receipt.registration, actor=None, at=NOW)
            service.withdraw(receipt.registration, actor=None, at=NOW)
            db.session.commit()
        assert [one.state for one in everyone()] == [RegistrationState.WITHDRAWN] * 2


def test_at_any_time(app: Flask, client: FlaskClient) -> None:
    for stage in (Stage.POOL, Stage.FREEZE, Stage.FROZEN, Stage.STOPPED):
        with app.app_context():
            panel = prepared_panel()
            token = register(panel).token
            panel.stage = stage
            db.session.commit()
        assert client.post(f"/meedoen/mijn/{token}/intrekken").status_code == 303


def test_the_link_of_somebody_else_does_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel()
        mine, other = register(panel), register(panel, name="Jan Smit")
        own = other.registration.id
    client.post(f"/meedoen/mijn/{mine.token}/intrekken")
    with app.app_context():
        states = {one.id: one.state for one in everyone()}
        assert states.pop(own) is RegistrationState.CONFIRMED
        assert set(states.values()) == {RegistrationState.WITHDRAWN}


def test_events_name_nobody_and_no_group(app: Flask) -> None:
    with app.app_context():
        one = register(prepared_panel(), name=NAME).registration
        service.withdraw(one, actor=None, at=NOW)
        db.session.commit()
        for event in db.session.query(Event).filter_by(subject_type="panel_registration"):
            assert set(event.data) == {"channel"}
            assert event.visibility.value == "private"


def test_nothing_is_left_in_the_file(app: Flask) -> None:
    """Sealed before, and gone after: the bytes of the whole database hold neither the name nor the seal."""
    if "sqlite" not in app.config["SQLALCHEMY_DATABASE_URI"]:
        pytest.skip("the bytes of a PostgreSQL database are not ours to read")
    path = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    with app.app_context():
        one = register(prepared_panel(), name=NAME, email="wil@example.nl", phone="0600000000").registration
        values = [str(getattr(one, name)) for name in PERSONAL]
        sealed = [value for value in values if value.startswith("v1.")]
        assert len(sealed) == 8
    close(app)
    assert all(text.encode() in _bytes(path) for text in sealed)
    with app.app_context():
        service.withdraw(everyone()[0], actor=None, at=NOW)
        db.session.commit()
    close(app)
    after = _bytes(path)
    for text in (NAME, "Wilhelmina", "wil@example.nl", "8232 AB", "0600000000", *sealed):
        assert text.encode() not in after


def _bytes(path: Path) -> bytes:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("VACUUM")
    database.close()
    return path.read_bytes()

"""The daily checkpoint: to witnesses with an address and to council offices, in office hours, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.jobs import run_job
from civic.mail.models import OutgoingMail
from civic.seal import letters, service
from civic.seal.jobs import JOBS
from tests.conftest import NOW
from tests.factories import make_user
from tests.seal.makers import DRONTEN, LELYSTAD, URK, cosign, publish, signed_log

MAIL = JOBS[2]
SATURDAY, NIGHT = NOW + timedelta(days=5), NOW.replace(hour=2)


@pytest.fixture
def log(app: Flask) -> None:
    with app.app_context():
        publish(LELYSTAD, email="griffie@example.nl")
        publish(DRONTEN)
        service.retire_witness(publish(URK, email="urk@example.nl"), actor=None, at=NOW)
        make_user(Role.COUNCIL_OFFICE, email="jan@example.nl", name="Jan Postma", code="GM0995")
        make_user(Role.COUNCIL_OFFICE, email="griffie@example.nl", name="Griffie", code="GM0034")
        make_user(Role.AUDITOR, email="henk@example.nl")
        gone = make_user(Role.COUNCIL_OFFICE, email="weg@example.nl", code="GM0034")
        gone.email, gone.erased_at = None, NOW
        cosign(LELYSTAD, signed_log(12))


def sent(app: Flask) -> dict[str, str]:
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "checkpoint"))
        return {row.address or "": f"{row.subject}\n{row.text}" for row in rows}


@pytest.mark.usefixtures("log")
def test_who_gets_it(app: Flask) -> None:
    assert run_job(app, MAIL, NOW)
    assert sent(app).keys() == {"griffie@example.nl", "jan@example.nl"}


@pytest.mark.usefixtures("log")
def test_what_is_in_it(app: Flask) -> None:
    run_job(app, MAIL, NOW)
    with app.app_context():
        checkpoint = letters.queries.newest_checkpoint()
        assert checkpoint is not None
        note = letters.note_of(checkpoint)
    mails = sent(app)
    for text in mails.values():
        assert text.startswith("Het controlepunt van 23 november 2026\n")
        assert note in text, "the signed note as it is: it can be checked from the mail alone"
        assert "/verifieer" in text
    assert "/verifieer/getuigen/1" in mails["griffie@example.nl"]
    assert "/verifieer/getuigen/" not in mails["jan@example.nl"]
    assert "Beste Jan Postma," in mails["jan@example.nl"]


@pytest.mark.usefixtures("log")
def test_once_a_day(app: Flask) -> None:
    for hour in range(5):
        run_job(app, MAIL, NOW + timedelta(hours=hour))
    assert len(sent(app)) == 2
    with app.app_context():
        count = len(db.session.scalars(select(OutgoingMail.id)).all())
    run_job(app, MAIL, NOW + timedelta(days=1))
    with app.app_context():
        assert len(db.session.scalars(select(OutgoingMail.id)).all()) == count + 2


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("at", [SATURDAY, NIGHT, NOW.replace(month=12, day=25)])
def test_not_out_of_office_hours(app: Flask, at: datetime) -> None:
    run_job(app, MAIL, at)
    assert sent(app) == {}


def test_not_without_a_checkpoint(app: Flask) -> None:
    with app.app_context():
        make_user(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995")
        db.session.commit()
    assert run_job(app, MAIL, NOW)
    assert sent(app) == {}

"""The reporter writes, with the code that was typed on this device."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import ReportMessage
from civic.aanjaagteam.service import voices
from civic.db import db, now
from civic.errors import TooMany
from civic.events import queries as events
from civic.events.service import Reference
from tests.aanjaagteam.makers import new_report
from tests.aanjaagteam.voices_makers import actions, followed, tokens

URL = "/meldingen/volgen/bericht"
STAND = "/meldingen/volgen/stand"


def _texts(app: Flask, report_id: int) -> list[str | None]:
    with app.app_context():
        rows = db.session.scalars(select(ReportMessage).where(ReportMessage.report_id == report_id))
        return [row.text for row in rows]


def test_works_and_promises_a_day(app: Flask, client: FlaskClient) -> None:
    number, token = followed(app, client), tokens(app)[0]
    assert client.post(URL, data={"text": "Wie beslist er?", "token": token}).status_code == 303
    assert _texts(app, number) == ["Wie beslist er?"]
    page = client.get(STAND).text
    assert "Uw bericht is verstuurd." in page
    assert "Antwoord uiterlijk op 30 november 2026" in page
    with app.app_context():
        promise = events.deadline_of(Reference("report", number), voices.REPLY)
        assert promise is not None
        assert promise.met_at is None


def test_the_same_post_twice_is_one_message(app: Flask, client: FlaskClient) -> None:
    number, token = followed(app, client), tokens(app)[0]
    for _time in range(2):
        assert client.post(URL, data={"text": "Wie beslist er?", "token": token}).status_code == 303
    assert len(_texts(app, number)) == 1
    assert actions(app, number).count("message_received") == 1


def test_get_is_refused(client: FlaskClient) -> None:
    assert client.get(URL).status_code == 405


def test_a_device_that_forgot_asks_for_the_code_and_keeps_the_text(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        receipt = new_report()
        db.session.commit()
        number, code = receipt.report.id, receipt.code
    token = tokens(app)[0]
    page = client.post(URL, data={"text": "Een lang verhaal.", "token": token})
    assert page.status_code == 422
    assert "Een lang verhaal." in page.text
    assert "Vul uw code nog een keer in." in page.text
    wrong = client.post(URL, data={"text": "Een lang verhaal.", "token": token, "code": "ABCD"})
    assert "Deze code kennen wij niet." in wrong.text
    assert "Een lang verhaal." in wrong.text
    data = {"text": "Een lang verhaal.", "token": token, "code": code}
    assert client.post(URL, data=data).status_code == 303
    assert _texts(app, number) == ["Een lang verhaal."]


def test_guessing_codes_here_is_limited_too(app: Flask, client: FlaskClient) -> None:
    data = {"text": "Hallo", "token": tokens(app)[0], "code": "ABCD"}
    answers = [client.post(URL, data=data).status_code for _attempt in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize("text", ["", "   ", "\u202e"])
def test_nothing_written(app: Flask, client: FlaskClient, text: str) -> None:
    number = followed(app, client)
    page = client.post(URL, data={"text": text, "token": tokens(app)[0]})
    assert page.status_code == 422
    assert "Schrijf uw bericht." in page.text
    assert _texts(app, number) == []


def test_strange_and_long_text(app: Flask, client: FlaskClient) -> None:
    number, (one, two) = followed(app, client), tokens(app, 2)
    client.post(URL, data={"text": "<script>alert(1)</script> 🚲 ש", "token": one})
    shown = client.get(STAND).text
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    page = client.post(URL, data={"text": "a" * 4001, "token": two})
    assert page.status_code == 422
    assert "Maak deze tekst korter" in page.text
    assert len(_texts(app, number)) == 1


def test_a_token_that_is_not_ours(app: Flask, client: FlaskClient) -> None:
    followed(app, client)
    page = client.post(URL, data={"text": "Hallo", "token": "vals"})
    assert page.status_code == 422
    assert "Dit formulier was verlopen." in page.text


def test_at_most_twenty_a_day(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        report = new_report().report
        for number in range(voices.MOST_A_DAY):
            voices.write_as_reporter(report, voices.NewMessage("Hallo", f"t{number}"), at=now())
        with pytest.raises(TooMany, match="too_many_messages"):
            voices.write_as_reporter(report, voices.NewMessage("Hallo", "nog een"), at=now())


def test_a_stranger_reads_nothing(app: Flask, client: FlaskClient) -> None:
    number = followed(app, client)
    client.post(URL, data={"text": "Geheime zin", "token": tokens(app)[0]})
    client.post("/meldingen/volgen", data={"stop": "1"})
    assert client.get(STAND).status_code == 302
    assert client.get(f"/meldingen/{number}").status_code == 404

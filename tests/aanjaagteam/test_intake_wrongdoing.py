"""Words of wrongdoing: a page in between says where the law protects, before anything is stored."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models.units import Unit
from civic.aanjaagteam.states.intake import tells_of_wrongdoing
from civic.db import db
from tests.aanjaagteam.grepping import files, mails, stored
from tests.aanjaagteam.makers import STORY
from tests.aanjaagteam.test_intake_employee import hidden
from tests.aanjaagteam.test_start import URL, answers, reports, token_of

WORD = "paardenbloemwijn"
TEXT = f"Mijn chef neemt steekpenningen aan. {WORD}"


def test_nothing_is_stored_at_that_step(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    data = answers(client, story=TEXT, email="melder@example.nl")
    before = stored(app)
    page = client.post(URL, data=data)
    assert page.status_code == 200
    for words in ("Huis voor Klokkenluiders", "Wet bescherming klokkenluiders", "meldpunt van uw werkgever"):
        assert words in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert stored(app) == before
    with client.session_transaction() as kept:
        assert set(kept) <= {"csrf_token"}
    assert mails(app) == {}
    for place, text in {**files(app), "log": caplog.text}.items():
        assert WORD not in text, place


def test_stop_loses_the_text(app: Flask, client: FlaskClient) -> None:
    client.post(URL, data=answers(client, story=TEXT))
    assert WORD not in client.get("/meldingen/misstand").text
    assert WORD not in client.get(URL).text
    assert reports(app) == []


def test_go_on_knowingly(app: Flask, client: FlaskClient) -> None:
    page = client.post(URL, data=answers(client, story=TEXT))
    assert client.post(URL, data=hidden(page.text)).status_code == 303
    with app.app_context():
        (report,) = reports(app)
        db.session.add(report)
        assert report.story == TEXT


def test_change_the_text(app: Flask, client: FlaskClient) -> None:
    page = client.post(URL, data=answers(client, story=TEXT))
    form = client.post(URL, data={**hidden(page.text), "stap": "wijzigen"})
    assert WORD in form.text
    assert "Stop dan hier" in client.post(URL, data=answers(client, story=TEXT)).text
    assert reports(app) == []


def test_a_small_unit_comes_after_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        row = Unit(name="Kabinet", headcount=2)
        db.session.add(row)
        db.session.commit()
        number = row.id
    url = f"{URL}?voor=medewerker"
    data = {"story": TEXT, "token": token_of(client, url), "unit": str(number)}
    first = client.post(url, data=data)
    assert "Stop dan hier" in first.text
    second = client.post(url, data=hidden(first.text))
    assert "Deze afdeling is klein" in second.text
    assert reports(app) == []
    assert client.post(url, data=hidden(second.text)).status_code == 303
    assert len(reports(app)) == 1


def test_an_official_is_stopped_too(app: Flask, team: FlaskClient) -> None:
    url = "/aanjaagteam/melding-invoeren"
    page = team.post(url, data={**answers(team, story=TEXT), "token": token_of(team, url)})
    assert "Stop dan hier" in page.text
    assert reports(app) == []


def test_answers_that_nobody_asked_for_change_nothing(app: Flask, client: FlaskClient) -> None:
    page = client.post(URL, data={**answers(client, story=TEXT), "gezien": ["klein", "<b>", "x" * 5000]})
    assert "Stop dan hier" in page.text
    assert hidden(page.text)["gezien"] == ["klein", "misstand"]


@pytest.mark.parametrize(
    "text", ["Bijstandsfraude!", "FRAUDE", "om\u00adkoping", "er is gesjoemeld", "Frau\u0301de", "misstanden"]
)
def test_words_in_any_spelling(text: str) -> None:
    assert tells_of_wrongdoing(text)


@pytest.mark.parametrize("text", [STORY, "De stand van zaken mist.", "Ik wil verduisterende gordijnen.", ""])
def test_plain_words_stop_nobody(text: str) -> None:
    assert not tells_of_wrongdoing(text)

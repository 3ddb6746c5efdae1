"""What is already known: while somebody writes, on the receipt, and on the case; public facts only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.models.intake import ReportLikeness
from civic.aanjaagteam.routes import intake as routes
from civic.aanjaagteam.states import State
from civic.db import db
from civic.limits import Fleeting, Limit
from civic.search.service import rebuild
from tests.aanjaagteam.grepping import stored
from tests.aanjaagteam.makers import TITLE
from tests.aanjaagteam.test_start import URL, answers, reports, token_of
from tests.conftest import NOW

ALIKE = "/meldingen/nieuw/lijkt-op"
STORY = "De vergunning voor mijn terras blijft liggen. Woord: zeekraal."
BLOCK = {"HX-Request": "true"}


def test_a_block_beside_the_text(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number, hidden = make(State.TRIAGED), make(State.TRIAGED, is_public=False)
    before = stored(app)
    block = client.post(ALIKE, data={"story": STORY}, headers=BLOCK)
    assert block.status_code == 200
    assert "<html" not in block.text
    assert TITLE in block.text
    assert f"/meldingen/{number}" in block.text
    assert f"/meldingen/{hidden}" not in block.text
    assert stored(app) == before


def test_without_script_the_whole_form_comes_back(client: FlaskClient, make: Callable[..., int]) -> None:
    make(State.TRIAGED)
    data = answers(client, story=STORY, email="melder@example.nl")
    page = client.post(f"{ALIKE}?van=/hulp", data=data)
    assert page.status_code == 200
    for words in (TITLE, STORY, "melder@example.nl", data["token"], "Contact en hulp"):
        assert words in page.text
    assert client.get(ALIKE).status_code == 405


def test_nothing_alike_blocks_nothing(app: Flask, client: FlaskClient) -> None:
    assert "nog geen melding" in client.post(ALIKE, data={"story": "Zeekraal."}, headers=BLOCK).text
    assert client.post(ALIKE, data={"story": ""}, headers=BLOCK).status_code == 200
    assert client.post(ALIKE, data={}).status_code == 200
    assert client.post(ALIKE, data={"story": "('\"*& | OR AND <>" * 400}, headers=BLOCK).status_code == 200
    assert "misstand" in client.post(ALIKE, data={"story": "Steekpenningen."}, headers=BLOCK).text
    assert reports(app) == []


def test_for_the_phone_only_the_team(client: FlaskClient, team: FlaskClient) -> None:
    data = {"story": STORY, "token": token_of(team, "/aanjaagteam/melding-invoeren")}
    assert client.post(f"{ALIKE}?via=telefoon", data=data).status_code == 302
    assert "Voer een melding in" in team.post(f"{ALIKE}?via=telefoon", data=data).text


def test_the_receipt_shows_what_it_looks_like(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TRIAGED)
    client.post(URL, data=answers(client, story=STORY))
    receipt = client.get("/meldingen/ontvangst").text
    assert "Dit lijkt op uw melding" in receipt
    assert f"/meldingen/{number}" in receipt
    with app.app_context():
        report = db.session.get(Report, number)
        assert report is not None
        report.is_public = False  # taken off the site since
        db.session.commit()
    assert TITLE not in client.get("/meldingen/ontvangst").text


def test_the_case_shows_it_without_the_story(
    app: Flask, client: FlaskClient, team: FlaskClient, scoped: FlaskClient, make: Callable[..., int]
) -> None:
    number, other = make(State.TRIAGED, code="GM0995"), make(State.TRIAGED, code="GM0303", is_public=False)
    with app.app_context():
        for one in (number, other):
            report = db.session.get(Report, one)
            assert report is not None
            report.process_guess = "Terrasvergunning"
        db.session.commit()
    client.post(URL, data=answers(client, story=STORY))
    new = reports(app)[-1].id
    page = team.get(f"/aanjaagteam/meldingen/{new}").text
    assert "Lijkt op wat de melder schreef" in page
    page = team.get(f"/aanjaagteam/meldingen/{number}").text
    assert f'href="/aanjaagteam/meldingen/{other}"' in page
    assert "Zelfde proces" in page
    assert "zeekraal" not in page
    # a member of Dronten reads a public one of elsewhere as anybody does
    page = scoped.get(f"/aanjaagteam/meldingen/{other}").text
    assert f'href="/meldingen/{number}"' in page
    assert f'href="/aanjaagteam/meldingen/{number}"' not in page
    assert f'href="/aanjaagteam/meldingen/{new}"' not in page


def test_nobody_finds_a_report_by_the_process_that_the_team_guessed(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TRIAGED)
    with app.app_context():
        report = db.session.get(Report, number)
        assert report is not None
        report.process_guess = "Drank- en horecawet zeewier ontheffing"
        db.session.flush()
        rebuild(NOW)
        db.session.commit()
    guess = {"story": "Drank- en horecawet zeewier ontheffing"}
    assert TITLE not in client.post(ALIKE, data=guess, headers=BLOCK).text
    assert TITLE in client.post(ALIKE, data={"story": TITLE}, headers=BLOCK).text


def test_who_looks_too_often_waits_and_leaves_no_trace(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look reads hundreds of titles. Counted in memory: a row would say when somebody was typing."""
    monkeypatch.setattr(routes, "LOOKS", Fleeting(Limit("report_alike", 2, 600)))
    data, before = answers(client, story=STORY), stored(app)
    looks = [client.post(ALIKE, data=data, headers=BLOCK).status_code for _once in range(3)]
    assert looks == [200, 200, 429]
    page = client.post(ALIKE, data=data)
    assert page.status_code == 429
    assert STORY in page.text
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.post(ALIKE, data=data, headers=BLOCK, environ_base=elsewhere).status_code == 200
    assert stored(app) == before


def test_only_numbers_are_kept(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    make(State.TRIAGED)
    client.post(URL, data=answers(client, story=STORY))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ReportLikeness)) == 1
        assert {column.name for column in ReportLikeness.__table__.columns} == {
            "report_id",
            "other_id",
            "score",
        }

"""Anonymous is really anonymous: no address, no browser, no story anywhere but sealed in its own row."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import State
from civic.db import Base, db
from tests.aanjaagteam.makers import STORY
from tests.aanjaagteam.test_start import URL, answers

ADDRESS, BROWSER = "203.0.113.77", "Merkwaardige-Browser/9.9"
MARK = "pimpelpaars"


def everything_stored(app: Flask) -> str:
    with app.app_context():
        rows = [
            str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))
        ]
    return "\n".join(rows)


def test_nothing_about_the_visitor_is_stored_or_logged(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outside = {"environ_overrides": {"REMOTE_ADDR": ADDRESS}, "headers": {"User-Agent": BROWSER}}
    assert client.post(URL, data=answers(client), **outside).status_code == 303
    client.get("/meldingen/ontvangst", **outside)
    client.post("/meldingen/volgen", data={"code": "verkeerd"}, **outside)
    for text in (everything_stored(app), caplog.text):
        for trace in (ADDRESS, "203.0.113", BROWSER, "Merkwaardige", MARK):
            assert trace not in text


def test_the_story_is_nowhere_in_clear_in_the_database(app: Flask, make: Callable[..., int]) -> None:
    for state in State:
        make(state, email="melder@example.nl")
    stored = everything_stored(app)
    assert MARK not in stored
    assert "melder@example.nl" not in stored


def test_the_story_is_on_no_public_page(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    numbers = [make(state) for state in State]
    pages = ["/", "/meldingen", "/meldingen?toon=open", "/meldingen/nieuw", "/meldingen/volgen"]
    pages += [f"/meldingen/{number}" for number in numbers]
    for url in pages:
        assert MARK not in client.get(url).text, url


def test_the_list_of_the_team_shows_no_story(team: FlaskClient, make: Callable[..., int]) -> None:
    make(State.NEW)
    page = team.get("/aanjaagteam")
    assert "Nog zonder titel" in page.text
    assert MARK not in page.text


def test_no_text_in_events(app: Flask, make: Callable[..., int]) -> None:
    from civic.events.models import Event

    for state in State:
        make(state)
    with app.app_context():
        for event in db.session.scalars(select(Event).where(Event.subject_type == "report")):
            assert MARK not in str(event.data)
            assert all(isinstance(value, int | str | bool) for value in event.data.values())


def test_the_moment_of_the_report_is_not_public(
    app: Flask, client: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TRIAGED)
    page = client.get(f"/meldingen/{number}").text
    assert "Gemeld in" in page
    timeline = page[page.index('class="timeline"') :]
    assert "Gemeld<" not in timeline


def test_retention_blanks_address_and_story(app: Flask, make: Callable[..., int]) -> None:
    from datetime import timedelta

    from civic.db import now
    from civic.retention import apply_retention

    closed, still_open = make(State.DONE, email="a@example.nl"), make(State.TAKEN_UP, email="b@example.nl")

    def left(number: int) -> tuple[bool, bool]:
        with app.app_context():
            report = db.session.get(Report, number)
            assert report is not None
            return report.contact is not None, report.story is not None

    def apply(days: int) -> None:
        with app.app_context():
            apply_retention(now() + timedelta(days=days))

    apply(100)
    assert left(closed) == (True, True)
    apply(200)
    assert left(closed) == (False, True)
    apply(400)
    assert (left(closed), left(still_open)) == ((False, False), (True, True))
    apply(5 * 366)
    assert left(still_open) == (False, False)


def test_a_case_without_its_story_still_opens(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.DONE)
    with app.app_context():
        report = db.session.get(Report, number)
        assert report is not None
        report.story = None
        db.session.commit()
    assert "Het verhaal is gewist" in team.get(f"/aanjaagteam/meldingen/{number}").text


def test_story_constant_holds_the_mark() -> None:
    assert MARK in STORY

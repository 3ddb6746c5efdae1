"""Talks with those who know the case, the agendas of tables, and the days to management."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import ContentMeeting, Report, TableItem
from civic.aanjaagteam.queries.meetings import days_to_management, had_content_meeting
from civic.aanjaagteam.service.meetings import Said, Slot, note_result, put_on_table
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.db import db
from civic.events.models import Event
from tests.aanjaagteam.makers import TITLE, member, new_report, report_in
from tests.aanjaagteam.test_case import CASE, actions_on
from tests.conftest import NOW

MEETING = {
    "held_on": "2026-11-20",
    "attendees": "Wijkverpleegkundige en Jan van de balie",
    "knows_case": "y",
    "outcome": "De indicatie klopt.",
    "token": "abc",
}
TABLE = {"organ": "management", "table_on": "2026-11-25", "asked": "Mag het terras open?"}


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


# talks


def test_a_talk_is_sealed_and_counts_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    url = f"{CASE}/{number}/gesprek"
    assert 'name="token"' in team.get(url).text
    for _click in range(2):
        assert team.post(url, data=MEETING).status_code == 303
    assert count(app, ContentMeeting) == 1
    assert actions_on(app, number).count("content_meeting") == 1
    page = team.get(f"{CASE}/{number}").text
    for words in ("De indicatie klopt.", "Jan van de balie", "Met mensen die de zaak kennen"):
        assert words in page
    with app.app_context():
        row = db.session.scalars(select(ContentMeeting)).one()
        assert "Jan" not in str(row.attendees_sealed)
        assert had_content_meeting(db.session.get_one(Report, number))


def test_a_talk_without_those_who_know_is_no_talk(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    team.post(f"{CASE}/{number}/gesprek", data={**MEETING, "knows_case": ""})
    with app.app_context():
        assert not had_content_meeting(db.session.get_one(Report, number))


def test_all_errors_of_a_talk(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    url = f"{CASE}/{make(State.TAKEN_UP)}/gesprek"
    page = team.post(url, data={"token": "x"})
    assert page.status_code == 422
    for words in (
        "Vul de dag van het gesprek in.",
        "Schrijf op wie erbij waren.",
        "Schrijf op wat eruit kwam.",
    ):
        assert words in page.text
    page = team.post(url, data={**MEETING, "held_on": "2026-12-01"})
    assert "Deze dag is nog niet geweest." in page.text
    assert "Jan van de balie" in page.text
    assert count(app, ContentMeeting) == 0


# tables


def test_on_the_agenda_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    for _click in range(2):
        assert team.post(f"{CASE}/{number}/agenda", data=TABLE).status_code == 303
    assert count(app, TableItem) == 1
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "on_table")).one()
        assert (event.data["body"], event.data["on"]) == ("management", "2026-11-25")
    page = team.get("/aanjaagteam/agenda").text
    for words in ("25 november 2026", "Managementoverleg", TITLE, "Mag het terras open?"):
        assert words in page
    page = team.get("/aanjaagteam/agenda/management/2026-11-25")
    assert "Mag het terras open?" in page.text
    assert TITLE not in team.get("/aanjaagteam/agenda?toon=geweest").text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"organ": "koffie"}, "Kies een tafel."),
        ({"table_on": "2026-11-20"}, "Kies vandaag of een dag die nog komt."),
        ({"table_on": "2029-11-20"}, "Kies een dag binnen een jaar."),
        ({"asked": ""}, "Schrijf in één regel wat u van de tafel vraagt."),
        ({"asked": "x" * 301}, "Maak deze tekst korter."),
    ],
)
def test_bad_place_on_an_agenda(
    team: FlaskClient, make: Callable[..., int], given: dict[str, str], sentence: str
) -> None:
    page = team.post(f"{CASE}/{make(State.TAKEN_UP)}/agenda", data={**TABLE, **given})
    assert page.status_code == 422
    assert sentence in page.text


def test_closed_report_goes_on_no_agenda(team: FlaskClient, make: Callable[..., int]) -> None:
    url = f"{CASE}/{make(State.DONE)}/agenda"
    assert team.get(url).status_code == 409
    assert team.post(url, data=TABLE).status_code == 409


def test_strange_agendas(team: FlaskClient) -> None:
    for path in ("management/gisteren", "koffie/2026-11-25", "management/2026-13-01"):
        assert team.get(f"/aanjaagteam/agenda/{path}").status_code == 404
    assert team.get("/aanjaagteam/agenda?voor=x&na=9").status_code == 200


def test_result_of_a_table(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    team.post(f"{CASE}/{number}/agenda", data={**TABLE, "table_on": "2026-11-23"})
    team.post(f"{CASE}/{number}/agenda", data=TABLE)
    today_url, later_url = f"{CASE}/{number}/agenda/1", f"{CASE}/{number}/agenda/2"
    assert team.get(later_url).status_code == 409, "it is not that day yet"
    assert team.post(today_url, data={"result": ""}).status_code == 422
    page = team.post(today_url, data={"result": "discussed", "said": ""})
    assert "Schrijf op wat eruit kwam." in page.text
    assert team.post(today_url, data={"result": "discussed", "said": "Ja."}).status_code == 303
    assert team.post(today_url, data={"result": "postponed", "said": ""}).status_code == 409
    other = make(State.TAKEN_UP)
    assert team.get(f"{CASE}/{other}/agenda/1").status_code == 404
    page = team.get(f"{CASE}/{number}").text
    assert "Het management besprak dit na" in page
    assert actions_on(app, number)[-2:] == ["table_discussed", "story_read"]


def test_days_to_management_counts_the_first_discussion(app: Flask) -> None:
    with app.app_context():
        monday = NOW - timedelta(days=14)
        report, other = new_report(at=monday).report, new_report(at=monday).report
        told = (
            (TableBody.MANAGEMENT, date(2026, 11, 10), TableResult.POSTPONED),
            (TableBody.COLLEGE, date(2026, 11, 10), TableResult.DISCUSSED),
            (TableBody.MANAGEMENT, date(2026, 11, 11), TableResult.DISCUSSED),
            (TableBody.MANAGEMENT, date(2026, 11, 18), TableResult.DISCUSSED),
        )
        for organ, on, result in told:
            item = put_on_table(report, Slot(organ, on, "?"), actor=member(), at=monday)
            note_result(item, report, Said(result, "Ja."), actor=member(), at=NOW)
        put_on_table(other, Slot(TableBody.MANAGEMENT, date(2026, 11, 10), "?"), actor=member(), at=monday)
        db.session.flush()
        assert days_to_management([report.id, other.id]) == {report.id: 2}


def test_a_scoped_member_sees_only_the_own_municipality(
    app: Flask, scoped: FlaskClient, team: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        for code in ("GM0303", "GM0034"):
            report = report_in(State.TAKEN_UP, code=code)
            asked = f"Vraag uit {code}"
            slot = Slot(TableBody.MANAGEMENT, date(2026, 11, 25), asked)
            put_on_table(report, slot, actor=member(), at=NOW)
        db.session.commit()
    for path in ("/aanjaagteam/agenda", "/aanjaagteam/agenda/management/2026-11-25"):
        page = scoped.get(path).text
        assert "Vraag uit GM0303" in page
        assert "GM0034" not in page
        assert "Vraag uit GM0034" in team.get(path).text


def test_statements_do_not_grow_with_the_agenda(
    app: Flask, team: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    def _add(number: int) -> None:
        with app.app_context():
            for _one in range(number):
                report = report_in(State.TRIAGED)
                slot = Slot(TableBody.MANAGEMENT, date(2026, 11, 25), "?")
                put_on_table(report, slot, actor=member(), at=NOW)
            db.session.commit()

    _add(1)
    team.get("/aanjaagteam/agenda")
    with count_statements() as few:
        team.get("/aanjaagteam/agenda")
    _add(4)
    with count_statements() as many:
        team.get("/aanjaagteam/agenda")
    assert len(many) == len(few)

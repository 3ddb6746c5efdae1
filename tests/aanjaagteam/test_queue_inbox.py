"""Wat op mij wacht: what was asked of somebody, of their unit, and what they promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.own_promises import promised_by
from civic.aanjaagteam.states import State
from civic.accounts.my_sections import my_sections
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.events import service as events
from tests.aanjaagteam.makers import TITLE, member, report_in
from tests.aanjaagteam.queue_makers import EMPLOYEE_EMAIL, employee, unit, wait_for, works_at

URL = "/aanjaagteam/voor-mij"
SignIn = Callable[..., FlaskClient]


def test_an_employee_sees_what_waits_on_the_unit(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(Role.EMPLOYEE, email=EMPLOYEE_EMAIL)
    with app.app_context():
        where = unit()
        works_at(employee(), where)
        wait_for(report_in(State.TAKEN_UP), where, due_on=today(now()) + timedelta(days=2))
        number = where.id
        db.session.commit()
    page = client.get(URL).text
    assert TITLE in page
    assert "Voor mijn afdeling" in page
    assert f"/aanjaagteam/afdeling/{number}" in page
    assert "Mijn meldingen" not in page
    assert ">Wat op mij wacht</a>" in client.get("/").text


def test_a_stranger_sees_an_empty_page(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        wait_for(report_in(State.TAKEN_UP), unit())
        db.session.commit()
    page = sign_in(Role.EMPLOYEE, email="ander@example.nl").get(URL).text
    assert "Er wacht niets op u" in page
    assert TITLE not in page


def test_residents_have_no_inbox(sign_in: SignIn, client: FlaskClient) -> None:
    assert client.get(URL).status_code == 302
    assert sign_in(Role.RESIDENT, email="inwoner@example.nl").get(URL).status_code == 403


def test_the_team_sees_its_cases(team: FlaskClient, make: Callable[..., int]) -> None:
    number, done = make(State.TAKEN_UP), make(State.DONE)
    page = team.get(URL).text
    assert "U bent eigenaar of plaatsvervanger van 1 open melding" in page
    assert f"/aanjaagteam/meldingen/{number}" in page
    assert f'/aanjaagteam/meldingen/{done}"' not in page


def test_own_promises_that_come_near_or_are_late(app: Flask) -> None:
    with app.app_context():
        at, on = now(), today(now())
        mine, far = report_in(State.TAKEN_UP), report_in(State.TAKEN_UP)
        events.promise(mine, events.Promise("decide_now", "3 dagen", on))
        events.promise(far, events.Promise("decide_now", "8 weken", on))
        db.session.flush()
        items = list(promised_by(member(), frozenset(), at))
        assert [item.report_id for item in items] == [mine.id]
        assert inbox.late_count(items, at + timedelta(days=9)) == 1
        assert list(promised_by(employee(), frozenset(), at)) == []


def test_the_count_stands_on_the_own_page(app: Flask) -> None:
    with app.app_context():
        where, who = unit(), employee()
        works_at(who, where)
        wait_for(report_in(State.TAKEN_UP), where)
        db.session.commit()
        with app.test_request_context():
            found = {section.endpoint: section.waiting for section in my_sections(who)}
        assert found["aanjaagteam.inbox"] == 1

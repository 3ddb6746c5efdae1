"""Who keeps the list of units: the team in its scope, and administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import Unit, UnitMember
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.events.models import Event
from tests.aanjaagteam.queue_makers import EMPLOYEE_EMAIL, employee, unit, works_at
from tests.factories import make_user, municipality

URL = "/aanjaagteam/afdelingen"
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def number(app: Flask) -> int:
    with app.app_context():
        found = unit(headcount=12).id
        db.session.commit()
        return int(found)


def fact(app: Flask, number: int, name: str) -> Any:
    with app.app_context():
        return getattr(db.session.get(Unit, number), name)


def events_of(app: Flask, number: int) -> list[str]:
    with app.app_context():
        rows = select(Event.action).where(Event.subject_type == "unit", Event.subject_id == number)
        return list(db.session.scalars(rows.order_by(Event.id)))


def test_add(team: FlaskClient, app: Flask) -> None:
    with app.app_context():
        place = str(municipality("GM0034").id)
    data = {"name": " Wmo-loket ", "municipality": place, "headcount": "3", "discretion": "Zelf betalen."}
    answer = team.post(URL, data=data)
    assert answer.status_code == 303
    page = team.get(answer.location).text
    assert "Wmo-loket" in page
    assert "Dit is een kleine afdeling" in page
    assert "Kleine afdeling" in team.get(URL).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "Schrijf op hoe de afdeling heet"),
        ({"name": "x" * 121}, "Maak deze tekst korter"),
        ({"name": "A", "headcount": "nul"}, "Vul een heel getal in"),
        ({"name": "A", "headcount": "0"}, "Vul een heel getal in"),
        ({"name": "A", "headcount": "-3"}, "Vul een heel getal in"),
        ({"name": "A", "municipality": "7777"}, "Kies een antwoord uit de lijst"),
    ],
)
def test_mistakes_are_named(team: FlaskClient, app: Flask, data: dict[str, str], sentence: str) -> None:
    page = team.post(URL, data=data)
    assert page.status_code == 422
    assert sentence in page.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 0


def test_the_same_name_twice_is_refused(team: FlaskClient, number: int, app: Flask) -> None:
    place = str(fact(app, number, "municipality_id"))
    page = team.post(URL, data={"name": "vergunningen", "municipality": place})
    assert page.status_code == 422
    assert "Er is al een afdeling met deze naam" in page.text
    assert team.post(URL, data={"name": "Vergunningen", "municipality": ""}).status_code == 303


def test_change_writes_one_event_and_twice_writes_none(team: FlaskClient, number: int, app: Flask) -> None:
    data = {"name": "Vergunningen en toezicht", "municipality": str(fact(app, number, "municipality_id"))}
    for _click in range(2):
        assert team.post(f"{URL}/{number}", data=data).status_code == 303
    assert fact(app, number, "name") == "Vergunningen en toezicht"
    assert events_of(app, number) == ["unit_added", "unit_changed"]


def test_close_and_open_again(team: FlaskClient, number: int, app: Flask) -> None:
    for _click in range(2):
        team.post(f"{URL}/{number}/sluiten")
    assert not fact(app, number, "is_active")
    assert ">Vergunningen</option>" not in team.get("/aanjaagteam?status=").text
    team.post(f"{URL}/{number}/openen")
    assert events_of(app, number) == ["unit_added", "unit_closed", "unit_opened"]


def test_add_a_colleague_and_change_the_period(team: FlaskClient, number: int, app: Flask) -> None:
    with app.app_context():
        employee()
        db.session.commit()
    data = {"email": EMPLOYEE_EMAIL.upper(), "is_manager": "y", "from_on": "2026-01-01"}
    assert team.post(f"{URL}/{number}/mensen", data=data).status_code == 303
    page = team.get(f"{URL}/{number}").text
    assert "Elif Employee" in page
    assert "Geeft leiding" in page
    with app.app_context():
        row = db.session.scalars(select(UnitMember)).one().id
    data = {"from_on": "2026-01-01", "until_on": "2026-02-01"}
    assert team.post(f"{URL}/{number}/mensen/{row}", data=data).status_code == 303
    assert "Werkt hier nu niet" in team.get(f"{URL}/{number}").text
    data = {"from_on": "2026-03-01", "until_on": "2026-02-01"}
    assert team.post(f"{URL}/{number}/mensen/{row}", data=data).status_code == 422
    assert events_of(app, number) == ["unit_added", "member_added", "member_changed"]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Vul het mailadres van de collega in"),
        ("geen adres", "Schrijf een mailadres"),
        ("onbekend@example.nl", "kennen geen collega"),
        ("inwoner@example.nl", "kennen geen collega"),
    ],
)
def test_who_cannot_be_added(team: FlaskClient, number: int, app: Flask, email: str, sentence: str) -> None:
    with app.app_context():
        make_user(email="inwoner@example.nl")
        db.session.commit()
    page = team.post(f"{URL}/{number}/mensen", data={"email": email, "from_on": "2026-01-01"})
    assert page.status_code == 422
    assert sentence in page.text


def test_scope_of_the_team(scoped: FlaskClient, number: int, app: Flask) -> None:
    assert "Vergunningen" not in scoped.get(URL).text
    assert scoped.get(f"{URL}/{number}").status_code == 403
    assert scoped.post(f"{URL}/{number}/sluiten").status_code == 403
    with app.app_context():
        there, here = municipality("GM0995").id, municipality("GM0303").id
    for place in ("", str(there)):
        assert scoped.post(URL, data={"name": "Loket", "municipality": place}).status_code in {403, 422}
    assert scoped.post(URL, data={"name": "Loket", "municipality": str(here)}).status_code == 303


def test_others(sign_in: SignIn, number: int) -> None:
    assert sign_in(Role.ADMINISTRATOR, email="beheer@example.nl").get(f"{URL}/{number}").status_code == 200
    worker = sign_in(Role.EMPLOYEE, email="ander@example.nl")
    assert worker.get(URL).status_code == 403
    assert worker.post(f"{URL}/{number}/mensen", data={"email": "x"}).status_code == 403
    assert worker.get(f"{URL}/{number}/sluiten").status_code == 405


def test_a_member_of_another_unit_is_not_changed_here(team: FlaskClient, number: int, app: Flask) -> None:
    with app.app_context():
        works_at(employee(), unit("Inkoop"))
        row = db.session.scalars(select(UnitMember)).one().id
        db.session.commit()
    answer = team.post(f"{URL}/{number}/mensen/{row}", data={"from_on": "2020-01-01"})
    assert answer.status_code == 302
    with app.app_context():
        assert db.session.get_one(UnitMember, row).from_on != date(2020, 1, 1)
        assert today(now()) - db.session.get_one(UnitMember, row).from_on == timedelta(days=400)

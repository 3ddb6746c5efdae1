"""What a unit sees: what lies with it and waits on it; never the story, the notes or the reporter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import policy, service
from civic.aanjaagteam.models import Report, Unit
from civic.aanjaagteam.policy.units import UnitRelation, may_read_as_unit, may_see_unit
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import STORY, TITLE, member, new_report, report_in
from tests.aanjaagteam.queue_makers import EMPLOYEE_EMAIL, employee, unit, wait_for, works_at
from tests.factories import make_user

SignIn = Callable[..., FlaskClient]
NOTE = "Geheime notitie van het team"


@pytest.fixture
def worker(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.EMPLOYEE, email=EMPLOYEE_EMAIL, name="Elif Employee")


@pytest.fixture
def place(app: Flask, worker: FlaskClient) -> dict[str, int]:
    """A unit with one colleague; a report that lies there, one that waits on it, one that does neither."""
    with app.app_context():
        where = unit(discretion="Een bijlage zelf opvragen.")
        works_at(employee(), where)
        lies, waits, other = (report_in(State.TAKEN_UP, email="melder@example.nl") for _one in range(3))
        lies.unit_id = where.id
        lies.summary, lies.plan = "Het gaat om een terras.", "Wij bellen de afdeling."
        service.add_note(lies, NOTE, actor=member(), at=now())
        wait_for(waits, where, due_on=today(now()) - timedelta(days=1))
        wait_for(waits, unit("Inkoop"))
        db.session.commit()
        return {"unit": where.id, "lies": lies.id, "waits": waits.id, "other": other.id}


def report_url(place: dict[str, int], name: str) -> str:
    return f"/aanjaagteam/afdeling/{place['unit']}/meldingen/{place[name]}"


def test_a_unit_sees_what_lies_there_and_what_waits_on_it(worker: FlaskClient, place: dict[str, int]) -> None:
    page = worker.get(f"/aanjaagteam/afdeling/{place['unit']}").text
    assert report_url(place, "lies") in page
    assert report_url(place, "waits") in page
    assert report_url(place, "other") not in page
    assert "Wacht 3 dagen op uw antwoord" in page
    assert "Te laat" in page
    assert "Een bijlage zelf opvragen" in page
    assert "Tess Team" not in page


def test_a_report_as_a_unit_reads_it(worker: FlaskClient, place: dict[str, int]) -> None:
    page = worker.get(report_url(place, "lies")).text
    for words in (TITLE, "Het gaat om een terras", "Wij bellen de afdeling"):
        assert words in page
    for words in (STORY[:30], NOTE, "melder@example.nl"):
        assert words not in page


def test_a_unit_reads_what_it_was_asked(worker: FlaskClient, place: dict[str, int]) -> None:
    assert "Mag dit terras open?" in worker.get(report_url(place, "waits")).text


def test_what_does_not_concern_the_unit_is_refused(worker: FlaskClient, place: dict[str, int]) -> None:
    assert worker.get(report_url(place, "other")).status_code == 403
    case = worker.get(f"/aanjaagteam/meldingen/{place['lies']}")
    assert case.location == f"/aanjaagteam/gevraagd/{place['lies']}", "the page of the team is not theirs"
    assert worker.get(f"/aanjaagteam/meldingen/{place['other']}").status_code == 403
    assert worker.get("/aanjaagteam/afdeling/7777").status_code == 404


def test_other_officials_and_residents_see_nothing(place: dict[str, int], sign_in: SignIn) -> None:
    for role in (Role.EMPLOYEE, Role.ADMINISTRATOR, Role.RESIDENT):
        stranger = sign_in(role, email=f"{role.value}-ander@example.nl")
        assert stranger.get(f"/aanjaagteam/afdeling/{place['unit']}").status_code == 403
        assert stranger.get(report_url(place, "lies")).status_code == 403


def test_who_left_the_unit_sees_nothing(app: Flask, place: dict[str, int], sign_in: SignIn) -> None:
    gone = sign_in(Role.EMPLOYEE, email="weg@example.nl")
    with app.app_context():
        where = db.session.get_one(Unit, place["unit"])
        works_at(employee("weg@example.nl"), where, until_on=today(now()) - timedelta(days=1))
        db.session.commit()
    assert gone.get(report_url(place, "lies")).status_code == 403


def test_a_resident_on_the_list_by_mistake_sees_nothing(app: Flask, place: dict[str, int]) -> None:
    with app.app_context():
        resident = make_user(email="inwoner@example.nl")
        relation = UnitRelation(works_there=True, concerns_report=True)
        assert not may_read_as_unit(resident, db.session.get_one(Report, place["lies"]), relation)
        assert not may_read_as_unit(None, db.session.get_one(Report, place["lies"]), relation)


def test_team_member_of_elsewhere_sees_the_rows_in_reach_only(
    place: dict[str, int], scoped: FlaskClient
) -> None:
    page = scoped.get(f"/aanjaagteam/afdeling/{place['unit']}")
    assert page.status_code == 200
    assert TITLE not in page.text
    assert scoped.get(report_url(place, "lies")).status_code == 403


def test_policy_is_about_the_relation(app: Flask, place: dict[str, int]) -> None:
    with app.app_context():
        who, where = employee(), unit("Archief")
        assert may_see_unit(who, frozenset({where.id}), where)
        assert not may_see_unit(who, frozenset(), where)
        assert not may_see_unit(None, frozenset({where.id}), where)
        assert not policy.may_see_queue(who)


def test_number_of_statements_does_not_grow(
    worker: FlaskClient, place: dict[str, int], app: Flask, count_statements: Callable[[], Any]
) -> None:
    url = f"/aanjaagteam/afdeling/{place['unit']}"
    with count_statements() as few:
        worker.get(url)
    with app.app_context():
        for _one in range(8):
            new_report().report.unit_id = place["unit"]
        db.session.commit()
    with count_statements() as many:
        worker.get(url)
    assert len(many) == len(few)

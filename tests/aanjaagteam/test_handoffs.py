"""Handing over to another unit: the check first, the warning when it goes round, the chain, the mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from civic.aanjaagteam.models import HandoverParty, InternalNote, Report, Unit
from civic.aanjaagteam.queries import handoffs as queries
from civic.aanjaagteam.states import State
from civic.db import db
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import hand, unit
from tests.aanjaagteam.makers import STORY, report_in
from tests.aanjaagteam.test_case import CASE, actions_on
from tests.conftest import NOW


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    with app.app_context():
        made = {name: unit(name, f"{name.lower()}@example.nl").id for name in ("Beleid", "Inkoop", "Zorg")}
        db.session.commit()
        return made


def post(client: FlaskClient, app: Flask, number: int, **given: str) -> Any:
    with app.app_context():
        revision = str(db.session.get_one(Report, number).revision)
    data = {"handover_reason": "expertise", "note": "Zij <weten> meer.", "stap": "vastleggen"}
    return client.post(f"{CASE}/{number}/overdragen", data={**data, "revision": revision, **given})


def test_first_a_check_then_it_is_done(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    number = make(State.TAKEN_UP)
    check = post(team, app, number, unit=str(units["Inkoop"]), stap="controleren")
    assert check.status_code == 200
    assert "Controleer de overdracht" in check.text
    assert "in een kring" not in check.text
    assert "handed_over" not in actions_on(app, number)
    back = post(team, app, number, unit=str(units["Inkoop"]), stap="wijzigen")
    assert "Zij &lt;weten&gt; meer.</textarea>" in back.text
    assert post(team, app, number, unit=str(units["Inkoop"])).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "Aanjaagteam → Inkoop" in page
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "handed_over")).one()
        assert event.data == {"from_unit": None, "to_unit": units["Inkoop"]}
        assert event.reason_code == "expertise"
        assert db.session.scalars(select(InternalNote)).one().text == "Zij <weten> meer."
        mail = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == "report_handed_over")
        ).one()
        assert mail.address == "inkoop@example.nl"
        assert STORY not in (mail.text or "")
        assert "<weten>" not in (mail.text or "")


def test_going_round_is_said_before_it_happens(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        report = db.session.get_one(Report, number)
        for ago, name in ((30, "Beleid"), (20, "Inkoop"), (10, "Zorg")):
            row = db.session.get_one(Unit, units[name])
            hand(report, row, at=NOW - timedelta(days=ago))
        db.session.commit()
    check = post(team, app, number, unit=str(units["Beleid"]), stap="controleren").text
    assert "Let op: de melding gaat in een kring" in check
    assert "Beleid had deze melding al 1 keer." in check
    assert "Daarna ging ze 20 dagen rond." in check
    assert "Draag toch over" in check
    assert post(team, app, number, unit=str(units["Beleid"])).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "De melding ging in een kring" in page
    assert "Gaat in een kring" in page


def test_somebody_outside_the_units_counts_in_the_circle(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    """By name, in any spelling; the log itself holds no words."""
    number = make(State.TAKEN_UP)
    inkoop = str(units["Inkoop"])
    both = post(team, app, number, unit=inkoop, party="Taxi <Noord>")
    assert both.status_code == 422
    assert "Niet allebei." in both.text
    assert post(team, app, number, unit="", party="x" * 121).status_code == 422
    check = post(team, app, number, unit="", party="Taxi <Noord>", stap="controleren").text
    assert "Taxi &lt;Noord&gt;" in check
    assert "Neem zelf contact op." in check
    assert post(team, app, number, unit="", party="Taxi <Noord>").status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "Aanjaagteam → Taxi &lt;Noord&gt;" in page
    assert 'name="unit"' not in page  # from here on it is handed over
    again = post(team, app, number, unit="", party="  taxi <NOORD> ")
    assert again.status_code == 422
    assert "De melding ligt daar al." in again.text
    assert post(team, app, number, unit=inkoop).status_code == 303
    assert "Taxi &lt;Noord&gt; → Inkoop" in team.get(f"{CASE}/{number}").text
    check = post(team, app, number, unit="", party="TAXI <noord>", stap="controleren").text
    assert "TAXI &lt;noord&gt; had deze melding al 1 keer." in check
    assert post(team, app, number, unit="", party="TAXI <noord>").status_code == 303
    assert "Gaat in een kring" in team.get(f"{CASE}/{number}").text
    with app.app_context():
        assert db.session.get_one(Report, number).unit_id is None
        data = [row.data for row in db.session.scalars(select(Event).where(Event.action == "handed_over"))]
        assert data[0] == {"from_unit": None, "to_unit": None}
        addressed = select(OutgoingMail).where(OutgoingMail.template == "report_handed_over")
        assert len(list(db.session.scalars(addressed))) == 1


def test_all_mistakes_at_once(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    number = make(State.TAKEN_UP)
    answer = post(team, app, number, unit="", handover_reason="onzin", note=" ")
    assert answer.status_code == 422
    for sentence in (
        "Kies naar welke afdeling de melding gaat.",
        "Kies waarom de melding naar een ander gaat.",
        "Schrijf op wat uw collega’s moeten weten.",
    ):
        assert sentence in answer.text
    assert post(team, app, number, unit=str(units["Zorg"]), note="x" * 2001).status_code == 422
    assert post(team, app, number, unit="99999").status_code == 422
    assert "handed_over" not in actions_on(app, number)


def test_two_at_once_and_wrong_state(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    number, done = make(State.TAKEN_UP), make(State.DONE)
    assert post(team, app, number, unit=str(units["Inkoop"]), revision="2").status_code == 303
    answer = post(team, app, number, unit=str(units["Zorg"]), revision="2")
    assert answer.status_code == 409
    assert "Zij &lt;weten&gt; meer." in answer.text
    assert team.get(f"{CASE}/{done}/overdragen").status_code == 409
    assert post(team, app, done, unit=str(units["Zorg"])).status_code == 409


def test_the_chain_is_read_in_a_fixed_number_of_statements(
    app: Flask, units: dict[str, int], count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP)
        rows = {name: db.session.get_one(Unit, number) for name, number in units.items()}
        counts = []
        for name in ("Beleid", "Inkoop", "Beleid", "Zorg", "Beleid"):
            hand(report, rows[name])
            db.session.commit()
            with count_statements() as statements:
                chain = queries.chain_of(report)
            counts.append(len(statements))
        assert [step.is_back for step in chain] == [False, False, True, False, True]
        loop = queries.loop_to(report, units["Inkoop"], NOW.date())
        assert loop is not None
        assert loop.times == 1
        assert len(set(counts[1:])) == 1


def test_a_name_that_was_lost_leaves_the_case_readable(
    app: Flask, team: FlaskClient, make: Callable[..., int], units: dict[str, int]
) -> None:
    """The tables once went back to a version that kept no names; the log still says that it left."""
    number = make(State.TAKEN_UP)
    assert post(team, app, number, unit="", party="De wethouder").status_code == 303
    with app.app_context():
        db.session.execute(delete(HandoverParty))
        db.session.commit()
    page = team.get(f"{CASE}/{number}")
    assert page.status_code == 200
    assert "(geen afdeling)" in page.text
    assert post(team, app, number, unit=str(units["Zorg"])).status_code == 303

"""The first question, and the steps after it up to the draft; test_doors.py has the other doors."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db
from civic.events.models import Event, Visibility
from civic.initiatives.demo import DECLARED
from civic.initiatives.models import Initiative, KeptStart
from civic.initiatives.states import InitiativeKind, SolutionOwner, State
from civic.regions.rules import Scope
from tests.conftest import NOW
from tests.factories import municipality

NEW = "/initiatieven/nieuw"
WISH = "Zodat u kunt uitrusten."


def answers(app: Flask, *yes: str, **changes: Any) -> dict[str, Any]:
    """What the form carries when all steps were taken; the rules in `yes` count, or else all."""
    with app.app_context():
        place_ids = [str(municipality().id)]
    said = yes or ("residence", *DECLARED)
    rules = {f"regel_{rule}": "ja" if rule in said else "nee" for rule in ("residence", *DECLARED)}
    return {"wish": WISH, "way": "citizen_initiative", "place_ids": place_ids, **rules, **changes}


def begin(app: Flask, client: FlaskClient, **changes: Any) -> Any:
    return client.post(NEW, data={**answers(app), "stap": "begin", **changes})


def test_one_question_first_and_no_account(client: FlaskClient) -> None:
    page = client.get(NEW)
    assert page.status_code == 200
    assert "Wat wilt u bereiken?" in page.text
    assert "Titel" not in page.text
    assert client.post(NEW, data={"stap": "wens", "wish": ""}).status_code == 422


def test_every_step_carries_what_was_answered_and_back_loses_nothing(app: Flask, client: FlaskClient) -> None:
    typed = answers(app)
    way = client.post(NEW, data={"stap": "wens", "wish": WISH})
    assert "De gemeenteraad moet een besluit nemen" in way.text
    assert f'name="wish" value="{WISH}"' in way.text
    rules = client.post(NEW, data={**typed, "stap": "manier"})
    assert "Het is geen klacht over de gemeente." in rules.text
    assert 'name="way" value="citizen_initiative"' in rules.text
    back = client.post(NEW, data={**typed, "stap": "terug-wens"})
    assert WISH in back.text
    assert 'name="regel_complaint" value="ja"' in back.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(KeptStart)) == 0


def test_each_rule_must_be_answered(app: Flask, client: FlaskClient) -> None:
    typed = answers(app)
    del typed["regel_complaint"]
    page = client.post(NEW, data={**typed, "stap": "regels"})
    assert page.status_code == 422
    assert "Kies ja of nee." in page.text


def test_a_draft_has_all_that_was_answered(app: Flask, sign_in) -> None:
    response = begin(app, sign_in())
    assert response.status_code == 303
    assert response.location.endswith("/bewerken")
    with app.app_context():
        initiative = db.session.scalars(db.select(Initiative)).one()
        assert (initiative.wish, initiative.state, initiative.kind) == (
            WISH,
            State.DRAFT,
            InitiativeKind.CITIZEN_INITIATIVE,
        )
        assert [one.municipality.code for one in initiative.places] == ["GM0995"]
        assert set(initiative.confirmed_rules) == set(DECLARED)
        assert initiative.author_name == "Kees Jansen"
        assert db.session.scalars(db.select(Event)).one().visibility is Visibility.PRIVATE


def test_two_municipalities_are_a_region_and_a_project_is_of_the_residents(app: Flask, sign_in) -> None:
    with app.app_context():
        both = [str(municipality(code).id) for code in ("GM0995", "GM0034")]
    client = sign_in()
    assert begin(app, client, place_ids=both, way="resident_project").status_code == 303
    with app.app_context():
        initiative = db.session.scalars(db.select(Initiative)).one()
        assert initiative.scope is Scope.REGION
        assert initiative.solution_owner is SolutionOwner.RESIDENTS


def test_who_signs_in_first_finds_the_text_back(app: Flask, client: FlaskClient, sign_in) -> None:
    response = begin(app, client)
    assert response.status_code == 303
    assert "/inloggen?verder=/initiatieven/nieuw/verder/" in response.location
    with app.app_context():
        row = db.session.scalars(db.select(KeptStart)).one()
        assert WISH not in (row.answers_sealed or "")
    back = response.location.partition("verder=")[2]
    assert client.get(back).status_code == 302, "not without signing in"
    person = sign_in()
    assert WISH in person.get(back).text
    assert person.post(back).location.endswith("/bewerken")
    assert person.post(back).location.endswith("/initiatieven/mijn"), "twice is once"
    with app.app_context():
        assert db.session.scalars(db.select(Initiative)).one().wish == WISH
        assert db.session.scalar(db.select(db.func.count()).select_from(KeptStart)) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("om\u202ekeer\x0b bel\x07 🌳", "omkeer bel 🌳"),
    ],
)
def test_strange_input(app: Flask, sign_in, typed: str, kept: str) -> None:
    client = sign_in()
    shown = client.post(NEW, data={**answers(app), "wish": typed, "stap": "regels"}).text
    assert "<script>alert" not in shown
    location = begin(app, client, wish=typed).location
    with app.app_context():
        assert db.session.scalars(db.select(Initiative)).one().wish == kept
    assert "<script>alert" not in client.get(location).text


def test_nonsense_in_the_form_leads_back_to_its_step(app: Flask, client: FlaskClient) -> None:
    for changes in ({"way": "hack"}, {"place_ids": ["999999", "x"]}, {"place_ids": []}):
        for step in ("manier", "regels", "begin"):
            response = client.post(NEW, data={**answers(app), **changes, "stap": step})
            assert response.status_code == 422, (changes, step)
    assert client.post(NEW, data={"stap": "hack", "wish": "x" * 1001}).status_code == 422


def test_too_many_drafts_a_day(app: Flask, sign_in) -> None:
    client = sign_in()
    statuses = [begin(app, client).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]
    assert NOW

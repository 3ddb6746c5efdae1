"""One text for several municipalities: a threshold each and together, and every support in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events.models import Event
from civic.initiatives import queries, service
from civic.initiatives.models import Initiative, InitiativePlace, Support
from civic.initiatives.states import State
from civic.regions.queries import rule_set_on
from civic.regions.rules import Scope
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.factories import draft, form_values, mails, published

LELYSTAD, DRONTEN, URK = "8232 AB", "8251 AB", "8321 AB"
LATER = NOW + timedelta(days=3)


def _places(*codes: str) -> tuple[int, ...]:
    return tuple(municipality(code).id for code in codes)


def _regional(**changes: Any) -> Initiative:
    """For Lelystad (100 supports) and Dronten (50)."""
    return published(NOW, place_ids=_places("GM0995", "GM0303"), **changes)


def _support(initiative: Initiative, postcode: str, numbers: range) -> None:
    people = [service.Supporter(f"Steun {n}", f"{postcode[:4]}-{n}@example.nl", postcode) for n in numbers]
    service.add_confirmed(initiative, people, at=LATER)
    service.recount(initiative.id, at=LATER)
    db.session.commit()


def _reached(initiative: Initiative) -> dict[str, bool]:
    return {one.municipality.code: one.threshold_reached_at is not None for one in initiative.places}


def _actions(initiative: Initiative) -> list[tuple[str, Any]]:
    found = db.session.scalars(db.select(Event).where(Event.subject_id == initiative.id).order_by(Event.id))
    return [(one.action, one.data.get("place")) for one in found if one.action.startswith("reach")]


def test_two_places_make_it_regional(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft().id
        form = form_values(place_ids=[str(one) for one in _places("GM0995", "GM0303")], scope="district")
    client = sign_in(email=OWNER_EMAIL)
    assert client.post(f"/initiatieven/{number}/bewerken", data=form).status_code == 303
    page = client.get(f"/initiatieven/{number}/controleren").get_data(as_text=True)
    assert page.count("U bent 16 jaar of ouder.") == 1, "places with the same rules stand together"
    assert page.count("steunbetuigingen</strong>") == 2
    assert "U hoeft niet te wachten op de andere." in page
    with app.app_context():
        stored = db.session.get_one(Initiative, number)
        assert stored.scope is Scope.REGION
        assert queries.place_names(stored) == "Dronten en Lelystad"


def test_places_with_other_rules_stand_apart(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft(place_ids=_places("GM0995", "GM0303")).id
        rule_set = rule_set_on(municipality("GM0303").id, today(NOW))
        rule_set.rules = {**rule_set.rules, "initiator_age": 14}
        db.session.commit()
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").get_data(as_text=True)
    assert page.count("<h3>Dronten</h3>") == page.count("<h3>Lelystad</h3>") == 1
    assert "U bent 14 jaar of ouder." in page


def test_another_choice_takes_the_first_away(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft(place_ids=_places("GM0995", "GM0303")).id
        form = form_values(place_ids=[str(one) for one in _places("GM0034")], scope="district")
    assert sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{number}/bewaren", data=form).status_code == 303
    with app.app_context():
        stored = db.session.get_one(Initiative, number)
        assert (stored.scope, queries.place_names(stored)) == (Scope.DISTRICT, "Almere")


def test_each_place_keeps_its_own_rules_and_threshold(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        assert {one.municipality.code: one.threshold for one in initiative.places} == {
            "GM0995": 100,
            "GM0303": 50,
        }
        assert initiative.threshold == 150
        assert all(one.rules_snapshot for one in initiative.places)
        assert set(queries.rule_sets_of(initiative)) == set(_places("GM0995", "GM0303"))


def test_support_counts_where_somebody_lives(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        _support(initiative, LELYSTAD, range(3))
        _support(initiative, DRONTEN, range(2))
        counts = {one.municipality.code: one.support_count for one in initiative.places}
        assert counts == {"GM0995": 3, "GM0303": 2}
        assert initiative.support_count == 5


def test_who_lives_elsewhere_is_told_at_the_field(app: Flask, client) -> None:
    with app.app_context():
        number = _regional().id
    person = {"name": "Anna", "email": "anna@example.nl", "postcode": URK, "declares": "y"}
    response = client.post(f"/initiatieven/{number}/steunen", data=person)
    assert response.status_code == 422
    assert "Deze postcode ligt niet in Dronten of Lelystad." in response.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Support)) == 0


def test_an_open_door_in_one_place_lets_the_region_in(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        place = next(one for one in initiative.places if one.municipality.code == "GM0303")
        place.rules_snapshot = {**(place.rules_snapshot or {}), "residence": "region"}
        db.session.commit()
        _support(initiative, URK, range(1))
        assert (place.support_count, initiative.support_count) == (1, 1)
        with pytest.raises(Invalid):
            _support(initiative, "1011 AB", range(1))  # Amsterdam


def test_who_moves_before_confirming_counts_in_the_new_place(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        for postcode in (LELYSTAD, DRONTEN):
            service.ask(initiative, service.Supporter("Anna", "anna@example.nl", postcode), at=NOW)
        db.session.commit()
        support = db.session.scalars(db.select(Support)).one()
        assert support.municipality_id == municipality("GM0303").id


def test_the_first_place_with_enough_does_not_wait(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        _support(initiative, DRONTEN, range(50))
        assert initiative.state is State.THRESHOLD_REACHED
        assert _reached(initiative) == {"GM0995": False, "GM0303": True}
        assert _actions(initiative) == [("reach_threshold", "GM0303")]
        assert initiative.together_reached_at is None

        _support(initiative, LELYSTAD, range(100))
        assert _reached(initiative) == {"GM0995": True, "GM0303": True}
        assert _actions(initiative)[1:] == [("reach_threshold", "GM0995"), ("reach_together", None)]
        assert initiative.together_reached_at == LATER
        assert initiative.threshold_reached_at == LATER
        assert [mail.dedup_key for mail in mails("threshold_reached")] == [
            f"threshold-reached:{initiative.id}:GM0303",
            f"threshold-reached:{initiative.id}:GM0995",
        ]
        service.recount(initiative.id, at=LATER)
        assert len(_actions(initiative)) == 3


def test_together_enough_is_not_enough_anywhere(app: Flask) -> None:
    """Much support in one place does not stand in for another: each council has its own by-law."""
    with app.app_context():
        initiative = _regional()
        _support(initiative, LELYSTAD, range(160))
        assert _reached(initiative) == {"GM0995": True, "GM0303": False}
        assert initiative.together_reached_at == LATER


def test_the_end_without_enough_anywhere(app: Flask) -> None:
    with app.app_context():
        initiative = _regional()
        _support(initiative, LELYSTAD, range(60))
        _support(initiative, DRONTEN, range(49))
        assert service.expire(initiative, at=NOW + timedelta(days=200))
        assert initiative.state is State.EXPIRED


def test_lists_find_it_under_every_place(app: Flask, client) -> None:
    with app.app_context():
        _regional(title="Samen voor beide")
    for slug, is_found in (("lelystad", True), ("dronten", True), ("urk", False)):
        page = client.get(f"/initiatieven?gemeente={slug}").get_data(as_text=True)
        assert ("Samen voor beide" in page) is is_found
        assert ("Dronten en Lelystad" in page) is is_found


def test_the_badge_counts_places(app: Flask, client) -> None:
    with app.app_context():
        initiative = _regional()
        number = initiative.id
        _support(initiative, DRONTEN, range(50))
    for address in ("/initiatieven", f"/initiatieven/{number}", "/"):
        assert "Genoeg steun in 1 van 2 gemeenten" in client.get(address).get_data(as_text=True)
    with app.app_context():
        _support(db.session.get_one(Initiative, number), LELYSTAD, range(100))
    assert "van 2 gemeenten" not in client.get("/initiatieven").get_data(as_text=True)


def test_the_page_shows_every_place(app: Flask, client) -> None:
    with app.app_context():
        initiative = _regional()
        number = initiative.id
        _support(initiative, DRONTEN, range(50))
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert page.count("<h4>") == 2
    assert "De raad kan er nu over praten in: Dronten." in page
    assert "In Lelystad zijn 100 steunbetuigingen nodig." in page
    assert "Er is genoeg steun: 50 van 50." in page


def test_discarding_leaves_no_places(app: Flask) -> None:
    with app.app_context():
        initiative = draft(place_ids=_places("GM0995", "GM0303"))
        author = db.session.get_one(type(initiative), initiative.id).author_id
        from civic.accounts.models import User

        service.discard(initiative, actor=db.session.get_one(User, author), at=NOW)
        db.session.commit()
        assert db.session.scalar(db.select(db.func.count()).select_from(InitiativePlace)) == 0

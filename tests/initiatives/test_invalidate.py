"""Out of the count with a reason, exactly back with a button, and what it does to thresholds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.db import db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Deadline, Event, Visibility
from civic.initiatives import jobs, service
from civic.initiatives.models import Initiative, Invalidation, Support
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.service import council
from civic.initiatives.service import fraud as ledger
from civic.initiatives.service.fraud import Act
from civic.initiatives.service.ledger_trace import Trace, network_key_of
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import PlaceState, State, SupportState
from civic.initiatives.states.ledger import InvalidReason
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, mails, published
from tests.initiatives.ledgers import HOME, LIBRARY, office, person, signed, states_of

FAST = Suspects(is_fast=True)
ROBOT = InvalidReason.NOT_A_PERSON


def attacked(fair: int = 4, false: int = 6, threshold: int = 8) -> Initiative:
    """So many people, and so many from one network that were done in two seconds."""
    initiative = published()
    initiative.threshold = initiative.places[0].threshold = threshold
    signed(initiative, (person(n) for n in range(fair)))
    signed(initiative, (person(100 + n, trace=Trace(LIBRARY, 2)) for n in range(false)))
    return initiative


def take_out(
    initiative: Initiative, wanted: Suspects = FAST, expected: int = 6, **changes: Any
) -> Invalidation:
    places = changes.get("places", {one.municipality_id for one in initiative.places})
    row = ledger.invalidate(
        initiative,
        wanted,
        Act(ROBOT, "Alles in twee seconden.", expected),
        places=places,
        actor=make_user(),
        at=now(),
    )
    db.session.commit()
    return row


def test_the_whole_way(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = attacked()
        number = initiative.id
        key = network_key_of(number, LIBRARY)
        one = db.session.scalars(db.select(Support).where(Support.form_seconds == 2)).first()
        own = f"/steun/{token_of(one)}"
    client = office(sign_in)
    url = f"/initiatieven/{number}/steun/uit-de-telling?netwerk={key}"
    page = client.get(url).text
    assert "Zakt onder de drempel en zoekt weer steun" in page
    assert "Haal 6 steunbetuigingen uit de telling" in page
    assert client.post(url, data={"expected": "6"}).status_code == 422
    form = {"reason": "not_a_person", "note": "Alles in twee seconden.", "expected": "5"}
    other = client.post(url, data=form)
    assert other.status_code == 422
    assert "Het zijn er nu 6" in other.text
    assert "Alles in twee seconden." in other.text
    assert client.post(url, data={**form, "expected": "6"}).status_code == 303
    again = client.post(url, data={**form, "expected": "6"})
    assert again.status_code == 422, "there is nothing left"
    public = app.test_client().get(f"/initiatieven/{number}").text
    assert "De griffie haalde steun uit de telling: 6" in public
    assert "Een computer vulde het formulier in." in public
    assert "Er is weer te weinig steun: 4 van 8." in public
    told = app.test_client().get(own).text
    assert "Uw steun telt niet mee" in told
    assert "een computer het formulier heeft ingevuld" in told
    with app.app_context():
        assert db.session.get_one(Initiative, number).support_count == 4
        row = db.session.scalars(db.select(Invalidation)).one()
    back = f"/initiatieven/{number}/steun/uit-de-telling/{row.id}/terug"
    assert client.get(back).status_code == 405
    assert client.post(back).status_code == 303
    assert client.post(back).status_code == 409, "once"
    assert "Uw steun is bevestigd" in app.test_client().get(own).text
    with app.app_context():
        assert db.session.get_one(Initiative, number).support_count == 10


def test_undo_puts_back_exactly_those(app: Flask) -> None:
    with app.app_context():
        initiative = attacked()
        row, other = take_out(initiative), take_out(initiative, Suspects(support_id=1), expected=1)
        gone = db.session.scalars(db.select(Support).where(Support.invalidation_id == row.id)).first()
        service.withdraw_support(gone, at=now())
        db.session.commit()
        assert ledger.restore(row, actor=make_user(), at=now()) == 5
        assert states_of(initiative) == {
            SupportState.CONFIRMED: 8,
            SupportState.INVALIDATED: 1,
            SupportState.WITHDRAWN: 1,
        }
        assert initiative.support_count == 8
        assert db.session.scalars(db.select(Support).where(Support.invalidation_id == other.id)).one().id == 1


def test_a_place_that_was_not_handed_in_collects_again(app: Flask) -> None:
    with app.app_context():
        initiative = attacked()
        assert (initiative.state, initiative.places[0].state) == (State.THRESHOLD_REACHED, PlaceState.ENOUGH)
        row = take_out(initiative)
        place = initiative.places[0]
        assert (initiative.state, place.state) == (State.COLLECTING, PlaceState.COLLECTING)
        assert (initiative.threshold_reached_at, place.threshold_reached_at) == (None, None)
        promised = db.session.scalars(db.select(Deadline).where(Deadline.kind == "collection")).one()
        assert promised.met_at is None, "the promise of an end is open again"
        event = db.session.scalars(db.select(Event).where(Event.action == "fall_back")).one()
        assert (event.from_state, event.to_state) == ("threshold_reached", "collecting")
        assert event.data == {"place": "GM0995", "support_count": 4, "threshold": 8}
        assert "weer te weinig steun" in mails("threshold_lost")[0].subject
        ledger.restore(row, actor=make_user(), at=now())
        assert (initiative.state, place.state) == (State.THRESHOLD_REACHED, PlaceState.ENOUGH)
        late = promised.due_on + timedelta(days=3)
        assert jobs.expire_collections(now() + (late - now().date())) == {"expired": 0}


def test_what_is_with_the_council_stays_there(app: Flask, client) -> None:
    with app.app_context():
        initiative = attacked()
        council.submit(initiative.places[0], actor=author(), at=now())
        db.session.commit()
        take_out(initiative)
        place = initiative.places[0]
        assert (initiative.state, place.state) == (State.THRESHOLD_REACHED, PlaceState.SUBMITTED)
        assert (place.support_count, place.submitted_count) == (4, 10)
        assert mails("threshold_lost") == []
        number = initiative.id
    page = client.get(f"/initiatieven/{number}").text
    assert "Toen het naar de raad ging, waren het er 10." in page


def test_another_place_of_a_region_keeps_the_whole(app: Flask) -> None:

    with app.app_context():
        ids = (municipality("GM0995").id, municipality("GM0303").id)
        initiative = published(place_ids=ids)
        initiative.threshold = 4
        for place in initiative.places:
            place.threshold = 2
        signed(initiative, [person(n) for n in range(2)])
        signed(initiative, [person(10 + n, postcode="8251 AB", trace=Trace(HOME, 1)) for n in range(2)])
        assert initiative.together_reached_at is not None
        dronten = municipality("GM0303").id
        take_out(initiative, expected=2, places={dronten})
        states = {one.municipality.code: one.state for one in initiative.places}
        assert states == {"GM0995": PlaceState.ENOUGH, "GM0303": PlaceState.COLLECTING}
        assert initiative.state is State.THRESHOLD_REACHED
        assert initiative.together_reached_at is None


def test_only_ones_own_municipality(app: Flask, sign_in) -> None:

    with app.app_context():
        ids = (municipality("GM0995").id, municipality("GM0303").id)
        initiative = published(place_ids=ids)
        signed(initiative, [person(n, trace=Trace(HOME, 1)) for n in range(3)])
        signed(initiative, [person(9, postcode="8251 AB", trace=Trace(HOME, 1))])
        number = initiative.id
    dronten, lelystad = office(sign_in, "GM0303"), office(sign_in)
    url = f"/initiatieven/{number}/steun/uit-de-telling?snel=1"
    form = {"reason": "twice", "note": "Zag ik.", "expected": "1"}
    assert dronten.post(url, data=form).status_code == 303
    with app.app_context():
        row = db.session.scalars(db.select(Invalidation)).one()
        assert row.supports == 1
    back = f"/initiatieven/{number}/steun/uit-de-telling/{row.id}/terug"
    assert lelystad.post(back).status_code == 403
    assert lelystad.post(f"/initiatieven/{number + 9}/steun/uit-de-telling/{row.id}/terug").status_code == 404
    assert dronten.post(back).status_code == 303


def test_nobody_empties_a_ledger_with_one_button(app: Flask) -> None:
    with app.app_context():
        initiative = attacked()
        for wanted in (Suspects(), Suspects(municipality_id=initiative.places[0].municipality_id)):
            with pytest.raises(Invalid):
                take_out(initiative, wanted, expected=10)
        with pytest.raises(Invalid):
            take_out(initiative, Suspects(network="0" * 64), expected=0)
        assert initiative.support_count == 10


def test_asking_again_does_not_put_it_back(app: Flask, client) -> None:
    with app.app_context():
        initiative = attacked()
        number = initiative.id
        take_out(initiative)
    values = {"name": "Weer", "email": "persoon100@example.nl", "postcode": "8232 AB", "declares": "y"}
    answer = client.post(f"/initiatieven/{number}/steunen", data=values)
    assert answer.status_code == 303, "nobody learns from the site what it knows"
    with app.app_context():
        letter = mails("support_invalidated")[-1].text or ""
        path = re.search(r"/steun/[0-9a-f]{64}", letter)[0]
    assert client.post(path).status_code == 303
    assert "Uw steun telt niet mee" in client.get(path).text
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert states_of(initiative)[SupportState.INVALIDATED] == 6


def test_it_is_public_how_many_and_why(app: Flask) -> None:
    with app.app_context():
        row = take_out(attacked())
        event = db.session.scalars(db.select(Event).where(Event.action == "invalidate")).one()
        assert (event.visibility, event.reason_code) == (Visibility.PUBLIC, "not_a_person")
        assert event.data == {"invalidation": row.id, "supports": 6}


def test_two_officials_at_once(app: Flask) -> None:
    with app.app_context():
        initiative = attacked()
        row = take_out(initiative)
        with pytest.raises(Invalid):
            take_out(initiative)
        ledger.restore(row, actor=make_user(), at=now())
        with pytest.raises(NotAllowedNow):
            ledger.restore(row, actor=make_user(), at=now())

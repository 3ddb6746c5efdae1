"""The griffie stops the clock of its council, lets it run on, and extends it once; everybody sees why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.calendar import Calendar, today
from civic.db import db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events
from civic.events.models import Deadline, DeadlineExtension, DeadlinePause, Event, Visibility
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.service import clock as service
from civic.initiatives.service import council
from civic.initiatives.states import CouncilOutcome
from civic.initiatives.states.clock import ExtendReason, SuspendReason
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user
from tests.initiatives.factories import author, mails, published, supported

SignIn = Callable[..., FlaskClient]
GRIFFIER = "griffie@example.nl"


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995", name="Gerda Griffier")
    return client


def accepted() -> InitiativePlace:
    """With the council since now."""
    initiative = published(NOW)
    supported(initiative, 100, NOW)
    place = initiative.places[0]
    council.submit(place, actor=author(), at=NOW)
    council.accept(place, actor=make_user(email=GRIFFIER), at=NOW)
    db.session.commit()
    return place


def address(app: Flask) -> str:
    with app.app_context():
        place = accepted()
        return f"/initiatieven/{place.initiative_id}/raad/{place.id}"


def suspend_form(app: Flask, **changes: str) -> dict[str, str]:
    with app.app_context():
        return {"reason": "waits_for_research", "owner_id": str(make_user(email=GRIFFIER).id), **changes}


def place_at(url: str) -> InitiativePlace:
    return db.session.get_one(InitiativePlace, int(url.rsplit("/", 1)[1]))


def clock_at(url: str) -> Deadline:
    found = service.clock_of(place_at(url))
    assert found is not None
    return found


def public_events(action: str) -> list[Event]:
    statement = db.select(Event).where(Event.action == action, Event.visibility == Visibility.PUBLIC)
    return list(db.session.scalars(statement))


# --- stopping and going on ------------------------------------------------------------------------------


def test_stopping_says_why_to_everybody(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    url = address(app)
    assert f"{url}/opschorten" in office.get(url).text
    assert "Gerda Griffier" in office.get(f"{url}/opschorten").text
    form = suspend_form(app)
    assert [office.post(f"{url}/opschorten", data=form).location for _twice in range(2)] == [url, url]
    case = office.get(url).text
    assert "Gerda Griffier zorgt dat het verdergaat." in case
    assert "Laat de termijn weer lopen" in case
    page = client.get(url.split("/raad")[0]).text
    assert "De termijn staat stil sinds" in page
    assert page.count("De gemeente wacht op onderzoek") == 2, "beside the council, and on the timeline"
    assert "Gerda" not in page
    with app.app_context():
        (event,) = public_events("clock_paused")
        assert event.reason_code == "waits_for_research"
        (mail,) = mails("initiative_clock")
        assert mail.address == OWNER_EMAIL
        assert "wacht op onderzoek" in (mail.text or "")


def test_going_on_gives_the_time_back(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    url = address(app)
    with app.app_context():
        user, place = make_user(email=GRIFFIER), place_at(url)
        clock_at(url).starts_on -= timedelta(days=10)
        service.suspend(place, SuspendReason.RECESS, user, actor=user, at=NOW)
        db.session.scalars(db.select(DeadlinePause)).one().from_at = NOW - timedelta(days=4, hours=-1)
        db.session.commit()
    assert office.get(f"{url}/hervatten").status_code == 405
    assert [office.post(f"{url}/hervatten").status_code for _twice in range(2)] == [303, 303]
    with app.app_context():
        clock = clock_at(url)
        assert "plus 4 dagen opgeschort" in clock.explanation
        explanation = clock.explanation
        assert len(public_events("clock_resumed")) == 1
    page = client.get(url.split("/raad")[0]).text
    assert explanation in page
    assert "nu vóór of op" in page


def test_four_days(app: Flask) -> None:
    with app.app_context():
        place, user = accepted(), make_user(email=GRIFFIER)
        clock = service.clock_of(place)
        assert clock is not None
        before = clock.due_on
        service.suspend(place, SuspendReason.WRITER, user, actor=user, at=NOW + timedelta(days=3))
        service.resume(place, actor=user, at=NOW + timedelta(days=7))
        assert "plus 4 dagen opgeschort" in clock.explanation
        assert clock.due_on == before + timedelta(days=4)


@pytest.mark.parametrize("step", ["opschorten", "hervatten", "verdagen"])
def test_only_the_griffie_of_that_municipality(
    app: Flask, client: FlaskClient, sign_in: SignIn, step: str
) -> None:
    url = f"{address(app)}/{step}"
    form = suspend_form(app, until="2030-01-02")
    assert client.post(url, data=form).status_code == 302
    others = (
        sign_in(),
        sign_in(email=OWNER_EMAIL),
        sign_in(Role.COUNCIL_OFFICE, email="dronten@example.nl", code="GM0303"),
        sign_in(Role.INITIATIVE_DESK, email="balie@example.nl", code="GM0995"),
    )
    assert [other.post(url, data=form).status_code for other in others] == [403] * 4
    with app.app_context():
        assert db.session.scalars(db.select(DeadlinePause)).all() == []


def test_the_reason_and_the_owner_are_checked(app: Flask, office: FlaskClient) -> None:
    url = address(app)
    answer = office.post(f"{url}/opschorten", data={"reason": "zin", "owner_id": "999999"})
    assert answer.status_code == 422
    assert "Kies een reden." in answer.text
    assert "Kies iemand van de griffie." in answer.text
    with app.app_context():
        stranger = make_user(email="vreemd@example.nl")
        with pytest.raises(Invalid):
            service.suspend(
                place_at(url), SuspendReason.RECESS, stranger, actor=make_user(email=GRIFFIER), at=NOW
            )


def test_a_place_that_the_council_does_not_have(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        initiative = published(NOW)
        url = f"/initiatieven/{initiative.id}/raad/{initiative.places[0].id}"
    form = suspend_form(app, until="2030-01-02")
    assert [office.get(f"{url}/{step}").status_code for step in ("opschorten", "verdagen")] == [409, 409]
    steps = ("opschorten", "hervatten", "verdagen")
    assert [office.post(f"{url}/{step}", data=form).status_code for step in steps] == [409, 409, 409]


def test_a_decision_ends_the_pause(app: Flask) -> None:
    with app.app_context():
        place, user = accepted(), make_user(email=GRIFFIER)
        service.suspend(place, SuspendReason.RECESS, user, actor=user, at=NOW)
        decision = council.Decision(CouncilOutcome.ADOPTED, "Ja.", today(NOW))
        council.decide(place, decision, actor=user, at=NOW + timedelta(hours=1))
        stop = db.session.scalars(db.select(DeadlinePause)).one()
        assert stop.until_at == NOW + timedelta(hours=1)
        assert service.clock_of(place) is None


# --- more time ------------------------------------------------------------------------------------------


def working_day(day: date) -> date:
    return Calendar().next_working_day(day)


def test_more_time_once(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    url = address(app)
    with app.app_context():
        until = working_day(clock_at(url).due_on + timedelta(days=14))
    form = {"reason": "full_agenda", "until": until.isoformat()}
    assert "Dit kan één keer" in office.get(f"{url}/verdagen").text
    codes = [office.post(f"{url}/verdagen", data=form).status_code for _twice in range(2)]
    assert codes == [303, 303], "twice is once"
    other = {**form, "until": working_day(until + timedelta(days=1)).isoformat()}
    assert office.post(f"{url}/verdagen", data=other).status_code == 409
    assert office.get(f"{url}/verdagen").status_code == 409
    assert "verdagen" not in office.get(url).text.split("Wat er gebeurde")[0].split("<h1")[1].split("<p>")[-1]
    with app.app_context():
        clock = clock_at(url)
        assert clock.due_on == until
        assert "verdaagd" in clock.explanation
        more = db.session.scalars(db.select(DeadlineExtension)).one()
        assert more.reason == "full_agenda"
        (event,) = public_events("clock_extended")
        assert event.data["due_on"] == until.isoformat()
        assert len(mails("initiative_clock")) == 1
        explanation = clock.explanation
    page = client.get(url.split("/raad")[0]).text
    assert "De agenda van de raad is vol" in page
    assert explanation in page


def test_not_later_than_the_by_law(app: Flask, office: FlaskClient) -> None:
    url = address(app)
    with app.app_context():
        due_on = clock_at(url).due_on
        latest = service.latest_day(place_at(url), clock_at(url))
        assert latest <= due_on + timedelta(weeks=place_at(url).rules.council_weeks)
    saturday = due_on + timedelta(days=(5 - due_on.weekday()) % 7 or 7)
    wrong = {
        latest + timedelta(days=1): "niet later dan",
        due_on: "Kies een dag na",
        saturday: "Kies een werkdag.",
    }
    for day, sentence in wrong.items():
        form = {"reason": "more_research", "until": day.isoformat()}
        answer = office.post(f"{url}/verdagen", data=form)
        assert (answer.status_code, sentence in answer.text) == (422, True), day
    assert office.post(f"{url}/verdagen", data={"until": "ooit"}).status_code == 422
    form = {"reason": "more_research", "until": latest.isoformat()}
    assert office.post(f"{url}/verdagen", data=form).status_code == 303


def test_not_when_the_date_has_passed_or_the_clock_stands_still(app: Flask) -> None:
    with app.app_context():
        place, user = accepted(), make_user(email=GRIFFIER)
        clock = service.clock_of(place)
        assert clock is not None
        until = working_day(clock.due_on + timedelta(days=7))
        with pytest.raises(NotAllowedNow):
            service.extend(place, ExtendReason.ADVICE, until, actor=user, at=NOW + timedelta(weeks=20))
        service.suspend(place, SuspendReason.RECESS, user, actor=user, at=NOW)
        with pytest.raises(NotAllowedNow):
            service.extend(place, ExtendReason.ADVICE, until, actor=user, at=NOW)


def test_a_pause_after_more_time_counts_as_well(app: Flask) -> None:
    with app.app_context():
        place, user = accepted(), make_user(email=GRIFFIER)
        clock = service.clock_of(place)
        assert clock is not None
        first = clock.due_on
        until = working_day(first + timedelta(days=21))
        service.extend(place, ExtendReason.ADVICE, until, actor=user, at=NOW)
        at = NOW + (first - today(NOW)) + timedelta(days=5)  # after the first date, before the new one
        service.suspend(place, SuspendReason.RECESS, user, actor=user, at=at)
        service.resume(place, actor=user, at=at + timedelta(days=7))
        assert clock.due_on == until + timedelta(days=7)
        assert "opgeschort" in clock.explanation
        assert "verdaagd" in clock.explanation
        assert events.extension_of(clock) is not None


def test_standing_still_is_not_late(app: Flask, client: FlaskClient, sign_in: Any) -> None:
    with app.app_context():
        place, user = accepted(), make_user(email=GRIFFIER)
        service.suspend(place, SuspendReason.RECESS, user, actor=user, at=NOW)
        clock = service.clock_of(place)
        assert clock is not None
        clock.starts_on = clock.due_on = today(now()) - timedelta(days=1)
        db.session.commit()
        number = db.session.get_one(Initiative, place.initiative_id).id
    page = client.get(f"/initiatieven/{number}").text
    assert "De termijn staat stil" in page
    assert "Te laat" not in page
    office = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    listed = office.get("/initiatieven/griffie").text
    assert "Bomen op het plein" in listed
    assert "Te laat" not in listed

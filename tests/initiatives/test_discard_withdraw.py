from __future__ import annotations

from flask import Flask

from civic.db import db, now
from civic.events.models import Deadline, Event
from civic.initiatives.models import Initiative
from civic.initiatives.states import State
from tests.access import OWNER_EMAIL
from tests.initiatives.factories import draft, published, supported


def test_discard_asks_first_then_deletes(app: Flask, sign_in) -> None:
    with app.app_context():
        number = draft().id
    client = sign_in(email=OWNER_EMAIL)
    assert "voorgoed weg" in client.get(f"/initiatieven/{number}/weggooien").get_data(as_text=True)
    assert client.post(f"/initiatieven/{number}/weggooien").status_code == 303
    assert client.post(f"/initiatieven/{number}/weggooien").status_code == 404
    with app.app_context():
        assert db.session.get(Initiative, number) is None
        assert draft().id > number, "a number in the log never returns"


def test_discard_is_the_authors(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = draft().id
    assert client.post(f"/initiatieven/{number}/weggooien").status_code == 302
    assert sign_in().post(f"/initiatieven/{number}/weggooien").status_code == 403


def test_withdraw_needs_a_reason_and_stays_public(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number = published().id
    owner = sign_in(email=OWNER_EMAIL)
    url = f"/initiatieven/{number}/intrekken"
    assert owner.get(url).status_code == 200
    for wrong in ({}, {"reason": "hack"}):
        response = owner.post(url, data=wrong)
        assert response.status_code == 422
        assert "Kies waarom u stopt." in response.get_data(as_text=True)
    assert owner.post(url, data={"reason": "taken_over"}).status_code == 303
    assert owner.post(url, data={"reason": "solved"}).status_code == 303  # pressed twice
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "De gemeente pakt het al op." in page
    assert "Steun dit initiatief" not in page
    assert client.get(f"/initiatieven/{number}/steunen").status_code == 409
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.state is State.WITHDRAWN
        assert initiative.closed_at is not None
        assert db.session.scalars(db.select(Deadline)).one().met_at is not None
        events = db.session.scalars(db.select(Event).where(Event.action == "withdraw")).all()
        assert [event.reason_code for event in events] == ["taken_over"]


def test_withdraw_strangers_and_wrong_state(app: Flask, client, sign_in) -> None:
    with app.app_context():
        number, unpublished = published().id, draft().id
    data = {"reason": "solved"}
    assert client.post(f"/initiatieven/{number}/intrekken", data=data).status_code == 302
    assert sign_in().post(f"/initiatieven/{number}/intrekken", data=data).status_code == 403
    assert (
        sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{unpublished}/intrekken", data=data).status_code
        == 409
    )


def test_withdraw_is_possible_with_enough_support(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = published()
        supported(initiative, 100, now())
        number = initiative.id
        assert initiative.state is State.THRESHOLD_REACHED
    response = sign_in(email=OWNER_EMAIL).post(f"/initiatieven/{number}/intrekken", data={"reason": "solved"})
    assert response.status_code == 303


def test_sharing_is_advised_while_support_is_open(app: Flask, sign_in) -> None:
    with app.app_context():
        number = published().id
    owner = sign_in(email=OWNER_EMAIL)
    advice = "Stuur de link naar mensen die u kent."
    assert advice in owner.get(f"/initiatieven/{number}").text
    owner.post(f"/initiatieven/{number}/intrekken", data={"reason": "solved"})
    page = owner.get(f"/initiatieven/{number}").text
    assert "Dit is uw initiatief" in page
    assert advice not in page

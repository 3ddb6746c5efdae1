"""What the municipality promises about the conversation (S38a), and when it only listens (S23a)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db, now
from civic.errors import Invalid
from civic.events.models import Event, Visibility
from civic.initiatives.models.talk import InitiativeConversation
from civic.initiatives.queries.inbox import everything
from civic.initiatives.service import talk, talk_rules
from civic.initiatives.states.talk import Level, LowerReason
from tests.factories import make_user, municipality
from tests.initiatives.factories import draft, published
from tests.initiatives.talk_factories import GRIFFIER, commented, official, talked_about


@pytest.fixture
def office(sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


@pytest.fixture
def number(app: Flask) -> int:
    with app.app_context():
        return published().id


def actions() -> list[str]:
    public = Event.visibility == Visibility.PUBLIC
    return list(db.session.scalars(db.select(Event.action).where(public).order_by(Event.id)))


# --- the level ------------------------------------------------------------------------------------------


def test_declare_opens_the_conversation(
    app: Flask, client: FlaskClient, office: FlaskClient, number: int
) -> None:
    with app.app_context():
        waiting = [item.kind for item in everything([municipality().id])]
    assert "conversation" in waiting
    for _time in range(2):
        assert office.post(f"/initiatieven/{number}/gesprek", data={"level": "advise"}).status_code == 303
    shown = client.get(f"/initiatieven/{number}").text
    assert "Adviseren" in shown
    assert "De gemeente belooft advies van inwoners te vragen" in shown
    with app.app_context():
        assert actions().count("level_advise") == 1
        assert "conversation" not in [item.kind for item in everything([municipality().id])]


def test_less_needs_a_public_reason(
    app: Flask, client: FlaskClient, office: FlaskClient, number: int
) -> None:
    office.post(f"/initiatieven/{number}/gesprek", data={"level": "coproduce"})
    refused = office.post(f"/initiatieven/{number}/gesprek", data={"level": "inform"})
    assert refused.status_code == 422
    assert "Kies waarom." in refused.text
    less = {"level": "inform", "reason": "money"}
    assert office.post(f"/initiatieven/{number}/gesprek", data=less).status_code == 303
    shown = client.get(f"/initiatieven/{number}").text
    assert "De gemeente neemt iets terug" in shown
    assert "Er is geen geld voor." in shown


def test_more_needs_no_reason(app: Flask) -> None:
    with app.app_context():
        initiative = talked_about()
        declared = db.session.get_one(InitiativeConversation, initiative.id).declared_at
        talk_rules.declare(initiative, Level.DECIDE_TOGETHER, LowerReason.LAW, actor=official(), at=now())
        row = db.session.get_one(InitiativeConversation, initiative.id)
        assert (row.level, row.declared_at) == (Level.DECIDE_TOGETHER, declared)
        event = db.session.scalars(db.select(Event).where(Event.action == "level_decide_together")).one()
        assert event.reason_code is None


def test_for_the_griffie_of_its_places_only(
    app: Flask, client: FlaskClient, sign_in: Any, number: int
) -> None:
    url = f"/initiatieven/{number}/gesprek"
    assert client.get(url).status_code == 302
    elsewhere = sign_in(Role.COUNCIL_OFFICE, email="urk@example.nl", code="GM0184")
    assert elsewhere.get(url).status_code == 403
    assert elsewhere.post(f"{url}/luisteren/aan").status_code == 403
    owner = sign_in(email="eigenaar@example.nl")
    assert owner.post(url, data={"level": "inform"}).status_code == 403


def test_not_before_publication(app: Flask) -> None:
    from civic.errors import NotAllowedNow

    with app.app_context(), pytest.raises(NotAllowedNow):
        talk_rules.declare(draft(), Level.INFORM, None, actor=official(), at=now())


@pytest.mark.parametrize("data", [{}, {"level": "alles"}])
def test_a_level_must_be_chosen(office: FlaskClient, number: int, data: dict[str, str]) -> None:
    assert office.post(f"/initiatieven/{number}/gesprek", data=data).status_code == 422


# --- listening ------------------------------------------------------------------------------------------


def test_switching_is_seen_and_logged(
    app: Flask, client: FlaskClient, office: FlaskClient, number: int
) -> None:
    url = f"/initiatieven/{number}/gesprek/luisteren"
    for _time in range(2):
        assert office.post(f"{url}/aan").status_code == 303
    assert "stellen medewerkers hier alleen vragen" in client.get(f"/initiatieven/{number}").text
    assert office.get(f"{url}/aan").status_code == 405
    assert office.post(f"{url}/half").status_code == 404
    office.post(f"{url}/uit")
    assert "stellen medewerkers hier alleen vragen" not in client.get(f"/initiatieven/{number}").text
    with app.app_context():
        assert [one for one in actions() if one.startswith("listening")] == ["listening_on", "listening_off"]


def test_officials_may_only_ask(app: Flask, client: FlaskClient, office: FlaskClient) -> None:
    with app.app_context():
        initiative = talked_about()
        talk_rules.set_listening(initiative, True, actor=official(), at=now())
        db.session.commit()
        number = initiative.id
    url = f"/initiatieven/{number}/reageren"
    assert "De luisterstand staat aan" in office.get(url).text
    for judged in ("Dat kan niet.", "Dat kan niet. Waarom wilt u dit?", "Mooi plan! Toch?", "Wat een idee"):
        assert office.post(url, data={"name": "Griffie", "text": judged}).status_code == 422
    asked = {"name": "Griffie", "text": "Wie gebruikt het plein? En wanneer?"}
    assert office.post(url, data=asked).status_code == 303
    assert "Vraag van de gemeente" in client.get(f"/initiatieven/{number}/reacties").text
    with app.app_context():
        initiative = talked_about()
        assert commented(initiative, "Mooi.", by=official()).is_question is False


def test_an_edit_is_a_post_as_well(app: Flask) -> None:
    with app.app_context():
        initiative = talked_about()
        before = commented(initiative, "Dit kan.", by=official())
        talk_rules.set_listening(initiative, True, actor=official(), at=now())
        with pytest.raises(Invalid):
            talk.edit(before, talk.Words("Griffie", "Dit kan niet."), actor=official(), at=now())
        assert commented(initiative, "Ik vind het mooi.", by=make_user()).text == "Ik vind het mooi."

"""From enough support to the answer of the council: clocks, griffie, decision, and telling everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import ZONE, today
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events.models import Deadline, Event
from civic.initiatives import jobs
from civic.initiatives.models import AnswerOpinion, Initiative, InitiativeNews, InitiativePlace, Support
from civic.initiatives.service import council as service
from civic.initiatives.service import news
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import (
    PLACE_ROLES,
    PLACE_TRANSITIONS,
    CouncilOutcome,
    PlaceAction,
    PlaceState,
    RefuseReason,
    WithdrawReason,
)
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import make_user, municipality
from tests.initiatives.factories import author, mails, published, supported

GRIFFIER = "griffie@example.nl"
DAY = today(NOW)
ANSWER = "De raad maakt geld vrij voor tien bomen. In maart gaan ze de grond in."


def griffier() -> User:
    user = make_user(email=GRIFFIER)
    return user if user.grants else make_user(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")


def enough(count: int = 100) -> InitiativePlace:
    """A place (Lelystad, 100 needed) where there is enough support."""
    initiative = published(NOW)
    supported(initiative, count, NOW)
    return initiative.places[0]


def submitted(**options: Any) -> InitiativePlace:
    griffier()
    place = enough(**options)
    service.submit(place, actor=author(), at=NOW)
    db.session.commit()
    return place


def accepted(**options: Any) -> InitiativePlace:
    place = submitted(**options)
    service.accept(place, actor=griffier(), at=NOW)
    db.session.commit()
    return place


def decided(**options: Any) -> InitiativePlace:
    place = accepted(**options)
    decision = service.Decision(CouncilOutcome.ADOPTED, ANSWER, DAY)
    service.decide(place, decision, actor=griffier(), at=NOW)
    db.session.commit()
    return place


def address(place: InitiativePlace, step: str = "") -> str:
    return f"/initiatieven/{place.initiative_id}/raad/{place.id}" + (f"/{step}" if step else "")


def clocks(place: InitiativePlace) -> dict[str, bool]:
    rows = db.session.scalars(
        db.select(Deadline).where(
            Deadline.subject_type == "initiative_place", Deadline.subject_id == place.id
        )
    )
    return {row.kind: row.met_at is not None for row in rows}


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


# --- the table ------------------------------------------------------------------------------------------


def test_every_action_has_somebody_who_may() -> None:
    assert {action for _state, action in PLACE_TRANSITIONS} == set(PlaceAction) == set(PLACE_ROLES)


MOMENTS = {"threshold_reached_at": NOW, "submitted_at": NOW, "submitted_count": 100}
FACTS: dict[PlaceState, dict[str, Any]] = {
    PlaceState.COLLECTING: {},
    PlaceState.ENOUGH: {"threshold_reached_at": NOW},
    PlaceState.SUBMITTED: MOMENTS,
    PlaceState.REPAIR: {**MOMENTS, "repair_text": "Wat kost het?"},
    PlaceState.ACCEPTED: MOMENTS,
    PlaceState.SCHEDULED: {**MOMENTS, "council_on": DAY},
    PlaceState.DECIDED: {**MOMENTS, "outcome": CouncilOutcome.ADOPTED, "answer": ANSWER, "decided_on": DAY},
    PlaceState.REFUSED: {**MOMENTS, "refuse_reason": RefuseReason.EXCLUDED, "answer": ANSWER},
}
STEPS: dict[PlaceAction, Callable[[InitiativePlace, User], None]] = {
    PlaceAction.SUBMIT: lambda place, by: service.submit(place, actor=by, at=NOW),
    PlaceAction.ASK_REPAIR: lambda place, by: service.ask_repair(place, "Wat?", actor=by, at=NOW),
    PlaceAction.REPAIR: lambda place, by: service.repair(place, "Dit.", actor=by, at=NOW),
    PlaceAction.ACCEPT: lambda place, by: service.accept(place, actor=by, at=NOW),
    PlaceAction.REFUSE: lambda place, by: service.refuse(
        place, RefuseReason.EXCLUDED, "Nee", actor=by, at=NOW
    ),
    PlaceAction.SCHEDULE: lambda place, by: service.schedule(place, None, DAY, actor=by, at=NOW),
    PlaceAction.DECIDE: lambda place, by: service.decide(
        place, service.Decision(CouncilOutcome.REJECTED, "Nee", DAY), actor=by, at=NOW
    ),
}
HARMLESS = {  # a repeat that changes nothing
    *((state, PlaceAction.SUBMIT) for state in PlaceState if "submitted_at" in FACTS[state]),
}


@pytest.mark.parametrize("state", PlaceState)
@pytest.mark.parametrize("action", STEPS)
def test_only_what_the_table_allows(app: Flask, state: PlaceState, action: PlaceAction) -> None:
    with app.app_context():
        place = published(NOW).places[0]
        place.state = state
        for name, value in FACTS[state].items():
            setattr(place, name, value)
        db.session.commit()
        if (state, action) in PLACE_TRANSITIONS:
            STEPS[action](place, griffier())
            db.session.commit()
            expected = state if (state, action) in HARMLESS else PLACE_TRANSITIONS[state, action]
            assert place.state is expected
        elif (state, action) in HARMLESS:
            STEPS[action](place, griffier())
            assert place.state is state
        else:
            with pytest.raises(NotAllowedNow):
                STEPS[action](place, griffier())


# --- handing in -----------------------------------------------------------------------------------------


def test_hand_in_is_a_snapshot_a_clock_and_a_mail(app: Flask, sign_in: Any) -> None:
    with app.app_context():
        griffier()
        place = enough(103)
        url = address(place, "indienen")
        number = place.id
    client = sign_in(email=OWNER_EMAIL)
    assert "Stuur naar de raad van Lelystad" in client.get(url).get_data(as_text=True)
    assert [client.post(url).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        place = db.session.get_one(InitiativePlace, number)
        assert (place.state, place.submitted_count) == (PlaceState.SUBMITTED, 103)
        assert clocks(place) == {"formal_check": False}
        assert [mail.address for mail in mails("initiative_submitted")] == [GRIFFIER]
        assert len(list(db.session.scalars(db.select(Event).where(Event.action == "submit")))) == 1
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "Nu is de griffie aan zet" in page


def test_the_writer_gets_a_receipt_with_the_moment_and_a_copy(app: Flask) -> None:
    with app.app_context():
        griffier()
        place = enough(103)
        for _twice in range(2):
            service.submit(place, actor=author(), at=NOW)
        db.session.commit()
        receipt = mails("initiative_received")
        assert [mail.address for mail in receipt] == [OWNER_EMAIL]
        initiative = db.session.get_one(Initiative, place.initiative_id)
        assert receipt[0].subject == f"Bewijs van ontvangst: {initiative.title}"
        text = receipt[0].text or ""
        for part in (initiative.title, initiative.wish, initiative.plan, "De raad van Lelystad", "103"):
            assert part in text
        assert f"{NOW.astimezone(ZONE):%H.%M} uur" in text
        assert str(NOW.astimezone(ZONE).year) in text
        assert "vanzelf" not in text


def test_too_little_support_cannot_be_handed_in(app: Flask, sign_in: Any) -> None:
    with app.app_context():
        place = published(NOW).places[0]
        urls = [address(place, "indienen"), address(place, "aanvullen"), address(place, "vast")]
    client = sign_in(email=OWNER_EMAIL)
    for url in urls:
        assert client.get(url).status_code == client.post(url).status_code == 409


def test_the_snapshot_is_of_this_moment(app: Flask) -> None:
    from civic.initiatives import service as all_of

    with app.app_context():
        griffier()
        place = enough(100)
        initiative = db.session.get_one(Initiative, place.initiative_id)
        all_of.add_confirmed(initiative, [all_of.Supporter("Nog Een", "nog@example.nl", "8232 AB")], at=NOW)
        service.submit(place, actor=author(), at=NOW)
        assert place.submitted_count == 101


def test_without_a_griffie_the_administrators_hear_it(app: Flask) -> None:
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email="beheer@example.nl")
        place = enough()
        service.submit(place, actor=author(), at=NOW)
        db.session.commit()
        found = mails("initiative_submitted")
        assert [mail.address for mail in found] == ["beheer@example.nl"]
        assert "nog geen account" in found[0].text
        promise = db.session.scalars(db.select(Deadline).where(Deadline.kind == "formal_check")).one()
        assert promise.owner_id is not None


def test_nobody_else_hands_in(app: Flask, client: FlaskClient, sign_in: Any, office: FlaskClient) -> None:
    with app.app_context():
        url = address(enough(), "indienen")
    assert client.post(url).status_code == 302
    assert sign_in(email="buur@example.nl").post(url).status_code == 403
    assert office.post(url).status_code == 403


def test_what_nobody_hands_in_hands_itself_in(app: Flask) -> None:
    with app.app_context():
        griffier()
        place = enough()
        later = NOW + timedelta(days=200)
        assert jobs.hand_in_left_behind(NOW + timedelta(days=30)) == {"submitted": 0}
        assert jobs.hand_in_left_behind(later) == {"submitted": 1}
        assert jobs.hand_in_left_behind(later) == {"submitted": 0}
        assert place.state is PlaceState.SUBMITTED
        event = db.session.scalars(db.select(Event).where(Event.action == "submit")).one()
        assert event.actor_kind == "system"
        receipt = mails("initiative_received")
        assert [mail.address for mail in receipt] == [OWNER_EMAIL]
        assert "vanzelf" in (receipt[0].text or "")


# --- the griffie ----------------------------------------------------------------------------------------


def test_the_inbox_holds_what_waits_and_nothing_of_another_council(app: Flask, office: FlaskClient) -> None:
    assert "Er ligt niets bij de griffie" in office.get("/initiatieven/griffie").get_data(as_text=True)
    with app.app_context():
        submitted()
        other = published(
            NOW, place_ids=(municipality("GM0303").id,), author_postcode="8251 AB", title="Dronten"
        )
        other.places[0].threshold = 1
        from civic.initiatives import service as all_of

        all_of.add_confirmed(other, [all_of.Supporter("A B", "a@example.nl", "8251 AB")], at=NOW)
        all_of.recount(other.id, at=NOW)
        service.submit(other.places[0], actor=author(), at=NOW)
        db.session.commit()
        foreign = address(other.places[0])
    page = office.get("/initiatieven/griffie").get_data(as_text=True)
    assert "Bomen op het plein" in page
    assert "Dronten" not in page
    assert office.get(foreign).status_code == 403
    assert office.post(f"{foreign}/goedkeuren").status_code == 403


def test_late_stands_out(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    def late() -> FlaskClient:
        client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email="tweede@example.nl", code="GM0995")
        return client

    with app.app_context():
        url = address(submitted())
        number = db.session.scalars(db.select(Initiative.id)).one()
    assert "Te laat" not in office.get("/initiatieven/griffie").get_data(as_text=True)
    with time_machine.travel(NOW + timedelta(days=60)):
        for client, address_ in ((app.test_client(), f"/initiatieven/{number}"), (late(), url)):
            assert "Te laat" in client.get(address_).get_data(as_text=True)


def test_residents_have_no_inbox(sign_in: Any, client: FlaskClient) -> None:
    assert sign_in(email="buur@example.nl").get("/initiatieven/griffie").status_code == 403
    assert client.get("/initiatieven/griffie").status_code == 302


def test_repair_once(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    with app.app_context():
        place = submitted()
        url, number = address(place), place.id
    empty = office.post(f"{url}/aanvulling-vragen", data={"repair_text": " "})
    assert empty.status_code == 422
    assert "Schrijf wat er ontbreekt." in empty.get_data(as_text=True)
    assert office.post(f"{url}/aanvulling-vragen", data={"repair_text": "Wat kost het?"}).status_code == 303
    owner = sign_in(email=OWNER_EMAIL)
    assert "Wat kost het?" in owner.get(f"{url}/aanvullen").get_data(as_text=True)
    assert owner.post(f"{url}/aanvullen", data={"repair_answer": ""}).status_code == 422
    assert owner.post(f"{url}/aanvullen", data={"repair_answer": "Tienduizend euro."}).status_code == 303
    again = office.post(f"{url}/aanvulling-vragen", data={"repair_text": "Nog iets"})
    assert again.status_code == 409
    with app.app_context():
        place = db.session.get_one(InitiativePlace, number)
        assert place.state is PlaceState.SUBMITTED
        assert clocks(place) == {"formal_check": True, "repair": True, "formal_check_again": False}
        assert [mail.address for mail in mails("initiative_repair")] == [OWNER_EMAIL]
        assert len(mails("initiative_submitted")) == 2
    assert "Tienduizend euro." in owner.get(f"/initiatieven/{number}").get_data(as_text=True)


def test_accept_starts_the_clock_of_the_council(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        place = submitted()
        url, number = address(place), place.id
    assert office.post(f"{url}/goedkeuren").status_code == 303
    assert office.post(f"{url}/goedkeuren").status_code == 409
    with app.app_context():
        assert clocks(db.session.get_one(InitiativePlace, number)) == {"formal_check": True, "council": False}
        assert len(mails("initiative_accepted")) == 1


def test_the_day_of_the_council(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        place = accepted()
        url, number = address(place), place.id
    wrong = {
        "committee_on": (DAY + timedelta(days=9)).isoformat(),
        "council_on": (DAY + timedelta(days=2)).isoformat(),
    }
    response = office.post(f"{url}/agenda", data=wrong)
    assert response.status_code == 422
    assert "De commissie vergadert vóór de raad." in response.get_data(as_text=True)
    past = office.post(f"{url}/agenda", data={"council_on": (DAY - timedelta(days=1)).isoformat()})
    assert "Kies een dag die nog moet komen." in past.get_data(as_text=True)
    for days in (10, 10, 17):  # the second changes nothing, the third moves it
        right = {"council_on": (DAY + timedelta(days=days)).isoformat()}
        assert office.post(f"{url}/agenda", data=right).status_code == 303
    with app.app_context():
        place = db.session.get_one(InitiativePlace, number)
        assert (place.state, place.council_on) == (PlaceState.SCHEDULED, DAY + timedelta(days=17))
        assert len(list(db.session.scalars(db.select(Event).where(Event.action == "schedule")))) == 2


def test_the_decision_is_on_the_page(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        place = accepted()
        url, number = address(place), place.id
    response = office.post(f"{url}/besluit", data={"outcome": "hack", "answer": "", "decided_on": "morgen"})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    for sentence in (
        "Kies wat de raad besloot.",
        "Leg het besluit uit in gewone taal.",
        "Schrijf de datum zo",
    ):
        assert sentence in page
    tomorrow = {"outcome": "adopted", "answer": ANSWER, "decided_on": (DAY + timedelta(days=1)).isoformat()}
    assert "Deze dag moet nog komen." in office.post(f"{url}/besluit", data=tomorrow).get_data(as_text=True)
    before = {**tomorrow, "decided_on": (DAY - timedelta(days=1)).isoformat()}
    assert "van voor de raad het kreeg" in office.post(f"{url}/besluit", data=before).get_data(as_text=True)
    assert office.post(f"{url}/besluit", data={**tomorrow, "decided_on": DAY.isoformat()}).status_code == 303
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "De raad zegt ja" in page
    assert "tien bomen" in page
    with app.app_context():
        assert clocks(db.session.get_one(InitiativePlace, number))["council"]


def test_refusing_needs_a_reason_and_words(app: Flask, office: FlaskClient, client: FlaskClient) -> None:
    with app.app_context():
        place = submitted()
        url, number = address(place), place.id
    assert office.post(f"{url}/weigeren", data={}).status_code == 422
    said = {"reason": "not_the_council", "answer": "De provincie gaat over deze weg."}
    assert office.post(f"{url}/weigeren", data=said).status_code == 303
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "De raad gaat hier niet over." in page
    assert "De provincie gaat over deze weg." in page


def test_a_withdrawn_initiative_asks_nothing_of_a_council(app: Flask, office: FlaskClient) -> None:
    from civic.initiatives import service as all_of

    with app.app_context():
        place = submitted()
        url, number = address(place), place.id
        initiative = db.session.get_one(Initiative, place.initiative_id)
        all_of.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=NOW)
        db.session.commit()
        assert clocks(db.session.get_one(InitiativePlace, number)) == {"formal_check": True}
    assert office.post(f"{url}/goedkeuren").status_code == 409
    assert "Er ligt niets bij de griffie" in office.get("/initiatieven/griffie").get_data(as_text=True)


def test_a_place_of_another_initiative_is_unknown(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        place, other = submitted(), published(NOW)
        url = f"/initiatieven/{other.id}/raad/{place.id}"
    assert office.get(url).status_code == 404
    assert office.post(f"{url}/goedkeuren").status_code == 404


# --- telling everyone -----------------------------------------------------------------------------------


def test_everyone_who_supported_is_told_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "BATCH", 40)
    with app.app_context():
        decided()
        quiet = db.session.scalars(db.select(Support).order_by(Support.id)).first()
        assert quiet is not None
        news.stop_news(quiet, at=NOW)
        db.session.commit()
        told = []
        for _round in range(5):
            told.append(jobs.tell_supporters(NOW)["told"])
            db.session.commit()
        assert told == [39, 40, 20, 0, 0]
        assert len({mail.address for mail in mails("support_decided")}) == 99
        row = db.session.scalars(db.select(InitiativeNews)).one()
        assert (row.told, row.done_at) == (99, NOW)


def test_the_mail_says_what_was_decided_and_how_to_stop(app: Flask) -> None:
    with app.app_context():
        decided()
        jobs.tell_supporters(NOW)
        text = mails("support_decided")[0].text
        assert "tien bomen" in text
        assert "/antwoord/" in text
        assert "/geen-mail" in text


def test_no_more_mail_with_a_link_and_a_button(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        enough()
        support = db.session.scalars(db.select(Support).order_by(Support.id)).first()
        url = f"/steun/{token_of(support)}/geen-mail"
    assert client.get(url).status_code == 200
    with app.app_context():
        assert db.session.scalars(db.select(Support.no_news_at).order_by(Support.id)).first() is None
    assert [client.post(url).status_code for _ in range(2)] == [303, 303]
    assert "U krijgt geen mail meer" in client.get(url).get_data(as_text=True)
    assert client.get(f"/steun/{'0' * 64}/geen-mail").status_code == 404


def _tokens(count: int) -> list[str]:
    rows = db.session.scalars(db.select(Support).order_by(Support.id).limit(count))
    return [token_of(row) for row in rows]


def test_opinions_are_shown_from_ten_on(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = decided()
        number, tokens = place.id, _tokens(10)
    urls = [f"/steun/{token}/antwoord/{number}" for token in tokens]
    assert client.post(urls[0], data={"verdict": "hack"}).status_code == 422
    for url in urls[:9]:
        assert client.post(url, data={"verdict": "no"}).status_code == 303
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "steuners zegt" not in page
    for url in (urls[9], urls[0]):  # the second thinks again
        client.post(url, data={"verdict": "yes"})
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "Van 10 steuners zegt: ja 2, voor een deel 0, nee 8." in page
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(AnswerOpinion)) == 10


def test_no_opinion_before_a_decision_or_with_a_foreign_link(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = accepted()
        number, token = place.id, _tokens(1)[0]
    assert "U kunt hier nu niets invullen." in client.get(f"/steun/{token}/antwoord/{number}").get_data(
        as_text=True
    )
    assert client.post(f"/steun/{token}/antwoord/{number}", data={"verdict": "yes"}).status_code == 409
    assert client.get(f"/steun/{token}/antwoord/999").status_code == 404
    assert client.get(f"/steun/{'0' * 64}/antwoord/{number}").status_code == 404


# --- stuck ----------------------------------------------------------------------------------------------


def test_stuck_is_one_click_away_and_one_per_council(app: Flask, sign_in: Any, client: FlaskClient) -> None:
    from civic.aanjaagteam.models import Report

    with app.app_context():
        place = accepted()
        url, number = address(place, "vast"), place.id
    assert client.get(url).status_code == 302
    neighbour = sign_in(email="buur@example.nl")
    assert "Meld bij het aanjaagteam" in neighbour.get(url).get_data(as_text=True)
    assert [neighbour.post(url).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        report = db.session.scalars(db.select(Report)).one()
        assert "Bomen op het plein" in report.story
        assert report.municipality_id == municipality("GM0995").id
        report.public_title, report.is_public, report.published_at = "Raad laat wachten", True, NOW
        db.session.commit()
    page = client.get(f"/initiatieven/{number}").get_data(as_text=True)
    assert "Gemeld bij het aanjaagteam" in page
    assert "Raad laat wachten" in page


def test_nothing_is_stuck_where_nothing_lies(app: Flask, sign_in: Any) -> None:
    with app.app_context():
        url = address(enough(), "vast")
    assert sign_in(email="buur@example.nl").post(url).status_code == 409


def test_two_at_once_are_one(app: Flask) -> None:
    with app.app_context():
        place = submitted()
        service.accept(place, actor=griffier(), at=NOW)
        db.session.flush()
        with pytest.raises(NotAllowedNow):
            service.refuse(place, RefuseReason.EXCLUDED, "Te laat", actor=griffier(), at=NOW)


def test_the_badge_says_that_the_council_answered(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        number = submitted().initiative_id
        db.session.commit()
    pages = ("/initiatieven", f"/initiatieven/{number}", f"/initiatieven/{number}/kaart", "/")
    for address_ in pages:
        assert "geantwoord" not in client.get(address_).get_data(as_text=True), address_
    with app.app_context():
        other = decided().initiative_id
        db.session.commit()
    assert "De raad heeft geantwoord" in client.get("/initiatieven").get_data(as_text=True)
    for address_ in (f"/initiatieven/{other}", f"/initiatieven/{other}/kaart"):
        assert "De raad heeft geantwoord" in client.get(address_).get_data(as_text=True), address_

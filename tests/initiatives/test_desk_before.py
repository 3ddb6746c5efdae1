"""The check before publication: offered, asked back, placed or not placed; never lost, never silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import jobs as event_jobs
from civic.events.models import Deadline, Event
from civic.initiatives import jobs, policy
from civic.initiatives import service as collection
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import DeskRound
from civic.initiatives.queries.desk import desk_place_of
from civic.initiatives.service import desk as service
from civic.initiatives.states import RefuseReason, State
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.desk_makers import (
    GRIFFIER,
    QUESTION,
    administrator,
    by_law,
    colleague,
    griffier,
    offered,
    returned,
)
from tests.initiatives.factories import author, draft, form_values, mails, published

DAY = timedelta(days=1)
REFUSAL = {"reason": "excluded", "explanation": "Een klacht hoort bij de klachtencoördinator."}


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


@pytest.fixture
def owner(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(email=OWNER_EMAIL)
    return client


def state_of(app: Flask, number: int) -> State:
    with app.app_context():
        return db.session.get_one(Initiative, number).state


def clock(initiative: Initiative, kind: str = "desk_check") -> Deadline | None:
    return service.clock_of(initiative, kind)


def made(app: Flask, make: Any = offered) -> int:
    with app.app_context():
        griffier()
        return int(make(NOW).id)


# --- offering -------------------------------------------------------------------------------------------


def test_the_button_says_where_it_goes(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        griffier()
        by_law(desk_weeks=2)
        number = draft(NOW).id
    page = owner.get(f"/initiatieven/{number}/controleren").get_data(as_text=True)
    assert "De griffie van Lelystad kijkt er binnen 2 weken naar." in page
    assert f"/initiatieven/{number}/naar-de-griffie" in page
    form = {"consents": "y", "revision": "2"}
    assert owner.post(f"/initiatieven/{number}/publiceren", data=form).status_code == 409
    assert owner.post(f"/initiatieven/{number}/naar-de-griffie", data={}).status_code == 422
    old = {**form, "revision": "1"}
    assert owner.post(f"/initiatieven/{number}/naar-de-griffie", data=old).status_code == 409
    sent = [owner.post(f"/initiatieven/{number}/naar-de-griffie", data=form) for _twice in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.state is State.OFFERED
        assert initiative.desk_place_id == municipality().id
        promised = clock(initiative)
        assert promised is not None
        assert (promised.due_on, promised.owner_id) == (today(NOW + 14 * DAY), griffier().id)
        assert [len(mails(name)) for name in ("initiative_offered", "initiative_to_check")] == [1, 1]


def test_where_no_by_law_asks_it_goes_online_at_once(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        number = draft(NOW).id
    form = {"consents": "y", "revision": "2"}
    assert owner.post(f"/initiatieven/{number}/naar-de-griffie", data=form).status_code == 409
    assert owner.post(f"/initiatieven/{number}/publiceren", data=form).status_code == 303


def test_the_desk_where_the_writer_lives_comes_first(app: Flask) -> None:
    with app.app_context():
        places = tuple(municipality(code).id for code in ("GM0034", "GM0995"))
        initiative = draft(NOW, place_ids=places)
        assert desk_place_of(initiative, today(NOW)) is None
        by_law("GM0034")
        found = desk_place_of(initiative, today(NOW))
        assert found is not None
        assert found.municipality.code == "GM0034"
        by_law("GM0995")
        found = desk_place_of(initiative, today(NOW))
        assert found is not None
        assert found.municipality.code == "GM0995"


def test_incomplete_is_not_offered(app: Flask) -> None:
    with app.app_context():
        by_law()
        initiative = draft(NOW, plan="")
        with pytest.raises(Invalid):
            service.offer(initiative, initiative.revision, actor=author(), at=NOW)


def test_nobody_but_writers_and_desk_sees_it(app: Flask, office: FlaskClient, owner: FlaskClient) -> None:
    number = made(app)
    url = f"/initiatieven/{number}"
    assert app.test_client().get(url).status_code == 404
    for part in (".atom", "/kaart", "/poster.pdf"):
        assert app.test_client().get(url + part).status_code == 404
    assert "Uw voorstel ligt bij de griffie" in owner.get(url).get_data(as_text=True)
    assert office.get(url).status_code == 200
    assert office.get(f"{url}/griffie").status_code == 200
    assert "Bomen op het plein" not in office.get("/initiatieven").get_data(as_text=True)
    with app.app_context():
        values = form_values()
    assert owner.post(f"{url}/bewerken", data=values).status_code == 409


def test_the_case_shows_rules_articles_and_worries(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        griffier()
        by_law(articles={"complaint": "artikel 4, lid 2"})
        number = offered(NOW, plan="Bel mij op 06-00000000.").id
    page = office.get(f"/initiatieven/{number}/griffie").get_data(as_text=True)
    for text in ("artikel 4, lid 2", "Er staat een telefoonnummer in de tekst.", "Eva Eigenaar"):
        assert text in page


def test_another_desk_is_refused(app: Flask, sign_in: Any) -> None:
    number = made(app)
    other = sign_in(Role.COUNCIL_OFFICE, email="almere@example.nl", code="GM0034")
    for step in ("", "/plaatsen", "/terugvragen", "/niet-plaatsen"):
        assert other.get(f"/initiatieven/{number}/griffie{step}").status_code in {403, 404}
    assert other.post(f"/initiatieven/{number}/griffie/plaatsen", data={"revision": "2"}).status_code == 403


# --- judging --------------------------------------------------------------------------------------------


def test_placing_puts_it_online(app: Flask, office: FlaskClient) -> None:
    number = made(app)
    url = f"/initiatieven/{number}/griffie/plaatsen"
    assert office.get(url).status_code == 200
    assert office.post(url, data={"revision": "2"}).status_code == 303
    assert office.post(url, data={"revision": "2"}).status_code == 409
    assert app.test_client().get(f"/initiatieven/{number}").status_code == 200
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.state is State.COLLECTING
        assert clock(initiative) is None
        assert len(mails("initiative_published")) == 1


def test_asking_back_repairing_and_offering_again(
    app: Flask, office: FlaskClient, owner: FlaskClient
) -> None:
    number = made(app)
    url = f"/initiatieven/{number}"
    assert office.post(f"{url}/griffie/terugvragen", data={"revision": "2"}).status_code == 422
    asked = {"revision": "2", "question": QUESTION}
    assert office.post(f"{url}/griffie/terugvragen", data=asked).status_code == 303
    page = owner.get(url).get_data(as_text=True)
    assert QUESTION in page
    assert "Dat kan tot en met 7 december 2026." in page
    assert QUESTION in owner.get(f"{url}/bewerken").get_data(as_text=True)
    with app.app_context():  # the by-law no longer asks it, but this desk still waits for an answer
        values = form_values(db.session.get_one(Initiative, number), plan="Het kost 500 euro.")
    assert owner.post(f"{url}/bewerken", data=values).status_code == 303
    with app.app_context():
        revision = db.session.get_one(Initiative, number).revision
    again = {"consents": "y", "revision": str(revision)}
    assert owner.post(f"{url}/naar-de-griffie", data=again).status_code == 303
    page = office.get(f"{url}/griffie").get_data(as_text=True)
    assert "Wat er eerder is gevraagd" in page
    with app.app_context():
        one = db.session.scalars(db.select(DeskRound)).one()
        assert one.answered_at is not None
        initiative = db.session.get_one(Initiative, number)
        assert clock(initiative) is not None
        assert clock(initiative, "desk_repair") is None


def test_refusing_is_public_with_the_reason_and_without_the_text(
    app: Flask, office: FlaskClient, owner: FlaskClient
) -> None:
    number = made(app)
    url = f"/initiatieven/{number}"
    page = office.post(f"{url}/griffie/niet-plaatsen", data={"revision": "2"}).get_data(as_text=True)
    assert "Kies een reden." in page
    assert "Leg uit waarom, en waar men wel terechtkan." in page
    wrong = {**REFUSAL, "revision": "2", "reason": "support_not_valid"}
    assert office.post(f"{url}/griffie/niet-plaatsen", data=wrong).status_code == 422
    right = {**REFUSAL, "revision": "2"}
    assert office.post(f"{url}/griffie/niet-plaatsen", data=right).status_code == 303
    visitor = app.test_client()
    page = visitor.get(url).get_data(as_text=True)
    assert "Het onderwerp mag volgens de verordening niet." in page
    assert REFUSAL["explanation"] in page
    assert "We planten tien bomen." not in page
    assert "Eva" not in page
    assert "We planten tien bomen." in owner.get(url).get_data(as_text=True)
    assert "Bomen op het plein" in visitor.get("/initiatieven/niet-geplaatst").get_data(as_text=True)
    for path in ("/initiatieven", "/initiatieven.atom", "/open-data/initiatieven.json"):
        assert "Bomen op het plein" not in visitor.get(path).get_data(as_text=True)
    assert visitor.get(f"{url}/kaart").status_code == 404
    with app.app_context():
        assert len(mails("initiative_not_placed")) == 1


def test_two_officials_cannot_overwrite_each_other(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    number = made(app)
    other = sign_in(Role.COUNCIL_OFFICE, email="collega@example.nl", code="GM0995", name="Carla Collega")
    url = f"/initiatieven/{number}/griffie"
    asked = {"revision": "2", "question": QUESTION}
    assert other.post(f"{url}/terugvragen", data=asked).status_code == 303
    answer = office.post(f"{url}/niet-plaatsen", data={**REFUSAL, "revision": "2"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Carla Collega" in page
    assert "De griffie vroeg de schrijver om iets te veranderen" in page
    assert REFUSAL["explanation"] in page
    assert state_of(app, number) is State.RETURNED


def test_what_was_typed_survives_that_the_writer_took_it_back(app: Flask, office: FlaskClient) -> None:
    number = made(app)
    with app.app_context():
        service.take_back(db.session.get_one(Initiative, number), actor=author(), at=NOW)
        db.session.commit()
    answer = office.post(f"/initiatieven/{number}/griffie/niet-plaatsen", data={**REFUSAL, "revision": "2"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert REFUSAL["explanation"] in page
    assert "Bomen op het plein" not in page  # a draft is the writer's own
    assert office.get(f"/initiatieven/{number}").status_code == 404
    assert office.get(f"/initiatieven/{number}/griffie").status_code == 404


# --- taking back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [offered, returned])
def test_the_writer_takes_it_back_and_may_throw_it_away(app: Flask, owner: FlaskClient, make: Any) -> None:
    number = made(app, make)
    url = f"/initiatieven/{number}/terug-naar-concept"
    assert owner.get(url).status_code == 200
    assert [owner.post(url).status_code for _twice in range(2)] == [303, 303]
    assert state_of(app, number) is State.DRAFT
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert (clock(initiative), clock(initiative, "desk_repair")) == (None, None)
    assert owner.post(f"/initiatieven/{number}/weggooien").status_code == 303
    with app.app_context():
        assert db.session.get(Initiative, number) is None


def test_published_cannot_be_taken_back(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        number = published(NOW).id
    assert owner.post(f"/initiatieven/{number}/terug-naar-concept").status_code == 409


def test_not_repaired_is_reminded_once_and_becomes_a_draft(app: Flask) -> None:
    with app.app_context():
        griffier()
        initiative = returned(NOW)
        assert jobs.look_after_repairs(NOW + 14 * DAY) == {"reminded": 0, "drafts": 0}
        for days in (15, 16, 21):
            jobs.look_after_repairs(NOW + days * DAY)
        assert len(mails("initiative_repair_reminder")) == 1
        assert initiative.state is State.RETURNED
        assert jobs.look_after_repairs(NOW + 22 * DAY)["drafts"] == 1
        assert jobs.look_after_repairs(NOW + 23 * DAY)["drafts"] == 0
        assert (initiative.state, initiative.plan[:9]) == (State.DRAFT, "We plante")
        assert len(mails("initiative_draft_again")) == 1
        last = db.session.scalars(db.select(Event).where(Event.action == "take_back")).one()
        assert last.actor_kind == "system"


# --- nothing dies because nobody looks ------------------------------------------------------------------


def test_a_missed_check_goes_to_a_colleague_and_then_to_the_region(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        owner, carla = griffier(), colleague()
        administrator()
        initiative = offered(NOW)
        number = initiative.id
        late = NOW + 8 * DAY
        event_jobs.notice_passed_deadlines(late)
        event_jobs.escalation.escalate_deadlines(late)
        promised = clock(initiative)
        assert promised is not None
        assert (promised.owner_id, promised.escalated_to_id) == (owner.id, carla.id)
        db.session.commit()
    page = office.get("/initiatieven/griffie").get_data(as_text=True)
    assert "Geëscaleerd naar Carla Collega" in page
    with app.app_context():
        initiative, bea = db.session.get_one(Initiative, number), administrator()
        event_jobs.escalation.escalate_deadlines(late + 7 * DAY)
        promised = clock(initiative)
        assert promised is not None
        assert promised.escalated_to_id == bea.id
        assert policy.desk.may_judge(bea, initiative)  # and that person can do it
        service.accept(initiative, initiative.revision, actor=bea, at=late + 7 * DAY)
        assert clock(initiative) is None


def test_service_refuses_what_the_table_does_not_know(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        steps = (
            lambda: service.offer(initiative, initiative.revision, actor=author(), at=NOW),
            lambda: service.accept(initiative, initiative.revision, actor=griffier(), at=NOW),
            lambda: service.ask_back(initiative, initiative.revision, "Wat?", actor=griffier(), at=NOW),
            lambda: service.refuse(
                initiative, initiative.revision, RefuseReason.EXCLUDED, "Nee", actor=griffier(), at=NOW
            ),
            lambda: service.take_back(initiative, actor=author(), at=NOW),
            lambda: collection.publish(initiative, initiative.revision, actor=author(), at=NOW),
        )
        for step in steps:
            with pytest.raises(NotAllowedNow):
                step()

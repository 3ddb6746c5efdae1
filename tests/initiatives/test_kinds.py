"""What the kinds have of their own: a challenge with its costs, an agenda request, a project of residents."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from civic.db import db
from civic.errors import Invalid
from civic.events.models import Deadline, Event
from civic.initiatives import service as initiatives
from civic.initiatives.models import Initiative, InitiativeBuddy
from civic.initiatives.presentation.kinds import KIND_NAMES, KIND_SLUGS, KIND_WISHES
from civic.initiatives.queries.kinds import Comparison
from civic.initiatives.service import kinds as service
from civic.initiatives.states import InitiativeKind, State
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import TAB, author, draft, mails, published
from tests.initiatives.test_doors import by_law

CHALLENGE, PROJECT = InitiativeKind.RIGHT_TO_CHALLENGE, InitiativeKind.RESIDENT_PROJECT
FACTS = {
    "task": "Het groen in onze straat",
    "current_cost": "12.500",
    "asked_cost": "€ 10.000,-",
    "basis": "De begroting van 2026, bladzijde 12.",
    "starts_on": "01-03-2027",
    "months": "24",
    "contact": "06-00000000",
}


def _of_kind(app: Flask, kind: InitiativeKind, **changes: Any) -> tuple[int, str]:
    with app.app_context():
        initiative = draft(NOW, kind=kind, **changes)
        return initiative.id, str(initiative.revision)


def test_every_kind_has_words_and_a_filter() -> None:
    assert set(KIND_NAMES) == set(KIND_WISHES) == set(KIND_SLUGS.values()) == set(InitiativeKind)


@pytest.mark.parametrize(
    ("now", "asked", "difference", "percent"),
    [(12500, 10000, -2500, 20), (100, 150, 50, 50), (None, 5, None, None), (0, 5, 5, None), (7, 7, 0, 0)],
)
def test_comparison(now: int | None, asked: int, difference: int | None, percent: int | None) -> None:
    found = Comparison(now, asked)
    assert (found.difference, found.percent) == (difference, percent)


def test_the_facts_of_a_challenge_come_before_publication(app: Flask, client, sign_in) -> None:
    number, revision = _of_kind(app, CHALLENGE)
    owner, base = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}"
    assert "Schrijf welke taak" in owner.get(f"{base}/controleren").text
    publish = {"consents": "y", "revision": revision}
    assert owner.post(f"{base}/publiceren", data=publish).status_code == 422
    empty = owner.post(f"{base}/taak", data={"revision": revision, "tab": TAB})
    assert empty.status_code == 422
    assert "Vul in hoeveel geld u per jaar vraagt." in empty.text
    wrong = {**FACTS, "asked_cost": "veel", "months": "999", "starts_on": "ooit", "revision": "3", "tab": TAB}
    page = owner.post(f"{base}/taak", data=wrong)
    assert page.status_code == 422
    for sentence in ("hele euro", "1 tot 120", "23-11-2026"):
        assert sentence in page.text
    assert owner.post(f"{base}/taak", data={**FACTS, "revision": "3", "tab": TAB}).status_code == 303
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.challenge is not None
        assert (initiative.challenge.current_cost, initiative.challenge.asked_cost) == (12500, 10000)
        assert "06-0" not in (initiative.challenge.contact_sealed or "")
        publish["revision"] = str(initiative.revision)
    assert owner.post(f"{base}/publiceren", data=publish).status_code == 303
    page = client.get(base)
    for shown in ("Uitdaagrecht", "€ 12.500", "€ 2.500 goedkoper (20%)", "bladzijde 12"):
        assert shown in page.text
    assert "06-00000000" not in page.text


def test_costs_that_nobody_knows_and_two_tabs(app: Flask, sign_in) -> None:
    number, revision = _of_kind(app, CHALLENGE)
    owner, url = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}/taak"
    form = {**FACTS, "current_cost": "", "revision": revision, "tab": TAB[:-1] + "b"}
    assert owner.get(url).status_code == 200
    assert owner.post(url, data=form).status_code == 303
    other = owner.post(url, data={**form, "tab": "c" * 32, "task": "Iets anders"})
    assert other.status_code == 409
    assert "Iets anders" in other.text
    assert "Niet bekend" in owner.get(f"/initiatieven/{number}/controleren").text
    assert sign_in().get(url).status_code == 403
    citizen, _revision = _of_kind(app, InitiativeKind.CITIZEN_INITIATIVE)
    assert owner.get(f"/initiatieven/{citizen}/taak").status_code == 409


def test_a_challenge_has_its_own_term_and_the_agenda_request_its_threshold(app: Flask) -> None:
    with app.app_context():
        by_law(
            thresholds={"municipality": {"number": 100}, "agenda_request": {"number": 40}}, challenge_weeks=8
        )
        asked = published(NOW, kind=InitiativeKind.AGENDA_REQUEST)
        assert asked.threshold == 40
        challenge = draft(NOW, kind=CHALLENGE)
        answers = service.ChallengeAnswers("Groen", None, 0, "Begroting", NOW.date(), 12, "06")
        edit = initiatives.Edit(challenge.revision, TAB)
        service.save_challenge(challenge, answers, edit, at=NOW)
        initiatives.publish(challenge, challenge.revision, actor=author(), at=NOW)
        assert challenge.places[0].rules.council_weeks == 8
        assert challenge.threshold == 100


def test_a_project_runs_without_threshold_and_support(app: Flask, client, sign_in) -> None:
    number, revision = _of_kind(app, PROJECT, author_postcode="", confirmed_rules=(), wants_buddy=True)
    owner, base = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}"
    page = owner.get(f"{base}/bewerken").text
    assert "Wat klopt er voor uw voorstel?" not in page
    assert "maatje" in page
    assert "steunbetuigingen" not in owner.get(f"{base}/controleren").text
    posted = [
        owner.post(f"{base}/publiceren", data={"consents": "y", "revision": revision}).status_code
        for _ in range(2)
    ]
    assert posted == [303, 303]
    page = client.get(base).text
    assert "Bewonersproject" in page
    assert "Bewoners zijn bezig" in page
    assert "Steun dit initiatief" not in page
    assert client.get(f"{base}/steunen").status_code == 409
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert (initiative.state, initiative.threshold) == (State.RUNNING, None)
        assert initiative.places[0].rule_set_id is None
        assert db.session.scalar(db.select(db.func.count()).select_from(Deadline)) == 0
        assert db.session.scalars(db.select(InitiativeBuddy.initiative_id)).all() == [number]
        assert len(mails("project_started")) == 1
    for path in (
        "/initiatieven",
        "/initiatieven.json",
        "/initiatieven.csv",
        "/initiatieven.atom",
        f"{base}/kaart",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "ewonersproject" in answer.text, path
    assert client.get(f"{base}/poster.pdf").status_code == 302
    assert client.get("/initiatieven?volgorde=einde").status_code == 200


def test_a_project_ends_with_a_lesson(app: Flask, client, sign_in) -> None:
    number, _revision = _of_kind(app, PROJECT)
    owner, url = sign_in(email=OWNER_EMAIL), f"/initiatieven/{number}/klaar"
    assert owner.get(url).status_code == 409
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        service.start_project(initiative, initiative.revision, actor=author(), at=NOW)
        db.session.commit()
    assert client.get(url).status_code == 302
    assert sign_in().post(url, data={"lesson": "Hack"}).status_code == 403
    assert "Het is klaar" in owner.get(f"/initiatieven/{number}").text
    assert owner.post(url, data={"lesson": " "}).status_code == 422
    assert [owner.post(url, data={"lesson": "Begin klein."}).status_code for _ in range(2)] == [303, 303]
    page = client.get(f"/initiatieven/{number}").text
    assert "Begin klein." in page
    assert "Klaar" in page
    assert owner.post(f"/initiatieven/{number}/intrekken", data={"reason": "solved"}).status_code == 409
    with app.app_context():
        found = db.session.scalars(db.select(Event.action).where(Event.subject_id == number)).all()
        assert {"start", "finish"} <= set(found)


def test_a_project_may_stop(app: Flask, sign_in) -> None:
    with app.app_context():
        initiative = draft(NOW, kind=PROJECT)
        service.start_project(initiative, initiative.revision, actor=author(), at=NOW)
        db.session.commit()
        number = initiative.id
    owner = sign_in(email=OWNER_EMAIL)
    assert owner.post(f"/initiatieven/{number}/intrekken", data={"reason": "personal"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Initiative, number).state is State.WITHDRAWN


def test_an_incomplete_project_does_not_start(app: Flask) -> None:
    with app.app_context():
        initiative = draft(NOW, kind=PROJECT, plan="")
        with pytest.raises(Invalid) as caught:
            service.start_project(initiative, initiative.revision, actor=author(), at=NOW)
        assert set(caught.value.errors) == {"plan"}


def test_the_list_can_be_filtered_by_kind(app: Flask, client) -> None:
    with app.app_context():
        published(NOW, title="Praat over bomen", kind=InitiativeKind.AGENDA_REQUEST)
        published(NOW, title="Besluit over banken")
    page = client.get("/initiatieven?soort=agendaverzoek").text
    assert "Praat over bomen" in page
    assert "Besluit over banken" not in page
    assert "Besluit over banken" in client.get("/initiatieven?soort=hack").text


def test_what_somebody_wrote_before_is_shown_on_the_check_page(app: Flask, sign_in) -> None:
    with app.app_context():
        published(NOW, title="Bomen op de markt")
        number = draft(NOW).id
    page = sign_in(email=OWNER_EMAIL).get(f"/initiatieven/{number}/controleren").text
    assert "Bomen op de markt" in page

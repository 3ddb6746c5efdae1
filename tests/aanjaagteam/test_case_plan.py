"""One plan and one contact, the summary for units, adopting with one's name, opening again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.case_data import erase, sections
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.accounts.states import Role
from civic.calendar import Calendar, today
from civic.db import db
from civic.events.models import Event, Visibility
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import hand, official, unit, wait_on
from tests.aanjaagteam.makers import PATHS, STORY, TITLE, member, new_report, report_in
from tests.aanjaagteam.test_case import CASE, actions_on, user_id
from tests.conftest import NOW

ASKED = "/aanjaagteam/gevraagd"
BOSS = "hoofd@example.nl"


def seen(read: Callable[..., Any], number: int) -> str:
    return str(read(number, "revision"))


# plan and deputy


def test_the_contact_writes_the_plan_and_the_reporter_reads_it(
    app: Flask,
    team: FlaskClient,
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
) -> None:
    sign_in(Role.AANJAAGTEAM_MEMBER, email="dirk@example.nl", name="Dirk Deputy")
    with app.app_context():
        receipt = new_report(at=NOW - timedelta(days=3))
        report = receipt.report
        triage = service.Triage(TITLE, decision_owner=DecisionOwner.UNKNOWN)
        service.triage(report, triage, 0, actor=member(), at=NOW - timedelta(days=2))
        for step in PATHS[State.TAKEN_UP]:
            step(report, report.revision, actor=member(), at=NOW - timedelta(days=2))
        db.session.commit()
        number, revision = report.id, str(report.revision)
    deputy = str(user_id(app, "dirk@example.nl"))
    data = {"plan": "Eerst <bellen>, dan besluiten.", "deputy": deputy, "revision": revision}
    assert team.post(f"{CASE}/{number}/plan", data=data).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "Eerst &lt;bellen&gt;, dan besluiten." in page
    assert "Dirk Deputy" in page
    client.post("/meldingen/volgen", data={"code": receipt.code})
    followed = client.get("/meldingen/volgen/stand").text
    for words in ("Eerst &lt;bellen&gt;, dan besluiten.", "Tess Team", "Dirk Deputy"):
        assert words in followed
    assert followed.count("Uw contactpersoon") == 1
    assert "plan_changed" in actions_on(app, number)
    answer = team.post(f"{CASE}/{number}/plan", data={**data, "plan": "Mijn <versie>"})
    assert answer.status_code == 409
    assert "Mijn &lt;versie&gt;" in answer.text


def test_only_the_contact_and_the_deputy_write_the_plan(
    app: Flask, sign_in: Callable[..., FlaskClient], make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    other = sign_in(Role.AANJAAGTEAM_MEMBER, email="karel@example.nl", name="Karel Collega")
    assert other.get(f"{CASE}/{number}/plan").status_code == 403
    with app.app_context():
        db.session.get_one(Report, number).deputy_id = user_id(app, "karel@example.nl")
        db.session.commit()
    assert other.get(f"{CASE}/{number}/plan").status_code == 200
    data = {"plan": "Van de vervanger.", "deputy": "", "revision": seen(read, number)}
    assert other.post(f"{CASE}/{number}/plan", data=data).status_code == 303


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"deputy": "999"}, "Kies een antwoord uit de lijst."),
        ({"plan": "x" * 2001}, "Maak deze tekst korter."),
    ],
)
def test_bad_plan(
    team: FlaskClient,
    make: Callable[..., int],
    read: Callable[..., Any],
    given: dict[str, str],
    sentence: str,
) -> None:
    number = make(State.TAKEN_UP)
    data = {"plan": "Bellen.", "deputy": "", "revision": seen(read, number), **given}
    answer = team.post(f"{CASE}/{number}/plan", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_new_contact_is_never_their_own_deputy(app: Flask) -> None:
    with app.app_context():
        report, other = report_in(State.TAKEN_UP), member("karel@example.nl", "Karel Collega")
        plan = service.case.Plan("Bellen.", other)
        service.case.set_plan(report, plan, report.revision, actor=member(), at=NOW)
        service.assign(report, other, report.revision, actor=member(), at=NOW)
        assert (report.owner_id, report.deputy_id) == (other.id, None)


# summary


def test_a_summary_in_ones_own_words(
    app: Flask,
    team: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
    read: Callable[..., Any],
) -> None:
    number = make(State.TAKEN_UP)
    url = f"{CASE}/{number}/samenvatting"
    copied = {"summary": f"Samengevat: {STORY}", "revision": seen(read, number)}
    answer = team.post(url, data=copied)
    assert answer.status_code == 422
    assert "Hier staan zinnen van de melder in." in answer.text
    own = {"summary": "Een vergunning wacht op twee afdelingen.", "revision": seen(read, number)}
    assert team.post(url, data=own).status_code == 303
    assert team.post(url, data=own).status_code == 409
    with app.app_context():
        wait_on(db.session.get_one(Report, number), unit("Inkoop", BOSS))
        db.session.commit()
    page = sign_in(email=BOSS).get(f"{ASKED}/{number}").text
    assert "Een vergunning wacht op twee afdelingen." in page
    assert STORY not in page


# adopting


def test_an_official_adopts_with_a_public_name_and_gives_it_back(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    make: Callable[..., int],
    read: Callable[..., Any],
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        official(BOSS, "Hanna Hoofd")
        wait_on(db.session.get_one(Report, number), unit("Inkoop", BOSS))
        db.session.commit()
    boss = sign_in(email=BOSS)
    url = f"{ASKED}/{number}/adopteren"
    data = {"is_named": "y", "revision": seen(read, number)}
    assert boss.get(url).status_code == 200
    assert (boss.post(url, data=data).status_code, read(number, "adopter_is_public")) == (303, True)
    assert "Hanna Hoofd werkt bij de gemeente" in client.get(f"/meldingen/{number}").text
    assert boss.get(url).status_code == boss.post(url, data=data).status_code == 409
    give = f"{ASKED}/{number}/teruggeven"
    assert boss.get(give).status_code == 405
    assert boss.post(give, data={"revision": seen(read, number)}).status_code == 303
    assert read(number, "adopter_id") is None
    assert boss.post(give, data={"revision": seen(read, number)}).status_code in (403, 409)
    assert [one for one in actions_on(app, number) if "adopt" in one] == ["adopted", "adoption_ended"]


def test_without_a_public_name_nobody_outside_reads_it(
    app: Flask, client: FlaskClient, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.TAKEN_UP)
    url = f"{ASKED}/{number}/adopteren"
    assert team.post(url, data={"revision": seen(read, number)}).status_code == 303
    assert "werkt bij de gemeente en trekt" not in client.get(f"/meldingen/{number}").text
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "adopted")).one()
        assert event.visibility is Visibility.INTERNAL


def test_residents_and_strangers_adopt_nothing(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    others = (sign_in(email="inwoner@example.nl"), sign_in(Role.EMPLOYEE, email="ander@example.nl"))
    for path in ("adopteren", "teruggeven"):
        url = f"{ASKED}/{number}/{path}"
        assert client.post(url).status_code == 302
        for other in others:
            assert other.post(url).status_code == 403


def test_erasing_takes_the_name_off(app: Flask) -> None:
    with app.app_context():
        report, person = report_in(State.TAKEN_UP), member()
        service.case.adopt(report, report.revision, is_public=True, actor=person, at=NOW)
        assert [len(part.rows) for part in sections(person)] == [1, 0]
        erase(person)
        db.session.flush()
        db.session.refresh(report)
        assert (report.adopter_id, report.adopter_is_public) == (None, False)


# opening again


def test_reopen_keeps_the_clock_and_tells_the_reporter(
    app: Flask, team: FlaskClient, make: Callable[..., int], read: Callable[..., Any]
) -> None:
    number = make(State.DONE, email="melder@example.nl")
    since = read(number, "since_on")
    url = f"{CASE}/{number}/heropenen"
    assert team.post(url, data={"revision": seen(read, number)}).status_code == 422
    data = {
        "reopen_reason": "reporter_says_so",
        "reopen_text": "U zei dat het nog <steeds> dicht is.",
        "revision": seen(read, number),
    }
    assert team.post(url, data=data).status_code == 303
    assert read(number, "state") is State.TAKEN_UP
    assert (read(number, "outcome"), read(number, "closed_at"), read(number, "since_on")) == (
        None,
        None,
        since,
    )
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "reopen")).one()
        assert (event.from_state, event.to_state, event.reason_code) == (
            "done",
            "taken_up",
            "reporter_says_so",
        )
        last = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
        assert "U zei dat het nog <steeds> dicht is." in (last.text or "")
    assert team.post(url, data=data).status_code == 409
    assert team.get(url).status_code == 409


# who may decide


def test_unknown_is_counted_until_it_is_known(
    app: Flask, team: FlaskClient, read: Callable[..., Any]
) -> None:
    began = NOW - timedelta(days=14)
    with app.app_context():
        report = new_report(at=began).report
        wanted = service.Triage(
            TITLE, decision_owner=DecisionOwner.UNKNOWN, municipality_id=report.municipality_id
        )
        service.triage(report, wanted, 0, actor=member(), at=began)
        service.triage(report, wanted, 1, actor=member(), at=NOW)
        db.session.commit()
        number = report.id
    assert read(number, "decision_owner_unknown_since") == began
    days = Calendar().working_days_between(today(began), today(NOW))
    assert f"al {days} werkdagen" in team.get(f"{CASE}/{number}").text
    data = {
        "public_title": TITLE,
        "decision_owner": "management",
        "decision_owner_name": "teamleider",
        "revision": "2",
    }
    assert team.post(f"{CASE}/{number}/beoordelen", data=data).status_code == 303
    assert read(number, "decision_owner_unknown_since") is None
    assert "Het management: teamleider" in team.get(f"{CASE}/{number}").text
    assert actions_on(app, number).count("decision_owner_set") == 2


# the page


def test_timeline_keeps_public_and_internal_apart(team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    url = f"{CASE}/{number}"
    both = team.get(url).text
    assert "Iedereen mag dit zien" in both
    assert both.count("Alleen intern") == 1, "the tab, and not every line"
    assert "Gelezen door het aanjaagteam" in team.get(f"{url}?tijdlijn=openbaar").text
    assert "Gelezen door het aanjaagteam" not in team.get(f"{url}?tijdlijn=intern").text
    assert team.get(f"{url}?tijdlijn=<x>").status_code == 200


def test_the_page_takes_a_fixed_number_of_statements(
    app: Flask, team: FlaskClient, make: Callable[..., int], count_statements: Callable[[], Any]
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        for name in ("Inkoop", "Beleid"):
            wait_on(db.session.get_one(Report, number), unit(name, BOSS))
            hand(db.session.get_one(Report, number), unit(f"{name} 2"))
        db.session.commit()
    team.get(f"{CASE}/{number}")
    with count_statements() as few:
        team.get(f"{CASE}/{number}")
    with app.app_context():
        for name in ("Zorg", "Jeugd", "Wegen"):
            wait_on(db.session.get_one(Report, number), unit(name, BOSS))
            hand(db.session.get_one(Report, number), unit(f"{name} 2"))
        db.session.commit()
    with count_statements() as many:
        assert team.get(f"{CASE}/{number}").status_code == 200
    assert len(many) == len(few)

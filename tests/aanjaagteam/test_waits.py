"""Waiting for somebody: start, answer, change, withdraw; who is told, and what everybody may know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, ReportWait, Unit
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.units import unit_ids_of
from civic.aanjaagteam.service import waits
from civic.aanjaagteam.states import Outcome, State
from civic.aanjaagteam.states.facts import WaitKind
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import QUESTION, official, unit, wait_on
from tests.aanjaagteam.makers import STORY, member, report_in
from tests.aanjaagteam.test_case import CASE, actions_on
from tests.conftest import NOW

BOSS, CLERK, STRANGER = "hoofd@example.nl", "saskia@example.nl", "vreemd@example.nl"


@pytest.fixture
def waiting(app: Flask) -> tuple[int, int, int]:
    """(report, wait, unit): a report that waits for a unit with a manager and a clerk."""
    with app.app_context():
        where = unit("Inkoop", BOSS, workers=(CLERK,))
        report = report_in(State.TAKEN_UP)
        wait = wait_on(report, where)
        db.session.commit()
        return report.id, wait.id, where.id


def the_wait(app: Flask, number: int) -> ReportWait:
    with app.app_context():
        return db.session.get_one(ReportWait, number)


def letters(app: Flask, template: str) -> list[tuple[str | None, str | None]]:
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == template))
        return [(row.address, row.text) for row in rows]


def start(client: FlaskClient, app: Flask, number: int, **given: str) -> Any:
    with app.app_context():
        revision = str(db.session.get_one(Report, number).revision)
    data = {"kind": "council", "question": "Wanneer komt dit in de raad?", "revision": revision, **given}
    return client.post(f"{CASE}/{number}/wachten/nieuw", data=data)


# starting


def test_wait_on_a_unit_tells_its_manager_in_office_hours(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP)
    with app.app_context():
        where = unit("Inkoop", BOSS, workers=(CLERK,)).id
        db.session.commit()
    answer = start(team, app, number, kind="unit", unit=str(where), due_on="1-12-2026")
    assert (answer.status_code, answer.location) == (303, f"{CASE}/{number}")
    page = team.get(f"{CASE}/{number}").text
    assert "Wacht op Inkoop" in page
    assert "1 december 2026" in page
    [(address, text)] = letters(app, "wait_asked")
    assert address == BOSS
    assert "Wanneer komt dit in de raad?" in (text or "")
    assert "/aanjaagteam/gevraagd/" in (text or "")
    assert STORY not in (text or "")
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "wait_started")).one()
        wait = db.session.scalars(select(ReportWait)).one()
        assert event.data == {"wait": wait.id, "kind": "unit", "unit": where}


def test_a_named_person_gets_the_mail_instead(app: Flask, waiting: tuple[int, int, int]) -> None:
    with app.app_context():
        report = db.session.get_one(Report, waiting[0])
        wait_on(report, db.session.get_one(Unit, waiting[2]), user_id=official(CLERK).id)
        db.session.commit()
    assert [address for address, _text in letters(app, "wait_asked")] == [BOSS, CLERK]


def test_at_night_the_mail_waits_for_the_morning(app: Flask) -> None:
    night = NOW.replace(hour=22)
    with app.app_context():
        wait_on(report_in(State.TAKEN_UP, at=NOW - timedelta(days=1)), unit("Inkoop", BOSS), at=night)
        mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "wait_asked")).one()
        assert mail.next_at > night + timedelta(hours=8)


def test_several_at_once_but_the_same_only_once(app: Flask, team: FlaskClient, waiting: Any) -> None:
    number, _wait, where = waiting
    assert start(team, app, number, kind="council").status_code == 303
    answer = start(team, app, number, kind="unit", unit=str(where))
    assert answer.status_code == 422
    assert "De melding wacht hier al op." in answer.text


def test_all_mistakes_at_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    answer = start(team, app, number, kind="", question=" ", due_on="gisteren")
    assert answer.status_code == 422
    for sentence in ("Kies op wie de melding wacht.", "Schrijf op wat u vraagt.", "Schrijf de datum zo"):
        assert sentence in answer.text
    answer = start(team, app, number, kind="unit", unit="", due_on="1-1-2020")
    assert answer.status_code == 422
    for sentence in ("Kies de afdeling waarop u wacht.", "Deze dag is al geweest."):
        assert sentence in answer.text
    answer = start(team, app, number, kind="other_organisation")
    assert "Schrijf op welke organisatie dit is." in answer.text
    assert "wait_started" not in actions_on(app, number)


def test_a_closed_report_waits_for_nobody(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DONE)
    assert team.get(f"{CASE}/{number}/wachten/nieuw").status_code == 409
    assert start(team, app, number).status_code == 409


def test_two_at_once_are_told(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    assert start(team, app, number, revision="2").status_code == 303
    answer = start(team, app, number, revision="2", question="Mijn <lange> vraag")
    assert answer.status_code == 409
    assert "Mijn &lt;lange&gt; vraag" in answer.text


# answering


def test_a_colleague_of_the_unit_answers(
    app: Flask, sign_in: Callable[..., FlaskClient], team: FlaskClient, waiting: tuple[int, int, int]
) -> None:
    number, wait, _unit = waiting
    clerk = sign_in(email=CLERK)
    page = clerk.get(f"/aanjaagteam/gevraagd/{number}").text
    assert "Mag het terras op de stoep? &lt;b&gt;Graag&lt;/b&gt; ja of nee." in page
    assert STORY not in page
    url = f"{CASE}/{number}/wachten/{wait}/antwoord"
    assert STORY not in clerk.get(url).text
    assert clerk.post(url, data={"answer": " "}).status_code == 422
    answer = clerk.post(url, data={"answer": "Ja, dat mag."})
    assert (answer.status_code, answer.location) == (303, f"/aanjaagteam/gevraagd/{number}")
    row = the_wait(app, wait)
    assert (row.answer, row.ended_at is not None) == ("Ja, dat mag.", True)
    assert actions_on(app, number)[-1] == "wait_ended"
    assert "Ja, dat mag." in team.get(f"{CASE}/{number}").text


def test_second_answer_is_told_and_shows_nothing_of_the_case(
    sign_in: Callable[..., FlaskClient], waiting: tuple[int, int, int]
) -> None:
    number, wait, _unit = waiting
    url = f"{CASE}/{number}/wachten/{wait}/antwoord"
    assert sign_in(email=BOSS).post(url, data={"answer": "Ja."}).status_code == 303
    clerk = sign_in(email=CLERK)
    answer = clerk.post(url, data={"answer": "Nee <toch> niet."})
    assert answer.status_code == 409
    assert "Nee &lt;toch&gt; niet." in answer.text
    assert "Tess Team" not in answer.text
    assert clerk.get(url).status_code == 409


def test_strangers_read_and_answer_nothing(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], waiting: tuple[int, int, int]
) -> None:
    number, wait, _unit = waiting
    with app.app_context():
        unit("Vergunningen", STRANGER)
        db.session.commit()
    page, url = f"/aanjaagteam/gevraagd/{number}", f"{CASE}/{number}/wachten/{wait}/antwoord"
    assert client.get(page).status_code == client.get(url).status_code == 302
    for other in (sign_in(email=STRANGER), sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")):
        assert other.get(page).status_code == 403
        assert other.get(url).status_code == 403
        assert other.post(url, data={"answer": "Ik mag dit niet."}).status_code == 403


def test_who_was_asked_reaches_no_form_of_the_team(
    sign_in: Callable[..., FlaskClient], waiting: tuple[int, int, int]
) -> None:
    number, wait, _unit = waiting
    boss = sign_in(email=BOSS)
    assert boss.get(f"{CASE}/{number}").location == f"/aanjaagteam/gevraagd/{number}"
    for path in ("/plan", "/samenvatting", "/oorzaak", "/overdragen", "/geschil", "/wachten/nieuw"):
        assert boss.get(f"{CASE}/{number}{path}").status_code == 403, path
    assert boss.get(f"{CASE}/{number}/wachten/{wait}/wijzigen").status_code == 403
    assert boss.post(f"{CASE}/{number}/wachten/{wait}/vergissing").status_code == 403


def test_a_wait_of_another_report_is_not_found(
    team: FlaskClient, make: Callable[..., int], waiting: tuple[int, int, int]
) -> None:
    other = make(State.TAKEN_UP)
    for path in ("antwoord", "wijzigen"):
        assert team.get(f"{CASE}/{other}/wachten/{waiting[1]}/{path}").status_code == 404
    assert team.post(f"{CASE}/{other}/wachten/{waiting[1]}/vergissing").status_code == 404


# changing, mistakes, closing


def test_a_question_is_changed(
    app: Flask, team: FlaskClient, waiting: tuple[int, int, int], read: Callable[..., Any]
) -> None:
    number, wait, _unit = waiting
    url = f"{CASE}/{number}/wachten/{wait}/wijzigen"
    assert "Mag het terras" in team.get(url).text
    seen = str(read(number, "revision"))
    assert team.post(url, data={"question": "", "due_on": "0001-01-01", "revision": seen}).status_code == 422
    data = {"question": "Beter gevraagd?", "due_on": "2-12-2026", "revision": seen}
    assert team.post(url, data=data).status_code == 303
    row = the_wait(app, wait)
    assert (row.question, row.due_on) == ("Beter gevraagd?", date(2026, 12, 2))
    assert actions_on(app, number)[-1] == "wait_changed"
    answer = team.post(url, data={**data, "question": "Van een <collega>."})
    assert answer.status_code == 409
    assert "Van een &lt;collega&gt;." in answer.text


def test_a_mistake_disappears_and_is_told_apart(
    app: Flask, team: FlaskClient, waiting: tuple[int, int, int]
) -> None:
    number, wait, _unit = waiting
    assert team.get(f"{CASE}/{number}/wachten/{wait}/vergissing").status_code == 405
    assert team.post(f"{CASE}/{number}/wachten/{wait}/vergissing").status_code == 303
    assert "Mag het terras op de stoep" not in team.get(f"{CASE}/{number}").text
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "wait_ended")).one()
        assert event.reason_code == "mistake"
    assert team.post(f"{CASE}/{number}/wachten/{wait}/vergissing").status_code == 409


def test_closing_ends_every_wait(app: Flask, waiting: tuple[int, int, int]) -> None:
    with app.app_context():
        report = db.session.get_one(Report, waiting[0])
        wait_on(report, kind=WaitKind.COUNCIL)
        ending = service.Ending(Outcome.SOLVED, "Klaar.")
        service.close(report, ending, report.revision, actor=member(), at=NOW)
        assert waits.open_waits(report) == []
        codes = list(
            db.session.scalars(
                select(Event.reason_code).where(Event.action == "wait_ended").order_by(Event.id)
            )
        )
        assert codes == ["report_closed", "report_closed"]


# the reporter


def test_a_wait_for_the_reporter_is_asked_and_ends_by_itself(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, email="melder@example.nl")
        wait_on(report, kind=WaitKind.REPORTER, question="Welke stoep?")
        db.session.flush()
        last = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
        assert "Wij hebben een vraag aan u." in (last.text or "")
        assert waits.end_reporter_waits(report, at=NOW) == 1
        assert waits.end_reporter_waits(report, at=NOW) == 0
        event = db.session.scalars(select(Event).where(Event.action == "wait_ended")).one()
        assert event.actor_kind == "anonymous"


def test_everybody_reads_the_unit_and_never_the_question(
    app: Flask, client: FlaskClient, waiting: tuple[int, int, int]
) -> None:
    with app.app_context():
        report = db.session.get_one(Report, waiting[0])
        wait_on(report, kind=WaitKind.OTHER_ORGANISATION, party="Zorgclub Geheim")
        db.session.commit()
    page = client.get(f"/meldingen/{waiting[0]}").text
    assert "Wacht op: afdeling Inkoop, sinds 23 november 2026" in page
    assert "Wacht op: een andere organisatie, sinds" in page
    assert "Mag het terras op de stoep" not in page
    assert "Zorgclub Geheim" not in page


def test_what_was_decided_waits_for_no_decision(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        decided = report_in(State.DECIDED)
        wait_on(decided, unit("Inkoop", BOSS))
        db.session.commit()
        number = decided.id
    for page in (client.get(f"/meldingen/{number}").text, client.get("/meldingen").text):
        main = page.split("<main")[1].replace('">Wacht op<', "")
        assert "Er staat nog een vraag open bij:" in main
        assert "Wacht op:" not in main
        assert "Wacht op Inkoop" not in main


# the reminder and the list


def test_one_reminder_when_the_day_passes(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=NOW - timedelta(days=20))
        wait = wait_on(report, unit("Inkoop", BOSS), at=NOW - timedelta(days=10), due_on=date(2026, 11, 20))
        assert waits.remind(NOW - timedelta(days=5)) == {"reminded": 0}
        assert waits.remind(NOW) == {"reminded": 1}
        assert waits.remind(NOW + timedelta(days=1)) == {"reminded": 0}
        asked = waits.Asked(QUESTION, date(2026, 11, 24))
        waits.change_wait(wait, asked, report.revision, actor=member(), at=NOW)
        assert waits.remind(NOW + timedelta(days=3)) == {"reminded": 1}
        db.session.commit()
    assert [address for address, _text in letters(app, "wait_late")] == [BOSS, BOSS]


def test_nobody_inside_then_the_contact_asks_again(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=NOW - timedelta(days=20))
        wait_on(report, kind=WaitKind.COUNCIL, at=NOW - timedelta(days=10), due_on=date(2026, 11, 20))
        waits.remind(NOW)
        db.session.commit()
    assert [address for address, _text in letters(app, "wait_late")] == ["teamlid@example.nl"]


def test_it_stands_on_the_list_of_whoever_was_asked(app: Flask, waiting: tuple[int, int, int]) -> None:
    with app.app_context():
        for email, expected in ((CLERK, [False]), (BOSS, [False]), (STRANGER, [])):
            user = official(email)
            found = inbox.waiting_for(user, unit_ids_of(user, today(now())), now())
            lines = [item for item in found if item.kind == "wait"]
            assert [item.is_mine for item in lines] == expected, email
            assert all(item.arguments == {"report_id": waiting[0]} for item in lines)


def test_nobody_ends_what_ended(app: Flask, waiting: tuple[int, int, int]) -> None:
    with app.app_context():
        wait = db.session.get_one(ReportWait, waiting[1])
        with pytest.raises(Invalid):
            waits.end_wait(wait, "  ", actor=member(), at=NOW)
        waits.end_wait(wait, "Ja.", actor=member(), at=NOW)
        with pytest.raises(NotAllowedNow):
            waits.end_wait(wait, "Nee.", actor=member(), at=NOW)
        report = db.session.get_one(Report, waiting[0])
        with pytest.raises(NotAllowedNow):
            waits.change_wait(wait, waits.Asked("Nog?", None), report.revision, actor=member(), at=NOW)

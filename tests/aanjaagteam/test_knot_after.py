"""After the knot: was it carried out, was the process changed, and who is reminded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import ExecutionCheck, Report
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.service import checks
from civic.aanjaagteam.service.knots import ProcessFix
from civic.aanjaagteam.states import Outcome, State
from civic.aanjaagteam.states.knots import CheckResult, ProcessOutcome
from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import queries as events
from civic.events.models import Event
from tests.aanjaagteam.makers import KNOT, member, report_in
from tests.aanjaagteam.test_case import CASE, actions_on
from tests.conftest import NOW
from tests.factories import make_user

DUE = date(2027, 2, 1)
DONE = {"result": "done", "explanation": "", "next_on": "", "revision": "0"}
NOT_DONE = {
    "result": "not_done",
    "explanation": "Het bord hangt er nog.",
    "next_on": "2027-01-11",
    "revision": "0",
}


def due(app: Flask, number: int, kind: str) -> Any:
    with app.app_context():
        return events.deadline_of(db.session.get_one(Report, number), kind)


@pytest.fixture
def followed_up(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[..., tuple[int, FlaskClient]]:
    """A decided report whose process Piet, an employee and no member, promised to change."""

    def _make(ending: State = State.DECIDED) -> tuple[int, FlaskClient]:
        piet = sign_in(Role.EMPLOYEE, email="piet@example.nl", name="Piet Proces")
        with app.app_context():
            report = report_in(State.TAKEN_UP)
            owner = make_user(email="piet@example.nl")
            fix = ProcessFix(ProcessOutcome.FOLLOWS, "Eén loket voor alle vragen.", owner.id, DUE)
            service.decide(report, replace(KNOT, process=fix), report.revision, actor=member(), at=NOW)
            if ending is State.DONE:
                ending_text = service.Ending(Outcome.SOLVED, "Open.")
                service.close(report, ending_text, report.revision, actor=member(), at=NOW)
            db.session.commit()
            return report.id, piet

    return _make


# was it carried out?


def test_done(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DECIDED)
    url = f"{CASE}/{number}/uitvoering"
    assert team.get(url).status_code == 200
    assert team.post(url, data=DONE).status_code == 303
    assert due(app, number, "execution_check").met_at is not None
    assert "Ja, het is uitgevoerd" in team.get(f"{CASE}/{number}").text
    assert team.get(url).status_code == 409
    assert team.post(url, data={**DONE, "revision": "1"}).status_code == 409


def test_not_done_is_looked_at_again(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.DECIDED)
    url = f"{CASE}/{number}/uitvoering"
    page = team.post(url, data={**NOT_DONE, "explanation": "", "next_on": ""})
    assert page.status_code == 422
    for words in ("Kies de dag waarop u opnieuw kijkt.", "Schrijf op wat er nog niet is gebeurd."):
        assert words in page.text
    assert "Kies een werkdag." in team.post(url, data={**NOT_DONE, "next_on": "2026-11-28"}).text
    assert team.post(url, data=NOT_DONE).status_code == 303
    clock = due(app, number, "execution_check")
    assert (clock.met_at, clock.due_on) == (None, date(2027, 1, 11))
    assert team.post(url, data=NOT_DONE).status_code == 409, "the same click again"
    assert team.post(url, data={**DONE, "result": "partly", "revision": "1"}).status_code == 422
    assert team.post(url, data={**DONE, "revision": "1"}).status_code == 303
    with app.app_context():
        rows = list(db.session.scalars(select(ExecutionCheck).order_by(ExecutionCheck.number)))
        assert [row.result for row in rows] == [CheckResult.NOT_DONE, CheckResult.DONE]
        codes = db.session.scalars(select(Event.reason_code).where(Event.action == "execution_checked"))
        assert list(codes) == ["not_done", "done"]


@pytest.mark.parametrize("result", ["", "hack"])
def test_strange_result(team: FlaskClient, make: Callable[..., int], result: str) -> None:
    page = team.post(f"{CASE}/{make(State.DECIDED)}/uitvoering", data={**DONE, "result": result})
    assert page.status_code == 422
    assert "Kies of het besluit is uitgevoerd." in page.text


def test_nothing_to_look_at(team: FlaskClient, make: Callable[..., int]) -> None:
    assert team.get(f"{CASE}/{make(State.TAKEN_UP)}/uitvoering").status_code == 409


def test_strangers_do_not_look(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], make: Callable[..., int]
) -> None:
    number = make(State.DECIDED)
    stranger = sign_in(Role.EMPLOYEE, email="saskia@example.nl")
    for path in ("uitvoering", "proces", "belofte", "gesprek", "agenda", "bestuursnotitie"):
        for method in ("get", "post"):
            assert getattr(client, method)(f"{CASE}/{number}/{path}").status_code == 302
            assert getattr(stranger, method)(f"{CASE}/{number}/{path}").status_code == 403


# was the process changed?


def test_the_owner_of_the_process_says_so(
    app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]
) -> None:
    number, piet = followed_up()
    assert due(app, number, "process_change").due_on == DUE
    page = piet.get(f"{CASE}/{number}/proces")
    assert "Eén loket voor alle vragen." in page.text
    answer = piet.post(
        f"{CASE}/{number}/proces", data={"process_change": "Er is één loket.", "revision": "3"}
    )
    assert answer.status_code == 303
    with app.app_context():
        report = db.session.get_one(Report, number)
        assert (report.state, report.process_change) == (State.PROCESS_CHANGED, "Er is één loket.")
    assert due(app, number, "process_change").met_at is not None
    assert (
        piet.post(f"{CASE}/{number}/proces", data={"process_change": "x", "revision": "4"}).status_code == 409
    )


def test_the_owner_sees_no_story(followed_up: Callable[..., tuple[int, FlaskClient]]) -> None:
    number, piet = followed_up()
    assert "pimpelpaars" not in piet.get(f"{CASE}/{number}/proces").text
    page = piet.get(f"{CASE}/{number}")
    assert page.location == f"/aanjaagteam/gevraagd/{number}", "the page of the team is not for Piet"
    assert "pimpelpaars" not in page.text


def test_after_the_report_was_closed(app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]) -> None:
    number, piet = followed_up(State.DONE)
    page = piet.post(f"{CASE}/{number}/proces", data={"process_change": " ", "revision": "4"})
    assert page.status_code == 422
    page = piet.post(f"{CASE}/{number}/proces", data={"process_change": "Er is één loket.", "revision": "4"})
    assert page.status_code == 303
    assert actions_on(app, number)[-1] == "process_changed_later"
    with app.app_context():
        assert db.session.get_one(Report, number).state is State.DONE


def test_two_at_once(app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]) -> None:
    number, piet = followed_up()
    page = piet.post(f"{CASE}/{number}/proces", data={"process_change": "Mijn tekst", "revision": "2"})
    assert page.status_code == 409


def test_another_decision_takes_the_promise_back(
    app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]
) -> None:
    number, _piet = followed_up()
    with app.app_context():
        report = db.session.get_one(Report, number)
        service.decide(report, KNOT, report.revision, actor=member(), at=NOW + timedelta(hours=1))
        db.session.commit()
    assert due(app, number, "process_change").met_at is not None


# what waits for somebody


def test_lines_on_the_inbox(app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]) -> None:
    number, _piet = followed_up()
    with app.app_context():
        piet, tess = make_user(email="piet@example.nl"), member()
        db.session.commit()
        lines = inbox.waiting_for(piet, frozenset(), NOW)
        assert [(one.kind, one.report_id, one.due_on) for one in lines] == [("process", number, DUE)]
        mine = [one for one in inbox.waiting_for(tess, frozenset(), NOW) if one.kind == "check"]
        assert [(one.report_id, one.endpoint) for one in mine] == [(number, "aanjaagteam.check_execution")]
        db.session.delete(tess.grants[0])
        db.session.commit()
        assert not [one for one in inbox.waiting_for(tess, frozenset(), NOW) if one.kind == "check"]


def test_the_check_goes_with_the_owner_and_the_process_does_not(
    app: Flask, followed_up: Callable[..., tuple[int, FlaskClient]]
) -> None:
    number, _piet = followed_up()
    with app.app_context():
        report, karel = db.session.get_one(Report, number), member("karel@example.nl", "Karel Collega")
        service.assign(report, karel, report.revision, actor=member(), at=NOW)
        db.session.commit()
        key, piet = karel.id, make_user(email="piet@example.nl").id
    assert due(app, number, "execution_check").owner_id == key
    assert due(app, number, "process_change").owner_id == piet


def test_a_second_look_at_the_same_number_is_refused(app: Flask) -> None:
    """Two people at once: the key of the table decides, also where both read before either wrote."""
    with app.app_context():
        report = report_in(State.DECIDED)
        checks.check_execution(report, checks.Looked(CheckResult.DONE), 0, actor=member(), at=NOW)
        with pytest.raises(NotAllowedNow):
            checks.check_execution(report, checks.Looked(CheckResult.DONE), 0, actor=member(), at=NOW)
        assert db.session.scalar(select(func.count()).select_from(ExecutionCheck)) == 1

from __future__ import annotations
import random
from datetime import date, datetime, timedelta
import pytest
from flask import Flask
from sqlalchemy import func, select, update
from civic.aanjaagteam import service
from civic.aanjaagteam.models import Escalation, Report, ReportWait
from civic.aanjaagteam.queries.clocks import DECISION, ids_without_clock
from civic.aanjaagteam.queries import ladder as lq
from civic.aanjaagteam.service import clusters, ladder, promises, voices, waits
from civic.aanjaagteam.states import State, BEFORE_DECISION
from civic.aanjaagteam.states.facts import ReopenReason, WaitKind, DecisionOwner
from civic.aanjaagteam.states.ladder import RunState
from civic.calendar import today
from civic.db import db
from civic.errors import NotAllowedNow, Invalid
from civic.events import jobs as house
from civic.events import queries as events
from tests.aanjaagteam.ladder_makers import climb, commit, full_ladder, local, run_of, unit, letters, stand
from tests.aanjaagteam.makers import PATHS, member, new_report, report_in
from tests.aanjaagteam.test_clocks import MONDAY, AFTER, pass_time, clock_of, runs

def nobody_for(days, start):
    before = (runs(), len(letters()))
    for n in range(days):
        pass_time(start + timedelta(days=n))
    return (runs(), len(letters())) == before

@pytest.mark.parametrize("end", ["answer", "withdraw"])
def test_new_answered_above(app: Flask, end) -> None:
    with app.app_context():
        full_ladder()
        report = new_report(at=MONDAY).report
        commit()
        at = local(2026, 11, 17, 10)
        assert pass_time(at)["opened"] == 1
        run = run_of(report)
        if end == "answer":
            ladder.answer(run, 1, "Komt goed.", actor=member(), at=at)
        else:
            ladder.withdraw(run, "Wij kijken.", actor=member(), at=at)
        commit()
        assert not nobody_for(120, at + timedelta(days=1))

def test_top_crew_replaced(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        for day in range(0, 60):
            pass_time(AFTER + timedelta(days=day))
        assert run_of(report).level == 4
        stand(4, "nieuw1", "nieuw2", "nieuw3", "nieuw4")
        commit()
        for day in range(60, 80):
            pass_time(AFTER + timedelta(days=day))
        from civic.mail.models import OutgoingMail
        got = [(m.address, m.template) for m in db.session.scalars(select(OutgoingMail)) if str(m.address).startswith("nieuw")]
        print(got)
        assert {m for m,_ in got} == {f"nieuw{n}@example.nl" for n in (1,2,3,4)}

@pytest.mark.parametrize("kind", [WaitKind.REPORTER, WaitKind.COUNCIL])
def test_far_wait(app: Flask, kind) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        new = waits.NewWait(kind, "Wat?", due_on=date(2099, 12, 1))
        with pytest.raises(Invalid):
            waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY)

def test_legacy_wait(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        from civic.events.models import Deadline
        new = waits.NewWait(WaitKind.REPORTER, "Wat?")
        db.session.add(ReportWait(report_id=report.id, kind=WaitKind.REPORTER, question="Wat?", due_on=None, began_at=MONDAY, began_by_id=member().id))
        commit()
        for d in range(100): pass_time(MONDAY + timedelta(days=d))
        assert run_of(report).level == 4

def test_clock_back(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=MONDAY, email="melder@example.nl")
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        waits.start_wait(report, new, report.revision, actor=member(), at=MONDAY + timedelta(hours=2))
        voices.write_as_reporter(report, voices.NewMessage("De Kerkstraat.", service.new_token()), at=MONDAY + timedelta(hours=1))
        commit()

def test_ask_reporter_while_climbing(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY)
        pass_time(AFTER)
        at = AFTER + timedelta(hours=1)
        new = waits.NewWait(WaitKind.REPORTER, "Welke straat is het?")
        waits.start_wait(report, new, report.revision, actor=member(), at=at)
        commit()
        voices.write_as_reporter(report, voices.NewMessage("De Kerkstraat.", service.new_token()), at=at + timedelta(days=1))
        commit()
        pass_time(at + timedelta(days=2))
        assert run_of(report).state is RunState.OPEN, clock_of(report).due_on

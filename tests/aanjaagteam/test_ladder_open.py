"""What opens a run by itself, what stops the clock, and that nothing is escalated twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import civic.aanjaagteam.jobs
import civic.initiatives.jobs
from civic.aanjaagteam.models import Escalation, Report, ReportWait
from civic.aanjaagteam.service import ladder as service
from civic.aanjaagteam.service import promises
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.ladder import REASON_OF_PROMISE, RunState
from civic.db import db
from civic.events import escalation
from civic.events import service as events
from civic.events.models import Deadline
from tests.aanjaagteam.ladder_makers import (
    asked_mails,
    climb,
    commit,
    full_ladder,
    levels,
    local,
    opened,
    run_of,
    rung,
    unit,
)
from tests.aanjaagteam.makers import PATHS, member, report_in

MONDAY = local(2026, 11, 23, 10, 0)
NOTHING = {"opened": 0, "climbed": 0, "ended": 0}


def broken(kind: str, at: datetime = MONDAY, state: State = State.TAKEN_UP) -> tuple[Report, Deadline]:
    """A report with a promise of this kind whose day was last Friday."""
    report = report_in(state, at=at - timedelta(days=20))
    what = events.Promise(kind, "3 werkdagen", (at - timedelta(days=6)).date(), owner_id=member().id)
    row = events.promise_again(report, what)
    row.passed_at = at
    commit()
    return report, row


@pytest.mark.parametrize("kind", sorted(REASON_OF_PROMISE))
def test_a_broken_promise_opens_one_run(app: Flask, kind: str) -> None:
    with app.app_context():
        full_ladder()
        report, row = broken(kind)
        assert climb(MONDAY)["opened"] == 1
        assert climb(MONDAY) == NOTHING
        run = run_of(report)
        assert run.reason.value == kind
        assert run.opened_by_id is None
        assert asked_mails() == ["uitvoering"]
        # also after it was answered: the same broken promise is not asked again
        service.answer(run, 1, "Morgen is het er.", actor=member(), at=MONDAY)
        commit()
        assert climb(MONDAY + timedelta(days=3)) == NOTHING
        if kind == "decision":
            return  # its clock begins anew by itself: test_clocks.py
        assert service.escalate_for(report, kind, at=MONDAY) is run
        # but a new promise that is broken again is a new round
        events.promise_again(report, events.Promise(kind, "1 werkdag", MONDAY.date()))
        row.passed_at = MONDAY + timedelta(days=3)
        commit()
        assert climb(MONDAY + timedelta(days=3))["opened"] == 1
        assert run_of(report).round == 2


def test_two_that_notice_the_same_broken_promise(app: Flask) -> None:
    """The job that tells the reporter, and this one: one run, in whatever order they come."""
    with app.app_context():
        full_ladder()
        report, row = broken("promise")
        row.passed_at = None  # the house has not noticed yet
        commit()
        assert promises.break_promises(MONDAY) == {"broken": 1}
        commit()
        assert run_of(report).deadline_id == row.id
        row.passed_at = MONDAY
        commit()
        assert climb(MONDAY) == NOTHING
        assert asked_mails() == ["uitvoering"]


def test_a_promise_that_is_kept_after_all_ends_it(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report, _row = broken("promise")
        climb(MONDAY)
        events.keep_promise(report, "promise", MONDAY)
        commit()
        assert climb(MONDAY + timedelta(hours=1))["ended"] == 1
        assert run_of(report).state is RunState.OVERTAKEN
        assert climb(MONDAY + timedelta(days=9)) == NOTHING


def test_a_decision_does_not_end_what_is_about_doing_it(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report, _row = broken("execution_check", state=State.DECIDED)
        climb(MONDAY)
        PATHS[State.DECIDED][-1](report, report.revision, actor=member(), at=MONDAY + timedelta(hours=1))
        commit()
        assert run_of(report).state is RunState.OPEN


def test_a_closed_report_and_a_clock_that_stands_still_open_nothing(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        broken("promise", state=State.DONE)
        _report, row = broken("process_change", state=State.DECIDED)
        events.pause(row, "waits", actor=member(), at=MONDAY)
        commit()
        assert climb(MONDAY) == NOTHING


def test_other_parts_can_bring_it_up(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        report = report_in(State.TAKEN_UP, at=MONDAY - timedelta(days=3))
        run = service.escalate_for(report, "broken_promise", at=MONDAY)
        assert run is not None
        assert service.escalate_for(report, "execution_check", at=MONDAY) is run, "the open run goes on"
        done = report_in(State.DONE, at=MONDAY - timedelta(days=3))
        assert service.escalate_for(done, "promise", at=MONDAY) is None
        with pytest.raises(ValueError, match="no_such_reason"):
            service.escalate_for(report, "no_such_reason", at=MONDAY)


def test_a_unit_that_does_not_answer(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        here = unit("Vergunningen", "peter")
        report = report_in(State.TAKEN_UP, at=MONDAY - timedelta(days=20))
        wait = waits(report, WaitKind.UNIT, MONDAY - timedelta(days=9), unit_id=here.id)
        wait.due_on = date(2026, 11, 18)
        commit()
        assert climb(MONDAY - timedelta(days=3)) == NOTHING, "first a reminder, and two working days"
        assert climb(MONDAY)["opened"] == 1
        assert climb(MONDAY) == NOTHING
        assert run_of(report).unit_id == here.id
        climb(MONDAY + timedelta(days=1))
        assert asked_mails() == ["uitvoering", "peter"]
        wait.ended_at = MONDAY + timedelta(days=1)
        commit()
        assert climb(MONDAY + timedelta(days=1))["ended"] == 1


def waits(report: Report, kind: WaitKind, began_at: datetime, unit_id: int | None = None) -> ReportWait:
    row = ReportWait(
        report_id=report.id, kind=kind, unit_id=unit_id, began_at=began_at, began_by_id=member().id
    )
    db.session.add(row)
    db.session.flush()
    return row


def test_waiting_for_the_reporter_stops_the_clock(app: Flask) -> None:
    """Nobody in the house can do anything then. The wait is an interval in the log, and moves the days."""
    with app.app_context():
        full_ladder()
        run = opened(MONDAY)
        report = db.session.get_one(Report, run.report_id)
        wait = waits(report, WaitKind.REPORTER, local(2026, 11, 23, 15, 0))
        wait.due_on = date(2026, 12, 7)
        commit()
        assert rung(run.id, 1).accept_by == local(2026, 11, 24, 9, 30)
        assert climb(local(2026, 12, 1, 12, 0)) == NOTHING
        wait.ended_at = local(2026, 11, 26, 12, 0)  # 2 + 8.5 + 8.5 + 3.5 hours later
        commit()
        assert climb(local(2026, 11, 26, 12, 5)) == NOTHING
        assert rung(run.id, 1).accept_by == local(2026, 11, 26, 15, 0)
        assert rung(run.id, 1).answer_by == local(2026, 12, 2, 15, 30)
        assert climb(local(2026, 11, 26, 15, 0))["climbed"] == 1


def test_waiting_for_a_unit_does_not(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        run = opened(MONDAY)
        waits(db.session.get_one(Report, run.report_id), WaitKind.UNIT, MONDAY, unit("Vergunningen").id)
        commit()
        assert climb(MONDAY + timedelta(days=2))["climbed"] == 1
        assert levels(run.id)[-1] == (2, "asked")


def test_the_house_does_not_ask_as_well(app: Flask) -> None:
    """One promise, one ladder: the two steps of the house keep off reports, and of nothing else."""
    assert "report" in escalation.OWN_WAY
    assert {"desk_check", "formal_check", "formal_check_again", "council"} <= set(escalation.LADDERS)
    assert not set(escalation.LADDERS) & set(REASON_OF_PROMISE)
    with app.app_context():
        report, row = broken("promise")
        escalation.LADDERS["promise"] = lambda _row: [[member()]]
        try:
            assert escalation.escalate_deadlines(MONDAY) == {"escalated": 0}
        finally:
            del escalation.LADDERS["promise"]
        assert row.escalation == 0
        assert db.session.scalar(select(Escalation).where(Escalation.report_id == report.id)) is None


__all__ = ["civic"]

"""The clocks under an open report. There is always one that runs, so that nothing dies because nobody looked.

Until the first answer that is the promise of it. From then on, until it is decided, closed or declined, it is
the clock of the decision itself; of what can be decided now (S14c) a shorter one runs beside it. While the
reporter was asked something both stand still, but never longer than the reporter was given.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.clocks import DECISION, grouped_under, waits_for_reporter, without_clock
from civic.aanjaagteam.queries.team import DECIDE_NOW
from civic.aanjaagteam.states import BEFORE_DECISION, State
from civic.accounts.models import User
from civic.calendar import today
from civic.config import setting
from civic.db import db
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline

STAND_STILL = (DECISION, DECIDE_NOW)
ASKED_REPORTER = "asked_reporter"


def run_decision_clock(report: Report, at: datetime) -> None:
    """Call it when a report came into another state. A clock that runs goes on."""
    if report.state is State.NEW:
        return  # the first answer has a clock of its own
    if report.state in BEFORE_DECISION:
        known = event_queries.deadline_of(report, DECISION)
        if known is None or known.met_at is not None:
            _begin(report, at)
        return
    events.keep_promise(report, DECISION, at)
    for other in grouped_under(report):  # who waited for this one has its own time again
        _begin(other, at)


def begin_again(report: Report, at: datetime) -> None:
    """The obstacle is gone, or it was taken back: now decide. Only where the day had passed."""
    known = event_queries.deadline_of(report, DECISION)
    if report.state in BEFORE_DECISION and known is not None and known.due_on < today(at):
        _begin(report, at)


def _begin(report: Report, at: datetime) -> None:
    term = f"{setting('DECISION_DAYS')} werkdagen"
    events.promise_again(report, events.Promise(DECISION, term, today(at), owner_id=report.owner_id))
    stop_for_reporter(report, at)


def begin_missing(report_id: int, at: datetime) -> str:
    """A report that has no clock at all gets one: it was answered before anybody looked at it."""
    report = db.session.scalar(without_clock().where(Report.id == report_id).with_for_update(of=Report))
    if report is None:
        return ""
    _begin(report, at)
    return "begun"


# --- waiting for the reporter ---------------------------------------------------------------------------


def stop_for_reporter(report: Report, at: datetime) -> None:
    """Whatever waits for the reporter stands still; who asked is answerable for it."""
    asked_by = waits_for_reporter(report, today(at))
    if asked_by is None:
        return
    actor = db.session.get_one(User, asked_by)
    for row in _running(report):
        events.pause(row, ASKED_REPORTER, actor=actor, at=at)


def go_on(report: Report, at: datetime) -> None:
    """Nothing waits for the reporter any more: the days move by the time that it did."""
    if waits_for_reporter(report, today(at)) is not None:
        return
    for row in _running(report):
        events.resume(row, actor=None, at=at)


def _running(report: Report) -> list[Deadline]:
    mine = (Deadline.subject_type == "report", Deadline.subject_id == report.id, Deadline.met_at.is_(None))
    return list(db.session.scalars(select(Deadline).where(*mine, Deadline.kind.in_(STAND_STILL))))


# --- what can be decided now ----------------------------------------------------------------------------


def mark_decide_now(report: Report, was: bool, at: datetime) -> None:
    """Call it after `decide_now` was set: the clock starts, or the promise is taken back."""
    if report.decide_now and not was and report.state in BEFORE_DECISION:
        term = f"{setting('DECIDE_NOW_DAYS')} werkdagen"
        events.promise_again(report, events.Promise(DECIDE_NOW, term, today(at), owner_id=report.owner_id))
        stop_for_reporter(report, at)
    elif was and not report.decide_now:
        events.keep_promise(report, DECIDE_NOW, at)


def stop_decide_now(report: Report, at: datetime) -> None:
    """Decided, closed or declined: nothing is left to decide now."""
    events.keep_promise(report, DECIDE_NOW, at)

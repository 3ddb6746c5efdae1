"""Climbing by itself: the steps of the job `climb_ladder`. Nothing dies because nobody looked.

Each function does one row, in a transaction of its own (civic/aanjaagteam/jobs.py), and says in a word what
it did; "" is nothing. Whoever locks the run first does it; the unique keys decide when two think they were
first.

A run climbs one rung for each look at it: the rung it comes to gets its own full time, counted from when its
mail can go out. So a clock that jumps, or a night in which no job ran, never skips a rung.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from civic.aanjaagteam.models import Escalation, EscalationRung, Report, ReportWait
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.service.ladder import escalate_for, is_over, overtake
from civic.aanjaagteam.service.ladder_rungs import (
    DAY_HOURS,
    Arrival,
    ask_person,
    end_of_day,
    move_rung,
    note,
    promise_table,
    reach,
    send,
    tell_reporter,
)
from civic.aanjaagteam.states.ladder import REASON_OF_PROMISE, TOP, EscalationReason, RungAction, RungState
from civic.calendar import add_working_hours, today, working_time_between
from civic.db import db
from civic.events.models import Deadline


def open_for_promise(deadline_id: int, at: datetime) -> str:
    deadline = db.session.get_one(Deadline, deadline_id)
    report = db.session.get_one(Report, deadline.subject_id, with_for_update=True)
    is_broken = deadline.met_at is None and deadline.due_on < today(at)  # begun anew since it was listed?
    if not is_broken or queries.open_run(report.id) is not None:
        return ""
    run = escalate_for(report, REASON_OF_PROMISE[deadline.kind], at=at)
    return "opened" if run is not None else ""


def open_for_wait(wait_id: int, at: datetime) -> str:
    wait = db.session.get_one(ReportWait, wait_id)
    report = db.session.get_one(Report, wait.report_id, with_for_update=True)
    if wait.ended_at is not None or queries.open_run(report.id) is not None:
        return ""
    run = escalate_for(report, EscalationReason.MISSED_ANSWER, at=at, wait=wait)
    return "opened" if run is not None else ""


def look_at(run_id: int, at: datetime) -> str:
    """One run, one step. Another process that has it now does it."""
    mine = select(Escalation).where(Escalation.id == run_id, Escalation.ended_at.is_(None))
    run = db.session.scalar(mine.with_for_update(skip_locked=True))
    if run is None:
        return ""
    report = db.session.get_one(Report, run.report_id)
    if is_over(run, report):
        overtake(run, at=at)
        return "ended"
    row = queries.rung_in_hand(run)
    if row is None:
        return "filled" if reach(run, report, _lowest_open(run), Arrival(at)) is not None else ""
    if row.level == TOP:
        return _look_at_table(run, report, row, at)
    return _climb(run, report, row, at) if _is_missed(row, at) else ""


def _lowest_open(run: Escalation) -> int:
    """Where nobody stood, above every rung that had its turn: from there it is tried again."""
    rungs = queries.rungs_of(run)
    reached = max((one.level for one in rungs if one.state is not RungState.NOBODY), default=0)
    return min(reached + 1, TOP)


def _climb(run: Escalation, report: Report, row: EscalationRung, at: datetime) -> str:
    code = "not_accepted" if row.state is RungState.ASKED else "not_answered"
    move_rung(row, RungAction.MISS, ended_at=at)
    note(run, "escalation_missed", Arrival(at), reason_code=code)
    reach(run, report, row.level + 1, Arrival(at))
    return "climbed"


def _is_missed(row: EscalationRung, at: datetime) -> bool:
    """Its time is over, without the time in which the report waited for the reporter.

    That moves the moments themselves, so that everybody reads the day that counts.
    """
    if row.starts_at is None or row.accept_by is None or row.answer_by is None:
        return False
    waits = queries.reporter_waits(row.report_id)
    if any(until is None or until > at for _from, until in waits):
        return False  # the clock stands still
    row.answer_by = _moved(row.starts_at, row.answer_days * DAY_HOURS, waits, row.answer_by)
    if row.state is not RungState.ASKED:
        return row.answer_by <= at
    row.accept_by = min(_moved(row.starts_at, row.accept_hours, waits, row.accept_by), row.answer_by)
    return row.accept_by <= at


def _moved(
    start: datetime, hours: float, waits: list[tuple[datetime, datetime | None]], known: datetime
) -> datetime:
    """The moment after `hours` of office time in which the clock ran; never earlier than was said."""
    reached = start
    for began_at, until in waits:
        began, ended = max(began_at, reached), until or began_at
        due = add_working_hours(start, hours)
        if began >= due or ended <= began:
            continue
        hours += working_time_between(began, ended) / timedelta(hours=1)
        reached = ended
    return max(add_working_hours(start, hours), known)


def _look_at_table(run: Escalation, report: Report, row: EscalationRung, at: datetime) -> str:
    """Nothing is above the top: a day without an answer becomes the next table day, for all to see.

    A crew that has no day to sit on is asked again each time the days of its answer are over.
    """
    if run.table_on is not None and run.table_on >= today(at):
        return ""
    place = queries.unit_place(run.unit_id, report.municipality_id)
    rung = queries.ladder_for(place, today(at))[TOP]
    table_on = queries.next_table_day(rung, today(at))
    if table_on is None:
        return _ask_again(row, rung, at)
    run.table_on = table_on
    _give_time(row, end_of_day(table_on), at)
    promise_table(run, report, Arrival(at))
    _tell_crew(row, rung, f"escalation-table:{run.id}:{run.table_on}", at)
    tell_reporter(run, report, row, at)
    return "tabled"


def _ask_again(row: EscalationRung, rung: queries.Rung, at: datetime) -> str:
    if row.answer_by is None or row.answer_by > at:
        return ""
    _give_time(row, add_working_hours(at, rung.answer_days * DAY_HOURS), at)
    _tell_crew(row, rung, f"escalation-again:{row.escalation_id}:{today(at)}", at)
    return "asked"


def _give_time(row: EscalationRung, answer_by: datetime, at: datetime) -> None:
    """Whoever is asked anew reads no moment that has gone by."""
    row.answer_by = answer_by
    if row.state is RungState.ASKED:
        row.accept_by = min(add_working_hours(at, row.accept_hours), answer_by)


def _tell_crew(row: EscalationRung, rung: queries.Rung, key: str, at: datetime) -> None:
    """Who was asked, and who sits there now: when the crew has changed, somebody has to be left."""
    before = queries.asked_on([row]).get(row.id, [])
    hours = queries.hours_of(person.id for person in [*before, *rung.people])
    for person in before:
        if person.email and person.is_staff:  # who lost the role since is told nothing
            send(row, person, f"{key}:{person.id}", hours[person.id], at)
    for person in rung.people:
        if person.id not in {one.id for one in before}:
            ask_person(row, person, hours[person.id], Arrival(at))

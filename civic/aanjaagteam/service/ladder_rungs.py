"""Coming to a rung: who is asked, from when its time counts, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from civic.aanjaagteam.models import Escalation, EscalationPerson, EscalationRung, Report
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries.meetings import had_content_meeting
from civic.aanjaagteam.queries.one import caretakers
from civic.aanjaagteam.states.ladder import (
    RUNG_TRANSITIONS,
    TALK_FIRST,
    TOP,
    RungAction,
    RungState,
)
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.calendar import OFFICE_CLOSES, OFFICE_DAY, ZONE, OwnHours, add_working_hours, today
from civic.db import add_first, db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder

DAY_HOURS = OFFICE_DAY.total_seconds() / 3600
TABLE = "table"  # the promise that the crew has it on the table on a day


@dataclass(frozen=True)
class Arrival:
    """How a run comes to a rung: when, by whom (None: by itself), and what was tried below."""

    at: datetime
    actor: User | None = None
    tried: str = ""


@dataclass(frozen=True)
class Clock:
    """Time counts from the moment the first mail can go out, not from the moment it came here."""

    starts_at: datetime
    accept_by: datetime
    answer_by: datetime
    table_on: date | None


def note(run: Escalation, action: str, arrival: Arrival, **more: Any) -> None:
    data = {"escalation": run.id, "level": run.level, **more.pop("data", {})}
    subject = events.Reference("report", run.report_id)
    events.record(subject, events.What(action, data=data, **more), actor=arrival.actor, at=arrival.at)


def move_rung(row: EscalationRung, action: RungAction, **facts: Any) -> None:
    """One transition of a rung; NotAllowedNow when it is not possible (any more)."""
    new = RUNG_TRANSITIONS.get((row.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(row, row.state, new, **facts)


def reach(run: Escalation, report: Report, level: int, arrival: Arrival) -> EscalationRung | None:
    """Ask the people of this rung, or of the first one above it where somebody stands.

    None when nobody stands anywhere: then the team is told, and the job tries again.
    """
    place = queries.unit_place(run.unit_id, report.municipality_id)
    ladder = queries.ladder_for(place, today(arrival.at))
    known = {row.level: row for row in queries.rungs_of(run)}
    for step in range(level, TOP + 1):
        if ladder[step].people:
            return _ask(run, report, ladder[step], arrival, known.get(step))
        if step not in known:
            _pass_over(run, ladder[step], arrival)
    _tell_team(run, report, arrival.at)
    return None


def _pass_over(run: Escalation, rung: queries.Rung, arrival: Arrival) -> None:
    """Nobody is named here: it goes on at once, and everybody can see why."""
    row = _new_row(run, rung, RungState.NOBODY, arrival.at)
    row.ended_at = arrival.at
    if add_first(row):
        note(run, "escalation_nobody", arrival, data={"level": rung.level})


def _new_row(run: Escalation, rung: queries.Rung, state: RungState, at: datetime) -> EscalationRung:
    return EscalationRung(
        escalation_id=run.id,
        report_id=run.report_id,
        round=run.round,
        level=rung.level,
        state=state,
        accept_hours=rung.accept_hours,
        answer_days=rung.answer_days,
        reached_at=at,
    )


def _ask(
    run: Escalation, report: Report, rung: queries.Rung, arrival: Arrival, known: EscalationRung | None
) -> EscalationRung | None:
    hours = queries.hours_of(person.id for person in rung.people)
    clock = clock_of(rung, min(one.next_office_time(arrival.at) for one in hours.values()))
    row = _take_place(run, rung, clock, arrival, known)
    if row is None:  # another process was first, and asked
        return None
    row.tried = arrival.tried or None
    row.misses_meeting = rung.level >= TALK_FIRST and not had_content_meeting(report)
    run.level, run.table_on = rung.level, clock.table_on
    note(run, "escalated", arrival, reason_code=run.reason.value, visibility=Visibility.PUBLIC)
    if rung.level == TOP:
        promise_table(run, report, arrival)
    for person in rung.people:
        ask_person(row, person, hours[person.id], arrival)
    tell_reporter(run, report, row, arrival.at)
    return row


def _take_place(
    run: Escalation, rung: queries.Rung, clock: Clock, arrival: Arrival, known: EscalationRung | None
) -> EscalationRung | None:
    facts = {"starts_at": clock.starts_at, "accept_by": clock.accept_by, "answer_by": clock.answer_by}
    if known is not None:
        terms = {"accept_hours": rung.accept_hours, "answer_days": rung.answer_days}
        move_rung(known, RungAction.FILL, ended_at=None, reached_at=arrival.at, **facts, **terms)
        return known
    row = _new_row(run, rung, RungState.ASKED, arrival.at)
    for name, value in facts.items():
        setattr(row, name, value)
    return row if add_first(row) else None


def clock_of(rung: queries.Rung, starts_at: datetime) -> Clock:
    """Accept and answer apart. On top the answer is due at the table, on the next day that the crew sits."""
    table_on = queries.next_table_day(rung, today(starts_at)) if rung.level == TOP else None
    answer_by = add_working_hours(starts_at, rung.answer_days * DAY_HOURS)
    if table_on is not None:
        answer_by = end_of_day(table_on)
    accept_by = min(add_working_hours(starts_at, rung.accept_hours), answer_by)
    return Clock(starts_at, accept_by, answer_by, table_on)


def end_of_day(day: date) -> datetime:
    return datetime.combine(day, OFFICE_CLOSES, tzinfo=ZONE).astimezone(UTC)


def promise_table(run: Escalation, report: Report, arrival: Arrival) -> None:
    """The day of the table is a promise to the reporter and to everybody."""
    start = today(arrival.at)
    if run.table_on is None:
        return
    term = f"{(run.table_on - start).days} dagen"
    events.promise_again(report, events.Promise(TABLE, term, start, is_public=True, owner_id=report.owner_id))
    note(run, "escalation_table", arrival, visibility=Visibility.PUBLIC, data={"on": f"{run.table_on}"})


def ask_person(row: EscalationRung, person: User, hours: OwnHours, arrival: Arrival, again: str = "") -> None:
    """Once for each rung and person; the mail goes out when this person is there.

    `again` is a mark for a mail to somebody who was asked before and now has it in person.
    """
    asked_by = arrival.actor.id if arrival.actor is not None else None
    asked = EscalationPerson(rung_id=row.id, user_id=person.id, asked_at=arrival.at, asked_by_id=asked_by)
    if add_first(asked) or again:
        key = f"escalation:{row.escalation_id}:{row.level}:{person.id}{again}"
        send(row, person, key, hours, arrival.at)


def send(row: EscalationRung, person: User, key: str, hours: OwnHours, at: datetime) -> None:
    run, report = db.session.get_one(Escalation, row.escalation_id), db.session.get_one(Report, row.report_id)
    context = {
        "name": person.name,
        "level": words.LEVELS_AT[row.level],
        "reason": words.REASONS[run.reason],
        "title": report.public_title,
        "number": report.id,
        "rung": row,
        "table_on": run.table_on,
        "url": absolute("aanjaagteam.escalated", escalation_id=run.id),
    }
    queue_reminder(Letter(person.email or "", "escalation_asked", key, context), at=at, calendar=hours)


def tell_reporter(run: Escalation, report: Report, row: EscalationRung, at: datetime) -> None:
    """One honest sentence, if an address was left. Who left none reads it with the code."""
    if not report.contact:
        return
    context = {
        "report": report,
        "follow_url": absolute("aanjaagteam.follow"),
        "level": words.LEVELS_AT[row.level],
        "answer_on": today(row.answer_by) if row.answer_by else None,
        "table_on": run.table_on,
    }
    key = f"report_climbed:{run.id}:{row.level}:{run.table_on or ''}"
    queue_reminder(Letter(report.contact, "report_climbed", key, context), at=at)


def _tell_team(run: Escalation, report: Report, at: datetime) -> None:
    """Nobody stands on any rung: whoever looks after the report has to mend the ladder. Once."""
    for person in caretakers(report):
        if person.email:
            context = {
                "name": person.name,
                "number": report.id,
                "url": absolute("aanjaagteam.ladder"),
            }
            key = f"escalation-nobody:{run.id}:{person.id}"
            queue_reminder(Letter(person.email, "escalation_nobody", key, context), at=at)

"""The ladder: open a run, take it, answer it, pass it on, take it back.

`escalate_for` is for other parts and for the job; the rest is what people do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from civic.aanjaagteam.models import Escalation, EscalationRung, Report, ReportWait
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.queries.ladder_due import was_decided
from civic.aanjaagteam.queries.meetings import had_content_meeting
from civic.aanjaagteam.service import clocks, steps
from civic.aanjaagteam.service.case import tells_the_story
from civic.aanjaagteam.service.ladder_rungs import (
    TABLE,
    Arrival,
    ask_person,
    move_rung,
    note,
    reach,
)
from civic.aanjaagteam.states import FINAL, State
from civic.aanjaagteam.states.ladder import (
    AFTER_DECISION_REASONS,
    LEVELS,
    REASON_OF_PROMISE,
    RUN_TRANSITIONS,
    TALK_FIRST,
    TOP,
    EscalationReason,
    RunAction,
    RungAction,
    RunState,
    lives_on,
)
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.calendar import add_working_hours, today
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline, Visibility
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder

ALSO_CALLED = {"broken_promise": EscalationReason.PROMISE}


@dataclass(frozen=True)
class Wanted:
    """What somebody opens a run with: why, what was tried below, what is asked, and where it starts."""

    reason: EscalationReason | None
    tried: str
    asked: str
    level: int = 1


def escalate(report: Report, wanted: Wanted, *, actor: User, at: datetime) -> Escalation:
    """A person brings a report to the ladder."""
    db.session.refresh(report, with_for_update=True)
    _check(report, wanted)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    run = _new_run(report, wanted.reason or EscalationReason.OTHER, at, opened_by_id=actor.id)
    run.asked = wanted.asked.strip()
    if not add_first(run):
        raise NotAllowedNow("already_escalated")
    reach(run, report, wanted.level, Arrival(at, actor, wanted.tried.strip()))
    return run


def _check(report: Report, wanted: Wanted) -> None:
    given = {"reason": wanted.reason, "tried": wanted.tried.strip(), "asked": wanted.asked.strip()}
    errors = {name: [str(words.REQUIRED[name])] for name, value in given.items() if not value}
    for name in ("tried", "asked"):
        if tells_the_story(report, vars(wanted)[name]):
            errors[name] = [str(words.REQUIRED["own_words"])]
    if wanted.level not in LEVELS:
        errors["level"] = [str(words.REQUIRED["level"])]
    elif wanted.level >= TALK_FIRST and not had_content_meeting(report):
        errors["level"] = [str(words.REQUIRED["meeting"])]
    if errors:
        raise Invalid(errors)


def escalate_for(
    report: Report, reason_code: EscalationReason | str, *, at: datetime, wait: ReportWait | None = None
) -> Escalation | None:
    """The system brings a report to the lowest rung, because a promise was broken or an answer missed.

    The same broken promise, or the same missed answer, does this once. When a run is open already, that run
    goes on. None when nothing of the kind can be asked of the report any more.
    """
    reason = _reason_of(reason_code)
    if not lives_on(report.state, reason):
        return None
    deadline = _broken(report, reason, at) if wait is None else None
    known = _run_of(deadline, wait) or queries.open_run(report.id)
    if known is not None:
        return known
    facts: dict[str, Any] = {"wait_id": wait.id if wait is not None else None}
    if deadline is not None:
        facts |= {"deadline_id": deadline.id, "deadline_due_on": deadline.due_on}
    run = _new_run(report, reason, at, **facts)
    if report.state is State.NEW:
        run.unit_id = None  # what the reporter chose; only the team may see that, until it looked at it
    if wait is not None and wait.unit_id is not None:
        run.unit_id = wait.unit_id
    if not add_first(run):  # somebody else was first
        return queries.open_run(report.id)
    reach(run, report, LEVELS[0], Arrival(at))
    return run


def _reason_of(code: EscalationReason | str) -> EscalationReason:
    if isinstance(code, EscalationReason):
        return code
    return ALSO_CALLED.get(code) or EscalationReason(code)


def _broken(report: Report, reason: EscalationReason, at: datetime) -> Deadline | None:
    """The promise behind this reason, if it stands broken."""
    kind = next((kind for kind, why in REASON_OF_PROMISE.items() if why is reason), "")
    row = event_queries.deadline_of(report, kind)
    is_broken = row is not None and row.met_at is None and row.due_on < today(at)
    return row if is_broken else None


def _run_of(deadline: Deadline | None, wait: ReportWait | None) -> Escalation | None:
    statement = select(Escalation)
    if wait is not None:
        return db.session.scalar(statement.where(Escalation.wait_id == wait.id))
    if deadline is None:
        return None
    same = (Escalation.deadline_id == deadline.id, Escalation.deadline_due_on == deadline.due_on)
    return db.session.scalar(statement.where(*same))


def _new_run(report: Report, reason: EscalationReason, at: datetime, **facts: Any) -> Escalation:
    last = db.session.scalar(select(func.max(Escalation.round)).where(Escalation.report_id == report.id))
    return Escalation(
        report_id=report.id,
        round=(last or 0) + 1,
        state=RunState.OPEN,
        reason=reason,
        unit_id=report.unit_id,
        level=LEVELS[0],
        opened_at=at,
        **facts,
    )


# what people on a rung do


def _in_hand(run: Escalation) -> EscalationRung:
    """The rung that has it; nobody else changes this run until the transaction ends."""
    db.session.refresh(run, with_for_update=True)
    row = queries.rung_in_hand(run) if run.state is RunState.OPEN else None
    if row is None:
        raise NotAllowedNow("not_in_this_state")
    return row


def _seen(run: Escalation, level: int) -> EscalationRung:
    """The rung in hand, if that is the one on the page that was sent: it may have climbed meanwhile."""
    row = _in_hand(run)
    if row.level != level:
        raise NotAllowedNow("climbed_meanwhile")
    return row


def accept(run: Escalation, level: int, *, actor: User, at: datetime) -> None:
    """Somebody takes it, with a name. Twice is once; a second person hears that it was taken."""
    row = _seen(run, level)
    if row.accepted_by_id == actor.id:
        return
    if row.accepted_by_id is not None:
        raise NotAllowedNow("already_accepted")
    move_rung(row, RungAction.ACCEPT, accepted_at=at, accepted_by_id=actor.id)
    note(run, "escalation_accepted", Arrival(at, actor))


def answer(run: Escalation, level: int, text: str, *, actor: User, at: datetime) -> None:
    """The obstacle is taken, or decided on. Ends the run, and tells who asked."""
    if not text.strip():
        raise Invalid({"answer": [str(words.REQUIRED["answer"])]})
    row = _seen(run, level)
    row.answer = text.strip()
    taken = {} if row.accepted_by_id else {"accepted_at": at, "accepted_by_id": actor.id}
    move_rung(row, RungAction.ANSWER, ended_at=at, ended_by_id=actor.id, **taken)
    _end(run, RunAction.ANSWER, Arrival(at, actor))
    note(run, "escalation_answered", Arrival(at, actor), visibility=Visibility.PUBLIC)
    _tell_who_asked(run, at)


@dataclass(frozen=True)
class Handing:
    """To whom, and why."""

    to: User | None
    why: str


def hand_on(run: Escalation, level: int, handing: Handing, *, actor: User, at: datetime) -> None:
    """Say who will: a named person on the same rung. The day of the answer stays; taking it starts anew."""
    to, why = handing.to, handing.why
    errors = {} if why.strip() else {"why": [str(words.REQUIRED["why"])]}
    if to is None or not to.is_staff or not to.email or to.id == actor.id:
        errors["to"] = [str(words.REQUIRED["to"])]
    if errors or to is None:
        raise Invalid(errors)
    row = _seen(run, level)
    hours = queries.hours_of([to.id])[to.id]
    accept_by = add_working_hours(hours.next_office_time(at), row.accept_hours)
    _write_down(row, why)
    facts: dict[str, Any] = {"accepted_at": None, "accepted_by_id": None}
    if row.answer_by is not None:
        facts["accept_by"] = max(row.accept_by or accept_by, min(accept_by, row.answer_by))
    move_rung(row, RungAction.HAND_ON, **facts)
    note(run, "escalation_passed", Arrival(at, actor), data={"to": to.id})
    ask_person(row, to, hours, Arrival(at, actor), again=f":{int(at.timestamp())}")


def _write_down(row: EscalationRung, why: str) -> None:
    """Kept with the rung, under what was written there before."""
    row.answer = "\n\n".join(part for part in (row.answer, why.strip()) if part)


def lift(run: Escalation, level: int, why: str, *, actor: User, at: datetime) -> None:
    """This rung cannot take it away and says so: the next one has it at once. Also for the team."""
    if not why.strip():
        raise Invalid({"why_up": [str(words.REQUIRED["why"])]})
    report = db.session.get_one(Report, run.report_id)
    if level + 1 >= TALK_FIRST and not had_content_meeting(report):
        raise Invalid({"why_up": [str(words.REQUIRED["meeting"])]})
    if tells_the_story(report, why):
        raise Invalid({"why_up": [str(words.REQUIRED["own_words"])]})
    row = _seen(run, level)
    if level == TOP:
        raise NotAllowedNow("not_in_this_state")
    _write_down(row, why)
    move_rung(row, RungAction.LIFT, ended_at=at, ended_by_id=actor.id)
    note(run, "escalation_passed_up", Arrival(at, actor))
    reach(run, report, level + 1, Arrival(at, actor, why.strip()))


def follow_unit(report: Report) -> None:
    """It lies elsewhere now: the next rung is of that unit. A missed answer stays with who owed it."""
    run = queries.open_run(report.id)
    if run is not None and run.wait_id is None:
        run.unit_id = report.unit_id


# ending


def withdraw(run: Escalation, reason: str, *, actor: User, at: datetime) -> None:
    """Taken back by who opened it, or by the owner: always with a reason."""
    if not reason.strip():
        raise Invalid({"withdraw": [str(words.REQUIRED["withdraw"])]})
    db.session.refresh(run, with_for_update=True)
    run.end_reason = reason.strip()
    _stop_rung(run, at)
    _end(run, RunAction.WITHDRAW, Arrival(at, actor))
    note(run, "escalation_withdrawn", Arrival(at, actor))


def _stop_rung(run: Escalation, at: datetime) -> None:
    row = queries.rung_in_hand(run)
    if row is not None:
        move_rung(row, RungAction.STOP, ended_at=at)


def _end(run: Escalation, action: RunAction, arrival: Arrival) -> None:
    new = RUN_TRANSITIONS.get((run.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    ended_by = arrival.actor.id if arrival.actor is not None else None
    move(run, run.state, new, ended_at=arrival.at, ended_by_id=ended_by)
    events.keep_promise(events.Reference("report", run.report_id), TABLE, arrival.at)
    clocks.begin_again(db.session.get_one(Report, run.report_id), arrival.at)


def is_over(run: Escalation, report: Report) -> bool:
    """Decided, closed, or the promise was kept after all: nothing is left to ask."""
    if not lives_on(report.state, run.reason):
        return True
    if run.deadline_id is not None and _is_kept(run):
        return True
    if run.wait_id is not None and db.session.get_one(ReportWait, run.wait_id).ended_at is not None:
        return True
    return run.reason not in AFTER_DECISION_REASONS and was_decided(run)


def _is_kept(run: Escalation) -> bool:
    """Kept, or begun anew for another day: then somebody looked. A reporter who only heard another day still
    waits."""
    deadline = db.session.get_one(Deadline, run.deadline_id)
    is_anew = deadline.due_on != run.deadline_due_on and run.reason is not EscalationReason.PROMISE
    return deadline.met_at is not None or is_anew


def overtake(run: Escalation, *, at: datetime) -> None:
    """What was asked is there."""
    _stop_rung(run, at)
    _end(run, RunAction.OVERTAKE, Arrival(at))
    note(run, "escalation_overtaken", Arrival(at))


def _end_with_report(report: Report, at: datetime) -> None:
    run = queries.open_run(report.id)
    if run is not None and is_over(run, report):
        overtake(run, at=at)


steps.AFTER_MOVE.append(_end_with_report)


def _tell_who_asked(run: Escalation, at: datetime) -> None:
    report = db.session.get_one(Report, run.report_id)
    for user_id in sorted({one for one in (run.opened_by_id, report.owner_id) if one is not None}):
        person = db.session.get_one(User, user_id)
        if person.email and person.is_staff:
            context = {
                "name": person.name,
                "number": report.id,
                "title": report.public_title,
                "level": words.LEVELS_AT[run.level],
                "url": absolute("aanjaagteam.case", report_id=report.id),
            }
            key = f"escalation-answered:{run.id}:{person.id}"
            queue_reminder(Letter(person.email, "escalation_answered", key, context), at=at)

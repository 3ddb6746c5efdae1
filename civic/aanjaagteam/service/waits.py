"""Waiting for somebody: an interval with an owner, on top of any state; several at once are allowed.

For whoever calls this (the demo, the conversation with the reporter). All keyword `actor` and `at`:

    start_wait(report, NewWait(kind, question, unit_id, user_id, party, due_on), revision) -> ReportWait
    end_wait(wait, answer, actor=User | None, at=at)    actor None: the reporter; twice is a 409
    end_reporter_waits(report, at=at)                   the reporter wrote: whatever waited for that ends
    withdraw_wait(wait, actor=, at=)                    it was a mistake; leaves the figures
    change_wait(wait, Asked(question, due_on), revision, actor=, at=)
    end_all(report, actor=, at=)                        the report was closed

The other services of a case:
    service.triage(report, Triage(title, …, decision_owner=DecisionOwner.X, decision_owner_name=…, unit_id=…),
                   revision);  service.assign(report, owner, revision)
    service.reopen(report, Reopening(ReopenReason.X, text), revision)
    service.case.set_plan(report, Plan(text, deputy), revision);  .set_summary(report, text, revision)
    service.case.adopt(report, revision, is_public=…);  .give_back(report, revision)
    service.causes.set_cause(report, CauseGiven(cause, note, incentive_id), revision)
    service.causes.add_incentive(IncentiveFacts(kind, description, owner)) -> Incentive
    service.handoffs.hand_over(report, Handover(unit_id, reason, note), revision)
    service.disputes.open_dispute(report, NewDispute(…), revision) -> Dispute
    service.disputes.resolve(dispute, Ruling(municipality_id, resolver, outcome), revision)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.aanjaagteam.models import Report, ReportWait, Unit
from civic.aanjaagteam.queries.one import caretakers
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service import clocks
from civic.aanjaagteam.service.case import own_words, tells_the_story
from civic.aanjaagteam.service.days import is_too_far
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.service.telling import tell_reporter
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.facts import WaitKind
from civic.accounts.models import User
from civic.calendar import deadline, today
from civic.config import setting
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder


@dataclass(frozen=True)
class NewWait:
    """Whom the report waits for, what is asked of them and until when."""

    kind: WaitKind
    question: str = ""
    unit_id: int | None = None
    user_id: int | None = None
    party: str = ""
    due_on: date | None = None


def start_wait(report: Report, new: NewWait, revision: int, *, actor: User, at: datetime) -> ReportWait:
    """From now on the report waits for somebody, who is told; the same wait twice is refused."""
    touch(report, revision)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    _check(report, new, at)
    facts = vars(new) | {"due_on": new.due_on or answer_day(at)}
    wait = ReportWait(report_id=report.id, began_at=at, began_by_id=actor.id, **facts)
    db.session.add(wait)
    db.session.flush()
    data = {"wait": wait.id, "kind": wait.kind.value, "unit": wait.unit_id}
    events.record(report, events.What("wait_started", data=data), actor=actor, at=at)
    if wait.kind is WaitKind.REPORTER:
        clocks.stop_for_reporter(report, at)
        sentence = _("Wij hebben een vraag aan u. Daarna kunnen wij verder.")
        tell_reporter(report, "report_update", at, sentence=sentence)
    else:
        _ask(report, wait, at)
    return wait


def answer_day(at: datetime) -> date:
    """Where nobody agreed on a day: no question is left open without one."""
    return deadline(today(at), f"{setting('ANSWER_DAYS')} werkdagen").on


def _check(report: Report, new: NewWait, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if not new.question.strip():
        errors["question"] = [_("Schrijf op wat u vraagt.")]
    elif new.kind is not WaitKind.REPORTER and tells_the_story(report, new.question):
        errors["question"] = [own_words()]
    unit = db.session.get(Unit, new.unit_id) if new.unit_id is not None else None
    if new.kind is WaitKind.UNIT and (unit is None or not unit.is_active):
        errors["unit"] = [_("Kies de afdeling waarop u wacht.")]
    if new.kind is WaitKind.OTHER_ORGANISATION and not new.party.strip():
        errors["party"] = [_("Schrijf op welke organisatie dit is.")]
    errors |= _day_errors(new.due_on, at)
    if not errors and _is_known(report, new):
        errors["kind"] = [_("De melding wacht hier al op. Verander die vraag, of sluit die eerst af.")]
    if errors:
        raise Invalid(errors)


def _day_errors(due_on: date | None, at: datetime) -> dict[str, list[str]]:
    """Until that day the clocks of the report ask nobody: it may not lie out of sight."""
    if due_on and due_on < today(at):
        return {"due_on": [_("Deze dag is al geweest.")]}
    if due_on and is_too_far(due_on, at):
        return {"due_on": [_("Kies een dag binnen twee jaar.")]}
    return {}


def _is_known(report: Report, new: NewWait) -> bool:
    same = select(ReportWait.id).where(
        ReportWait.report_id == report.id,
        ReportWait.ended_at.is_(None),
        ReportWait.kind == new.kind,
        ReportWait.unit_id.is_(None) if new.unit_id is None else ReportWait.unit_id == new.unit_id,
        ReportWait.user_id.is_(None) if new.user_id is None else ReportWait.user_id == new.user_id,
        ReportWait.party == new.party,
    )
    return db.session.scalar(same.limit(1)) is not None


def end_wait(wait: ReportWait, answer: str, *, actor: User | None, at: datetime) -> None:
    """The answer is there. Whoever is second hears that somebody was first."""
    if not answer.strip() and wait.kind is not WaitKind.REPORTER:
        raise Invalid({"answer": [_("Schrijf op wat het antwoord is.")]})
    _close(wait, actor, at, answer=answer.strip())
    _note(wait, "wait_ended", actor, at)


def end_reporter_waits(report: Report, *, at: datetime) -> int:
    """The reporter wrote back; what was written stands in the conversation."""
    waits = open_waits(report, WaitKind.REPORTER)
    for wait in waits:
        end_wait(wait, "", actor=None, at=at)
    return len(waits)


def withdraw_wait(wait: ReportWait, *, actor: User, at: datetime) -> None:
    """It should not have been there: nobody has to answer, and it counts for nothing."""
    _close(wait, actor, at, is_mistake=True)
    _note(wait, "wait_ended", actor, at, reason="mistake")


def end_all(report: Report, *, actor: User | None, at: datetime) -> None:
    """The report is over: nobody has to answer any more."""
    for wait in open_waits(report):
        _close(wait, actor, at)
        _note(wait, "wait_ended", actor, at, reason="report_closed")


@dataclass(frozen=True)
class Asked:
    """What can change of a wait. Whom it is for cannot: that is another wait."""

    question: str
    due_on: date | None


def change_wait(wait: ReportWait, asked: Asked, revision: int, *, actor: User, at: datetime) -> None:
    """Ask it better, or give more time; the version of the report guards it against a colleague's change."""
    errors: dict[str, list[str]] = {}
    report = db.session.get_one(Report, wait.report_id)
    if not asked.question.strip():
        errors["question"] = [_("Schrijf op wat u vraagt.")]
    elif wait.kind is not WaitKind.REPORTER and tells_the_story(report, asked.question):
        errors["question"] = [own_words()]
    if asked.due_on != wait.due_on:
        errors |= _day_errors(asked.due_on, at)
    if errors:
        raise Invalid(errors)
    touch(report, revision)
    due_on = asked.due_on or wait.due_on or answer_day(at)
    _update_open(wait, question=asked.question.strip(), due_on=due_on)
    if wait.kind is WaitKind.REPORTER:
        clocks.stop_for_reporter(report, at)  # more time for the reporter stops them again
    _note(wait, "wait_changed", actor, at)


def open_waits(report: Report, kind: WaitKind | None = None) -> list[ReportWait]:
    statement = select(ReportWait).where(ReportWait.report_id == report.id, ReportWait.ended_at.is_(None))
    if kind is not None:
        statement = statement.where(ReportWait.kind == kind)
    return list(db.session.scalars(statement.order_by(ReportWait.id)))


def _close(wait: ReportWait, actor: User | None, at: datetime, **facts: Any) -> None:
    # history can be replayed in any order of calls, but no wait ends before it began
    ended_at = max(at, wait.began_at)
    _update_open(wait, ended_at=ended_at, ended_by_id=actor.id if actor else None, **facts)
    if wait.kind is WaitKind.REPORTER:
        clocks.go_on(db.session.get_one(Report, wait.report_id), at)


def _update_open(wait: ReportWait, **facts: Any) -> None:
    db.session.flush()
    result: Any = db.session.execute(
        update(ReportWait)
        .where(ReportWait.id == wait.id, ReportWait.ended_at.is_(None))
        .values(**facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(wait)


def _note(wait: ReportWait, action: str, actor: User | None, at: datetime, reason: str | None = None) -> None:
    what = events.What(action, reason_code=reason, data={"wait": wait.id})
    is_reporter = actor is None and wait.kind is WaitKind.REPORTER and reason is None
    events.record(events.Reference("report", wait.report_id), what, actor=actor, at=at, anonymous=is_reporter)


def _ask(report: Report, wait: ReportWait, at: datetime) -> None:
    """A mail in office hours to the person who is asked, or to those who answer for the unit."""
    for person in people_asked(wait, at):
        key = f"wait-asked:{wait.id}:{person.id}"
        queue_reminder(Letter(person.email or "", "wait_asked", key, _context(report, wait, person)), at=at)


def people_asked(wait: ReportWait, at: datetime) -> list[User]:
    if wait.user_id is not None:
        person = db.session.get(User, wait.user_id)
        found = [person] if person is not None else []
    else:
        found = managers_of(wait.unit_id, today(at)) if wait.unit_id is not None else []
    return [one for one in found if one.email and one.is_staff]


def _context(report: Report, wait: ReportWait, person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "title": report.public_title,
        "number": report.id,
        "question": wait.question,
        "due_on": wait.due_on,
        "url": absolute("aanjaagteam.asked", report_id=report.id),
    }


def remind(at: datetime) -> dict[str, Any]:
    """Who let the day pass that was asked for gets one mail, in office hours; a second run finds nothing."""
    late = select(ReportWait).where(
        ReportWait.ended_at.is_(None),
        ReportWait.due_on < today(at),
        (ReportWait.reminded_of.is_(None)) | (ReportWait.reminded_of != ReportWait.due_on),
    )
    waits = list(db.session.scalars(late.order_by(ReportWait.id).limit(100)))
    return {"reminded": sum(_remind(wait, at) for wait in waits)}


def _remind(wait: ReportWait, at: datetime) -> int:
    try:
        _update_open(wait, reminded_of=wait.due_on)
    except NotAllowedNow:  # answered a moment ago
        return 0
    report = db.session.get_one(Report, wait.report_id)
    if wait.kind is WaitKind.REPORTER:
        clocks.go_on(report, at)  # the reporter had the time; now it is up to the team again
    # outside the house nobody has an account: then the contact of the report asks again
    people = people_asked(wait, at) or [one for one in caretakers(report) if one.email]
    for person in people:
        key = f"wait-late:{wait.id}:{wait.due_on}:{person.id}"
        queue_reminder(Letter(person.email or "", "wait_late", key, _context(report, wait, person)), at=at)
    return len(people)

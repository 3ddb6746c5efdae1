"""A decision that holds until a day: somebody is reminded in time, and chooses what comes after it.

    prolong(report, NewTerm(until, reason), revision, actor=, at=)    a later day; the old one stays readable
    let_lapse(report, reason, revision, actor=, at=)                  it may end, and nobody is asked again
    tell_of_ends(at)                                                  the job

The third choice is another decision (`service.decide`). Nothing here changes what was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Decision, DecisionTerm, Report
from civic.aanjaagteam.policy import may_read_case
from civic.aanjaagteam.queries.knot_ends import ending_soon, newly_expired
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service.case import own_words, tells_the_story
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states.knots import TermChoice
from civic.aanjaagteam.wording.knots import REQUIRED
from civic.accounts.models import User
from civic.calendar import Calendar, add_months, today
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder

FURTHEST_MONTHS = 120  # ten years; who wants longer decides anew
EVENTS = {TermChoice.PROLONGED: "decision_prolonged", TermChoice.LAPSES: "decision_lapses"}


@dataclass(frozen=True)
class NewTerm:
    """The day until which it holds from now on, and why."""

    until: date | None
    reason: str


def prolong(report: Report, new: NewTerm, revision: int, *, actor: User, at: datetime) -> DecisionTerm:
    """It holds longer. What was signed stays; the old day and the reason are kept."""
    decision = _with_an_end(report, revision)
    errors = {"until": _day_errors(new.until, decision, at), "reason": _reason_errors(report, new.reason)}
    if found := {name: sentences for name, sentences in errors.items() if sentences}:
        raise Invalid(found)
    row = _term(decision, TermChoice.PROLONGED, new.until or date.max, new.reason)
    return _keep(report, decision, row, actor, at)


def let_lapse(report: Report, reason: str, revision: int, *, actor: User, at: datetime) -> DecisionTerm:
    """It may end on its day, or was allowed to: nobody is reminded of it any more."""
    decision = _with_an_end(report, revision)
    if is_let_go(decision):
        raise NotAllowedNow("changed_meanwhile")
    if errors := _reason_errors(report, reason):
        raise Invalid({"reason": errors})
    row = _term(decision, TermChoice.LAPSES, _end_of(decision), reason)
    return _keep(report, decision, row, actor, at)


def has_end(decision: Decision | None) -> bool:
    return decision is not None and decision.ends_on is not None


def is_let_go(decision: Decision | None) -> bool:
    """Somebody said that it may end. It can still be prolonged: that takes it back."""
    return decision is not None and decision.term is not None and decision.term.lapses


def _with_an_end(report: Report, revision: int) -> Decision:
    touch(report, revision)  # whoever looked at an older version hears that first
    decision = queries.current_decision(report)
    if decision is None or not has_end(decision):
        raise NotAllowedNow("not_in_this_state")
    return decision


def _end_of(decision: Decision) -> date:
    if decision.ends_on is None:
        raise NotAllowedNow("not_in_this_state")
    return decision.ends_on


def _day_errors(day: date | None, decision: Decision, at: datetime) -> list[str]:
    if day is None:
        return [str(REQUIRED["until"])]
    if day <= today(at):
        return [_("Kies een dag die nog komt.")]
    if day <= _end_of(decision):
        return [_("Kies een dag na de dag waarop het besluit nu eindigt.")]
    if day > add_months(today(at), FURTHEST_MONTHS):
        return [_("Kies een dag binnen tien jaar.")]
    return []


def _reason_errors(report: Report, reason: str) -> list[str]:
    """Everybody reads it."""
    if not reason.strip():
        return [str(REQUIRED["term_reason"])]
    return [own_words()] if tells_the_story(report, reason) else []


def _term(decision: Decision, choice: TermChoice, until: date, reason: str) -> DecisionTerm:
    return DecisionTerm(
        decision_id=decision.id,
        number=decision.term_number + 1,
        choice=choice,
        was_until=_end_of(decision),
        until=until,
        reason=reason.strip(),
    )


def _keep(report: Report, decision: Decision, row: DecisionTerm, actor: User, at: datetime) -> DecisionTerm:
    row.chosen_at, row.chosen_by_id = at, actor.id
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    decision.term_number, decision.ends_on = row.number, row.until
    db.session.flush()
    db.session.refresh(decision)
    days = {"was_until": row.was_until.isoformat(), "until": row.until.isoformat()}
    data = {"decision": decision.id, "term": row.id, **days}
    what = events.What(EVENTS[row.choice], visibility=Visibility.PUBLIC, data=data)
    events.record(report, what, actor=actor, at=at)
    return row


# --- the job ---------------------------------------------------------------------------------------------


def tell_of_ends(at: datetime) -> dict[str, Any]:
    """In office hours: a mail before the end, and one when it has come; each once for each day.

    A second run, another process or a clock that went back finds that day written down and does nothing. A
    clock that jumped over the reminder mails only that the day has gone by.
    """
    if not Calendar().is_office_time(at):
        return {"reminded": 0, "expired": 0}
    reminded = sum(_remind(row, at) for row in ending_soon(today(at)))
    return {"reminded": reminded, "expired": sum(_expire(row, at) for row in newly_expired(today(at)))}


def _remind(decision: Decision, at: datetime) -> bool:
    if not _is_first(decision, Decision.reminded_of):
        return False
    _mail(decision, "decision_ends", at)
    return True


def _expire(decision: Decision, at: datetime) -> bool:
    if not _is_first(decision, Decision.expired_of):
        return False
    data = {"decision": decision.id, "until": _end_of(decision).isoformat()}
    what = events.What("decision_expired", visibility=Visibility.PUBLIC, data=data)
    events.record(events.Reference("report", decision.report_id), what, actor=None, at=at)
    if not is_let_go(decision):
        _mail(decision, "decision_expired", at)
    return True


def _is_first(decision: Decision, told: Any) -> bool:
    """Writes down that this day was told of; only one can, and only of the day that holds now."""
    result: Any = db.session.execute(
        update(Decision)
        .where(Decision.id == decision.id, Decision.ends_on == decision.ends_on)
        .where(told.is_(None) | (told != Decision.ends_on))
        .values({told: decision.ends_on})
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def _mail(decision: Decision, template: str, at: datetime) -> None:
    report = db.session.get_one(Report, decision.report_id)
    url = absolute("aanjaagteam.decision_term", report_id=report.id)
    for person in who_looks_after(report, at):
        context = {
            "name": person.name,
            "number": report.id,
            "title": report.public_title,
            "decision": decision.decision,
            "ends_on": decision.ends_on,
            "url": url if may_read_case(person, report) else _page_of_unit(report),
            "may_choose": may_read_case(person, report),
        }
        key = f"{template}:{decision.id}:{decision.ends_on}:{person.id}"
        queue_reminder(Letter(person.email or "", template, key, context), at=at)


def who_looks_after(report: Report, at: datetime) -> list[User]:
    """Its owner; else who stands in; else who answers for the unit; else the team of that place."""
    for key in (report.owner_id, report.deputy_id):
        person = db.session.get(User, key) if key is not None else None
        if person is not None and person.email and may_read_case(person, report):
            return [person]
    managers = managers_of(report.unit_id, today(at)) if report.unit_id is not None else []
    asked = [one for one in managers if one.email and one.is_staff]
    return asked or [one for one in queries.members_for(report) if one.email]


def _page_of_unit(report: Report) -> str:
    return absolute("aanjaagteam.unit_report", unit_id=report.unit_id, report_id=report.id)

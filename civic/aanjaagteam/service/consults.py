"""Asking a colleague to think along, and answering. The owner of a case stays its owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.aanjaagteam.models import Consult, Report, Unit
from civic.aanjaagteam.queries import consults as queries
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service import steps
from civic.aanjaagteam.service.case import own_words, tells_the_story
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.consults import (
    CONSULT_OPEN,
    CONSULT_RULES,
    CONSULT_TRANSITIONS,
    MINUTES,
    TERMS,
    ConsultAction,
    ConsultState,
    Domain,
    NextStep,
)
from civic.aanjaagteam.wording.consults import CONSULT_NEEDED
from civic.accounts.models import User
from civic.accounts.queries import reachable_staff_by_id
from civic.calendar import ZONE, Calendar, today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as events_queries
from civic.events import service as events
from civic.links import absolute
from civic.mail import service as mail

ANSWER = "consult_answer"
REMINDED_AT = time(9, 0)
LONGEST_CALL = timedelta(days=366)


@dataclass(frozen=True)
class Whom:
    """One person, one unit, or whoever has time in a domain: exactly one of the three."""

    user_id: int | None = None
    unit_id: int | None = None
    domain: Domain | None = None


@dataclass(frozen=True)
class Asked:
    """A question about a case, with the time there is to answer."""

    question: str
    whom: Whom
    term: str = TERMS[2]


@dataclass(frozen=True)
class QuickAsked:
    """A talk of a quarter of an hour, or two."""

    question: str
    whom: Whom
    minutes: int = MINUTES[0]


@dataclass(frozen=True)
class ConsultEnding:
    """How it ends: thanks, and for a quick consult the next step."""

    thanks: str = ""
    next_step: NextStep | None = None
    call_on: date | None = None


# --- asking ---------------------------------------------------------------------------------------------


def ask(report: Report, asked: Asked, *, actor: User, at: datetime) -> Consult:
    """Ask about a case. The state, the owner and the clock of the case do not change."""
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    _check(asked.question, asked.whom, actor, at)
    if tells_the_story(report, asked.question):
        raise Invalid({"question": [own_words()]})
    if asked.term not in TERMS:
        raise Invalid({"term": [str(CONSULT_NEEDED["term"])]})
    row = _new(asked.question, asked.whom, actor, at)
    row.report_id = report.id
    db.session.add(row)
    promise = events.Promise(ANSWER, asked.term, today(at), owner_id=asked.whom.user_id)
    row.due_on = events.promise(row, promise).due_on
    _note(row, "consult_asked", actor, at)
    _tell_asked(row, actor, at)
    return row


def ask_quick(asked: QuickAsked, *, actor: User, at: datetime) -> Consult:
    """A talk without a case. No report is made."""
    _check(asked.question, asked.whom, actor, at)
    if asked.minutes not in MINUTES:
        raise Invalid({"minutes": [str(CONSULT_NEEDED["minutes"])]})
    row = _new(asked.question, asked.whom, actor, at)
    row.minutes = asked.minutes
    db.session.add(row)
    _note(row, "consult_asked", actor, at)
    _tell_asked(row, actor, at)
    return row


def _check(question: str, whom: Whom, actor: User, at: datetime) -> None:
    if not question.strip():
        raise Invalid({"question": [str(CONSULT_NEEDED["question"])]})
    _check_whom(whom, actor, at)


def _check_whom(whom: Whom, actor: User, asked_at: datetime) -> None:
    given = [one for one in (whom.user_id, whom.unit_id, whom.domain) if one is not None]
    if len(given) != 1:
        raise Invalid({"whom": [str(CONSULT_NEEDED["whom"])]})
    if whom.user_id == actor.id:
        raise Invalid({"whom": [_("Dit bent u zelf. Kies een collega.")]})
    if not _can_be_asked(whom, actor, asked_at):
        raise Invalid({"whom": [_("Deze collega kan nu niet worden gevraagd. Kies een ander.")]})


def _can_be_asked(whom: Whom, actor: User, asked_at: datetime) -> bool:
    if whom.unit_id is not None:
        unit = db.session.get(Unit, whom.unit_id)
        return unit is not None and unit.is_active
    if whom.domain is not None:
        return any(one.id != actor.id for one in queries.specialists_in(whom.domain, asked_at))
    return bool(reachable_staff_by_id([whom.user_id or 0]))


def _new(question: str, whom: Whom, actor: User, at: datetime) -> Consult:
    row = Consult(state=ConsultState.ASKED, asked_by_id=actor.id, asked_at=at, **vars(whom))
    row.question = question.strip()
    return row


# --- what happens with it -------------------------------------------------------------------------------


def take(consult: Consult, *, actor: User, at: datetime) -> None:
    """From now on it is this person's; colleagues need not look at it."""
    if consult.state is ConsultState.TAKEN and consult.user_id == actor.id:
        return  # pressed twice
    _step(consult, ConsultAction.TAKE, {}, user_id=actor.id)
    _promise_of(consult, actor.id)
    _note(consult, "consult_taken", actor, at)
    _remind(consult, [actor], at)


def hand_on(consult: Consult, whom: Whom, *, actor: User, at: datetime) -> None:
    """Not my trade, ask another: the question and its day stay."""
    _check_whom(whom, actor, consult.asked_at)
    if whom.user_id == consult.asked_by_id:
        raise Invalid({"whom": [_("Deze collega stelde de vraag. Kies een ander.")]})
    _step(consult, ConsultAction.HAND_ON, {"whom": whom}, passed_by_id=actor.id, **vars(whom))
    _promise_of(consult, whom.user_id)
    _note(consult, "consult_handed_on", actor, at)
    _tell_asked(consult, actor, at)


def answer(consult: Consult, text: str, *, actor: User, at: datetime) -> None:
    facts = {"answered_by_id": actor.id, "answered_at": at}
    _step(consult, ConsultAction.ANSWER, {"answer": text.strip()}, **facts)
    consult.answer = text.strip()
    events.keep_promise(consult, ANSWER, at)
    _note(consult, "consult_answered", actor, at)
    _forget_reminders(consult)
    _tell([consult.asked_by_id], "consult_answered", consult, at)


def close(consult: Consult, ending: ConsultEnding, *, actor: User, at: datetime) -> None:
    """Say thank you; a quick consult cannot end without a next step."""
    _check_ending(consult, ending, at)
    if consult.minutes is None and consult.state is ConsultState.TAKEN:
        raise NotAllowedNow("not_in_this_state")  # about a case there is an answer to wait for
    helper = consult.answered_by_id or consult.user_id
    facts = {"next_step": ending.next_step, "call_on": ending.call_on, "ended_at": at}
    _step(consult, ConsultAction.CLOSE, {}, **facts)
    consult.thanks = ending.thanks.strip() or None
    _note(consult, "consult_closed", actor, at)
    if ending.thanks.strip() and helper is not None:
        _tell([helper], "consult_thanked", consult, at)


def _check_ending(consult: Consult, ending: ConsultEnding, at: datetime) -> None:
    if consult.minutes is None:
        if ending.next_step is not None or ending.call_on is not None:
            raise Invalid({"next_step": [_("Bij een melding staat de volgende stap in de melding.")]})
        return
    if ending.next_step is None:
        raise Invalid({"next_step": [str(CONSULT_NEEDED["next_step"])]})
    is_call = ending.next_step is NextStep.CALL_LATER
    if is_call and ending.call_on is None:
        raise Invalid({"call_on": [str(CONSULT_NEEDED["call_on"])]})
    if not is_call and ending.call_on is not None:
        raise Invalid({"call_on": [_("Laat deze dag leeg, of kies dat u later belt.")]})
    if ending.call_on and not today(at) <= ending.call_on <= today(at + LONGEST_CALL):
        raise Invalid({"call_on": [_("Kies een dag vanaf vandaag, hooguit een jaar vooruit.")]})


def say_called(consult: Consult, *, actor: User, at: datetime) -> None:
    """They called: it waits on neither of the two any more. By both is once."""
    if consult.call_on is None:
        raise NotAllowedNow("not_in_this_state")
    if consult.called_at is not None:
        return
    consult.called_at = at
    _note(consult, "consult_called", actor, at)


def withdraw(consult: Consult, *, actor: User | None, at: datetime) -> None:
    """The question is not needed any more."""
    if consult.state is ConsultState.WITHDRAWN:
        return
    asked = recipients(consult, at)
    _step(consult, ConsultAction.WITHDRAW, {}, ended_at=at)
    events.keep_promise(consult, ANSWER, at)
    _note(consult, "consult_withdrawn", actor, at)
    _forget_reminders(consult)
    _tell([one.id for one in asked], "consult_withdrawn", consult, at)


def _end_with_report(report: Report, at: datetime) -> None:
    """Closed or declined: nobody has to think along any more. What was answered stays."""
    if report.state in FINAL:
        rows = select(Consult).where(Consult.report_id == report.id, Consult.state.in_(CONSULT_OPEN))
        for row in db.session.scalars(rows.order_by(Consult.id)).all():
            withdraw(row, actor=None, at=at)


steps.AFTER_MOVE.append(_end_with_report)


def _step(consult: Consult, action: ConsultAction, required: dict[str, Any], **facts: Any) -> None:
    missing = [name for name in CONSULT_RULES[action].required if not required.get(name)]
    if missing:
        raise Invalid({name: [str(CONSULT_NEEDED[name])] for name in missing})
    db.session.refresh(consult, with_for_update=True)
    old = consult.state
    new = CONSULT_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("changed_meanwhile")
    move(consult, old, new, **facts)


def _promise_of(consult: Consult, owner_id: int | None) -> None:
    """The same day; somebody else hears when it passes."""
    deadline = events_queries.deadline_of(consult, ANSWER)
    if deadline is not None:
        deadline.owner_id = owner_id


def _note(consult: Consult, action: str, actor: User | None, at: datetime) -> None:
    """About a case it is part of the history of that case; else it has its own."""
    db.session.flush()
    subject = events.Reference("report", consult.report_id) if consult.report_id else consult
    data = {"consult": consult.id}
    events.record(subject, events.What(action, data=data), actor=actor, at=at)


# --- mail -----------------------------------------------------------------------------------------------


def recipients(consult: Consult, at: datetime) -> list[User]:
    """Who hears of it: that person, the managers of the unit, or everybody in the domain."""
    if consult.user_id is not None:
        found = list(reachable_staff_by_id([consult.user_id]).values())
    elif consult.unit_id is not None:
        managers = managers_of(consult.unit_id, today(at))
        found = list(reachable_staff_by_id(one.id for one in managers).values())
    else:
        found = queries.specialists_in(consult.domain, consult.asked_at) if consult.domain else []
    return [one for one in found if one.id != consult.asked_by_id]


def _tell_asked(consult: Consult, asker: User, at: datetime) -> None:
    _forget_reminders(consult)
    people = recipients(consult, at)
    _tell([one.id for one in people], "consult_asked", consult, at, asker=asker.display_name)
    _remind(consult, people, at)


def _remind(consult: Consult, people: Iterable[User], at: datetime) -> None:
    """One working day before the promised day, in office hours; taken back when it is answered."""
    _forget_reminders(consult)
    moment = _reminder_moment(consult.due_on)
    if moment is None or moment <= at:
        return
    for one in people:
        key = f"consult-reminder:{consult.id}:{one.id}:{consult.due_on}"
        letter = mail.Letter(one.email or "", "consult_reminder", key, _context(consult, one))
        mail.queue(letter, at=at, not_before=moment)


def _reminder_moment(due_on: date | None) -> datetime | None:
    if due_on is None:
        return None
    day, calendar = due_on - timedelta(days=1), Calendar()
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, REMINDED_AT, tzinfo=ZONE)


def _forget_reminders(consult: Consult) -> None:
    mail.forget(f"consult-reminder:{consult.id}:")


def _tell(ids: Iterable[int], template: str, consult: Consult, at: datetime, **more: Any) -> None:
    """In office hours: thinking along is no emergency."""
    for one in reachable_staff_by_id(ids).values():
        key = f"{template.replace('_', '-')}:{consult.id}:{one.id}:{int(at.timestamp())}"
        context = {**_context(consult, one), **more}
        mail.queue_reminder(mail.Letter(one.email or "", template, key, context), at=at)


def _context(consult: Consult, person: User) -> dict[str, Any]:
    """Never the question itself: it may hold names, and it is read after signing in."""
    return {
        "name": person.name,
        "due_on": consult.due_on,
        "minutes": consult.minutes,
        "url": absolute("aanjaagteam.consult", consult_id=consult.id),
    }

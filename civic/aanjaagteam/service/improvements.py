"""Improvements: propose, just do it, ask for a yes, tell what it brought, and say thank you."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from civic.aanjaagteam.models import Improvement, ImprovementThanks, Report, Unit
from civic.aanjaagteam.models.improvements import CHECK_COLUMNS
from civic.aanjaagteam.queries import improvements as queries
from civic.aanjaagteam.queries.units import unit_ids_of
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service.codes import new_token
from civic.aanjaagteam.service.intake import NewReport, submit
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.improvements import (
    FIRST_STATE,
    IMPROVEMENT_RULES,
    IMPROVEMENT_TRANSITIONS,
    Check,
    ImprovementAction,
    ImprovementState,
    Mandate,
    Verdict,
    mandate_of,
)
from civic.aanjaagteam.wording.improvements import BECAUSE, IMPROVEMENT_NEEDED
from civic.accounts.models import User
from civic.accounts.queries import reachable_staff_by_id
from civic.calendar import ZONE, Calendar, today
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.links import absolute
from civic.mail import service as mail

LONGEST = timedelta(days=366)
TOLD_AT = time(9, 0)
ORIGIN = "improvement"


@dataclass(frozen=True)
class Proposal:
    """The five answers; `tell_on` only where somebody just does it."""

    process: str
    proposal: str
    unit_id: int
    yes: frozenset[Check] = field(default_factory=frozenset)
    tell_on: date | None = None


def verdict_for(new: Proposal, *, actor: User, at: datetime) -> Verdict:
    """Who decides. At another unit it touches the work of others, whatever was answered.

    Whoever answers for the unit needs nobody else's yes.
    """
    on = today(at)
    yes = new.yes if new.unit_id in unit_ids_of(actor, on) else new.yes | {Check.OTHERS}
    verdict = mandate_of(yes)
    manages = new.unit_id in unit_ids_of(actor, on, only_managed=True)
    if verdict.mandate is Mandate.MANAGER and manages:
        return Verdict(Mandate.SELF, verdict.because)
    return verdict


def propose(new: Proposal, *, actor: User, at: datetime) -> Improvement:
    """Write it down and set it going: begun, waiting for a yes, or a report for the team."""
    _check(new)
    verdict = verdict_for(new, actor=actor, at=at)
    row = _new(new, verdict, actor, at)
    known = queries.same_as(row)
    if known is not None:  # pressed twice
        return known
    if row.state is ImprovementState.STARTED:
        row.started_at, row.tell_on = at, _checked_day(new.tell_on, at)
    if row.state is ImprovementState.ON_TABLE:
        row.report_id = _put_on_table(new, verdict, actor, at).id
    db.session.add(row)
    db.session.flush()
    _link_report(row)
    data = {"mandate": verdict.mandate.value, "unit": row.unit_id}
    _note(row, "improvement_proposed", actor, at, to_state=row.state, data=data)
    _ask_managers(row, actor, at)
    _remind(row, actor, at)
    return row


def _check(new: Proposal) -> None:
    errors = {}
    if not new.process.strip():
        errors["process_name"] = [str(IMPROVEMENT_NEEDED["process_name"])]
    if not new.proposal.strip():
        errors["proposal"] = [str(IMPROVEMENT_NEEDED["proposal"])]
    unit = db.session.get(Unit, new.unit_id)
    if unit is None or not unit.is_active:
        errors["unit"] = [str(IMPROVEMENT_NEEDED["unit"])]
    if errors:
        raise Invalid(errors)


def _new(new: Proposal, verdict: Verdict, actor: User, at: datetime) -> Improvement:
    row = Improvement(
        state=FIRST_STATE[verdict.mandate],
        proposer_id=actor.id,
        unit_id=new.unit_id,
        process=new.process.strip(),
        proposal=new.proposal.strip(),
        mandate=verdict.mandate,
        created_at=at,
    )
    for check, name in CHECK_COLUMNS.items():
        setattr(row, name, check in new.yes)
    return row


def _checked_day(day: date | None, at: datetime) -> date:
    if day is None:
        raise Invalid({"tell_on": [str(IMPROVEMENT_NEEDED["tell_on"])]})
    if not today(at) < day <= today(at + LONGEST):
        raise Invalid({"tell_on": [_("Kies een dag na vandaag, hooguit een jaar vooruit.")]})
    return day


def _put_on_table(new: Proposal, verdict: Verdict, actor: User, at: datetime) -> Report:
    """A report of its own kind, with the proposer as reporter: that person hears what becomes of it."""
    unit = db.session.get_one(Unit, new.unit_id)
    with force_locale("nl"):
        because = [str(BECAUSE[check]) for check in verdict.because]
    report = NewReport(
        story="\n".join([new.process.strip(), "", new.proposal.strip(), "", *because]),
        token=new_token(),
        municipality_id=unit.municipality_id,
        email=actor.email or "",
        kind=ReportKind.IMPROVEMENT,
        unit_id=unit.id,
    )
    return submit(report, actor=actor, at=at).report


def _link_report(row: Improvement) -> None:
    """Both ways: the team sees in the queue where it came from."""
    if row.report_id is not None:
        report = db.session.get_one(Report, row.report_id)
        report.origin_type, report.origin_id = ORIGIN, row.id


# --- what becomes of it ---------------------------------------------------------------------------------


def agree(row: Improvement, tell_on: date | None, *, actor: User, at: datetime) -> None:
    """The manager says yes: the proposer begins, and tells on that day how it went."""
    _begin(row, ImprovementAction.AGREE, tell_on, actor, at)
    _tell([row.proposer_id], "improvement_answered", row, at, is_yes=True)


def start(row: Improvement, tell_on: date | None, *, actor: User, at: datetime) -> None:
    """The management said yes to what was on its table."""
    _begin(row, ImprovementAction.START, tell_on, actor, at)


def _begin(
    row: Improvement, action: ImprovementAction, tell_on: date | None, actor: User, at: datetime
) -> None:
    day = _checked_day(tell_on, at)
    _step(row, action, {"tell_on": day}, actor, at, started_at=at, tell_on=day)
    proposer = db.session.get(User, row.proposer_id)
    if proposer is not None:
        _remind(row, proposer, at)


def refuse(row: Improvement, answer: str, *, actor: User, at: datetime) -> None:
    """No, and why."""
    facts = {"answer": answer.strip()}
    _step(row, ImprovementAction.REFUSE, facts, actor, at, **facts, ended_at=at)
    _tell([row.proposer_id], "improvement_answered", row, at, is_yes=False)


def decline_with(report: Report, *, actor: User, at: datetime) -> Improvement | None:
    """The report was declined, and the proposal behind it with the same words; the report's mail says so."""
    row = queries.on_table(report.id)
    if row is None:
        return None
    facts = {"answer": report.decline_text}
    _step(row, ImprovementAction.DECLINE, facts, actor, at, **facts, ended_at=at)
    return row


def finish(row: Improvement, result: str, *, actor: User, at: datetime) -> None:
    """What it brought. That may also be: nothing."""
    facts = {"result": result.strip()}
    _step(row, ImprovementAction.FINISH, facts, actor, at, **facts, ended_at=at)
    mail.forget(f"improvement-tell:{row.id}:")


def withdraw(row: Improvement, *, actor: User, at: datetime) -> None:
    if row.state is ImprovementState.WITHDRAWN:
        return  # pressed twice
    _step(row, ImprovementAction.WITHDRAW, {}, actor, at, ended_at=at)
    mail.forget(f"improvement-tell:{row.id}:")


def thank(row: Improvement, *, actor: User, at: datetime) -> bool:
    """One thank-you per person; the second time changes nothing."""
    is_first = add_first(ImprovementThanks(improvement_id=row.id, user_id=actor.id, thanked_at=at))
    if is_first:
        _note(row, "improvement_thanked", actor, at)
    return is_first


def _step(
    row: Improvement,
    action: ImprovementAction,
    required: dict[str, Any],
    actor: User,
    at: datetime,
    **facts: Any,
) -> None:
    missing = [name for name in IMPROVEMENT_RULES[action].required if not required.get(name)]
    if missing:
        raise Invalid({name: [str(IMPROVEMENT_NEEDED[name])] for name in missing})
    db.session.refresh(row, with_for_update=True)
    old = row.state
    new = IMPROVEMENT_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("changed_meanwhile")
    move(row, old, new, **facts)
    _note(row, f"improvement_{action.value}", actor, at, from_state=old, to_state=new)


def _note(row: Improvement, action: str, actor: User, at: datetime, **options: Any) -> None:
    events.record(row, events.What(action, **options), actor=actor, at=at)


# --- mail -----------------------------------------------------------------------------------------------


def _ask_managers(row: Improvement, actor: User, at: datetime) -> None:
    if row.state is ImprovementState.PROPOSED:
        managers = managers_of(row.unit_id, today(at))
        _tell((one.id for one in managers), "improvement_asked", row, at, proposer=actor.display_name)


def _remind(row: Improvement, proposer: User, at: datetime) -> None:
    """On the day itself, in office hours: how did it go?"""
    if row.tell_on is None or not proposer.email:
        return
    moment = Calendar().next_office_time(datetime.combine(row.tell_on, TOLD_AT, tzinfo=ZONE))
    key = f"improvement-tell:{row.id}:{row.tell_on}"
    mail.queue(
        mail.Letter(proposer.email, "improvement_tell", key, _context(row, proposer)),
        at=at,
        not_before=max(moment, at),
    )


def _tell(ids: Iterable[int], template: str, row: Improvement, at: datetime, **more: Any) -> None:
    for one in reachable_staff_by_id(ids).values():
        key = f"{template.replace('_', '-')}:{row.id}:{one.id}"
        letter = mail.Letter(one.email or "", template, key, {**_context(row, one), **more})
        mail.queue_reminder(letter, at=at)


def _context(row: Improvement, person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "process": row.process,
        "url": absolute("aanjaagteam.improvement", improvement_id=row.id),
    }

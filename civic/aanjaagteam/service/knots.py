"""The knot: a decision, with who took it, why that person may, and what it does to the process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Decision, DecisionOption, Report, TeamMember
from civic.aanjaagteam.queries.one import owner_or
from civic.aanjaagteam.service import promises
from civic.aanjaagteam.service.case import own_words, tells_the_story
from civic.aanjaagteam.service.days import refuse_bad_day, term_until
from civic.aanjaagteam.service.steps import Step, apply, note_move
from civic.aanjaagteam.service.telling import tell
from civic.aanjaagteam.states import Action, is_possible
from civic.aanjaagteam.states.knots import MOST_OPTIONS, OptionKind, ProcessOutcome, RuleUse
from civic.aanjaagteam.wording.knots import REQUIRED
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events

EXECUTION_CHECK = "execution_check"
PROCESS_CHANGE = "process_change"
Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Option:
    """One way that was weighed: the cost of doing it and of not doing it, in whole euros, and who says so."""

    what: str
    kind: OptionKind = OptionKind.OTHER
    cost_yes: int | None = None
    cost_yes_basis: str = ""
    cost_no: int | None = None
    cost_no_basis: str = ""
    payer: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class ProcessFix:
    """The second outcome. Only what follows has an owner and a day."""

    outcome: ProcessOutcome | None
    change: str
    owner_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Knot:
    """A decision as it is written down. No option is chosen where the answer is no to all of them."""

    question: str
    decision: str
    reason: str
    decider: str
    mandate: str
    decided_on: date | None
    effective_on: date | None = None
    options: tuple[Option, ...] = ()
    rule_use: RuleUse | None = None
    process: ProcessFix | None = None
    check_on: date | None = None
    execute_on: date | None = None
    signer: str = ""
    member_id: int | None = None
    valid_until: date | None = None
    dissent: str = ""
    reversal_reason: str = ""
    shows_costs: bool = False

    def facts(self) -> dict[str, Any]:
        """The columns of the decision."""
        process = self.process or ProcessFix(None, "")
        follows = process.outcome is ProcessOutcome.FOLLOWS
        given = {name: value for name, value in vars(self).items() if name not in {"options", "process"}}
        return {
            **given,
            "process_outcome": process.outcome,
            "process_change": process.change,
            "process_owner_id": process.owner_id if follows else None,
            "process_due_on": process.due_on if follows else None,
        }


def decide(report: Report, knot: Knot, revision: int, *, actor: User, at: datetime) -> Decision:
    """Record a decision. One that was there is replaced with a reason, and stays readable."""
    if errors := errors_of(report, knot, revision, at):
        raise Invalid(errors)
    knot = with_mandate(knot)
    previous = queries.current_decision(report)
    step = Step(Action.DECIDE, revision, actor, at)
    required = {**knot.facts(), "options": knot.options}
    moved = {"decided_at": report.decided_at or at, "owner_id": owner_or(report, actor)}
    old = apply(report, step, required, **moved)
    promises.follow_owner(report)
    row = _keep(report, knot, previous, step)
    data = {"decision": row.id, "process": _code(row.process_outcome), "rule": _code(row.rule_use)}
    note_move(report, step, old, "decision_replaced" if previous else "decide", data=data)
    _start_clocks(report, row, at)
    promises.settle(report, actor=actor, at=at)
    tell(report, "report_decided", at, decision=row, is_new=previous is None)
    return row


def _code(member: Any) -> str | None:
    return member.value if member is not None else None


def with_mandate(knot: Knot) -> Knot:
    """A registered mandate says by itself who it is and what that person may."""
    member = db.session.get(TeamMember, knot.member_id) if knot.member_id is not None else None
    if member is None:
        return replace(knot, member_id=None)
    return replace(knot, mandate=member.mandate, decider=knot.decider or member.function)


def _keep(report: Report, knot: Knot, previous: Decision | None, step: Step) -> Decision:
    row = Decision(
        report_id=report.id,
        decided_by_id=step.actor.id,
        created_at=step.at,
        supersedes_id=previous.id if previous else None,
        ends_on=knot.valid_until,
        **{**knot.facts(), "reversal_reason": knot.reversal_reason if previous else ""},
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        DecisionOption(decision_id=row.id, position=number, **vars(option))
        for number, option in enumerate(knot.options, start=1)
    )
    db.session.flush()
    return row


def _start_clocks(report: Report, row: Decision, at: datetime) -> None:
    """Somebody looks whether it is done; and whoever mends the process does so in time."""
    start_check(report, row.check_on, at)
    if row.process_outcome is ProcessOutcome.FOLLOWS and row.process_due_on:
        term = term_until(row.process_due_on, at)
        what = events.Promise(PROCESS_CHANGE, term, today(at), owner_id=row.process_owner_id)
        events.promise_again(report, what)
    else:  # a decision that was replaced may have promised it
        events.keep_promise(report, PROCESS_CHANGE, at)


def start_check(report: Report, day: date | None, at: datetime) -> None:
    if day is not None:
        term = term_until(day, at)
        events.promise_again(
            report, events.Promise(EXECUTION_CHECK, term, today(at), owner_id=report.owner_id)
        )


# --- what is refused -------------------------------------------------------------------------------------


# the free text of a decision, which everybody reads
TOLD_TO_ALL = ("question", "decision", "reason", "dissent", "reversal_reason")


def errors_of(report: Report, knot: Knot, revision: int, at: datetime) -> Errors:
    """What is wrong with what was filled in. What is not filled in at all, the step itself asks for."""
    if report.revision != revision:  # else a second click would be asked why it replaces the first
        raise NotAllowedNow("changed_meanwhile")
    if not is_possible(report.state, Action.DECIDE):
        raise NotAllowedNow("not_in_this_state")
    errors: Errors = {
        **_day_errors(knot, at),
        "options": _option_errors(knot.options),
        **_process_errors(knot.process, at),
        **{name: [own_words()] for name in TOLD_TO_ALL if tells_the_story(report, getattr(knot, name))},
    }
    if not knot.reversal_reason and queries.current_decision(report) is not None:
        errors["reversal_reason"] = [str(REQUIRED["reversal_reason"])]
    return {name: sentences for name, sentences in errors.items() if sentences}


def _day_errors(knot: Knot, at: datetime) -> Errors:
    decided = knot.decided_on
    before = [_("Deze dag ligt vóór de dag van het besluit.")]
    errors: Errors = {"check_on": refuse_bad_day(knot.check_on, at)}
    if decided and decided > today(at):
        errors["decided_on"] = [_("Deze dag is nog niet geweest.")]
    for name in ("effective_on", "valid_until", "execute_on"):
        day = getattr(knot, name)
        if decided and day and day < decided:
            errors[name] = before
    if knot.effective_on and knot.valid_until and knot.valid_until < knot.effective_on:
        errors["valid_until"] = [_("Deze dag ligt vóór de dag waarop het besluit ingaat.")]
    if knot.execute_on and knot.check_on and knot.check_on < knot.execute_on:
        errors["check_on"] = [_("Kijk pas als het uitgevoerd moet zijn.")]
    return errors


def _option_errors(options: tuple[Option, ...]) -> list[str]:
    if len(options) > MOST_OPTIONS:
        return [_("Schrijf hooguit %(most)s mogelijkheden op.", most=MOST_OPTIONS)]
    if sum(option.is_chosen for option in options) > 1:
        return [_("Kies één mogelijkheid.")]
    for kind in (OptionKind.WANTED, OptionKind.RULE):
        if sum(option.kind is kind for option in options) > 1:
            return [_("Eén mogelijkheid is wat nodig is, en één is wat de regel zegt.")]
    if any(_lacks_basis(option) for option in options):
        return [_("Schrijf bij elk bedrag waar het vandaan komt.")]
    return []


def _lacks_basis(option: Option) -> bool:
    return (option.cost_yes is not None and not option.cost_yes_basis) or (
        option.cost_no is not None and not option.cost_no_basis
    )


def _process_errors(process: ProcessFix | None, at: datetime) -> Errors:
    if process is None or process.outcome is not ProcessOutcome.FOLLOWS:
        return {}
    errors: Errors = {"process_due_on": refuse_bad_day(process.due_on, at)}
    if process.due_on is None:
        errors["process_due_on"] = [str(REQUIRED["process_due_on"])]
    if process.owner_id is None:
        errors["process_owner"] = [str(REQUIRED["process_owner"])]
    return errors

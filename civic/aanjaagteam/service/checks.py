"""After the knot: was it carried out, and was the process really changed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Decision, ExecutionCheck, Report
from civic.aanjaagteam.queries.knots import checks_of
from civic.aanjaagteam.service.days import refuse_bad_day
from civic.aanjaagteam.service.knots import EXECUTION_CHECK, PROCESS_CHANGE, start_check
from civic.aanjaagteam.service.moves import change_process
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states import Action, is_possible
from civic.aanjaagteam.states.knots import CheckResult
from civic.aanjaagteam.wording.knots import REQUIRED
from civic.accounts.models import User
from civic.db import add_first
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline


@dataclass(frozen=True)
class Looked:
    """What somebody saw. Anything but done is looked at again on `next_on`."""

    result: CheckResult
    explanation: str = ""
    next_on: date | None = None


def check_execution(
    report: Report, looked: Looked, seen: int, *, actor: User, at: datetime
) -> ExecutionCheck:
    """Write down whether the decision was carried out. `seen` is how many looks there were before."""
    decision = queries.current_decision(report)
    if decision is None or decision.check_on is None:
        raise NotAllowedNow("not_in_this_state")
    before = checks_of(decision)
    if len(before) != seen or is_carried_out(before):
        raise NotAllowedNow("changed_meanwhile")
    _refuse(looked, at)
    row = _new_check(decision, looked, seen + 1, actor, at)
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    events.keep_promise(report, EXECUTION_CHECK, at)
    start_check(report, row.next_on, at)
    data = {"decision": decision.id, "check": row.id}
    what = events.What("execution_checked", reason_code=row.result.value, data=data)
    events.record(report, what, actor=actor, at=at)
    return row


def is_carried_out(checks: list[ExecutionCheck]) -> bool:
    return bool(checks) and checks[-1].result is CheckResult.DONE


def _new_check(decision: Decision, looked: Looked, number: int, actor: User, at: datetime) -> ExecutionCheck:
    is_done = looked.result is CheckResult.DONE
    return ExecutionCheck(
        decision_id=decision.id,
        number=number,
        checked_at=at,
        checked_by_id=actor.id,
        result=looked.result,
        explanation=looked.explanation,
        next_on=None if is_done else looked.next_on,
    )


def _refuse(looked: Looked, at: datetime) -> None:
    if looked.result is CheckResult.DONE:
        return
    errors = {"next_on": refuse_bad_day(looked.next_on, at)}
    if looked.next_on is None:
        errors["next_on"] = [str(REQUIRED["next_on"])]
    if not looked.explanation:
        errors["explanation"] = [str(REQUIRED["explanation"])]
    if any(errors.values()):
        raise Invalid({name: sentences for name, sentences in errors.items() if sentences})


def open_process_promise(report: Report) -> Deadline | None:
    """The process that somebody still has to change, by which day."""
    row = event_queries.deadline_of(report, PROCESS_CHANGE)
    return row if row is not None and row.met_at is None else None


def finish_process(report: Report, text: str, revision: int, *, actor: User, at: datetime) -> None:
    """What was promised at the knot is done. Where the report is closed or open again, the state stays."""
    if open_process_promise(report) is None:
        raise NotAllowedNow("not_in_this_state")
    if is_possible(report.state, Action.CHANGE_PROCESS):
        change_process(report, text, revision, actor=actor, at=at)
        return
    if not text:
        raise Invalid({"process_change": [str(REQUIRED["process_change"])]})
    touch(report, revision, process_change=text)
    events.keep_promise(report, PROCESS_CHANGE, at)
    events.record(report, events.What("process_changed_later"), actor=actor, at=at)

"""One step of a report: the version that was read, the state and the facts are checked, then it moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service.clocks import run_decision_clock, stop_decide_now
from civic.aanjaagteam.states import BEFORE_DECISION, RULES, TRANSITIONS, Action, State
from civic.aanjaagteam.states.core import missing_before
from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility

# what else ends or begins when a report has moved: filled by the parts that watch it
AFTER_MOVE: list[Callable[[Report, datetime], None]] = [run_decision_clock]


@dataclass(frozen=True)
class Step:
    """Who moves a report along, when, and which version of it they were looking at."""

    action: Action
    revision: int
    actor: User
    at: datetime


def apply(report: Report, step: Step, required: dict[str, Any], **facts: Any) -> State:
    """Check version, state and required facts, then move; returns the state it came from."""
    db.session.refresh(report, with_for_update=True)
    if report.revision != step.revision:
        raise NotAllowedNow("changed_meanwhile")
    old = report.state
    new = TRANSITIONS.get((old, step.action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    if missing_before(old, step.action, lambda name: getattr(report, name)):
        raise NotAllowedNow("no_decision_owner")
    _check_required(step.action, required)
    move(report, old, new, revision=step.revision + 1, **facts)
    if report.decide_now and old in BEFORE_DECISION and new not in BEFORE_DECISION:
        stop_decide_now(report, step.at)
    return old


def touch(report: Report, revision: int, **facts: Any) -> None:
    """Change facts and leave the state, only if nobody was faster; needs no `Action` of its own."""
    db.session.refresh(report, with_for_update=True)
    if report.revision != revision:
        raise NotAllowedNow("changed_meanwhile")
    move(report, report.state, report.state, revision=revision + 1, **facts)


def _check_required(action: Action, given: dict[str, Any]) -> None:
    missing = [name for name in RULES[action].required if not given.get(name)]
    if missing:
        raise Invalid({name: [str(wording.REQUIRED[name])] for name in missing})


def note_move(report: Report, step: Step, old: State, name: str = "", **options: Any) -> None:
    options.setdefault("visibility", Visibility.PUBLIC)
    what = events.What(name or step.action.value, from_state=old, to_state=report.state, **options)
    events.record(report, what, actor=step.actor, at=step.at)
    if report.state is not old:
        for follow in AFTER_MOVE:
            follow(report, step.at)

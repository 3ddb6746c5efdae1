"""One step of a report: the version that was read, the state and the facts are checked, then it moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.aanjaagteam import wording
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import RULES, TRANSITIONS, Action, State
from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility


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
    _check_required(step.action, required)
    move(report, old, new, revision=step.revision + 1, **facts)
    return old


def _check_required(action: Action, given: dict[str, Any]) -> None:
    missing = [name for name in RULES[action].required if not given.get(name)]
    if missing:
        raise Invalid({name: [str(wording.REQUIRED[name])] for name in missing})


def note_move(report: Report, step: Step, old: State, name: str = "", **options: Any) -> None:
    options.setdefault("visibility", Visibility.PUBLIC)
    what = events.What(name or step.action.value, from_state=old, to_state=report.state, **options)
    events.record(report, what, actor=step.actor, at=step.at)

"""One step of a draw in public: a conditional update, an event, and the reason in words (W4, W7).

The events whose action is one of `queries.public_draws.STEPS` are the log entries that everybody checks: they
are public and hold the five fields of `verify_draw.py`. All other events stay inside the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, update

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.panels.models import DrawNote, PublicDraw
from civic.panels.service import stages
from civic.panels.states import PUBLIC_DRAW_TRANSITIONS, PublicDrawAction, PublicDrawState

SHORTEST_REASON, LONGEST_REASON = 10, 1000


@dataclass(frozen=True)
class Step:
    """`name` of the event; `value` for a step of the protocol, `reason` a code."""

    action: PublicDrawAction
    name: str
    value: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def take(draw: PublicDraw, step: Step, *, actor: User | None, at: datetime) -> Event:
    """Apply one transition. Of two who do it at the same time, one is first; the other gets a clear no."""
    stages.hold(draw.panel_id)
    old = draw.state
    new = PUBLIC_DRAW_TRANSITIONS.get((old, step.action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(draw, old, new, **step.facts)
    return record(draw, step, (old, new), actor=actor, at=at)


def write_once(draw: PublicDraw, is_free: ColumnElement[bool], **facts: Any) -> bool:
    """Write facts of a manifest that waits for its number, while `is_free`; False when it is not."""
    result: Any = db.session.execute(
        update(PublicDraw)
        .where(PublicDraw.id == draw.id, PublicDraw.state == PublicDrawState.COMMITTED, is_free)
        .values(**facts)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draw)
    return bool(result.rowcount == 1)


def record(
    draw: PublicDraw,
    step: Step,
    states: tuple[PublicDrawState | None, PublicDrawState | None] = (None, None),
    *,
    actor: User | None,
    at: datetime,
) -> Event:
    """An event on the draw; with a value it is an entry of the public log."""
    is_public = step.value is not None
    what = events.What(
        step.name,
        from_state=states[0],
        to_state=states[1],
        reason_code=step.reason,
        visibility=Visibility.PUBLIC if is_public else Visibility.INTERNAL,
        data=_entry(draw, step) if is_public else {"panel": draw.panel_id, "purpose": draw.purpose.value},
    )
    return events.record(draw, what, actor=actor, at=at)


def _entry(draw: PublicDraw, step: Step) -> dict[str, Any]:
    if draw.commitment is None or draw.sequence is None:
        raise NotAllowedNow("not_in_this_state")
    return {
        "commitment": draw.commitment,
        "draw": draw.identifier,
        "kind": step.name,
        "sequence": draw.sequence,
        "value": step.value or "",
    }


def note(draw: PublicDraw, action: str, reason: str, *, actor: User, at: datetime) -> None:
    """The reason in words, which everybody reads. Raises `Invalid` for the field `reason`."""
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise Invalid({"reason": [_("Schrijf in een zin waarom. Iedereen kan dit lezen.")]})
    row = DrawNote(
        public_draw_id=draw.id,
        action=action,
        reason=words[:LONGEST_REASON],
        written_by_id=actor.id,
        written_at=at,
    )
    db.session.add(row)

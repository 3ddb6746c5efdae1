"""The steps of a panel's preparation: one function applies them all (W4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, StageNote
from civic.panels.states import NEEDS_REASON, STAGE_TRANSITIONS, StageAction

SHORTEST_REASON = 10


def advance(
    panel: Panel, action: StageAction, *, actor: User | None, at: datetime, reason: str = "", **data: Any
) -> None:
    """Take one step: a conditional update, an event, and the reason in words where the step needs one.

    `data` goes into the event (codes and numbers only). Raises `NotAllowedNow` from a wrong stage, `Invalid`
    for the field `reason`.
    """
    old = panel.stage
    new = STAGE_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    if action in NEEDS_REASON:
        _note(panel, action, reason, actor, at)
    move(panel, old, new, column="stage")
    what = events.What(action.value, from_state=old, to_state=new, visibility=Visibility.PUBLIC, data=data)
    events.record(panel, what, actor=actor, at=at)


def hold(panel_id: int) -> None:
    """Whoever changes a public draw, or leaves a frozen pool, takes this row first (PostgreSQL): then two of
    them cannot each wait for what the other has. Registering goes on. On SQLite one writer is alone.
    """
    db.session.execute(select(Panel.id).where(Panel.id == panel_id).with_for_update(key_share=True))


def _note(panel: Panel, action: StageAction, reason: str, actor: User | None, at: datetime) -> None:
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON or actor is None:
        raise Invalid({"reason": [_("Schrijf in een zin waarom. Iedereen kan dit lezen.")]})
    db.session.add(
        StageNote(
            panel_id=panel.id,
            action=action.value,
            reason=words[:1000],
            written_by_id=actor.id,
            written_at=at,
        )
    )

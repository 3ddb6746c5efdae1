"""What the municipality promises about the conversation (S38a), and when it only listens (S23a)."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.talk import InitiativeConversation
from civic.initiatives.states import PUBLISHED
from civic.initiatives.states.talk import Level, LowerReason, is_lower


def declare(
    initiative: Initiative, level: Level, reason: LowerReason | None, *, actor: User, at: datetime
) -> None:
    """Say what happens with comments. More is always possible; less only with a public reason."""
    row = _row(initiative)
    old = row.level
    if old is level:
        return
    is_less = old is not None and is_lower(level, old)
    if is_less and reason is None:
        raise Invalid({"reason": [_("U belooft minder dan eerst. Kies waarom.")]})
    row.level, row.declared_at = level, row.declared_at or at
    action = f"lowered_{level.value}" if is_less else f"level_{level.value}"
    code = reason.value if is_less and reason else None
    data = {"old": old.value} if old else {}
    what = events.What(action, reason_code=code, visibility=Visibility.PUBLIC, data=data)
    events.record(initiative, what, actor=actor, at=at)


def set_listening(initiative: Initiative, is_on: bool, *, actor: User, at: datetime) -> None:
    """Switch listening mode. Twice the same is once."""
    row = _row(initiative)
    if (row.listening_since is not None) == is_on:
        return
    row.listening_since = at if is_on else None
    action = "listening_on" if is_on else "listening_off"
    events.record(initiative, events.What(action, visibility=Visibility.PUBLIC), actor=actor, at=at)


def _row(initiative: Initiative) -> InitiativeConversation:
    """Locked, so that of two officials one is first; made when it is first needed."""
    if initiative.state not in PUBLISHED:
        raise NotAllowedNow("not_in_this_state")
    db.session.get_one(Initiative, initiative.id, with_for_update={"key_share": True})
    row = db.session.get(InitiativeConversation, initiative.id, with_for_update=True)
    if row is None:
        row = InitiativeConversation(initiative_id=initiative.id)
        db.session.add(row)
        db.session.flush()
    return row

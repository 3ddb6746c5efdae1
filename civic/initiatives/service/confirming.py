"""The hot path of a signing peak: one statement counts a declared support, and touches no other row (W5).

It says yes only to the plain case. Whoever confirms twice, too late, or what was withdrawn meanwhile goes
the long way, which knows a sentence for each.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, exists, update

from civic.calendar import today
from civic.crypto import token_hash
from civic.db import UtcDateTime, db
from civic.events.models import Deadline
from civic.initiatives.models import Initiative, Support
from civic.initiatives.queries import COLLECTION
from civic.initiatives.service.supports import LAPSES_AFTER, TOKEN
from civic.initiatives.states import OPEN_FOR_SUPPORT, SUPPORT_TRANSITIONS, SupportAction, SupportState

_support, _initiative, _deadline = (cast(Table, one.__table__) for one in (Support, Initiative, Deadline))
_is_open = exists().where(
    and_(
        _initiative.c.id == _support.c.initiative_id,
        _initiative.c.state.in_(OPEN_FOR_SUPPORT),
        _initiative.c.paused_at.is_(None),
        _initiative.c.hidden_at.is_(None),
        _deadline.c.subject_type == Initiative.__tablename__,
        _deadline.c.subject_id == _initiative.c.id,
        _deadline.c.kind == COLLECTION,
        _deadline.c.due_on >= bindparam("day"),
    )
)
# built once: making and comparing the expression would cost more than the database needs for it
CONFIRM: Any = (
    update(_support)
    .where(
        _support.c.token_hash == bindparam("hash"),
        _support.c.state == SupportState.PENDING,
        _support.c.requested_at >= bindparam("since", type_=UtcDateTime()),
        _is_open,
    )
    .values(
        state=SUPPORT_TRANSITIONS[SupportState.PENDING, SupportAction.CONFIRM],
        confirmed_at=bindparam("at", type_=UtcDateTime()),
        is_dirty=True,
    )
    .returning(_support.c.initiative_id)
)


def confirm_at_once(token: str, *, at: datetime) -> int | None:
    """Count this support; the number of its initiative. None: nothing was written, look closer."""
    if not TOKEN.match(token):
        return None
    facts = {
        "hash": token_hash(token),
        "since": at - LAPSES_AFTER,
        "day": today(at),
        "at": at,
    }
    return db.session.connection().execute(CONFIRM, facts).scalar_one_or_none()

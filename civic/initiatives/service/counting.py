"""Counting (W5): the one place that writes `support_count`, and moves an initiative over its threshold.

Supports mark themselves dirty. Clearing that mark comes before the count: a support that commits in
between is then counted now and once more later, and never forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from civic.db import db, move
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative, Support
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import TRANSITIONS, Action, State, SupportState

INITIATIVES_PER_RUN = 200
ONE_DAY = timedelta(days=1)


def count_dirty(*, at: datetime) -> dict[str, int]:
    """Recount every initiative that has a support which changed since its last count."""
    dirty = select(Support.initiative_id).where(Support.is_dirty).distinct()
    ids = list(db.session.scalars(dirty.order_by(Support.initiative_id).limit(INITIATIVES_PER_RUN)))
    reached = sum(recount(initiative_id, at=at) for initiative_id in ids)
    return {"counted": len(ids), "reached_threshold": reached}


def recount(initiative_id: int, *, at: datetime) -> bool:
    """Count one initiative's confirmed supports anew; True when that took it over its threshold."""
    initiative = _locked(initiative_id)
    db.session.execute(
        update(Support)
        .where(Support.initiative_id == initiative_id, Support.is_dirty)
        .values(is_dirty=False)
        .execution_options(synchronize_session=False)
    )
    initiative.support_count = _confirmed(initiative_id)
    initiative.counted_at = at
    db.session.flush()
    is_enough = initiative.threshold is not None and initiative.support_count >= initiative.threshold
    if initiative.state is not State.COLLECTING or not is_enough:
        return False
    _reach_threshold(initiative, at)
    return True


def _locked(initiative_id: int) -> Initiative:
    # two counters take turns; KEY SHARE keeps new supports (a foreign key) from having to wait for them
    return db.session.scalars(
        select(Initiative)
        .where(Initiative.id == initiative_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _confirmed(initiative_id: int) -> int:
    confirmed = Support.state == SupportState.CONFIRMED
    counted = (
        select(func.count()).select_from(Support).where(Support.initiative_id == initiative_id, confirmed)
    )
    return db.session.scalar(counted) or 0


def _reach_threshold(initiative: Initiative, at: datetime) -> None:
    old, new = State.COLLECTING, TRANSITIONS[State.COLLECTING, Action.REACH_THRESHOLD]
    move(initiative, old, new, threshold_reached_at=at)
    events.keep_promise(initiative, "collection", at)
    what = events.What(
        Action.REACH_THRESHOLD.value,
        from_state=old,
        to_state=new,
        visibility=Visibility.PUBLIC,
        data={"support_count": initiative.support_count, "threshold": initiative.threshold},
    )
    events.record(initiative, what, actor=None, at=at)
    tell_author(initiative, "threshold_reached", at=at, support_count=initiative.support_count)


def reconcile(*, at: datetime) -> dict[str, Any]:
    """Count everything once more and say where the stored number was wrong; write the day's counts down.

    An initiative that waits for the counting job is not wrong, only late: it is left alone.
    """
    rows = db.session.execute(_stored_and_counted()).all()
    wrong = [row for row in rows if row.support_count != row.counted]
    for row in wrong:
        _correct(row, at)
    changed = [row for row in rows if row.counted_at is not None and row.counted_at > at - ONE_DAY]
    for row in changed:
        _note_count(row.id, row.counted, at)
    outcome: dict[str, Any] = {"checked": len(rows), "differences": len(wrong)}
    if wrong:
        outcome["wrong"] = [
            {"id": row.id, "stored": row.support_count, "counted": row.counted} for row in wrong
        ]
    return outcome


def _stored_and_counted() -> Any:
    of_this_one = Support.initiative_id == Initiative.id
    counted = (
        select(func.count()).where(of_this_one, Support.state == SupportState.CONFIRMED).scalar_subquery()
    )
    is_waiting = select(Support.id).where(of_this_one, Support.is_dirty).exists()
    return (
        select(Initiative.id, Initiative.support_count, Initiative.counted_at, counted.label("counted"))
        .where(Initiative.state != State.DRAFT, ~is_waiting)
        .order_by(Initiative.id)
    )


def _correct(row: Any, at: datetime) -> None:
    recount(row.id, at=at)
    what = events.What("count_corrected", data={"stored": row.support_count, "support_count": row.counted})
    events.record(db.session.get_one(Initiative, row.id), what, actor=None, at=at)


def _note_count(initiative_id: int, count: int, at: datetime) -> None:
    what = events.What("count", data={"support_count": count})
    events.record(db.session.get_one(Initiative, initiative_id), what, actor=None, at=at)

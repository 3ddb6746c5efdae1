"""Counting (W5): the one room that writes counts, per place and together, and sees thresholds reached.

Supports mark themselves dirty. Clearing that mark comes before the count: a support that commits in
between is then counted now and once more later, and never forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from civic.db import db, move
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.initiatives.models import Initiative, InitiativePlace, Support
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import (
    OPEN_FOR_SUPPORT,
    THROUGH_TOGETHER,
    TRANSITIONS,
    Action,
    PlaceState,
    State,
    SupportState,
)
from civic.regions.rules import Scope

INITIATIVES_PER_RUN = 200
ONE_DAY = timedelta(days=1)


def count_dirty(*, at: datetime) -> dict[str, int]:
    """Recount every initiative that has a support which changed since its last count."""
    dirty = select(Support.initiative_id).where(Support.is_dirty).distinct()
    ids = list(db.session.scalars(dirty.order_by(Support.initiative_id).limit(INITIATIVES_PER_RUN)))
    reached = sum(recount(initiative_id, at=at) for initiative_id in ids)
    return {"counted": len(ids), "reached_threshold": reached}


def recount(initiative_id: int, *, at: datetime) -> bool:
    """Count one initiative's confirmed supports anew; True when a place has enough that had not before."""
    initiative = _locked(initiative_id)
    db.session.execute(
        update(Support)
        .where(Support.initiative_id == initiative_id, Support.is_dirty)
        .values(is_dirty=False)
        .execution_options(synchronize_session=False)
    )
    counts = _confirmed(initiative_id)
    for place in initiative.places:
        place.support_count = counts.get(place.municipality_id, 0)
    initiative.support_count = sum(counts.values())
    initiative.counted_at = at
    db.session.flush()
    return _look_at_thresholds(initiative, at)


def _look_at_thresholds(initiative: Initiative, at: datetime) -> bool:
    if initiative.state not in OPEN_FOR_SUPPORT:
        return False
    enough = [one for one in initiative.places if one.threshold_reached_at is None and _has_enough(one)]
    for place in enough:
        _reach_threshold(initiative, place, at)
    _reach_together(initiative, at)
    return bool(enough)


def _has_enough(counted: InitiativePlace | Initiative) -> bool:
    return counted.threshold is not None and counted.support_count >= counted.threshold


def _locked(initiative_id: int) -> Initiative:
    # two counters take turns; KEY SHARE keeps new supports (a foreign key) from having to wait for them
    return db.session.scalars(
        select(Initiative)
        .where(Initiative.id == initiative_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _confirmed(initiative_id: int) -> dict[int, int]:
    """Confirmed supports per municipality."""
    rows = db.session.execute(
        select(Support.municipality_id, func.count())
        .where(Support.initiative_id == initiative_id, Support.state == SupportState.CONFIRMED)
        .group_by(Support.municipality_id)
    )
    return {row[0]: row[1] for row in rows}


def _reach_threshold(
    initiative: Initiative, place: InitiativePlace, at: datetime, through: str = Action.REACH_THRESHOLD.value
) -> None:
    """The first place that has enough brings the initiative to a council; the others may follow."""
    old, new = initiative.state, TRANSITIONS[initiative.state, Action.REACH_THRESHOLD]
    move(place, PlaceState.COLLECTING, PlaceState.ENOUGH, threshold_reached_at=at)
    if old is not new:
        move(initiative, old, new, threshold_reached_at=at)
        events.keep_promise(initiative, "collection", at, runs_on=True)
    facts = {"support_count": place.support_count, "threshold": place.threshold}
    what = events.What(
        through,
        from_state=old,
        to_state=new,
        visibility=Visibility.PUBLIC,
        data={**facts, "place": place.municipality.code},
    )
    events.record(initiative, what, actor=None, at=at)
    more = {**facts, "municipality": place.municipality.name, "is_together": through == THROUGH_TOGETHER}
    once = f":{place.municipality.code}" if len(initiative.places) > 1 else ""
    fell_back = _times_fallen_back(initiative)
    once += f":{fell_back}" if fell_back else ""
    tell_author(initiative, "threshold_reached", at=at, once=once, **more)


def _times_fallen_back(initiative: Initiative) -> int:
    """Who was told that there is no longer enough is told as well when there is again."""
    mine = (Event.subject_type == Initiative.__tablename__, Event.subject_id == initiative.id)
    found = select(func.count()).select_from(Event).where(*mine, Event.action == Action.FALL_BACK.value)
    return db.session.scalar(found) or 0


def _reach_together(initiative: Initiative, at: datetime) -> None:
    is_regional = initiative.scope is Scope.REGION
    if not is_regional or initiative.together_reached_at is not None or not _has_enough(initiative):
        return
    initiative.together_reached_at = at
    data = {"support_count": initiative.support_count, "threshold": initiative.threshold}
    what = events.What("reach_together", visibility=Visibility.PUBLIC, data=data)
    events.record(initiative, what, actor=None, at=at)
    for place in initiative.places:
        if place.threshold_reached_at is None and place.rules.accepts_together:
            _reach_threshold(initiative, place, at, THROUGH_TOGETHER)


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

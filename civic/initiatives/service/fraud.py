"""Taking support out of the count, and putting it back: many at once, with a reason, and counted at once.

What it does to thresholds. A place whose support is with its council keeps its place there: what was handed
in was a fact of that day, and the page says what is left. A place that had enough but was not handed in goes
back to collecting; when no place is left that has enough, the initiative does so as well, and its promise of
an end is open again. Putting support back counts anew, and a threshold can then be reached again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative, InitiativePlace, Invalidation, Support
from civic.initiatives.queries import COLLECTION
from civic.initiatives.queries.fraud import Suspects, matching, one_of_each
from civic.initiatives.service.counting import recount
from civic.initiatives.service.ledger_trace import domain_of
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import (
    OPEN_FOR_SUPPORT,
    PLACE_TRANSITIONS,
    SUPPORT_TRANSITIONS,
    TRANSITIONS,
    Action,
    PlaceAction,
    PlaceState,
    SupportAction,
    SupportState,
)
from civic.initiatives.states.ledger import InvalidReason

MOST_AT_ONCE = 10_000  # one short transaction; for more somebody chooses again


@dataclass(frozen=True)
class Act:
    """Why, and how many the official saw on the screen: no more and no fewer may go."""

    reason: InvalidReason
    note: str
    expected: int


def invalidate(
    initiative: Initiative, wanted: Suspects, act: Act, *, places: Iterable[int], actor: User, at: datetime
) -> Invalidation:
    """Take the chosen supports of these municipalities out of the count, in one statement."""
    conditions = matching(initiative, wanted, places)
    number = db.session.scalar(select(func.count()).select_from(Support).where(*conditions)) or 0
    _require_sensible(wanted, number, act)
    row = Invalidation(
        initiative_id=initiative.id,
        reason=act.reason,
        note=act.note,
        supports=number,
        made_by_id=actor.id,
        made_at=at,
    )
    db.session.add(row)
    db.session.flush()
    new = SUPPORT_TRANSITIONS[SupportState.CONFIRMED, SupportAction.INVALIDATE]
    if _change(conditions, state=new, invalidation_id=row.id) != number:
        raise NotAllowedNow("changed_meanwhile")
    data = {"invalidation": row.id, "supports": number}
    what = events.What("invalidate", reason_code=act.reason.value, visibility=Visibility.PUBLIC, data=data)
    events.record(initiative, what, actor=actor, at=at)
    recount(initiative.id, at=at)
    _fall_back(initiative, row, at)
    return row


def _require_sensible(wanted: Suspects, number: int, act: Act) -> None:
    if wanted.is_everything:
        raise Invalid({"expected": [_("Kies eerst om welke steun het gaat.")]})
    if number == 0:
        raise Invalid({"expected": [_("Er is geen steun die hierbij past.")]})
    if number > MOST_AT_ONCE:
        raise Invalid({"expected": [_("Dit zijn er te veel tegelijk. Kies een kleiner deel.")]})
    if number != act.expected:
        raise Invalid(
            {"expected": [_("Het zijn er nu %(count)s. Kijk nog eens en druk opnieuw.", count=number)]}
        )


def _change(conditions: Iterable[Any], **values: Any) -> int:
    result: Any = db.session.execute(
        update(Support)
        .where(*conditions)
        .values(**values, is_dirty=True)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return int(result.rowcount)


def restore(invalidation: Invalidation, *, actor: User, at: datetime) -> int:
    """Put back exactly what this act took out; who withdrew meanwhile stays withdrawn. Once."""
    initiative = db.session.get_one(Initiative, invalidation.initiative_id)
    undone: Any = db.session.execute(
        update(Invalidation)
        .where(Invalidation.id == invalidation.id, Invalidation.undone_at.is_(None))
        .values(undone_at=at, undone_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    if undone.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    old = SupportState.INVALIDATED
    conditions = (Support.invalidation_id == invalidation.id, Support.state == old)
    new = SUPPORT_TRANSITIONS[old, SupportAction.RESTORE]
    number = _change(conditions, state=new, invalidation_id=None)
    data = {"invalidation": invalidation.id, "supports": number}
    what = events.What("restore", visibility=Visibility.PUBLIC, data=data)
    events.record(initiative, what, actor=actor, at=at)
    recount(initiative.id, at=at)
    return number


# --- thresholds -----------------------------------------------------------------------------------------


def _fall_back(initiative: Initiative, why: Invalidation, at: datetime) -> None:
    if initiative.state not in OPEN_FOR_SUPPORT:
        return
    lost = [one for one in initiative.places if _is_lost(one) and not _holds_together(initiative, one)]
    for place in lost:
        new = PLACE_TRANSITIONS[place.state, PlaceAction.FALL_BACK]
        move(place, place.state, new, threshold_reached_at=None)
    _reopen(initiative, lost, at)
    for place in lost:
        _tell(initiative, place, why, at)


def _is_lost(place: InitiativePlace) -> bool:
    """It had enough, no council has it yet, and now it has not."""
    return place.state is PlaceState.ENOUGH and place.support_count < (place.threshold or 0)


def _holds_together(initiative: Initiative, place: InitiativePlace) -> bool:
    """Where the by-law takes the count of all places for its own, that count decides."""
    is_enough = initiative.support_count >= (initiative.threshold or 0)
    return initiative.together_reached_at is not None and is_enough and place.rules.accepts_together


def _reopen(initiative: Initiative, lost: list[InitiativePlace], at: datetime) -> None:
    """The whole goes back when no place has enough; with a council it never does."""
    old = initiative.state
    is_with_council = any(place.submitted_at for place in initiative.places)
    if initiative.support_count < (initiative.threshold or 0) and not is_with_council:
        initiative.together_reached_at = None
    if lost and all(place.threshold_reached_at is None for place in initiative.places):
        move(initiative, old, TRANSITIONS[old, Action.FALL_BACK], threshold_reached_at=None)
        promised = event_queries.deadline_of(initiative, COLLECTION)
        if promised is not None:
            promised.met_at = None
    for place in lost:
        data = {
            "place": place.municipality.code,
            "support_count": place.support_count,
            "threshold": place.threshold,
        }
        what = events.What(
            Action.FALL_BACK.value,
            from_state=old,
            to_state=initiative.state,
            visibility=Visibility.PUBLIC,
            data=data,
        )
        events.record(initiative, what, actor=None, at=at)


def _tell(initiative: Initiative, place: InitiativePlace, why: Invalidation, at: datetime) -> None:
    tell_author(
        initiative,
        "threshold_lost",
        at=at,
        once=f":{place.municipality.code}:{why.id}",
        supports=why.supports,
        support_count=place.support_count,
        needed=place.threshold,
        place=place.municipality.name,
    )


# --- privileged reads -----------------------------------------------------------------------------------


def note_read(initiative: Initiative, rows: int, *, actor: User, at: datetime) -> None:
    """Names and postcodes were shown to this official (W8)."""
    what = events.What("read_ledger", data={"rows": rows})
    events.record(initiative, what, actor=actor, at=at)


def read_domains(
    initiative: Initiative, domain_keys: list[str], *, actor: User, at: datetime
) -> dict[str, str]:
    """The names of these mail domains, from one sealed address each; the log says who asked."""
    names = {row.domain_key or "": domain_of(row.email or "") for row in one_of_each(initiative, domain_keys)}
    what = events.What("read_domains", data={"rows": len(names)})
    events.record(initiative, what, actor=actor, at=at)
    return names

"""Reads for who looks from outside: feeds, open data, figures per municipality. No names, no drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import aliased

from civic.calendar import today
from civic.db import db
from civic.events.models import Deadline, Event
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.queries import COLLECTION
from civic.initiatives.queries.steps import Days, Steps, median_of, steps_per_municipality
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states import (
    OPEN_FOR_SUPPORT,
    Action,
    CouncilOutcome,
    InitiativeKind,
    PlaceState,
    State,
)
from civic.regions.models import Municipality
from civic.regions.rules import Scope
from civic.smallnumbers import hide_small

FEED_SIZE = 50
BATCH = 500


@dataclass(frozen=True)
class PlaceRecord:
    """What one municipality asks of an initiative, what it has, and how far its council is."""

    code: str
    name: str
    threshold: int | None
    support_count: int
    reached_at: datetime | None
    state: PlaceState
    submitted_at: datetime | None
    council_on: date | None
    outcome: CouncilOutcome | None
    decided_on: date | None


@dataclass(frozen=True)
class Record:
    """One published initiative, as anyone may copy it."""

    id: int
    title: str
    wish: str
    kind: InitiativeKind
    scope: Scope
    district_name: str
    state: State
    threshold: int | None
    support_count: int
    published_at: datetime
    threshold_reached_at: datetime | None
    together_reached_at: datetime | None
    closed_at: datetime | None
    counted_at: datetime | None
    due_on: date | None
    places: tuple[PlaceRecord, ...]

    @property
    def changed_at(self) -> datetime:
        """The last thing that happened to it; counting is no news."""
        moments = (self.published_at, self.threshold_reached_at, self.together_reached_at, self.closed_at)
        return max(moment for moment in moments if moment is not None)


def newest_records(limit: int = FEED_SIZE) -> list[Record]:
    """Two statements, whatever the number."""
    return _with_places(
        _records().order_by(Initiative.published_at.desc(), Initiative.id.desc()).limit(limit)
    )


def records_after(initiative_id: int, limit: int) -> list[Record]:
    """In the order of their numbers, from the first one above this number; two statements."""
    return _with_places(_records().where(Initiative.id > initiative_id).order_by(Initiative.id).limit(limit))


def record_of(initiative_id: int) -> Record | None:
    """None for a draft."""
    return next(iter(_with_places(_records().where(Initiative.id == initiative_id))), None)


def all_records() -> Iterator[Record]:
    """All of them in batches. Nothing is held while somebody with a slow line reads what came before."""
    last = 0
    while True:
        found = records_after(last, BATCH)
        db.session.close()
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1].id


def _records() -> Any:
    columns = (
        Initiative.id,
        Initiative.title,
        Initiative.wish,
        Initiative.kind,
        Initiative.scope,
        Initiative.district_name,
        Initiative.state,
        Initiative.threshold,
        Initiative.support_count,
        Initiative.published_at,
        Initiative.threshold_reached_at,
        Initiative.together_reached_at,
        Initiative.closed_at,
        Initiative.counted_at,
        Deadline.due_on,
    )
    return select(*columns).outerjoin(Deadline, _collection()).where(is_shown())


def _collection() -> ColumnElement[bool]:
    return and_(
        Deadline.subject_type == Initiative.__tablename__,
        Deadline.subject_id == Initiative.id,
        Deadline.kind == COLLECTION,
    )


def _with_places(statement: Any) -> list[Record]:
    rows = db.session.execute(statement).all()
    places = _places_of([row.id for row in rows])
    return [Record(**row._asdict(), places=tuple(places[row.id])) for row in rows]


def _places_of(ids: Sequence[int]) -> dict[int, list[PlaceRecord]]:
    rows = db.session.execute(
        select(
            InitiativePlace.initiative_id,
            Municipality.code,
            Municipality.name,
            InitiativePlace.threshold,
            InitiativePlace.support_count,
            InitiativePlace.threshold_reached_at.label("reached_at"),
            InitiativePlace.state,
            InitiativePlace.submitted_at,
            InitiativePlace.council_on,
            InitiativePlace.outcome,
            InitiativePlace.decided_on,
        )
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .where(InitiativePlace.initiative_id.in_(ids))
        .order_by(InitiativePlace.initiative_id, Municipality.name)
    )
    found: dict[int, list[PlaceRecord]] = defaultdict(list)
    for row in rows:
        found[row.initiative_id].append(_place(row))
    return found


def _place(row: Any) -> PlaceRecord:
    values = row._asdict()
    del values["initiative_id"]
    return PlaceRecord(**values)


@dataclass(frozen=True)
class Version:
    """Of all published initiatives together: another count or another event makes another version."""

    tag: str
    at: datetime | None


def version() -> Version:
    """Two small statements; every change of state is an event (W1), a count is not always one."""
    newest = db.session.execute(
        select(Event.id, Event.at)
        .where(Event.subject_type.in_((Initiative.__tablename__, InitiativePlace.__tablename__)))
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    counted_at = db.session.scalar(select(func.max(Initiative.counted_at)))
    moments = [moment for moment in (newest and newest.at, counted_at) if moment is not None]
    last = max(moments, default=None)
    tag = f"{newest.id if newest else 0}-{counted_at.timestamp() if counted_at else 0:.6f}"
    return Version(tag, last)


# --- figures per municipality ---------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceFigures:
    """One row of the tables. `supports` is None when hidden, days when there were too few to say."""

    code: str
    name: str
    published: int
    collecting: int
    enough: int
    supports: int | None
    to_enough: Days
    steps: Steps


@dataclass(frozen=True)
class RegionFigures:
    """An initiative for several municipalities counts once in the region, and once in each of them."""

    places: list[PlaceFigures]
    region: PlaceFigures


def figures_per_municipality(at: datetime, minimum: int) -> RegionFigures:
    """Five statements. Numbers of people go through the small-number rule; initiatives are public pages."""
    rows = list(db.session.execute(_per_place(at)))
    whole = db.session.execute(_of_region(at)).one()
    waits = list(db.session.execute(_waits()))
    steps = steps_per_municipality()
    shown = hide_small([row.supports for row in rows], minimum)
    by_place: dict[str, list[int]] = defaultdict(list)
    first: dict[int, int] = {}
    for one in waits:
        days = (today(one.reached_at) - today(one.published_at)).days
        by_place[one.code].append(days)
        first[one.subject_id] = min(days, first.get(one.subject_id, days))
    places = [
        PlaceFigures(
            row.code,
            row.name,
            row.published,
            row.collecting,
            row.enough,
            supports,
            median_of(by_place[row.code]),
            steps.get(row.code, Steps()),
        )
        for row, supports in zip(rows, shown.cells, strict=True)
    ]
    region = PlaceFigures(
        "",
        "",
        whole.published,
        whole.collecting,
        whole.enough,
        shown.total,
        median_of(first.values()),
        steps.get("", Steps()),
    )
    return RegionFigures(places, region)


def _is_collecting(at: datetime) -> ColumnElement[bool]:
    return and_(
        Initiative.state.in_(OPEN_FOR_SUPPORT),
        InitiativePlace.threshold_reached_at.is_(None),
        Deadline.due_on >= today(at),
    )


def _per_place(at: datetime) -> Any:
    return (
        select(
            Municipality.code,
            Municipality.name,
            func.count(Initiative.id).label("published"),
            func.count(Initiative.id).filter(_is_collecting(at)).label("collecting"),
            func.count(Initiative.id)
            .filter(InitiativePlace.threshold_reached_at.is_not(None))
            .label("enough"),
            func.coalesce(
                func.sum(InitiativePlace.support_count).filter(Initiative.id.is_not(None)), 0
            ).label("supports"),
        )
        .outerjoin(InitiativePlace, InitiativePlace.municipality_id == Municipality.id)
        .outerjoin(
            Initiative,
            and_(Initiative.id == InitiativePlace.initiative_id, is_shown()),
        )
        .outerjoin(Deadline, _collection())
        .group_by(Municipality.id, Municipality.code, Municipality.name)
        .order_by(Municipality.name)
    )


def _of_region(at: datetime) -> Any:
    one = distinct(Initiative.id)
    return (
        select(
            func.count(one).label("published"),
            func.count(one).filter(_is_collecting(at)).label("collecting"),
            func.count(one).filter(InitiativePlace.threshold_reached_at.is_not(None)).label("enough"),
        )
        .join(InitiativePlace, InitiativePlace.initiative_id == Initiative.id)
        .outerjoin(Deadline, _collection())
        .where(is_shown())
    )


def _waits() -> Any:
    """From the log: when it went online, and when this municipality had enough.

    Events of before there were several municipalities name none: the initiative then has only one.
    """
    published, reached = aliased(Event), aliased(Event)
    named = reached.data["place"].as_string()
    return (
        select(
            reached.subject_id,
            Municipality.code,
            published.at.label("published_at"),
            reached.at.label("reached_at"),
        )
        .join(
            published,
            and_(
                published.subject_type == reached.subject_type,
                published.subject_id == reached.subject_id,
                published.action == Action.PUBLISH.value,
            ),
        )
        .join(InitiativePlace, InitiativePlace.initiative_id == reached.subject_id)
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .where(
            reached.subject_type == Initiative.__tablename__,
            reached.action == Action.REACH_THRESHOLD.value,
            or_(named.is_(None), named == Municipality.code),
            # who fell back and reached it again counts once, by the last time; who fell back, not at all
            InitiativePlace.threshold_reached_at == reached.at,
        )
    )

"""How long each step at a council takes, from the log only (W1): enough, handed in, accepted, decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from civic.calendar import today
from civic.db import db
from civic.events.models import Event
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states import THROUGH_TOGETHER, Action, PlaceAction
from civic.regions.models import Municipality

FEWEST_FOR_MEDIAN = 3  # a median of one or two says more about them than about the municipality
ENOUGH = (Action.REACH_THRESHOLD.value, THROUGH_TOGETHER)


@dataclass(frozen=True)
class Days:
    """Of `measured` cases half took less than these; None when there are too few to say."""

    days: float | None = None
    measured: int = 0


@dataclass(frozen=True)
class Steps:
    """From one moment to the next, in days of the calendar."""

    to_council: Days = Days()
    formal_check: Days = Days()
    council: Days = Days()
    whole: Days = Days()


@dataclass(frozen=True)
class Moments:
    """The days on which one initiative got somewhere in one municipality."""

    code: str
    published_on: date | None
    enough_on: date | None
    submitted_on: date | None
    accepted_on: date | None
    decided_on: date | None


def median_of(days: Iterable[int]) -> Days:
    known = list(days)
    return Days(median(known) if len(known) >= FEWEST_FOR_MEDIAN else None, len(known))


def steps_per_municipality() -> dict[str, Steps]:
    """By the code of the municipality, and under "" of all of them. Two statements.

    A case is one initiative at one council: of a regional one each council takes its own time.
    """
    by_place: dict[str, list[Moments]] = defaultdict(list)
    for one in _moments():
        by_place[one.code].append(one)
        by_place[""].append(one)
    return {code: _steps(cases) for code, cases in by_place.items()}


def _steps(cases: list[Moments]) -> Steps:
    return Steps(
        to_council=_between(cases, "enough_on", "submitted_on"),
        formal_check=_between(cases, "submitted_on", "accepted_on"),
        council=_between(cases, "accepted_on", "decided_on"),
        whole=_between(cases, "published_on", "decided_on"),
    )


def _between(cases: list[Moments], first: str, last: str) -> Days:
    """A decision may be of a day before the griffie accepted it on the site: that is no time at all."""
    pairs = [(getattr(one, first), getattr(one, last)) for one in cases]
    return median_of(max((end - begin).days, 0) for begin, end in pairs if begin and end)


def _moments() -> list[Moments]:
    """Of what was handed in: before that, nothing here is measured."""
    before = {row.id: row for row in db.session.execute(_before_the_council())}
    handed_in = db.session.execute(_at_the_council())
    return [_joined(before[row.id], row) for row in handed_in if row.id in before]


def _joined(before: Any, after: Any) -> Moments:
    return Moments(
        before.code,
        _day(before.published_at),
        _day(before.enough_at),
        _day(after.submitted_at),
        _day(after.accepted_at),
        date.fromisoformat(after.decided_on) if after.decided_on else None,
    )


def _day(at: datetime | None) -> date | None:
    return today(at) if at else None


def _last(*actions: str) -> Any:
    return func.max(Event.at).filter(Event.action.in_(actions))


def _before_the_council() -> Any:
    """The log of the initiative. Events of before there were several municipalities name none.

    Who fell back and had enough again is handed in after the last time.
    """
    named = Event.data["place"].as_string()
    published = Action.PUBLISH.value
    here = and_(
        _is_about(Initiative, published, *ENOUGH),
        or_(Event.action == published, named.is_(None), named == Municipality.code),
    )
    return (
        select(
            InitiativePlace.id,
            Municipality.code,
            _last(published).label("published_at"),
            _last(*ENOUGH).label("enough_at"),
        )
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .join(Event, here)
        .where(is_shown())
        .group_by(InitiativePlace.id, Municipality.code)
    )


def _at_the_council() -> Any:
    """The log of the place. The day of a decision is the one the council took it, not of writing it down."""
    decide = PlaceAction.DECIDE.value
    decided_on = Event.data["decided_on"].as_string()
    return (
        select(
            InitiativePlace.id,
            _last(PlaceAction.SUBMIT.value).label("submitted_at"),
            _last(PlaceAction.ACCEPT.value).label("accepted_at"),
            func.max(decided_on).filter(Event.action == decide).label("decided_on"),
        )
        .join(Event, _is_about(InitiativePlace, PlaceAction.SUBMIT.value, PlaceAction.ACCEPT.value, decide))
        .group_by(InitiativePlace.id)
    )


def _is_about(model: type[Initiative] | type[InitiativePlace], *actions: str) -> ColumnElement[bool]:
    return and_(
        Event.subject_type == model.__tablename__, Event.subject_id == model.id, Event.action.in_(actions)
    )

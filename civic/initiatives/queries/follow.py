"""Reads for following: who follows what, whose turn it is, and what happened meanwhile (from the log)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from civic.db import db
from civic.events.models import Event, Visibility
from civic.initiatives.models import (
    Follow,
    Follower,
    FollowNews,
    Initiative,
    InitiativeNews,
    InitiativePlace,
)
from civic.initiatives.states import PUBLISHED, PlaceAction
from civic.initiatives.states.follow import FollowScope, Rhythm
from civic.regions.models import Municipality

INITIATIVES, PLACES = Initiative.__tablename__, InitiativePlace.__tablename__
# these go at once, each as a mail of its own: an overview does not say them again
TOLD_AT_ONCE = (PlaceAction.DECIDE.value, PlaceAction.REFUSE.value)


@dataclass(frozen=True)
class Followed:
    """One line of "Wat ik volg": what it is called and which page belongs to it."""

    follow: Follow
    title: str
    initiative_id: int | None


def followed_by(follower: Follower) -> list[Followed]:
    """What this mailbox follows, in the order in which it began; one statement."""
    rows = db.session.execute(
        select(Follow, Initiative.title, Initiative.hidden_at, Municipality.name)
        .outerjoin(Initiative, Initiative.id == Follow.initiative_id)
        .outerjoin(Municipality, Municipality.id == Follow.municipality_id)
        .where(Follow.follower_id == follower.id, Follow.confirmed_at.is_not(None))
        .order_by(Follow.id)
    )
    return [
        Followed(one, title_now(one.initiative_id, title, hidden_at) or name or "", one.initiative_id)
        for one, title, hidden_at, name in rows
    ]


def title_now(initiative_id: int | None, title: str | None, hidden_at: datetime | None) -> str:
    """Of what was taken off the site the number only: the title may be why."""
    if hidden_at is None:
        return title or ""
    return str(_("Initiatief %(number)s", number=initiative_id))


def due_followers(day: date, limit: int) -> list[Follower]:
    """Whose mail may go today: once a day, or once a week from Monday on. Held until the transaction ends."""
    monday = day - timedelta(days=day.weekday())
    is_due = or_(
        and_(Follower.rhythm == Rhythm.DAILY, Follower.looked_on < day),
        and_(Follower.rhythm == Rhythm.WEEKLY, Follower.looked_on < monday),
    )
    statement = select(Follower).where(Follower.confirmed_at.is_not(None), is_due)
    return list(
        db.session.scalars(statement.order_by(Follower.id).limit(limit).with_for_update(skip_locked=True))
    )


def follows_of(follower_ids: Iterable[int]) -> dict[int, list[Follow]]:
    rows = db.session.scalars(
        select(Follow).where(Follow.follower_id.in_(list(follower_ids)), Follow.confirmed_at.is_not(None))
    )
    found: dict[int, list[Follow]] = defaultdict(list)
    for row in rows:
        found[row.follower_id].append(row)
    return found


@dataclass(frozen=True)
class Happened:
    """One initiative with its public events of a stretch of time, the oldest first."""

    initiative: Initiative
    events: list[Event]

    @property
    def place_ids(self) -> frozenset[int]:
        return frozenset(place.municipality_id for place in self.initiative.places)


def what_happened(since: datetime, until: datetime) -> list[Happened]:
    """All initiatives with public news after `since`, up to and including `until`; four statements."""
    found = list(db.session.scalars(_events(since, until)))
    numbers = {event.subject_id for event in found if event.subject_type == INITIATIVES}
    at_places = {event.subject_id for event in found if event.subject_type == PLACES}
    initiatives = _visible(numbers, at_places)
    by_place = {place.id: one.id for one in initiatives for place in one.places}
    events: dict[int, list[Event]] = defaultdict(list)
    for event in found:
        number = event.subject_id if event.subject_type == INITIATIVES else by_place.get(event.subject_id)
        if number is not None:
            events[number].append(event)
    return [Happened(one, events[one.id]) for one in initiatives if events[one.id]]


def _events(since: datetime, until: datetime) -> Any:
    is_told_at_once = and_(Event.subject_type == PLACES, Event.action.in_(TOLD_AT_ONCE))
    return (
        select(Event)
        .where(
            Event.at > since,
            Event.at <= until,
            Event.visibility == Visibility.PUBLIC,
            Event.subject_type.in_((INITIATIVES, PLACES)),
            ~is_told_at_once,
        )
        .order_by(Event.at, Event.id)
    )


def _visible(numbers: set[int], at_places: set[int]) -> list[Initiative]:
    """Only what everybody may see now: who hides a page means its news as well."""
    has_place = Initiative.places.any(InitiativePlace.id.in_(at_places))
    statement = (
        select(Initiative)
        .where(
            or_(Initiative.id.in_(numbers), has_place),
            Initiative.state.in_(PUBLISHED),
            Initiative.hidden_at.is_(None),
        )
        .options(selectinload(Initiative.places).joinedload(InitiativePlace.municipality))
    )
    return list(db.session.scalars(statement.order_by(Initiative.id)).unique())


# --- decisions, told at once ----------------------------------------------------------------------------


def open_follow_news() -> InitiativeNews | None:
    """The oldest news of a council that not every follower was told."""
    statement = (
        select(InitiativeNews)
        .outerjoin(FollowNews, FollowNews.news_id == InitiativeNews.id)
        .where(FollowNews.done_at.is_(None), InitiativeNews.kind.in_(("decided", "refused")))
        .order_by(InitiativeNews.id)
        .limit(1)
    )
    return db.session.scalar(statement)


def followers_of(news: InitiativeNews, after: int, limit: int) -> list[Follower]:
    """Who followed it when it happened: the initiative, its municipality, or everything."""
    place = news.place
    follows = select(Follow.follower_id).where(
        _is_about(place.initiative_id, place.municipality_id), Follow.confirmed_at <= news.created_at
    )
    statement = select(Follower).where(Follower.id > after, Follower.id.in_(follows))
    return list(db.session.scalars(statement.order_by(Follower.id).limit(limit)))


def _is_about(initiative_id: int, municipality_id: int) -> ColumnElement[bool]:
    return or_(
        Follow.initiative_id == initiative_id,
        Follow.municipality_id == municipality_id,
        Follow.scope == FollowScope.EVERYTHING,
    )

"""Reads: the public list, one initiative, the rules it must pass, figures for the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from babel.lists import format_list
from flask_babel import get_locale
from sqlalchemy import ColumnElement, and_, func, or_, select

from civic.calendar import today
from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline
from civic.initiatives.models import CoInitiator, Initiative, InitiativePlace
from civic.initiatives.queries.kinds_rules import RuleCheck as RuleCheck
from civic.initiatives.queries.kinds_rules import rule_checks as rule_checks
from civic.initiatives.queries.sheets_waiting import waits_for_eyes
from civic.initiatives.queries.visible import is_shown
from civic.initiatives.states import ANSWERED, GONE, OPEN_FOR_SUPPORT, InitiativeKind, State
from civic.initiatives.states.people import CoState
from civic.keyset import Order, Page, Place, page_of, parse_moment, parse_number, with_total
from civic.regions.models import Municipality, RuleSet
from civic.regions.rules import Scope
from civic.search import queries as search

COLLECTION = "collection"  # the kind of the promise that says until when support is collected
PAGE_SIZE = 12
OWN_PAGE_SIZE = 50
SEPARATOR = "\n"  # between the names of places in one column: no name holds it
STATEMENTS_ASKED = ("initiator_age", "repeat_bar")  # what the author declares beside the exclusion grounds


# --- the public list ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reached:
    """In how many of its municipalities there is enough support, and how many councils gave an answer."""

    places: int
    of: int
    answered: int = 0


@dataclass(frozen=True)
class Card:
    """One initiative in a list, with plain values only; `municipality` names all its places."""

    id: int
    title: str
    wish: str
    municipality: str
    reached: Reached
    kind: InitiativeKind
    scope: Scope
    district_name: str
    state: State
    support_count: int
    threshold: int | None
    published_at: datetime
    ends_on: date | None
    days_left: int | None


@dataclass(frozen=True)
class Filters:
    """What the visitor chose; every value was checked by the route."""

    text: str = ""
    municipality_id: int | None = None
    state: State | None = None
    kind: InitiativeKind | None = None
    sort: str = "newest"


SORTS = {
    "newest": Order(Initiative.published_at, Initiative.id, "published_at", parse_moment, is_descending=True),
    "most_support": Order(
        Initiative.support_count, Initiative.id, "support_count", parse_number, is_descending=True
    ),
    "ending_soon": Order(Deadline.due_on, Initiative.id, "due_on", date.fromisoformat),
}
NEWEST_WRITTEN = Order(Initiative.id, Initiative.id, "id", parse_number, is_descending=True)


def public_rows(filters: Filters, place: Place | None) -> Page:
    """A page of published initiatives as plain rows: one statement, however many rows."""
    is_first = place is None and filters == Filters(sort=filters.sort)
    statement = _first_page(filters.sort) if is_first else _filtered(filters)
    return page_of(statement, SORTS[filters.sort], place, PAGE_SIZE)


@cache
def _first_page(sort: str) -> Any:
    """What nearly everybody asks for, made once."""
    return with_total(_filtered(Filters(sort=sort)), SORTS[sort], None, PAGE_SIZE)


def _filtered(filters: Filters) -> Any:
    return _cards(by_deadline=filters.sort == "ending_soon").where(*_conditions(filters))


def with_cards(page: Page, at: datetime) -> Page:
    """The rows of such a page as `Card`s."""
    return replace(page, rows=[_card(row, at) for row in page.rows])


def public_page(filters: Filters, place: Place | None, at: datetime) -> Page:
    return with_cards(public_rows(filters, place), at)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [is_shown()]
    if filters.text:
        conditions.append(_says(filters.text))
    if filters.municipality_id is not None:
        conditions.append(_asks(filters.municipality_id))
    if filters.kind is not None:
        conditions.append(Initiative.kind == filters.kind)
    if filters.state is not None:
        conditions.append(Initiative.state == filters.state)
    elif filters.sort == "ending_soon":
        conditions.append(Initiative.state.in_(OPEN_FOR_SUPPORT))
    if filters.sort == "ending_soon":  # what residents do by themselves has no last day
        conditions.append(Deadline.due_on.is_not(None))
    return conditions


def _says(text: str) -> ColumnElement[bool]:
    """Has every word, in the title or in the text. What holds no word is looked for as it stands."""
    found = search.matching(text, Initiative.__tablename__)
    if found is None:
        # icontains escapes % and _ of the visitor
        return Initiative.title.icontains(text, autoescape=True)
    return Initiative.id.in_(found)


def _asks(municipality_id: int) -> ColumnElement[bool]:
    """Initiatives for this municipality, also those for several."""
    of_this_one = InitiativePlace.initiative_id == Initiative.id
    return (
        select(InitiativePlace.id)
        .where(of_this_one, InitiativePlace.municipality_id == municipality_id)
        .exists()
    )


def _place_names() -> Any:
    """The names of all places in one column, to be put in order by `place_list`."""
    return (
        select(func.aggregate_strings(Municipality.name, SEPARATOR))
        .join(InitiativePlace, InitiativePlace.municipality_id == Municipality.id)
        .where(InitiativePlace.initiative_id == Initiative.id)
        .scalar_subquery()
    )


def _places_reached() -> Any:
    return (
        select(func.count())
        .where(
            InitiativePlace.initiative_id == Initiative.id, InitiativePlace.threshold_reached_at.is_not(None)
        )
        .scalar_subquery()
    )


def _places_answered() -> Any:
    return (
        select(func.count())
        .where(InitiativePlace.initiative_id == Initiative.id, InitiativePlace.state.in_(ANSWERED))
        .scalar_subquery()
    )


def reached(initiative: Initiative) -> Reached:
    return Reached(
        sum(one.threshold_reached_at is not None for one in initiative.places),
        len(initiative.places),
        sum(one.state in ANSWERED for one in initiative.places),
    )


def place_list(names: Iterable[str], *, is_choice: bool = False) -> str:
    """ "Dronten, Lelystad en Urk"; a choice: "Dronten, Lelystad of Urk"."""
    style: Literal["or", "standard"] = "or" if is_choice else "standard"
    return str(format_list(sorted(names), style, locale=get_locale() or "nl"))


@cache
def _cards(by_deadline: bool = False) -> Any:
    """Built once: to make the expression costs more than the database needs for a page.

    The last day is looked up for the rows of the page only, but where it puts them in order.
    """
    of_collection = and_(
        Deadline.subject_type == Initiative.__tablename__,
        Deadline.subject_id == Initiative.id,
        Deadline.kind == COLLECTION,
    )
    due_on = select(Deadline.due_on).where(of_collection).scalar_subquery()
    cards = select(
        Initiative.id,
        Initiative.title,
        Initiative.wish,
        Initiative.kind,
        Initiative.scope,
        Initiative.district_name,
        Initiative.state,
        Initiative.support_count,
        Initiative.threshold,
        Initiative.published_at,
        _place_names().label("municipality"),
        _places_reached().label("reached"),
        _places_answered().label("answered"),
        Deadline.due_on if by_deadline else due_on.label("due_on"),
    )
    return cards.outerjoin(Deadline, of_collection) if by_deadline else cards


def _card(row: Any, at: datetime) -> Card:
    values = row._asdict()
    ends_on = values.pop("due_on")
    names = (row.municipality or "").split(SEPARATOR)
    reached = Reached(row.reached, len(names), values.pop("answered"))
    values |= {"municipality": place_list(names), "reached": reached}
    return Card(**values, ends_on=ends_on, days_left=_days_left(row.state, ends_on, at))


def _days_left(state: State, ends_on: date | None, at: datetime) -> int | None:
    """Days that remain after today; 0 on the last day itself, None when the collection is over."""
    if ends_on is None or state not in OPEN_FOR_SUPPORT or today(at) > ends_on:
        return None
    return (ends_on - today(at)).days


def current_initiatives(limit: int, at: datetime) -> list[Card]:
    """For the home page: those that collect support now, the newest first."""
    is_open = (Initiative.state.in_(OPEN_FOR_SUPPORT), Deadline.due_on >= today(at))
    statement = _cards(by_deadline=True).where(is_shown(), *is_open)
    newest = statement.order_by(Initiative.published_at.desc(), Initiative.id.desc()).limit(limit)
    return [_card(row, at) for row in db.session.execute(newest)]


@dataclass(frozen=True)
class Figures:
    """The whole of it in four numbers."""

    published: int
    collecting: int
    reached: int
    supports: int


def figures() -> Figures:
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Initiative.support_count), 0),
            func.count().filter(Initiative.state == State.COLLECTING),
            func.count().filter(Initiative.threshold_reached_at.is_not(None)),
        ).where(is_shown())
    ).one()
    return Figures(published=row[0], supports=row[1], collecting=row[2], reached=row[3])


# --- one initiative -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """What other rooms may know of a published initiative."""

    id: int
    title: str
    wish: str
    author_id: int
    is_withdrawn: bool


def briefs_of(ids: Iterable[int]) -> dict[int, Brief]:
    """Published initiatives by their id; a draft is its author's own and not among them."""
    rows = db.session.execute(
        select(
            Initiative.id, Initiative.title, Initiative.wish, Initiative.author_id, Initiative.state
        ).where(Initiative.id.in_(list(ids)), is_shown())
    )
    return {row.id: Brief(row.id, row.title, row.wish, row.author_id, row.state in GONE) for row in rows}


def collection_ends_on(initiative: Initiative) -> date | None:
    found = events.deadline_of(initiative, COLLECTION)
    return found.due_on if found else None


def days_left(initiative: Initiative, ends_on: date | None, at: datetime) -> int | None:
    return _days_left(initiative.state, ends_on, at)


def rule_sets_of(initiative: Initiative) -> dict[int, RuleSet]:
    """The rule sets of the day of publication, per municipality; one statement."""
    rows = db.session.execute(
        select(InitiativePlace.municipality_id, RuleSet)
        .join(RuleSet, RuleSet.id == InitiativePlace.rule_set_id)
        .where(InitiativePlace.initiative_id == initiative.id)
    )
    return {row[0]: row[1] for row in rows}


def place_names(initiative: Initiative, *, is_choice: bool = False) -> str:
    """Empty as long as no place was chosen."""
    names = [place.municipality.name for place in initiative.places]
    return place_list(names, is_choice=is_choice) if names else ""


def due_for_expiry(day: date, limit: int = 100) -> list[Initiative]:
    """Collecting initiatives whose last day was before `day`."""
    return list(
        db.session.scalars(
            select(Initiative)
            .join(
                Deadline,
                and_(
                    Deadline.subject_type == Initiative.__tablename__,
                    Deadline.subject_id == Initiative.id,
                    Deadline.kind == COLLECTION,
                ),
            )
            .where(
                Initiative.state == State.COLLECTING,
                Initiative.paused_at.is_(None),  # the time that is lost is given back first
                Deadline.due_on < day,
                ~waits_for_eyes(),  # what was handed in on paper in time is counted first
            )
            .order_by(Initiative.id)
            .limit(limit)
        )
    )


def initiatives_of(author_id: int, place: Place | None) -> Page:
    """A person's drafts and initiatives, also those written along with others, the newest first."""
    co_written = select(CoInitiator.initiative_id).where(
        CoInitiator.user_id == author_id, CoInitiator.state == CoState.ACCEPTED
    )
    statement = select(
        Initiative.id,
        Initiative.title,
        Initiative.kind,
        Initiative.state,
        Initiative.changed_at,
        Initiative.support_count,
        Initiative.threshold,
        _place_names().label("municipality"),
        _places_reached().label("reached"),
        _places_answered().label("answered"),
        (Initiative.author_id != author_id).label("is_co_written"),
    ).where(or_(Initiative.author_id == author_id, Initiative.id.in_(co_written)))
    page = page_of(statement, NEWEST_WRITTEN, place, OWN_PAGE_SIZE)
    return replace(page, rows=[_own(row) for row in page.rows])


@dataclass(frozen=True)
class Own:
    """One line in the list of a writer; `municipality` is empty as long as no place was chosen."""

    id: int
    title: str
    kind: InitiativeKind
    state: State
    changed_at: datetime
    support_count: int
    threshold: int | None
    municipality: str
    reached: Reached
    is_co_written: bool


def _own(row: Any) -> Own:
    names = row.municipality.split(SEPARATOR) if row.municipality else []
    facts = row._asdict()
    facts["reached"] = Reached(row.reached, len(names), facts.pop("answered"))
    facts["municipality"] = place_list(names) if names else ""
    return Own(**facts)

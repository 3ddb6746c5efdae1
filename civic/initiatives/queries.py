"""Reads: the public list, one initiative, the rules it must pass, figures for the home page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from civic.calendar import today
from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline
from civic.initiatives.models import Initiative
from civic.initiatives.states import OPEN_FOR_SUPPORT, State
from civic.regions import queries as regions
from civic.regions.models import Municipality, RuleSet
from civic.regions.rules import Facts, Rules, Scope, Verdict, check

COLLECTION = "collection"  # the kind of the promise that says until when support is collected
PAGE_SIZE = 12
OWN_PAGE_SIZE = 50
LARGEST_ID = 2**31 - 1
STATEMENTS_ASKED = ("initiator_age", "repeat_bar")  # what the author declares beside the exclusion grounds


# --- the public list ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """One initiative in a list, with plain values only."""

    id: int
    title: str
    wish: str
    municipality: str
    scope: Scope
    district_name: str
    state: State
    support_count: int
    threshold: int
    published_at: datetime
    ends_on: date | None
    days_left: int | None


@dataclass(frozen=True)
class Filters:
    """What the visitor chose; every value was checked by the route."""

    text: str = ""
    municipality_id: int | None = None
    state: State | None = None
    sort: str = "newest"


@dataclass(frozen=True)
class Page:
    """One page of a keyset list: cursors to go on, or None at an end."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0
    previous: str | None = None
    next: str | None = None


@dataclass(frozen=True)
class Sort:
    """An order: its column, its direction, and how to read its value back from a cursor."""

    column: Any
    is_descending: bool
    parse: Any


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


SORTS = {
    "newest": Sort(Initiative.published_at, True, _moment),
    "most_support": Sort(Initiative.support_count, True, int),
    "ending_soon": Sort(Deadline.due_on, False, date.fromisoformat),
}


def public_page(filters: Filters, after: str | None, before: str | None, at: datetime) -> Page:
    """A page of published initiatives: two statements, however many rows."""
    conditions = _conditions(filters)
    total = db.session.scalar(select(func.count()).select_from(Initiative).where(*conditions)) or 0
    sort = SORTS[filters.sort]
    cursor = _read_cursor(sort, before or after)
    is_backwards = before is not None and cursor is not None
    rows = list(db.session.execute(_ordered(_cards().where(*conditions), sort, cursor, is_backwards)))
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if is_backwards:
        rows.reverse()
    has_next, has_previous = (True, has_more) if is_backwards else (has_more, cursor is not None)
    return Page(
        rows=[_card(row, at) for row in rows],
        total=total,
        previous=_cursor(sort, rows[0]) if rows and has_previous else None,
        next=_cursor(sort, rows[-1]) if rows and has_next else None,
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Initiative.state != State.DRAFT]
    if filters.text:
        # icontains escapes % and _ of the visitor; a real text index comes with the search issue
        title = Initiative.title.icontains(filters.text, autoescape=True)
        conditions.append(title | Initiative.wish.icontains(filters.text, autoescape=True))
    if filters.municipality_id is not None:
        conditions.append(Initiative.municipality_id == filters.municipality_id)
    if filters.state is not None:
        conditions.append(Initiative.state == filters.state)
    elif filters.sort == "ending_soon":
        conditions.append(Initiative.state.in_(OPEN_FOR_SUPPORT))
    return conditions


def _cards() -> Any:
    return (
        select(
            Initiative.id,
            Initiative.title,
            Initiative.wish,
            Initiative.scope,
            Initiative.district_name,
            Initiative.state,
            Initiative.support_count,
            Initiative.threshold,
            Initiative.published_at,
            Municipality.name.label("municipality"),
            Deadline.due_on,
        )
        .join(Municipality, Municipality.id == Initiative.municipality_id)
        .join(
            Deadline,
            and_(
                Deadline.subject_type == Initiative.__tablename__,
                Deadline.subject_id == Initiative.id,
                Deadline.kind == COLLECTION,
            ),
        )
    )


def _ordered(
    statement: Select[Any], sort: Sort, cursor: tuple[Any, int] | None, is_backwards: bool
) -> Select[Any]:
    is_falling = sort.is_descending is not is_backwards
    columns = (sort.column, Initiative.id)
    if cursor is not None:
        value, row_id = cursor
        if is_falling:
            beyond = or_(sort.column < value, and_(sort.column == value, Initiative.id < row_id))
        else:
            beyond = or_(sort.column > value, and_(sort.column == value, Initiative.id > row_id))
        statement = statement.where(beyond)
    return statement.order_by(*(c.desc() if is_falling else c.asc() for c in columns)).limit(PAGE_SIZE + 1)


def _cursor(sort: Sort, row: Any) -> str:
    value = getattr(row, sort.column.key)
    return f"{value.isoformat() if isinstance(value, date) else value}~{row.id}"


def _read_cursor(sort: Sort, text: str | None) -> tuple[Any, int] | None:
    """A cursor that was tampered with is no cursor: the list then starts at its beginning."""
    value, _, row_id = (text or "").rpartition("~")
    try:
        parsed, number = sort.parse(value), int(row_id)
    except (ValueError, OverflowError):
        return None
    is_too_big = abs(number) > LARGEST_ID or (isinstance(parsed, int) and abs(parsed) > LARGEST_ID)
    return None if is_too_big else (parsed, number)


def _card(row: Any, at: datetime) -> Card:
    values = row._asdict()
    ends_on = values.pop("due_on")
    return Card(**values, ends_on=ends_on, days_left=_days_left(row.state, ends_on, at))


def _days_left(state: State, ends_on: date | None, at: datetime) -> int | None:
    """Days that remain after today; 0 on the last day itself, None when the collection is over."""
    if ends_on is None or state not in OPEN_FOR_SUPPORT or today(at) > ends_on:
        return None
    return (ends_on - today(at)).days


def current_initiatives(limit: int, at: datetime) -> list[Card]:
    """For the home page: those that collect support now, the newest first."""
    statement = _cards().where(Initiative.state.in_(OPEN_FOR_SUPPORT), Deadline.due_on >= today(at))
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
        ).where(Initiative.state != State.DRAFT)
    ).one()
    return Figures(published=row[0], supports=row[1], collecting=row[2], reached=row[3])


# --- one initiative -------------------------------------------------------------------------------------


def collection_ends_on(initiative: Initiative) -> date | None:
    found = events.deadline_of(initiative, COLLECTION)
    return found.due_on if found else None


def days_left(initiative: Initiative, ends_on: date | None, at: datetime) -> int | None:
    return _days_left(initiative.state, ends_on, at)


def rule_set_of(initiative: Initiative) -> RuleSet | None:
    return db.session.get(RuleSet, initiative.rule_set_id) if initiative.rule_set_id else None


def municipality_of(initiative: Initiative) -> Municipality | None:
    return db.session.get(Municipality, initiative.municipality_id) if initiative.municipality_id else None


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
            .where(Initiative.state == State.COLLECTING, Deadline.due_on < day)
            .order_by(Initiative.id)
            .limit(limit)
        )
    )


def initiatives_of(author_id: int, before_id: int | None = None) -> Page:
    """A person's drafts and initiatives, the newest first."""
    conditions = [Initiative.author_id == author_id]
    if before_id is not None:
        conditions.append(Initiative.id < before_id)
    rows = list(
        db.session.execute(
            select(
                Initiative.id,
                Initiative.title,
                Initiative.state,
                Initiative.changed_at,
                Initiative.support_count,
                Initiative.threshold,
                Municipality.name.label("municipality"),
            )
            .outerjoin(Municipality, Municipality.id == Initiative.municipality_id)
            .where(*conditions)
            .order_by(Initiative.id.desc())
            .limit(OWN_PAGE_SIZE + 1)
        )
    )
    more = str(rows[OWN_PAGE_SIZE - 1].id) if len(rows) > OWN_PAGE_SIZE else None
    return Page(rows=rows[:OWN_PAGE_SIZE], next=more)


# --- the rules of the municipality ----------------------------------------------------------------------


@dataclass(frozen=True)
class RuleCheck:
    """The rule set of today applied to a draft: what it says per rule, and the support that is needed."""

    rule_set: RuleSet
    rules: Rules
    verdicts: list[Verdict]
    needed: int

    @property
    def is_passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


def rule_check(initiative: Initiative, day: date) -> RuleCheck | None:
    """None while no municipality was chosen."""
    place = municipality_of(initiative)
    if place is None:
        return None
    rule_set = regions.rule_set_on(place.id, day)
    rules = Rules.from_data(rule_set.rules)
    verdicts = check(rules, _facts(initiative, rules))
    return RuleCheck(rule_set, rules, verdicts, rules.needed(initiative.scope, place.population))


def _facts(initiative: Initiative, rules: Rules) -> Facts:
    declared = set(initiative.confirmed_rules)
    home = regions.municipality_of_postcode(initiative.author_postcode or "")
    return Facts(
        initiator_is_old_enough="initiator_age" in declared,
        lives_in_municipality=home is not None and home.id == initiative.municipality_id,
        lives_in_region=home is not None,
        grounds=frozenset(ground for ground in rules.exclusion_grounds if ground not in declared),
        decided_recently="repeat_bar" not in declared,
    )

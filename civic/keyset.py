"""Pages of a list by key: as fast on page 1,000 as on page 1, and nothing shifts meanwhile.

`fetch` is for lists by id, newest first; `page_of` for another order, ties broken by id, with a total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import result_tuple

from civic.db import db

Row = TypeVar("Row")
OLDER, NEWER = "voor", "na"
LARGEST_KEY = 2**31 - 1  # of an INTEGER in PostgreSQL


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: only keys below `older_than`, or only keys above `newer_than`."""

    older_than: int | None = None
    newer_than: int | None = None


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The rows of one page and whether there are others before and after it."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True)
class Links:
    """What the macro `parts.pages` needs."""

    previous_url: str | None
    next_url: str | None
    note: str = ""


def fetch(statement: Select[Any], key: Any, cursor: Cursor, size: int) -> Part[Any]:
    """One page of the entities of `statement`, by the unique integer column `key`; one SELECT."""
    if cursor.newer_than is not None:
        found = list(
            db.session.scalars(statement.where(key > cursor.newer_than).order_by(key).limit(size + 1))
        )
        return Part(found[:size][::-1], has_newer=len(found) > size, has_older=True)
    if cursor.older_than is not None:
        statement = statement.where(key < cursor.older_than)
    found = list(db.session.scalars(statement.order_by(key.desc()).limit(size + 1)))
    return Part(found[:size], has_newer=cursor.older_than is not None, has_older=len(found) > size)


def cursor_from_request() -> Cursor:
    """From `?voor=` or `?na=`; anything that is no key means the first page."""
    return Cursor(_key(request.args.get(OLDER)), _key(request.args.get(NEWER)))


def _key(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text or 0), LARGEST_KEY) if is_number else None


def links(part: Part[Row], key_of: Callable[[Row], int]) -> Links:
    """Links to the pages before and after, with the filters of this request kept."""
    # url_for takes these names as orders (endpoint, _scheme, _external): those are never a filter
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in (OLDER, NEWER, "endpoint") and not name.startswith("_")
    }
    if not part.rows:
        return Links(None, None)
    here: dict[str, Any] = {**kept, **(request.view_args or {})}
    newest, oldest = key_of(part.rows[0]), key_of(part.rows[-1])
    endpoint = request.endpoint or ""
    return Links(
        previous_url=url_for(endpoint, **{**here, NEWER: newest}) if part.has_newer else None,
        next_url=url_for(endpoint, **{**here, OLDER: oldest}) if part.has_older else None,
    )


# Lists in another order ------------------------------------------------------------------------------

BEFORE, AFTER = "voor", "na"
LARGEST_ID = 2**31 - 1


def parse_number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(text)
    return number


def parse_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


@dataclass(frozen=True)
class Order:
    """A column that sorts, and the id that breaks ties.

    `name` is the column's name in a row of the statement; `parse` reads its value back from an address.
    """

    column: Any
    id: Any
    name: str
    parse: Callable[[str], Any]
    is_descending: bool = False


@dataclass(frozen=True)
class Place:
    """Where a page begins: after (or before) the row with this key and id."""

    key: Any
    id: int
    is_before: bool = False


@dataclass(frozen=True)
class Page:
    """`before` and `after` are the places of the neighbours, None at an end of the list."""

    rows: list[Any]
    total: int
    before: Place | None = None
    after: Place | None = None


def page_of(statement: Any, order: Order, place: Place | None, size: int) -> Page:
    """One page of the rows of `statement`, which selects key and id: one SELECT, two where no row is left."""
    is_before = place is not None and place.is_before
    counted = with_total(statement, order, place, size)
    rows, total = _rows_and_total(counted)
    has_more, rows = len(rows) > size, rows[:size]
    if is_before:
        rows.reverse()
    has_previous, has_next = (has_more, True) if is_before else (place is not None, has_more)
    page = Page(rows, total)
    if rows and has_previous:
        page = replace(page, before=Place(getattr(rows[0], order.name), rows[0].id, is_before=True))
    if rows and has_next:
        page = replace(page, after=Place(getattr(rows[-1], order.name), rows[-1].id))
    return page


@dataclass(frozen=True)
class Counted:
    """The statement of one page, with the number of all rows as its last column; and that number alone."""

    statement: Any
    count: Any


def with_total(statement: Any, order: Order, place: Place | None, size: int) -> Counted:
    """The database counts in the same statement, once: a way to it and back costs more than the counting.

    To make the expression takes longer than to run it: a list may make that of its first page once.
    """
    if isinstance(statement, Counted):
        return statement
    count = select(func.count()).select_from(statement.order_by(None).subquery())
    goes_down = order.is_descending != (place is not None and place.is_before)
    if place is not None:
        statement = statement.where(_beyond(order, place, goes_down))
    columns = (order.column, order.id)
    statement = statement.order_by(*(one.desc() if goes_down else one.asc() for one in columns))
    return Counted(statement.limit(size + 1).add_columns(count.scalar_subquery()), count)


def _rows_and_total(counted: Counted) -> tuple[list[Any], int]:
    result = db.session.execute(counted.statement)
    row_of: Any = result_tuple(list(result.keys())[:-1])
    found = [tuple(row) for row in result]
    if not found:
        return [], db.session.scalar(counted.count) or 0
    return [row_of(row[:-1]) for row in found], found[0][-1]


def _beyond(order: Order, place: Place, goes_down: bool) -> Any:
    if goes_down:
        return or_(order.column < place.key, and_(order.column == place.key, order.id < place.id))
    return or_(order.column > place.key, and_(order.column == place.key, order.id > place.id))


def place_from_request(parse: Callable[[str], Any]) -> Place | None:
    """From `?na=` or `?voor=`; anything that is no place means the first page."""
    for name in (AFTER, BEFORE):
        key, _tilde, number = request.args.get(name, "").rpartition("~")
        try:
            return Place(parse(key), parse_number(number), is_before=name == BEFORE)
        except ValueError:
            continue
    return None


def place_links(page: Page, kept: Mapping[str, str], note: str = "") -> Links:
    """Links to the neighbours, with the filters in `kept` (our own names only: url_for reads `_external`)."""
    return Links(_place_url(BEFORE, page.before, kept), _place_url(AFTER, page.after, kept), note)


def _place_url(name: str, place: Place | None, kept: Mapping[str, str]) -> str | None:
    if place is None:
        return None
    key = place.key.isoformat() if isinstance(place.key, date) else place.key
    values: dict[str, Any] = {**(request.view_args or {}), **kept, name: f"{key}~{place.id}"}
    return url_for(request.endpoint or "", **values)

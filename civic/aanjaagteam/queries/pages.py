"""Pages by key and id: as fast on page 1,000 as on page 1, and nothing shifts meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, or_, select

from civic.aanjaagteam.models import Report
from civic.db import db

PAGE_SIZE = 25


@dataclass(frozen=True)
class Place:
    """Where a page begins: after (or before) the row with this key and id. None is the first page."""

    key: Any
    id: int
    is_before: bool = False


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    total: int
    before: Place | None = None
    after: Place | None = None


@dataclass(frozen=True)
class Order:
    """A column that sorts, then the id; `key` is the name of the column in the row."""

    column: Any
    key: str
    is_descending: bool = False


def page_of(statement: Any, order: Order, place: Place | None, size: int) -> Page:
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    is_before = place is not None and place.is_before
    goes_down = order.is_descending != is_before
    columns = (order.column, Report.id)
    if place is not None:
        statement = statement.where(_beyond(order, place, goes_down))
    statement = statement.order_by(*(one.desc() if goes_down else one.asc() for one in columns))
    rows = list(db.session.execute(statement.limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    if is_before:
        rows.reverse()
    has_previous, has_next = (has_more, True) if is_before else (place is not None, has_more)
    page = Page(rows, total)
    if rows and has_previous:
        page = replace(page, before=Place(getattr(rows[0], order.key), rows[0].id, is_before=True))
    if rows and has_next:
        page = replace(page, after=Place(getattr(rows[-1], order.key), rows[-1].id))
    return page


def _beyond(order: Order, place: Place, goes_down: bool) -> Any:
    if goes_down:
        return or_(order.column < place.key, and_(order.column == place.key, Report.id < place.id))
    return or_(order.column > place.key, and_(order.column == place.key, Report.id > place.id))

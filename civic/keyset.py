"""Pages of a list by key, newest first: as fast on page 1,000 as on page 1, and nothing shifts meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select

from civic.db import db

Row = TypeVar("Row")
OLDER, NEWER = "voor", "na"
LARGEST_KEY = 2**63 - 1


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
    # url_for takes names with an underscore as orders (_scheme, _external): those are never a filter
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in (OLDER, NEWER) and not name.startswith("_")
    }
    if not part.rows:
        return Links(None, None)
    here: dict[str, Any] = {**(request.view_args or {}), **kept}
    newest, oldest = key_of(part.rows[0]), key_of(part.rows[-1])
    endpoint = request.endpoint or ""
    return Links(
        previous_url=url_for(endpoint, **{**here, NEWER: newest}) if part.has_newer else None,
        next_url=url_for(endpoint, **{**here, OLDER: oldest}) if part.has_older else None,
    )

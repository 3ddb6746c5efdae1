"""Key rotation: seal every value again with the current key, in batches that can be resumed.

A value is replaced only if it is still the one that was read: someone who saves a form meanwhile wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, not_, select, update

from civic.crypto import CannotOpen, binding, key_ring
from civic.db import Base, committing, db


@dataclass
class Rotated:
    """What became of one column: values sealed again, and values that no key opens (left as they are)."""

    table: str
    column: str
    resealed: int = 0
    unreadable: int = 0


def sealed_columns() -> Iterator[tuple[Table, str]]:
    """(table, column) of every sealed column, from the table definitions themselves."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("sealed"):
                yield table, column.name


def rotate_all(batch: int = 500) -> list[Rotated]:
    """Re-seal everything that is not under the current key. Commits per batch; can be run again."""
    return [_rotate(table, column, batch) for table, column in sealed_columns()]


def _rotate(table: Table, column: str, batch: int) -> Rotated:
    outcome, after = Rotated(table.name, column), -1
    while True:
        with committing():
            rows = _stale_rows(table, column, after, batch)
            for row in rows:
                _reseal(table, column, row, outcome)
        if not rows:
            return outcome
        after = rows[-1].key


def _key(table: Table) -> Any:
    """The number of a row: not every table calls it `id`."""
    (key,) = table.primary_key.columns
    return key


def _reseal(table: Table, column: str, row: Any, outcome: Rotated) -> None:
    ring, place = key_ring(), binding(table.name, column, row.uid)
    try:
        fresh = ring.seal(ring.open(row.value, place), place)
    except CannotOpen:
        outcome.unreadable += 1
        return
    result: Any = db.session.execute(
        update(table).where(_key(table) == row.key, table.c[column] == row.value).values({column: fresh})
    )
    outcome.resealed += int(result.rowcount)


def _stale_rows(table: Table, column: str, after: int, batch: int) -> list[Any]:
    value = table.c[column]
    is_current = value.startswith(f"v1.{key_ring().current}.", autoescape=True)
    return list(
        db.session.execute(
            select(_key(table).label("key"), table.c.uid, value.label("value"))
            .where(value.is_not(None), not_(is_current), _key(table) > after)
            .order_by(_key(table))
            .limit(batch)
        )
    )

"""Public counts without small numbers: hide what is below the minimum, and what would give it away.

    shown = hide_small([120, 4, 36], 10)           # shown.cells == [120, None, None], shown.total == 160
    shown = hide_small([[120, 4], [30, 41]], 10)   # shown.cells, .row_totals, .column_totals, .total

None means hidden ("minder dan 10, of verborgen"). The totals are part of the answer because they may have
to be hidden too: never print a total that was computed elsewhere beside these cells. Zeros are shown.

What is promised: every hidden number can have at least two values, for a reader who knows all the shown
numbers and that counts are not negative. And the hidden cells of a row or column with a shown total add up
to at least the minimum. Not promised: that the possible values lie far apart, or that two tables about the
same people do not betray each other. Publish one table per group of people.

How: cells and totals form a grid in which the rows (and columns) balance. Take each hidden, positive number
as an edge between its row and its column. Along a cycle of such edges one can add and subtract 1 in turns
without changing anything that is shown. A number is given away exactly when its edge lies on no cycle (a
bridge); then the smallest positive number that closes a cycle is hidden too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast, overload

Count = int | None
Place = tuple[int, int]


@dataclass(frozen=True)
class ShownList:
    """Counts and their total as they may be published; None is hidden."""

    cells: list[Count]
    total: Count


@dataclass(frozen=True)
class ShownTable:
    """A table of counts with its margins as they may be published; None is hidden."""

    cells: list[list[Count]]
    row_totals: list[Count]
    column_totals: list[Count]
    total: Count


@overload
def hide_small(table: Sequence[int], minimum: int) -> ShownList: ...


@overload
def hide_small(table: Sequence[Sequence[int]], minimum: int) -> ShownTable: ...


def hide_small(table: Sequence[int] | Sequence[Sequence[int]], minimum: int) -> ShownList | ShownTable:
    """Hide counts from 1 to `minimum` - 1 and, where needed, others that would give them away.

    Raises `ValueError` for a negative count or rows of unequal length.
    """
    if table and not isinstance(table[0], int):
        return _shown_table(_Grid(cast("Sequence[Sequence[int]]", table), minimum))
    counts = cast("Sequence[int]", table)
    shown = _shown_table(_Grid([counts], minimum))
    # with one row, a column's total *is* its cell: a list hides both together
    return ShownList(shown.cells[0], shown.total if shown.row_totals[0] is not None else None)


class _Grid:
    """Cells with their margins; the last row and column are the totals."""

    def __init__(self, table: Sequence[Sequence[int]], minimum: int) -> None:
        widths = {len(row) for row in table}
        if len(widths) > 1 or any(count < 0 for row in table for count in row):
            raise ValueError("counts must be rows of equal length, none negative")
        rows = [[*row, sum(row)] for row in table]
        totals = [sum(column) for column in zip(*rows, strict=True)]
        self.values: list[list[int]] = [*rows, totals or [0]]
        self.minimum = minimum
        self.height, self.width = len(self.values), len(self.values[0])
        self.hidden = {place for place in self.places() if 0 < self.value(place) < minimum}
        while self._hide_one():
            pass

    def places(self) -> Iterator[Place]:
        return ((row, column) for row in range(self.height) for column in range(self.width))

    def value(self, place: Place) -> int:
        return self.values[place[0]][place[1]]

    def shown(self, place: Place) -> Count:
        return None if place in self.hidden else self.value(place)

    def _hide_one(self) -> bool:
        """Hide one more number because of a small sum or a bridge; False when all is well."""
        for line in self._lines():
            if self._is_small_sum(line):
                self.hidden.add(min((place for place in line if self._can_hide(place)), key=self._cost))
                return True
        found = self._first_bridge()
        if found is None:
            return False
        self.hidden.add(min(self._closing(found), key=self._cost))
        return True

    def _lines(self) -> Iterator[list[Place]]:
        """Every row and column, its total last."""
        for row in range(self.height):
            yield [(row, column) for column in range(self.width)]
        for column in range(self.width):
            yield [(row, column) for row in range(self.height)]

    def _is_small_sum(self, line: list[Place]) -> bool:
        if line[-1] in self.hidden:
            return False
        return 0 < sum(self.value(place) for place in line[:-1] if place in self.hidden) < self.minimum

    def _can_hide(self, place: Place) -> bool:
        return place not in self.hidden and self.value(place) > 0

    def _cost(self, place: Place) -> tuple[int, int, Place]:
        """Inner numbers before totals, small before large; the place only makes it repeatable."""
        margins = (place[0] == self.height - 1) + (place[1] == self.width - 1)
        return margins, self.value(place), place

    def _first_bridge(self) -> Place | None:
        return next((place for place in sorted(self.hidden) if self._rows_reached(place) is not None), None)

    def _rows_reached(self, edge: Place) -> tuple[set[int], set[int]] | None:
        """Rows and columns on the row's side of `edge` when it is a bridge; None when it lies on a cycle."""
        rows, columns = {edge[0]}, set[int]()
        is_growing = True
        while is_growing:
            new_columns = {c for r, c in self.hidden if r in rows and (r, c) != edge} - columns
            columns |= new_columns
            new_rows = {r for r, c in self.hidden if c in columns and (r, c) != edge} - rows
            rows |= new_rows
            is_growing = bool(new_columns or new_rows)
        return None if edge[1] in columns else (rows, columns)

    def _closing(self, bridge: Place) -> Iterator[Place]:
        """The positive numbers that would put `bridge` on a cycle.

        There is one: a table with its totals is a flow, and a flow leaves a part as much as it enters.
        """
        rows, columns = self._rows_reached(bridge) or (set(), set())
        return (p for p in self.places() if self._can_hide(p) and (p[0] in rows) != (p[1] in columns))


def _shown_table(grid: _Grid) -> ShownTable:
    rows = [[grid.shown((row, column)) for column in range(grid.width)] for row in range(grid.height)]
    return ShownTable(
        cells=[row[:-1] for row in rows[:-1]],
        row_totals=[row[-1] for row in rows[:-1]],
        column_totals=rows[-1][:-1],
        total=rows[-1][-1],
    )

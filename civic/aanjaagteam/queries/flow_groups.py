"""Counts for everybody without small numbers, nor a page full of "hidden": small ones are put together.

Rows (places) whose total is small become one row; columns (states) whose total is small become one column.
Where the cells inside are small still, only the totals are published. That is safe: with totals of at least
the minimum on both sides, every cell can have at least as many values as the minimum says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from civic.smallnumbers import hide_small

Row = Sequence[int]
OPEN, DONE, DECLINED = range(3)
# from the most that can be told to the least
COLUMNS: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((OPEN,), (DONE,), (DECLINED,)),
    ((OPEN,), (DONE, DECLINED)),
    ((OPEN, DONE, DECLINED),),
)


@dataclass(frozen=True)
class Group:
    """Places that are counted together: their rows, and a number per column where that may be told."""

    rows: list[int]
    total: int
    cells: list[int] | None


@dataclass(frozen=True)
class Shown:
    """`columns` says which states are one number; `totals` are of everything. None at all: too few."""

    columns: list[list[int]]
    groups: list[Group]
    totals: list[int]


def shown(rows: Sequence[Row], minimum: int) -> Shown | None:
    everything = sum(map(sum, rows))
    if everything < minimum:
        return None
    members = _together([sum(row) for row in rows], minimum)
    columns = next(one for one in COLUMNS if _is_fine(_totals(rows, one), minimum))
    cells = [[_of(rows, group, column) for column in columns] for group in members]
    may_tell = _is_fine_table(cells, minimum)
    groups = [
        Group(group, sum(line), line if may_tell else None)
        for group, line in zip(members, cells, strict=True)
    ]
    return Shown([list(one) for one in columns], groups, _totals(rows, columns))


def _together(totals: Sequence[int], minimum: int) -> list[list[int]]:
    """Rows that can stand alone, in their order; at the end what is put together, from the smallest on."""
    by_size = sorted((row for row in range(len(totals)) if totals[row]), key=lambda row: totals[row])
    merged: list[int] = []
    for row in by_size:
        if totals[row] >= minimum and sum(totals[one] for one in merged) >= (minimum if merged else 0):
            break
        merged.append(row)
    alone = [[row] for row in range(len(totals)) if row not in merged]
    return [*alone, sorted(merged)] if merged else alone


def _totals(rows: Sequence[Row], columns: Sequence[Sequence[int]]) -> list[int]:
    return [_of(rows, range(len(rows)), column) for column in columns]


def _of(rows: Sequence[Row], group: Sequence[int], column: Sequence[int]) -> int:
    return sum(rows[row][one] for row in group for one in column)


def _is_fine(counts: Sequence[int], minimum: int) -> bool:
    return None not in hide_small(counts, minimum).cells


def _is_fine_table(cells: list[list[int]], minimum: int) -> bool:
    found = hide_small(cells, minimum)
    return not any(None in line for line in (*found.cells, found.row_totals, found.column_totals))

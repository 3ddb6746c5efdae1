"""The figures of a seating, as the search hands them over. `check` counts them again in its own way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .places import groups_together
from .plan import TablePlan
from .seating import Rounds, Statistics

Whole = NDArray[np.int64]


def measure(plan: TablePlan, rounds: Rounds) -> Statistics:
    """Statistics of a complete seating; sums are whole numbers, divided once at the end."""
    sums = _deviations(plan, rounds)
    meetings = _meetings(plan, rounds)
    bounds, total_bound = _bounds(plan, rounds)
    companions = (meetings > 0).sum(axis=1)
    group = _groups(plan)
    stranger = group[:, None] != group[None, :]
    again = np.triu(np.maximum(meetings - 1, 0) * stranger)
    people = len(plan.pool)
    return Statistics(
        cells=sums.cells,
        even_cells=sums.even,
        mix=sums.even / sums.cells if sums.cells else 1.0,
        mean_deviation=sums.deviation / (people * max(1, sums.cells)),
        least_deviation=sums.least / (people * max(1, sums.cells)),
        companions_min=int(companions.min()),
        companions_mean=int(companions.sum()) / people,
        companions_max=int(companions.max()),
        companions_bound=int(bounds.max()),
        mean_bound=min(int(bounds.sum()), total_bound) / people,
        repeated_pairs=int(np.count_nonzero(again)),
        repeated_meetings=int(again.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Over all cells: how many, how many are even, Σ |c·N − n·s| and the least that sum can be."""

    cells: int
    even: int
    deviation: int
    least: int


def _tables(plan: TablePlan, rounds: Rounds) -> list[Whole]:
    """Table of every participant, one array of N per round."""
    seat = [{one: table for table, people in enumerate(tables) for one in people} for tables in rounds]
    return [np.array([seats[one] for one in plan.pool.ids], dtype=np.int64) for seats in seat]


def _columns(plan: TablePlan) -> list[Whole]:
    """Every mixed feature as N codes 0, 1, …"""
    places = [plan.pool.features.index(name) for name in plan.mixed]
    return [np.unique([row[j] for row in plan.pool.values], return_inverse=True)[1] for j in places]


def _deviations(plan: TablePlan, rounds: Rounds) -> _Sums:
    people, parts = len(plan.pool), []
    for tables in _tables(plan, rounds):
        sizes = np.bincount(tables)
        for codes in _columns(plan):
            have = np.bincount(codes)
            counts = np.zeros((len(sizes), len(have)), dtype=np.int64)
            np.add.at(counts, (tables, codes), 1)
            share = sizes[:, None] * have[None, :]
            even = (counts >= share // people) & (counts <= -(-share // people))
            away = np.abs(counts * people - share)
            parts.append((share.size, int(even.sum()), int(away.sum()), _least(share, people)))
    return _Sums(*map(sum, zip(*parts, strict=True))) if parts else _Sums(0, 0, 0, 0)


def _least(share: Whole, people: int) -> int:
    """Least Σ |c·N − share| with whole c that add up per value: round up where the remainder is largest."""
    left = share % people
    total = int(left.sum())
    for column in left.T:
        up = np.sort(column)[::-1][: int(column.sum()) // people]
        total += int((people - 2 * up).sum())
    return total


def _meetings(plan: TablePlan, rounds: Rounds) -> Whole:
    """N x N: in how many rounds two people share a table; 0 on the diagonal."""
    met = np.zeros((len(plan.pool), len(plan.pool)), dtype=np.int64)
    for tables in _tables(plan, rounds):
        met += tables[:, None] == tables[None, :]
    np.fill_diagonal(met, 0)
    return met


def _groups(plan: TablePlan) -> Whole:
    """Number of the together group of everyone; people on their own have a number of their own."""
    group = {one: number for number, members in enumerate(groups_together(plan)) for one in members}
    free = range(len(group), len(group) + len(plan.pool))
    return np.array([group.get(one, own) for one, own in zip(plan.pool.ids, free, strict=True)])


def _bounds(plan: TablePlan, rounds: Rounds) -> tuple[Whole, int]:
    """Most companions per participant, and the most all of them can have in total by the real sizes."""
    group = _groups(plan)
    size = np.array([int((group == its).sum()) for its in group])
    apart = [set() for _ in plan.pool.ids]  # type: list[set[str]]
    place = {one: i for i, one in enumerate(plan.pool.ids)}
    for first, second in (*plan.apart, *((b, a) for a, b in plan.apart)):
        if first in place and second in place:
            apart[place[first]].add(second)
    others = np.array([len(plan.pool) - 1 - len(those) for those in apart])
    largest = [max(map(len, tables)) for tables in rounds]
    met = size - 1 + sum(np.array(largest)) - size * len(rounds)
    pairs = sum(len(table) * (len(table) - 1) for tables in rounds for table in tables)
    return np.minimum(others, met), pairs - (len(rounds) - 1) * int((size - 1).sum())

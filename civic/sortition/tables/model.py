"""The plan as arrays: participants 0 … N − 1 in the order of the pool, then facilitators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .places import fixed_in_round, groups_together, places
from .plan import TablePlan

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
# Whole numbers below 2**53 held as floats: every sum and product is exact, and matrix products are fast.
Exact = NDArray[np.float64]

FREE = -1


@dataclass(frozen=True, slots=True)
class Round:
    """One round: T tables with `seats` (T); `bench` = T is where facilitators with a round off are.

    given        (P) table of everyone whose place is given, FREE for the others
    low, high    (T x V) floor and ceiling of the even share of every value at every table
    """

    seats: Whole
    given: Whole
    low: Exact
    high: Exact

    @property
    def bench(self) -> int:
        return len(self.seats)


@dataclass(frozen=True, slots=True)
class Model:
    """P = N + F people, V values of all mixed features together.

    codes    (N x features) numbers of somebody's values
    marks    (P x V) 1 where somebody has the value; rows of facilitators are 0
    groups   together groups of two or more, as positions
    bound    (P) whether somebody belongs to one
    apart    (P x P) who may not share a table
    kin      (P x P) who belong together
    """

    people: int
    facilitators: int
    codes: Whole
    marks: Exact
    groups: tuple[Whole, ...]
    bound: Flags
    apart: Flags
    kin: Flags
    rounds: tuple[Round, ...]

    @property
    def total(self) -> int:
        return self.people + self.facilitators


def build(plan: TablePlan) -> Model:
    """Arrays for a plan that has been found right."""
    place = {one: i for i, one in enumerate((*plan.pool.ids, *plan.facilitators))}
    codes = _codes(plan)
    marks = np.zeros((len(place), int(codes.max()) + 1 if codes.size else 0))
    for column in codes.T:
        marks[np.arange(len(plan.pool)), column] = 1
    groups = tuple(np.array([place[one] for one in group]) for group in groups_together(plan))
    kin = np.zeros((len(place), len(place)), dtype=np.bool_)
    for group in groups:
        kin[np.ix_(group, group)] = True
    apart = np.zeros_like(kin)
    for first, second in plan.apart:
        apart[place[first], place[second]] = apart[place[second], place[first]] = True
    return Model(
        people=len(plan.pool),
        facilitators=len(plan.facilitators),
        codes=codes,
        marks=marks,
        groups=groups,
        bound=np.asarray(kin.any(axis=1)),
        apart=apart,
        kin=kin,
        rounds=tuple(_round(plan, number, place, marks) for number in range(len(plan.sizes))),
    )


def _codes(plan: TablePlan) -> Whole:
    columns, start = [], 0
    for name in plan.mixed:
        j = plan.pool.features.index(name)
        values, column = np.unique([row[j] for row in plan.pool.values], return_inverse=True)
        columns.append(column + start)
        start += len(values)
    return np.array(columns, dtype=np.int64).reshape(len(columns), len(plan.pool)).T


def _round(plan: TablePlan, number: int, place: dict[str, int], marks: Exact) -> Round:
    seats = np.array(places(plan, number), dtype=np.int64)
    given = np.full(len(place), FREE, dtype=np.int64)
    for one, table in fixed_in_round(plan, number).items():
        given[place[one]] = table
    if plan.staying:
        used = min(len(seats), len(plan.facilitators))
        given[len(plan.pool) :] = [table if table < used else used for table in range(len(plan.facilitators))]
    share = seats[:, None] * marks.sum(axis=0).astype(np.int64)[None, :]
    low, high = share // len(plan.pool), -(-share // len(plan.pool))
    return Round(seats=seats, given=given, low=low.astype(np.float64), high=high.astype(np.float64))

"""Tabu search, one round at a time: swaps of two people, each judged by what it changes and nothing else.

Cost of a seating, in whole numbers (Seating.statistics counts the same things):
    APART · pairs at one table who must be apart
  + MIX   · Σ over cells (persons outside the floor and ceiling of the even share)²
  + MEET  · Σ over pairs of participants m(m − 1)/2,  m = number of shared tables
  + LEAD  · the same for a participant and a facilitator
  + SMALL · Σ over participants k(k − 1)/2,           k = rounds at one of the smaller tables
The squares and m(m − 1)/2 are convex, so burdens are spread. With the other rounds left alone the last three
terms are linear in a round: every pair at one table costs its number of meetings elsewhere. So with
    U[i, t] = cost i adds by sitting down at table t      (P x T, kept up to date: two columns a swap)
the change of swapping i (table t) and j (table u) is
    U[i, u] + U[j, t] − own[i] − own[j] − 2 G[i, j] − (values i and j share)
and one numpy expression gives it for everyone at a table against everyone else: s·N swaps in some 0.1 ms.
Glover, *Tabu search*, ORSA J. Computing 1 (1989); for golfers: Dotú & Van Hentenryck, CPAIOR 2005.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..stream import Stream
from .model import FREE, Exact, Flags, Model, Whole

MIX, MEET, LEAD, SMALL, APART = 8.0, 2.0, 1.0, 1.0, 1e6
TENURE = 2


@dataclass(frozen=True, slots=True)
class Others:
    """What the other rounds ask of this one: the price of a pair at one table (P x P, 0 on the diagonal), and
    of somebody at a smaller table (P)."""

    pairs: Exact
    small: Exact


@dataclass(frozen=True, slots=True)
class Table:
    """What a table's numbers of every value cost, to add one more and to take one away (T x V)."""

    cost: Exact
    add: Exact
    take: Exact


def price(counts: Exact, low: Exact, high: Exact) -> Table:
    """Squared distance outside [low, high], and its differences."""

    def outside(number: Exact) -> Exact:
        away: Exact = np.maximum(0.0, np.maximum(low - number, number - high))
        return away * away

    cost = outside(counts)
    return Table(cost, MIX * (outside(counts + 1) - cost), MIX * (outside(counts - 1) - cost))


class RoundSearch:
    """One round while the others stand still. `tables` (P) is the seating now."""

    def __init__(self, model: Model, number: int, tables: Whole, others: Others) -> None:
        self.model, self.round = model, model.rounds[number]
        self.tables = tables
        given = self.round.given != FREE
        self.pairs = np.where(given[:, None] & given[None, :], 0.0, others.pairs)  # nothing to gain there
        smaller = np.append(self.round.seats < self.round.seats.max(), False)
        self.alone = others.small[:, None] * smaller[None, :]
        staff = np.arange(model.total) >= model.people
        movable = (self.round.given == FREE) & ~model.bound
        self.allowed: Flags = movable[:, None] & movable[None, :] & (staff[:, None] == staff[None, :])
        self._load()

    def _load(self) -> None:
        """Everything that follows from `tables`, from scratch."""
        tables = self.round.bench
        seat = np.zeros((self.model.total, tables + 1))
        seat[np.arange(self.model.total), self.tables] = 1
        seat[:, tables] = 0  # a round off: nobody is met
        self.meet = self.pairs @ seat + self.alone
        self.counts = seat[:, :tables].T @ self.model.marks
        shape = (tables + 1, self.model.marks.shape[1])
        self.cost, self.add, self.take = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._price(np.arange(tables))
        self.sit = self.meet + self.model.marks @ self.add.T

    def _price(self, which: Whole) -> None:
        new = price(self.counts[which], self.round.low[which], self.round.high[which])
        self.cost[which], self.add[which], self.take[which] = new.cost, new.add, new.take

    def per_table(self) -> Exact:
        """Cost at every table (T); their sum is the cost of the round, pairs counted once."""
        everyone = np.arange(self.model.total)
        own = self.meet[everyone, self.tables] + self.alone[everyone, self.tables]
        met = np.bincount(self.tables, weights=own, minlength=self.round.bench + 1)
        found: Exact = met[:-1] / 2 + MIX * self.cost[:-1].sum(axis=1)
        return found

    def changes(self, rows: Whole) -> Exact:
        """Change of cost for every swap of one of `rows`, all at one table, with anybody (rows x P)."""
        marks, tables = self.model.marks, self.tables
        here = tables[rows[0]]
        own = self.meet[np.arange(self.model.total), tables] - np.einsum("iv,iv->i", marks, self.take[tables])
        shared = marks[rows] * (self.add + self.take)[here]
        both = shared @ marks.T + marks[rows] @ (marks * (self.add + self.take)[tables]).T
        change: Exact = (
            self.sit[rows][:, tables]
            + self.sit[:, here][None, :]
            - own[rows][:, None]
            - own[None, :]
            - 2 * self.pairs[rows]
            - both
        )
        return change

    def swap(self, one: int, other: int) -> None:
        """Exchange two people of different tables and bring the matrices up to date."""
        here, there = self.tables[one], self.tables[other]
        step = self.pairs[other] - self.pairs[one]
        marks = self.model.marks[other] - self.model.marks[one]
        for table, sign in ((here, 1), (there, -1)):
            if table < self.round.bench:
                self.meet[:, table] += sign * step
                self.counts[table] += sign * marks
        self.tables[one], self.tables[other] = there, here
        both = np.array([table for table in (here, there) if table < self.round.bench])
        self._price(both)
        self.sit[:, both] = self.meet[:, both] + self.model.marks @ self.add[both].T

    def move(self, moves: list[tuple[Whole, int]]) -> None:
        """Put whole sets of people at other tables; the caller keeps the sizes right."""
        for people, table in moves:
            self.tables[people] = table
        self._load()


def improve(search: RoundSearch, steps: int, stream: Stream) -> tuple[Whole, float]:
    """At most `steps` swaps, each the best at a costly table that chance names; a person who left a table
    stays away a while, unless that beats the best seating so far. Returns the best seating that the swaps led
    to and its cost, also where that is more than at the start; among equals the last, so that the search
    drifts over plateaus."""
    best, found = search.tables, np.inf
    away = np.zeros((search.model.total, search.round.bench + 1), dtype=np.int64)
    cost = float(search.per_table().sum())
    for step in range(1, steps + 1):
        costly = np.flatnonzero(search.per_table())
        if not len(costly):
            break
        rows = np.flatnonzero(search.tables == costly[stream.below(len(costly))])
        chosen = _choose(search, rows, away >= step, found - cost, stream)
        if chosen is None:
            continue
        one, other, change = chosen
        for person in (one, other):
            away[person, search.tables[person]] = step + TENURE + stream.below(TENURE)
        search.swap(one, other)
        cost += change
        if cost <= found:
            best, found = search.tables.copy(), cost
    return best, min(found, cost)


def _choose(
    search: RoundSearch, rows: Whole, away: Flags, aspiration: float, stream: Stream
) -> tuple[int, int, float] | None:
    """The best swap that may be done, by lot among equals; None if there is none."""
    tables = search.tables
    change = search.changes(rows)
    tabu = away[rows][:, tables] | away[:, tables[rows[0]]][None, :]
    allowed = search.allowed[rows] & (tables != tables[rows[0]])[None, :] & (~tabu | (change < aspiration))
    change[~allowed] = np.inf
    least = change.min()
    if least == np.inf:
        return None
    found = np.argwhere(change == least)
    row, other = found[stream.below(len(found))]
    return int(rows[row]), int(other), float(least)

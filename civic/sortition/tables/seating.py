"""The answer: who sits where, and figures anybody can recount."""

from __future__ import annotations

from dataclasses import dataclass

Rounds = tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a seating; N participants, s(r,t) of them at table t of round r, n(v) with value v.

    A *cell* is a (round, table, value of a mixed feature); its even share is e = n(v)·s(r,t)/N people, and c
    is the number really there.

    cells, even_cells   number of cells, and of those with ⌊e⌋ ≤ c ≤ ⌈e⌉
    mix                 even_cells / cells, 1 at best (and 1 where nothing is mixed)
    mean_deviation      mean of |c − e| over the cells
    least_deviation     the smallest mean any seating could have, each value taken on its own
    companions_*        number of different participants somebody shares a table with in the whole plan:
                        smallest, mean, largest over the participants
    companions_bound    no participant can have more: the largest over the participants of
                        min(N − 1 − people kept apart from, g − 1 + Σ_r (largest s(r,t) − g)), where g is the
                        number of people in one's together group (1 for nearly everyone)
    mean_bound          the mean cannot be higher: the smaller of the mean of those bounds and
                        (Σ s(r,t)(s(r,t) − 1) − (R − 1) Σ (g − 1)) / N, which knows the real sizes
    repeated_pairs      pairs who share a table more than once, not counting people who belong together
    repeated_meetings   Σ over those pairs of (meetings − 1)
    """

    cells: int
    even_cells: int
    mix: float
    mean_deviation: float
    least_deviation: float
    companions_min: int
    companions_mean: float
    companions_max: int
    companions_bound: int
    mean_bound: float
    repeated_pairs: int
    repeated_meetings: int


@dataclass(frozen=True, slots=True)
class Seating:
    """`rounds[r][t]` are the ids of the participants at table t in round r, in the order of the pool;
    `facilitators[r][t]` is who leads that table (() for every round where the plan names none)."""

    rounds: Rounds
    facilitators: tuple[tuple[str, ...], ...]
    statistics: Statistics

    def table_of(self, member: str) -> tuple[int, ...]:
        """The table of a participant or facilitator in every round, for a badge; −1 for a round off.
        Raises KeyError for somebody unknown."""
        found = tuple(self._table(number, member) for number in range(len(self.rounds)))
        if max(found) < 0:
            raise KeyError(member)
        return found

    def _table(self, number: int, member: str) -> int:
        for table, people in enumerate(self.rounds[number]):
            if member in people or member in self.facilitators[number][table : table + 1]:
                return table
        return -1

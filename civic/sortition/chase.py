"""Panels one after the other that follow expected seats: each for those who are furthest behind.

The running total of N panels stays near N times the wanted seats, and after about as many panels as there are
types the panels found can be weighed so that they reach them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .grouping import Floats, Ints, Types
from .panels import Team
from .progress import Progress, silent

FEWEST_CHASED = 30
MANY_TYPES = 500
# Panels per type in the first stage, and in further ones. Weighing many types is dear, so there it had better
# be enough at once.
FIRST_SHARE, FIRST_SHARE_OF_MANY, FURTHER_SHARE = 1.2, 1.35, 0.15
CHASE_BLUR = 0.3  # relative; 0.6 needs half as many panels again
PRICE_STEPS = (0.0, 0.5, 1.0, 1.5)  # prices beside the deficits: one round finds different panels
TELL_EVERY = 10

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Aim:
    """What is aimed at: `levels` (T, probability per head) of which `bound` is the smallest; who looks on;
    and the expected seats to follow (T), where these are not just the levels (see `Target.seats`)."""

    levels: Floats
    bound: float
    progress: Progress
    seats: Floats | None = None


class Chase:
    """Follows expected seats q that reach the levels: the total of N panels stays near N·q.

    Panels are found in pairs, at the same time: both for those who are furthest behind two panels on, each
    with its own blur so that they differ.
    """

    def __init__(self, team: Team, types: Types, aim: Aim) -> None:
        self.team, self.types, self.aim = team, types, aim
        self.wanted = aim.levels * types.counts
        self.followed = self.wanted if aim.seats is None else aim.seats
        self._total = np.zeros(types.number)
        self._number = 0
        self._chance = np.random.Generator(np.random.PCG64(1))

    @classmethod
    def plain(cls, team: Team, types: Types, wanted: Floats) -> Chase:
        """A chase of these seats (T) that looks everywhere, not first on their face, and tells nobody."""
        return cls(team, types, Aim(wanted / types.counts, 0.0, silent))

    def first(self) -> list[Ints]:
        """About as many panels as there are types, each for those who are furthest behind."""
        self.team.focus(self.followed)
        share = FIRST_SHARE_OF_MANY if self.types.number > MANY_TYPES else FIRST_SHARE
        count = int(share * self._stage_length())

        def tell(done: int) -> None:
            self.aim.progress("chase", done, count, *self._reached())

        return self._panels(count, None, tell)

    def further(self, prices: Floats | None, tell: Tell) -> list[Ints]:
        """Fewer panels: for those furthest behind and, with `prices` (per seat, T), those it lacks."""
        count = int(FURTHER_SHARE * self._stage_length())
        return self._panels(count, None if prices is None else largest_one(prices), tell)

    def some(self, count: int, tell: Tell) -> list[Ints]:
        """`count` panels for those furthest behind, or one more."""
        return self._panels(count, None, tell)

    def _stage_length(self) -> int:
        return max(FEWEST_CHASED, self.types.number)

    def _reached(self) -> tuple[float, float]:
        return _smallest(self._total / self._number, self.types, self.aim), self.aim.bound

    def _panels(self, count: int, prices: Floats | None, tell: Tell) -> list[Ints]:
        panels: list[Ints] = []
        with self.team.at_work() as find_all:
            while len(panels) < count:
                ahead = self._number + self.team.SIZE
                behind = (ahead * self.followed - self._total) / self.types.counts
                pair = find_all([self._near(behind, prices, one) for one in range(self.team.SIZE)])
                panels += pair
                self._number += len(pair)
                self._total += np.sum(pair, axis=0)
                if len(panels) % TELL_EVERY < len(pair):
                    tell(min(len(panels), count))
        return panels

    def _near(self, behind: Floats, prices: Floats | None, one: int) -> Floats:
        blur = 1.0 + CHASE_BLUR * self._chance.standard_normal(len(behind))
        if prices is None:
            return behind * blur
        step = PRICE_STEPS[(self._number + one) % len(PRICE_STEPS)]
        return (largest_one(behind) + step * prices) * blur


def largest_one(direction: Floats) -> Floats:
    """The same direction with largest entry 1 (or all zero)."""
    return direction / max(float(np.abs(direction).max()), 1e-300)


def _smallest(seats: Floats, types: Types, aim: Aim) -> float:
    chosen = aim.levels > 0
    return float((seats[chosen] / types.counts[chosen]).min()) if chosen.any() else 0.0

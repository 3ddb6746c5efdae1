"""The result: a lottery over panels, with the chance of every registrant. Holds no solver and no library.

People whom no quota can tell apart form a *group*. A panel is written as seats per group; within a group
everybody is equally likely. So p_i = (Σ_P w_P · seats_P(g)) / (TOTAL · |g|) for a registrant of group g,
exactly, as a fraction.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from .stream import Stream

# weights are whole parts of this, so that a verifier can add them up exactly
TOTAL = 2**48
OPTIMAL_GAP = 1e-5
# prices and head weights of a proof are whole parts of this
SCALE = 2**50
OBJECTIVES = ("leximin", "maximin")
Seats = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """An inequality that every panel obeys though the relaxation does not: Σ_g weight_g · seats_g <= bound.

    weights   (group, whole weight) pairs, groups without one left out
    bound     the largest Σ over all panels, proved by an integer program
    """

    weights: tuple[tuple[int, int], ...]
    bound: int


@dataclass(frozen=True, slots=True)
class Level:
    """The proof of one level of leximin by linear duality, in whole parts of SCALE (see `verify`).

    value    the level z: nobody settled here can have more without taking from who has this or less
    heads    (group, w): the groups that are settled at this level, w > 0
    prices   (row, y): the rows with a price. Rows are the seats (0), the quotas in their order (1 … F), the
             household classes (by their smallest group, ascending), then the cuts.
    """

    value: float
    heads: tuple[tuple[int, int], ...]
    prices: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Lottery:
    """A probability distribution over panels.

    groups       per group g the ids of its members, sorted (G)
    panels       per panel its (group, seats) pairs, ascending by group; groups without one left out (P)
    weights      per panel its chance in parts of TOTAL; they add up to TOTAL (P)
    targets      per group p*_g, the leximin probability of the relaxation: the bound, level by level (G)
    upper_bound  no lottery has a larger smallest probability than this (impossible groups left out)
    impossible   ids whom no panel can hold; their probability is 0 and they are left out of the minimum
    households   with the address rule: the ids at each address that several people who can be drawn share;
                 a panel holds at most one of them
    fixed        ids who sit in every panel and stay outside the chances
    levels       per level of leximin its proof: that `targets` bound every lottery, level by level
    cuts         inequalities that these proofs use
    run          seconds per phase and versions: not part of the result, so not compared
    """

    digest: str
    objective: str
    seed: int
    groups: tuple[tuple[str, ...], ...]
    panels: tuple[Seats, ...]
    weights: tuple[int, ...]
    targets: tuple[float, ...]
    upper_bound: float
    impossible: tuple[str, ...]
    households: tuple[tuple[str, ...], ...] = ()
    fixed: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    cuts: tuple[Cut, ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def group_probabilities(self) -> tuple[Fraction, ...]:
        """Exact probability of each member of each group."""
        parts = [0] * len(self.groups)
        for panel, weight in zip(self.panels, self.weights, strict=True):
            for group, seats in panel:
                parts[group] += weight * seats
        return tuple(
            Fraction(part, TOTAL * len(members)) for part, members in zip(parts, self.groups, strict=True)
        )

    @cached_property
    def probabilities(self) -> dict[str, float]:
        """{id: probability} of everyone who can be drawn, sorted by id."""
        chances = zip(self.groups, self.group_probabilities, strict=True)
        return dict(sorted((member, float(chance)) for members, chance in chances for member in members))

    @cached_property
    def gap(self) -> float:
        """max over all registrants of (p*_i - p_i): 0 means that nobody could be better off, level by
        level."""
        pairs = zip(self.targets, self.group_probabilities, strict=True)
        return max(0.0, max(target - float(chance) for target, chance in pairs))

    @property
    def optimal(self) -> bool:
        return self.gap <= OPTIMAL_GAP

    @cached_property
    def statistics(self) -> dict[str, float]:
        """Smallest, mean and largest probability, Gini and geometric mean, over everyone who can be
        chosen."""
        out = set(self.impossible)
        chances = sorted(chance for member, chance in self.probabilities.items() if member not in out)
        return describe(chances)

    @property
    def min_probability(self) -> float:
        return self.statistics["min"]

    def panel(self, number: int) -> tuple[str, ...]:
        """The members of panel `number` (0 … P - 1), sorted; who of a group sits in it follows from the
        seed."""
        stream = Stream(f"civic-panel/v1/{self.digest}/{self.seed}/{number}")
        return self.seated(self.panels[number], stream)

    def seated(self, seats: Seats, stream: Stream) -> tuple[str, ...]:
        """People for seats per group, sorted: everyone of a group is equally likely to get one.

        Groups of one household class are seated together: as many different households as they have seats,
        in chance order, so that every seat falls to every household alike; then one of the household's own
        members of that group.
        """
        chosen = list(self.fixed)
        for home_class, some in self.by_class(seats):
            if home_class is None:
                chosen += [one for group, taken in some for one in stream.sample(self.groups[group], taken)]
                continue
            homes = iter(stream.sample(self._homes[home_class], sum(taken for _group, taken in some)))
            chosen += [
                self._resident(next(homes), group, stream) for group, taken in some for _seat in range(taken)
            ]
        return tuple(sorted(chosen))

    def by_class(self, seats: Seats) -> list[tuple[int | None, Seats]]:
        """The seats of groups whose members share no address (class None), then those of each household
        class."""
        found: dict[int | None, list[tuple[int, int]]] = {None: []}
        for group, taken in seats:
            found.setdefault(self._class_of.get(group), []).append((group, taken))
        return [(home_class, tuple(some)) for home_class, some in found.items()]

    def home_of(self, member: str) -> tuple[str, ...]:
        """The household of someone who shares an address."""
        return self._home[member]

    def _resident(self, home: tuple[str, ...], group: int, stream: Stream) -> str:
        own = [member for member in home if self._group_of[member] == group]
        return own[stream.below(len(own))]

    @cached_property
    def _home(self) -> dict[str, tuple[str, ...]]:
        return {member: home for home in self.households for member in home}

    @cached_property
    def _group_of(self) -> dict[str, int]:
        return {member: number for number, members in enumerate(self.groups) for member in members}

    @cached_property
    def _homes(self) -> dict[int, list[tuple[str, ...]]]:
        """Households by class; a class goes by the smallest of its groups."""
        found: dict[int, list[tuple[str, ...]]] = {}
        for home in self.households:
            found.setdefault(min(self._group_of[member] for member in home), []).append(home)
        return found

    @cached_property
    def _class_of(self) -> dict[int, int]:
        """The class of each group whose members share an address."""
        return {
            self._group_of[member]: home_class
            for home_class, homes in self._homes.items()
            for home in homes
            for member in home
        }

    def pick(self) -> int:
        """The number of the panel that the seed draws, by weight. For practice: a real draw takes a public
        number."""
        ticket = Stream(f"civic-pick/v1/{self.digest}/{self.seed}").below(TOTAL)
        return bisect_right(list(accumulate(self.weights)), ticket)


def describe(chances: list[float]) -> dict[str, float]:
    """Statistics of ascending probabilities. Gini: 0 is all equal. Geometric mean: 0 when someone has no
    chance."""
    number, total = len(chances), math.fsum(chances)
    ranked = math.fsum((2 * place - number - 1) * chance for place, chance in enumerate(chances, start=1))
    has_zero = chances[0] <= 0
    return {
        "min": chances[0],
        "mean": total / number,
        "max": chances[-1],
        "gini": ranked / (number * total),
        "geometric_mean": 0.0 if has_zero else math.exp(math.fsum(map(math.log, chances)) / number),
    }


def whole_parts(weights: list[float]) -> list[int]:
    """Probabilities as whole parts of TOTAL that add up to it exactly (largest remainder)."""
    exact = [Fraction(weight) for weight in weights]
    scale = Fraction(TOTAL) / sum(exact)
    parts = [int(weight * scale) for weight in exact]
    order = sorted(range(len(parts)), key=lambda one: (parts[one] - exact[one] * scale, one))
    for one in order[: TOTAL - sum(parts)]:
        parts[one] += 1
    return parts

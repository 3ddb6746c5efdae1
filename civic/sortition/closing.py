"""Where no lottery reaches the relaxation: proven cuts, until the upper and the lower bound meet.

The leximin levels p* of the relaxation are approached level by level: first everybody up to the smallest
level, then up to the next. Panels are added as long as they help (dives, then the integer program). When none
helps, the prices y of the master prove it: with v = max { y·m : m a panel }, every lottery has y·q <= v, but
y·q* > v. That inequality is a *cut*; with it the relaxation is solved again. (Gomory's idea for one program,
here for the convex hull of the panels; the pricing is column generation as in Flanigan et al., Nature 596,
2021.)

Prices are made whole before they are used, so that v is whole and the integer program's proven dual bound,
rounded down, is exact. To find good prices sooner half of the questions go to a point between the last prices
and the best so far: P. Wentges, *Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming*,
Int. Trans. Opl. Res. 4 (1997).

The work is limited in iterations of the solver, never in seconds, and everything counts: dives, the master
and proofs. What is then still open is the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .chase import Chase, largest_one
from .decompose import CLOSE, Reached
from .grouping import Floats, Ints, Types
from .lottery import Cut
from .master import Master, Mix
from .panels import Proved, Team
from .progress import Progress
from .relaxation import Target, relax

WORK = 3_000_000  # simplex iterations in all; like_hd_30 needs two thirds
LARGE = 1_000  # types; with more an iteration takes as much longer, and counts for more
DIVE_WORK = 50  # iterations that a dive counts for: it takes about as long
# Panels per type, found everywhere, to start with; but no more than this part of the work.
START_SHARE, START_PART = 3, 0.1
WHOLE_PRICES = 100_000  # the largest price; with 10,000 the bounds on like_hd_30 are 1e-6 too high
REACHED = 1e-6  # probability per head: a tenth of the gap that is called optimal
ENOUGH = 0.9  # a cut that is this share of the deepest one is taken
SAME = 1e-9  # levels nearer than this to each other are one
DIVES, BLUR = 8, 0.3
IMPROVES = 1e-7  # expected seats by which a panel must price out
MOST_ROUNDS = 500  # of dives, for one effort
MOST_GIVEN = 3  # even shortfalls: nobody counts as having more than this to give up


@dataclass
class Closing:
    """The state of the search. `panels` grows; so does `cuts`."""

    team: Team
    types: Types
    impossible: NDArray[np.bool_]
    maximin: bool
    progress: Progress
    panels: list[Ints]
    cuts: list[Cut] = field(default_factory=list)
    effort: int = 1
    rounds: int = 0

    def __post_init__(self) -> None:
        self.work = self.effort * WORK
        self._unit = max(1, self.types.number // LARGE)

    def close(self, target: Target) -> tuple[Mix, Target]:
        """A lottery and the levels that bound it: equal, unless the work ran out."""
        self.team.unfocus()
        self.panels += self._start(target)
        reached = 0.0
        while True:
            cut, reached = self._climb(target, reached)
            if cut is None:
                break
            self.cuts.append(cut)
            target = relax(self.types, self.impossible, cuts=self.cuts, maximin=self.maximin)
            self._tell(target, reached)
        return self._share(target, reached), target

    def _start(self, target: Target) -> list[Ints]:
        chase = Chase.plain(self.team, self.types, target.seats)
        # without any effort these still help those with the smallest chance
        most = int(START_PART * max(1, self.effort) * WORK / (DIVE_WORK * self._unit))
        found = chase.some(min(START_SHARE * self.types.number, most), lambda _done: self._tell(target, 0.0))
        self._count(DIVE_WORK * len(found))
        return found

    def _count(self, iterations: int) -> None:
        self.work -= self._unit * iterations

    def _tell(self, target: Target, reached: float) -> None:
        total = max(1, self.effort * WORK)
        self.progress(
            "cuts", max(1, total - max(0, self.work)), total, min(reached, target.bound), target.bound
        )

    def _climb(self, target: Target, reached: float) -> tuple[Cut | None, float]:
        """Up from the level `reached`, to a cut, or to (None, the highest level that was reached)."""
        for level in _distinct(target.levels):
            if level <= reached:
                continue
            cut, is_there = self._reach(np.minimum(target.levels, level), target)
            if not is_there:
                return cut, reached
            reached = level + SAME
        return None, reached

    def _reach(self, levels: Floats, target: Target) -> tuple[Cut | None, bool]:
        """Panels until these levels are reached: (None, True); or a cut that forbids them; or, when the work
        ran out, (None, False)."""
        counts = self.types.counts
        wanted = levels * counts
        master = Master(counts.astype(np.float64), wanted)
        master.add(self.panels)
        deepest = _Deepest(wanted, counts)
        short, prices = self._priced(master)
        while short > REACHED and self.work > 0 and self.rounds < MOST_ROUNDS * self.effort:
            self._tell(target, float(levels[levels > 0].min()) - short)
            self.rounds += 1
            if not master.add(self._dived(prices, float(prices @ wanted) - short)):
                found = self._proved([prices, deepest.between(prices)], master.panels)
                for one in found:
                    deepest.hear(one)
                if deepest.depth > ENOUGH * short or not master.add(
                    [one.panel for one in found if one.panel is not None]
                ):
                    break
            short, prices = self._priced(master)
        self.panels = master.panels
        return (None, True) if short <= REACHED else (deepest.cut(), False)

    def _priced(self, master: Master) -> tuple[float, Floats]:
        """The shortfall and the prices of the known panels."""
        short, _weights, prices = master.solve()
        self._count(master.iterations())
        return short, prices

    def _dived(self, prices: Floats, worth: float) -> list[Ints]:
        """Panels from dives that are worth more than the prices ask."""
        self._count(DIVES * DIVE_WORK)
        source = np.random.Generator(np.random.PCG64(self.rounds))
        with self.team.at_work() as find_all:
            found = find_all(
                [prices * (1 + BLUR * source.standard_normal(len(prices))) for _ in range(DIVES)]
            )
        return [panel for panel in found if float(prices @ panel) > worth + IMPROVES]

    def _proved(self, prices: list[Floats], panels: list[Ints]) -> list[Proved]:
        """What the prices, made whole, prove; never less than what the known panels are worth."""
        whole = [np.rint(WHOLE_PRICES * largest_one(one)).astype(np.int64) for one in prices]
        found = self.team.prove(whole, np.array(panels))
        self._count(sum(one.work for one in found))
        return found

    def _share(self, target: Target, reached: float) -> Mix:
        """The weights at the end.

        The same shortfall for everybody would take from those with the smallest chance. So where not all
        levels are reached the smallest chance comes first, and what is given up after that is in proportion
        to what each type has above it, up to a multiple of the even shortfall: otherwise those with a large
        chance would lose far more of it than is needed.
        """
        evenly = np.ones(self.types.number)
        first = self._weighed(target.levels, evenly)
        if first.shortfall <= REACHED:
            return first.mix
        smallest = self._weighed(np.minimum(target.levels, target.bound), evenly)
        floor = target.bound - smallest.shortfall
        is_least = target.levels <= target.bound + SAME
        levels = np.where(is_least, np.minimum(target.levels, floor), target.levels)
        even = self._weighed(levels, np.where(is_least, CLOSE, 1.0))
        give = np.clip(levels - floor, CLOSE, max(CLOSE, MOST_GIVEN * even.shortfall))
        return self._weighed(levels, give).mix

    def _weighed(self, levels: Floats, give: Floats) -> Reached:
        """Weights over the known panels that reach levels - ε·give with the smallest ε."""
        master = Master(give * self.types.counts, levels * self.types.counts)
        master.add(self.panels)
        short, weights, _prices = master.solve()
        return Reached(Mix.of(np.array(master.panels), weights), short)


@dataclass
class _Deepest:
    """The inequality, of those proved, that the wanted seats break by most (per head; the prices of all heads
    add up to 1)."""

    wanted: Floats
    counts: Ints
    depth: float = 0.0
    _least: float = -np.inf
    _best: Proved | None = None

    def between(self, prices: Floats) -> Floats:
        """Prices halfway to the best ones."""
        if self._best is None:
            return prices
        return largest_one(prices) + largest_one(self._best.prices.astype(np.float64))

    def hear(self, one: Proved) -> None:
        scale = float(one.prices @ self.counts)
        depth = (float(one.prices @ self.wanted) - one.bound) / scale if scale > 0 else -np.inf
        if depth > self._least:
            self._least, self.depth, self._best = depth, max(0.0, depth), one

    def cut(self) -> Cut | None:
        """None where nothing that was proved is broken."""
        if self._best is None or self.depth <= 0:
            return None
        prices = self._best.prices
        return Cut(
            weights=tuple((int(kind), int(prices[kind])) for kind in np.flatnonzero(prices)),
            bound=self._best.bound,
        )


def _distinct(levels: Floats) -> list[float]:
    """Levels above zero, ascending, those within SAME taken together (as the highest of them)."""
    found: list[float] = []
    for level in np.unique(levels[levels > 0]).tolist():
        if found and level - found[-1] <= SAME:
            found[-1] = level
        else:
            found.append(level)
    return found

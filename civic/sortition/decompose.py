"""From expected seats to a lottery over panels that reaches them.

A *chase* first: keep the running total of the panels found and ask for one that favours the types with the
largest deficit per head. Then the *master* linear program chooses the weights, and its duals price further
panels (column generation). Flanigan, Gölz, Gupta, Hennig, Procaccia, Nature 596 (2021) give the master; the
chase towards the marginals of the relaxation is our own (handbook sortition.md, section 2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .errors import Undecided
from .grouping import Floats, Ints, Types
from .highs import INFINITY, Program, Solver, Status, dense
from .panels import NoPanel, PanelFinder
from .progress import Progress

FEWEST_CHASED, MOST_CHASED = 30, 2_000  # bounds on the length of a stage of the chase
FURTHER_SHARE = 4  # further stages are this much shorter
CHASE_STAGES = 6  # further ones, before the prices of the master join in
PRICE_STEPS = (0.0, 0.5, 1.0, 1.5)  # prices beside the deficits: one round finds different panels
TELL_EVERY = 5
CLOSE = 1e-7  # probability per head: nearer than this to the target is there
SHORT = 1e-6  # a shortfall per head above this is shared out with the smallest chance first
MOST_GIVEN = 10  # even shortfalls: nobody counts as having more than this to give up
IMPROVES = 1e-7  # expected seats by which a panel must price out
MOST_ROUNDS = 60
STALL_ROUNDS, STALL_SHARE = 8, 0.85  # eight rounds that together take off less than 15 %
PANELS_PER_ROUND = 8
BLUR = 0.15  # prices are blurred, so that one round finds several different panels


Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Mix:
    """Panels (P, T) as seats per type, and weights (P,) that add up to 1."""

    panels: Ints
    weights: Floats
    rounds: int


class Master:
    """min ε  s.t.  Σ_P x_P m_t(P) + ε g_t >= q*_t (every type t),  Σ_P x_P = 1,  x >= 0,  ε >= 0.

    `give` (T,) is g: the seats that type t gives up per unit of ε; the number of its members makes ε a
    probability.
    """

    def __init__(self, give: Floats, wanted: Floats) -> None:
        number = len(give)
        column = np.append(give, 0.0)[:, None]
        self._solver = Solver(
            Program(
                cost=np.ones(1),
                lower=np.zeros(1),
                upper=np.full(1, INFINITY),
                matrix=dense(column),
                row_lower=np.append(wanted, 1.0),
                row_upper=np.append(np.full(number, INFINITY), 1.0),
                maximize=False,
            )
        )
        self._number = number
        self._known: set[bytes] = set()
        self.panels: list[Ints] = []

    def add(self, panels: list[Ints]) -> int:
        """Add those panels that are new; how many there were."""
        fresh = [panel for panel in panels if self._is_new(panel)]
        if fresh:
            self._solver.add_columns([self._column(panel) for panel in fresh])
            self.panels += fresh
        return len(fresh)

    def _is_new(self, panel: Ints) -> bool:
        key = panel.tobytes()
        is_new = key not in self._known
        self._known.add(key)
        return is_new

    def _column(self, panel: Ints) -> tuple[np.ndarray[tuple[int], np.dtype[np.int32]], Floats]:
        filled = np.flatnonzero(panel)
        rows = np.append(filled, self._number).astype(np.int32)
        return rows, np.append(panel[filled].astype(np.float64), 1.0)

    def solve(self) -> tuple[float, Floats, Floats]:
        """ε, the weights (P,) and the price of a seat of each type (T,)."""
        answer = self._solver.run()
        if answer.status is not Status.OPTIMAL:
            raise ArithmeticError("the master program of a lottery has an optimum")
        return float(answer.x[0]), np.maximum(answer.x[1:], 0.0), answer.duals[: self._number]


@dataclass(frozen=True)
class Aim:
    """What is aimed at: `levels` (T, probability per head) of which `bound` is the smallest; who looks on."""

    levels: Floats
    bound: float
    progress: Progress


class Chase:
    """Follows the expected seats q* = levels·counts: the total of N panels stays near N·q*."""

    def __init__(self, finder: PanelFinder, types: Types, aim: Aim) -> None:
        self.finder, self.types, self.aim = finder, types, aim
        self._wanted = aim.levels * types.counts
        self._total = np.zeros(types.number)
        self._number = 0
        finder.focus(self._wanted)

    def first(self) -> list[Ints]:
        """Half as many again as there are types, each for those who are furthest behind.

        Fewer and the master, the dearest step by far on a large pool, often has to be solved twice.
        """
        count = 3 * self._stage_length() // 2

        def tell(done: int) -> None:
            self.aim.progress("chase", done, count, *self._reached())

        return self._panels(count, None, tell)

    def further(self, prices: Floats | None, tell: Tell) -> list[Ints]:
        """Fewer panels: for those furthest behind and, with `prices` (per seat, T), those it lacks."""
        count = self._stage_length() // FURTHER_SHARE
        return self._panels(count, None if prices is None else _largest_one(prices), tell)

    def _stage_length(self) -> int:
        return min(MOST_CHASED, max(FEWEST_CHASED, self.types.number))

    def _reached(self) -> tuple[float, float]:
        return _smallest(self._total / self._number, self.types, self.aim), self.aim.bound

    def _panels(self, count: int, prices: Floats | None, tell: Tell) -> list[Ints]:
        panels = []
        for step in range(count):
            self._number += 1
            behind = (self._number * self._wanted - self._total) / self.types.counts
            mixed = behind if prices is None else _largest_one(behind) + PRICE_STEPS[step % 4] * prices
            panel = self.finder.find(mixed)
            self._total += panel
            panels.append(panel)
            if step % TELL_EVERY == 0:
                tell(step + 1)
        return panels


def _largest_one(direction: Floats) -> Floats:
    """The same direction with largest entry 1 (or all zero)."""
    return direction / max(float(np.abs(direction).max()), 1e-300)


def _smallest(seats: Floats, types: Types, aim: Aim) -> float:
    chosen = aim.levels > 0
    return float((seats[chosen] / types.counts[chosen]).min()) if chosen.any() else 0.0


def decompose(chase: Chase, panels: list[Ints]) -> Mix:
    """Weights over `panels`, and further panels, until every head is within CLOSE of its level or nothing
    helps.

    Where no lottery reaches the levels, the same shortfall for everybody would take from those with the
    smallest chance. So then the smallest chance comes first (maximin: all levels at the bound), and what is
    given up after that is in proportion to what each type has above it, up to a multiple of the even
    shortfall: otherwise those with a large chance would lose far more of it than is needed.
    """
    types, aim = chase.types, chase.aim
    evenly = np.ones(types.number)
    first = _Search(chase, follow=True).reach(panels, aim.levels, evenly)
    if first.shortfall <= SHORT or aim.levels.max() <= aim.bound:
        return first.mix
    chase.finder.unfocus()
    search = _Search(chase, follow=False, rounds=first.mix.rounds)
    smallest = search.reach(panels, np.minimum(aim.levels, aim.bound), evenly)
    above = np.maximum(aim.levels - (aim.bound - smallest.shortfall), CLOSE)
    return search.reach(panels, aim.levels, np.minimum(above, MOST_GIVEN * first.shortfall)).mix


@dataclass(frozen=True, slots=True)
class _Reached:
    mix: Mix
    shortfall: float


@dataclass
class _Search:
    """`follow`: go on with the chase, since the levels to reach are those it follows."""

    chase: Chase
    follow: bool
    rounds: int = 0

    def reach(self, panels: list[Ints], levels: Floats, give: Floats) -> _Reached:
        """Weights that reach levels - ε·give with the smallest ε; new panels are added to `panels`."""
        counts = self.chase.types.counts
        wanted = levels * counts
        master = Master(give * counts, wanted)
        master.add(panels)
        epsilon, weights, prices = master.solve()
        history = [epsilon]
        while epsilon > CLOSE and len(history) <= MOST_ROUNDS and not _stalls(history):
            self.rounds += 1
            value = max(0.0, float((levels - epsilon * give)[levels > 0].min()))
            tell = self._teller(len(history), value)
            worth = float(prices @ wanted) - epsilon + IMPROVES
            if not master.add(self._better(prices, worth, tell)):
                break
            epsilon, weights, prices = master.solve()
            history.append(epsilon)
        panels[:] = master.panels
        used = np.flatnonzero(weights > 1e-13)
        mix = Mix(np.array(panels)[used], weights[used] / weights[used].sum(), self.rounds)
        return _Reached(mix, epsilon)

    def _teller(self, done: int, value: float) -> Tell:
        aim = self.chase.aim
        return lambda _step: aim.progress("weights", done, MOST_ROUNDS, min(value, aim.bound), aim.bound)

    def _better(self, prices: Floats, worth: float, tell: Tell) -> list[Ints]:
        """Panels that lower ε: from dives, and where these find none from the integer program."""
        found = self._dived(prices, tell)
        if max(float(prices @ panel) for panel in found) > worth:
            return found
        return _exact(self.chase.finder, prices, worth)

    def _dived(self, prices: Floats, tell: Tell) -> list[Ints]:
        if not self.follow:
            tell(0)
            return _priced(self.chase.finder, prices, self.rounds)
        return self.chase.further(None if self.rounds <= CHASE_STAGES else prices, tell)


def _stalls(history: list[float]) -> bool:
    """No real gain in the last rounds: the rest of the gap is that no lottery reaches the relaxation."""
    return len(history) > STALL_ROUNDS and history[-1] > STALL_SHARE * history[-1 - STALL_ROUNDS]


def _priced(finder: PanelFinder, prices: Floats, rounds: int) -> list[Ints]:
    """Panels that dives find for the prices, and for blurred versions of them (the same ones on every
    machine)."""
    source = np.random.Generator(np.random.PCG64(rounds))
    blurs = [
        np.ones(len(prices)),
        *(1 + BLUR * source.random(len(prices)) for _ in range(PANELS_PER_ROUND - 1)),
    ]
    return [finder.find(prices * blur) for blur in blurs]


def _exact(finder: PanelFinder, prices: Floats, worth: float) -> list[Ints]:
    """The best panel for the prices, or nothing where it proves (or cannot decide) that none is worth
    adding."""
    try:
        panel = finder.find_exact(prices)
    except (NoPanel, Undecided):
        return []
    return [panel] if float(prices @ panel) > worth else []

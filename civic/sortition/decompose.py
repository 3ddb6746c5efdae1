"""From expected seats to a lottery over panels that reaches them.

A *chase* first: keep the running total of the panels found and ask for one that favours the types with the
largest deficit per head. Then the *master* linear program chooses the weights, and its duals price further
panels (column generation). Flanigan, Gölz, Gupta, Hennig, Procaccia, Nature 596 (2021) give the master; the
chase towards the marginals of the relaxation is our own (handbook sortition.md, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import Undecided
from .grouping import Floats, Ints, Types
from .highs import INFINITY, Program, Solver, Status, dense
from .panels import NoPanel, PanelFinder
from .progress import Progress

CHASED_PER_TYPE = 3
FEWEST_CHASED = 30
CLOSE = 1e-7  # probability per head: nearer than this to the target is there
SHORT = 1e-6  # a shortfall per head above this is shared out with the smallest chance first
IMPROVES = 1e-7  # expected seats by which a panel must price out
MOST_ROUNDS = 150
STALL_ROUNDS, STALL_SHARE = 12, 0.9  # twelve rounds that together take off less than a tenth
PANELS_PER_ROUND = 8
BLUR = 0.15  # prices are blurred, so that one round finds several different panels


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


def chase(finder: PanelFinder, types: Types, aim: Aim) -> list[Ints]:
    """Panels whose running average follows the expected seats levels·counts."""
    wanted = aim.levels * types.counts
    total = np.zeros(types.number)
    rounds = max(FEWEST_CHASED, CHASED_PER_TYPE * types.number)
    panels = []
    for number in range(1, rounds + 1):
        panel = finder.find((number * wanted - total) / types.counts)
        total += panel
        panels.append(panel)
        if number % 5 == 0:
            reached = _smallest(total / number, types, aim)
            aim.progress("chase", number, rounds, reached, aim.bound)
    return panels


def _smallest(seats: Floats, types: Types, aim: Aim) -> float:
    chosen = aim.levels > 0
    return float((seats[chosen] / types.counts[chosen]).min()) if chosen.any() else 0.0


def decompose(finder: PanelFinder, types: Types, aim: Aim, panels: list[Ints]) -> Mix:
    """Weights over `panels`, and further panels, until every head is within CLOSE of its level or nothing
    helps.

    Where no lottery reaches the levels, the same shortfall for everybody would take from those with the
    smallest chance. So then the smallest chance comes first (maximin: all levels at the bound), and what is
    given up after that is in proportion to what each type has above it. Where the search only stalls, the
    levels may still be within reach, and the even shortfall stays.
    """
    search, evenly = _Search(finder, types, aim), np.ones(types.number)
    first = search.reach(panels, aim.levels, evenly)
    if first.shortfall <= SHORT or not first.is_best or aim.levels.max() <= aim.bound:
        return first.mix
    smallest = search.reach(panels, np.minimum(aim.levels, aim.bound), evenly)
    above = np.maximum(aim.levels - (aim.bound - smallest.shortfall), CLOSE)
    return search.reach(panels, aim.levels, above).mix


@dataclass(frozen=True, slots=True)
class _Reached:
    """`is_best`: no further panel would lower the shortfall ε."""

    mix: Mix
    shortfall: float
    is_best: bool


@dataclass
class _Search:
    finder: PanelFinder
    types: Types
    aim: Aim
    rounds: int = 0

    def reach(self, panels: list[Ints], levels: Floats, give: Floats) -> _Reached:
        """Weights that reach levels - ε·give with the smallest ε; new panels are added to `panels`."""
        wanted = levels * self.types.counts
        master = Master(give * self.types.counts, wanted)
        master.add(panels)
        epsilon, weights, prices = master.solve()
        history, is_best = [epsilon], False
        while epsilon > CLOSE and len(history) <= MOST_ROUNDS and not _stalls(history):
            self.rounds += 1
            value = max(0.0, float((levels - epsilon * give)[levels > 0].min()))
            self.aim.progress("weights", len(history), MOST_ROUNDS, value, self.aim.bound)
            worth = float(prices @ wanted) - epsilon + IMPROVES
            is_best = not master.add(self._better(prices, worth))
            if is_best:
                break
            epsilon, weights, prices = master.solve()
            history.append(epsilon)
        panels[:] = master.panels
        used = np.flatnonzero(weights > 1e-13)
        mix = Mix(np.array(panels)[used], weights[used] / weights[used].sum(), self.rounds)
        return _Reached(mix, epsilon, is_best)

    def _better(self, prices: Floats, worth: float) -> list[Ints]:
        """Panels that lower ε: from dives, and where these find none from the integer program."""
        found = _priced(self.finder, prices, self.rounds)
        if max(float(prices @ panel) for panel in found) > worth:
            return found
        return _exact(self.finder, prices, worth)


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

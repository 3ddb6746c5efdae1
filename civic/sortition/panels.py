"""Find whole panels: integer m with sum m = k, 0 <= m <= c, l <= A m <= u, that are large in a direction.

Three things make this quick (measured on the pools in benchmarks/pools):

* *The face.* Where the wanted seats q* meet a quota exactly (A q* = l or = u), every panel of a lottery with
  expected seats q* must meet it exactly too: an average is on a bound only if all that is averaged is. So
  panels are looked for on that face first. Most panels beside it could have no weight in the end.
* *Few columns.* A vertex of the relaxation has at most F + 1 fractional entries; panels near it differ from
  it in columns with small reduced costs. The dive works on those alone, the others keep their value.
* *Diving.* Fix the fractional entries that are nearly whole, re-solve by dual simplex, on a dead end try one,
  then its other side. A dead dive is repeated in a slightly different direction; the integer program comes
  in the last resort only. (docs/sortition.md, section 2.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import PCG64, Generator  # loads here, not at the first panel
from numpy.typing import NDArray

from .errors import Undecided
from .grouping import Floats, Ints, Types
from .highs import Answer, Program, Solver, Status
from .rows import Rows

WHOLE = 1e-6
# Seats by which q* may miss a bound and still count as on it.
ON_BOUND = 1e-6
# Entries this near to a whole number are fixed together: a third of the linear programs (on like_obf_30).
SAFE = 0.2
COLUMNS_PER_ROW = 5
FACE_TRIES, PLAIN_TRIES = 6, 3
# After this many searches without any panel on it, the face is taken to hold none.
FACE_CHANCES = 8
# Each further try looks in a direction this much (relative standard deviation) beside the one asked for.
JITTER = 0.3
# Branch-and-bound nodes, not seconds: the same panels on a slow machine as on a fast one.
NODE_LIMIT = 20_000
PROOF_NODES = 5_000
WORTH_A_THREAD = 100  # types; for fewer a panel is found in less time than two threads take to meet
LEAST_WORK = 50  # simplex iterations that any proof counts for
# The maximum is whole. In units of the prices (up to 100,000) the solver stops within 0.1 of it and its
# tolerances add less than 0.01. A bound that comes out one too high is weaker, one too low would be false.
ROUNDING = 0.5


class NoPanel(Exception):
    """Proved by the integer program: no panel meets all quotas within the bounds asked for."""


@dataclass(frozen=True, slots=True)
class Proved:
    """prices·m <= bound for every panel m (prices whole, none below 0, T); the best panel, where it is known;
    the work it took in simplex iterations."""

    prices: Ints
    bound: int
    panel: Ints | None
    work: int


class PanelFinder:
    """All searches for one set of quotas; keeps warm linear programs and makes integer programs on demand."""

    def __init__(self, types: Types, seed: int = 0) -> None:
        self._types = types
        self._rows = Rows(types)
        self._plain = Region(_panel_program(types, self._rows), self._rows)
        self._face: Region | None = None
        self._misses = 0
        self._last: Ints | None = None
        self._chance = Generator(PCG64(seed))

    def forbid(self, types: NDArray[np.bool_]) -> None:
        """No panel may hold these (impossible) types any more: shorter searches, nothing is lost."""
        program = self._plain.program
        self._plain = Region(replace(program, upper=np.where(types, 0.0, program.upper)), self._rows)
        self._face = None

    def focus(self, wanted: Floats) -> None:
        """Look first on the face of the quotas on which `wanted` (q*, expected seats per type) lies."""
        program = self._plain.program
        seats = self._rows.times(wanted)
        is_low, is_high = seats <= program.row_lower + ON_BOUND, seats >= program.row_upper - ON_BOUND
        face = replace(
            program,
            row_lower=np.where(is_high, program.row_upper, program.row_lower),
            row_upper=np.where(is_low & ~is_high, program.row_lower, program.row_upper),
        )
        self._face = Region(face, self._rows)
        self._misses = 0

    def unfocus(self) -> None:
        """Look everywhere again: for a lottery that cannot reach the seats `focus` was told."""
        self._face = None

    def find(self, direction: Floats) -> Ints:
        """A panel with a large direction.m, on the face where a dive finds one there; once one is known, that
        one again where nothing else is found.

        Raises `NoPanel`, or `Undecided` as long as no panel is known.
        """
        panel = self.find_quick(direction)
        if panel is None:
            panel = self._looked_up(direction)
        self._last = panel
        return panel

    def _looked_up(self, direction: Floats) -> Ints:
        try:
            return self.find_exact(direction)
        except Undecided:
            if self._last is None:
                raise
            return self._last

    def find_quick(self, direction: Floats) -> Ints | None:
        """The same with dives only: None where they all end dead."""
        panel = self._on_face(direction)
        return self._tried(self._plain, direction, PLAIN_TRIES) if panel is None else panel

    def _on_face(self, direction: Floats) -> Ints | None:
        if self._face is None:
            return None
        panel = self._tried(self._face, direction, FACE_TRIES)
        if panel is not None:
            self._misses = -FACE_CHANCES
            return panel
        self._misses += 1
        if self._misses >= FACE_CHANCES:
            self._face = None
        return None

    def _tried(self, region: Region, direction: Floats, tries: int) -> Ints | None:
        for number in range(tries):
            panel = region.dive(self._near(direction) if number else direction)
            if panel is not None:
                return panel
        return None

    def _near(self, direction: Floats) -> Floats:
        return direction * (1.0 + JITTER * self._chance.standard_normal(len(direction)))

    def find_exact(self, direction: Floats, lower: Floats | None = None) -> Ints:
        """argmax direction.m over all panels with m >= lower, by branch and bound.

        Raises `NoPanel` where there is none, `Undecided` at the node limit.
        """
        program = self._plain.program
        exact = replace(
            program,
            cost=direction,
            lower=program.lower if lower is None else lower,
            integers=np.ones(len(direction), dtype=np.bool_),
        )
        answer = Solver(exact, presolve=True, nodes=NODE_LIMIT).run()
        if answer.status is Status.INFEASIBLE:
            raise NoPanel
        if answer.status is Status.LIMIT:
            raise Undecided
        return np.rint(answer.x).astype(np.int64)

    def prove(self, prices: Ints, known: Ints) -> Proved:
        """The largest prices·m over all panels, of which `known` is one that is worth much: proved from
        above, by branch and bound. Never below what it or the panel found is worth, even if the solver
        erred; without any proof, what all people together are."""
        scale = max(1, int(prices.max()))  # the solver's tolerances are meant for costs of about 1
        program = replace(
            self._plain.program, cost=prices / scale, integers=np.ones(len(prices), dtype=np.bool_)
        )
        solver = Solver(program, presolve=True, nodes=PROOF_NODES, heuristics=False)
        solver.start_from(known.astype(np.float64))
        answer = solver.run()
        panel = np.rint(answer.x).astype(np.int64) if answer.status is Status.OPTIMAL else None
        found = max(int(prices @ one) for one in (known, panel) if one is not None)
        everybody = int(prices @ self._types.counts)
        return Proved(
            prices=prices,
            bound=max(found, int(np.floor(min(everybody, scale * solver.dual_bound() + ROUNDING)))),
            panel=panel,
            work=max(LEAST_WORK, solver.iterations()),
        )


class Team:
    """As many finders as a small computer has processors, each on a thread of its own: the solver works
    without Python's lock. Who looks for what does not depend on who is quicker, so the panels are always the
    same."""

    SIZE = 2

    def __init__(self, types: Types) -> None:
        self.finders = tuple(PanelFinder(types, seed) for seed in range(self.SIZE))
        self._is_large = types.number > WORTH_A_THREAD

    def forbid(self, types: NDArray[np.bool_]) -> None:
        for finder in self.finders:
            finder.forbid(types)

    def focus(self, wanted: Floats) -> None:
        for finder in self.finders:
            finder.focus(wanted)

    def unfocus(self) -> None:
        for finder in self.finders:
            finder.unfocus()

    def find_exact(self, direction: Floats, lower: Floats | None = None) -> Ints:
        return self.finders[0].find_exact(direction, lower)

    def prove(self, prices: list[Ints], panels: Ints) -> list[Proved]:
        """One proof for each of the prices, side by side, from the best of the known panels (P, T)."""
        known = [panels[int(np.argmax(panels @ one))] for one in prices]
        with ThreadPoolExecutor(self.SIZE) as pool:
            return list(pool.map(self.finders[0].prove, prices, known))

    @contextmanager
    def at_work(self) -> Iterator[Callable[[list[Floats]], list[Ints]]]:
        """A function that finds a panel for each direction, in their order."""
        with ThreadPoolExecutor(self.SIZE) as pool:
            spread = pool.map if self._is_large else map

            def find_all(directions: list[Floats]) -> list[Ints]:
                shares = [directions[number :: self.SIZE] for number in range(self.SIZE)]
                found = list(spread(_find_each, self.finders, shares))
                return [found[place % self.SIZE][place // self.SIZE] for place in range(len(directions))]

            yield find_all


def _find_each(finder: PanelFinder, directions: list[Floats]) -> list[Ints]:
    return [finder.find(direction) for direction in directions]


class Region:
    """A set of panels given by bounds and rows, with its relaxation kept warm."""

    def __init__(self, program: Program, rows: Rows) -> None:
        self.program = program
        self._rows = rows
        self._solver = Solver(program)
        self._diver = Solver(program)

    def dive(self, direction: Floats) -> Ints | None:
        """A panel near the best vertex in a direction, or None if the dive got stuck."""
        self._solver.set_costs(direction)
        vertex = self._solver.run()
        if vertex.status is not Status.OPTIMAL:
            return None
        near = self._near_columns(vertex)
        panel = np.rint(vertex.x)
        panel[near] = 0.0
        found = Dive(self._diver, self._part(direction, near, self._rows.times(panel))).run()
        if found is None:
            return None
        panel[near] = found
        return panel.astype(np.int64)

    def _near_columns(self, vertex: Answer) -> NDArray[np.int64]:
        """The fractional columns and those with the smallest reduced costs, ascending."""
        is_fractional = np.abs(vertex.x - np.rint(vertex.x)) > WHOLE
        distance = np.where(is_fractional, -1.0, np.abs(vertex.reduced))
        return np.sort(np.argsort(distance, kind="stable")[: COLUMNS_PER_ROW * self._rows.quotas])

    def _part(self, direction: Floats, near: NDArray[np.int64], taken: Floats) -> Program:
        """The program of the near columns, with the seats of the others taken off the rows."""
        matrix, kept = self._rows.part(near)
        return Program(
            cost=direction[near],
            lower=self.program.lower[near],
            upper=self.program.upper[near],
            matrix=matrix,
            row_lower=(self.program.row_lower - taken)[kept],
            row_upper=(self.program.row_upper - taken)[kept],
        )


class Dive:
    """From a vertex of a small relaxation to a whole point, by fixing fractional entries."""

    def __init__(self, solver: Solver, program: Program) -> None:
        self._solver = solver
        solver.load(program)
        self._lower = program.lower.copy()
        self._upper = program.upper.copy()

    def run(self) -> Floats | None:
        """A whole point, or None at a dead end."""
        answer = self._solve()
        while answer.status is Status.OPTIMAL:
            nearest = np.rint(answer.x)
            away = np.abs(answer.x - nearest)
            if away.max() <= WHOLE:
                return nearest
            answer = self._fix(answer.x, _nearest_first(away), away)
        return None

    def _solve(self) -> Answer:
        self._solver.set_bounds(self._lower, self._upper)
        return self._solver.run(primal=True)

    def _fix(self, x: Floats, order: NDArray[np.int64], away: Floats) -> Answer:
        """Hold the safe entries at their nearest whole numbers; or the safest one; or its other side."""
        before = self._lower.copy(), self._upper.copy()
        safe = order[away[order] <= SAFE]
        if len(safe) > 1:
            answer = self._hold(safe, x)
            if answer.status is Status.OPTIMAL:
                return answer
            self._lower, self._upper = before[0].copy(), before[1].copy()
        answer = self._hold(order[:1], x)
        if answer.status is Status.OPTIMAL:
            return answer
        self._lower, self._upper = before
        return self._turn(int(order[0]), x)

    def _hold(self, entries: NDArray[np.int64], x: Floats) -> Answer:
        self._lower[entries] = self._upper[entries] = np.rint(x[entries])
        return self._solve()

    def _turn(self, entry: int, x: Floats) -> Answer:
        """The side that rounding would not have taken."""
        if np.rint(x[entry]) < x[entry]:
            self._lower[entry] = np.ceil(x[entry])
        else:
            self._upper[entry] = np.floor(x[entry])
        return self._solve()


def _nearest_first(away: Floats) -> NDArray[np.int64]:
    """Fractional entries, nearest to a whole number first."""
    fractional = np.flatnonzero(away > WHOLE)
    return fractional[np.argsort(away[fractional], kind="stable")]


def _panel_program(types: Types, rows: Rows) -> Program:
    """The relaxation in seats: columns m_t, rows seats, quotas and household classes."""
    return Program(
        cost=np.zeros(types.number),
        lower=np.zeros(types.number),
        upper=types.counts.astype(np.float64),
        matrix=rows.entries(np.ones(types.number)),
        row_lower=rows.lower,
        row_upper=rows.upper,
    )

"""Find whole panels: integer vectors m with sum m = k, 0 <= m <= c, l <= A m <= u, that are large in a
direction.

Diving: a warm-started simplex solve gives a vertex of the relaxation, which has at most F + 1 fractional
entries. Fix the entry nearest to a whole number, re-solve by dual simplex, on a dead end try the other side,
and in the last resort ask the integer program. (Handbook sortition.md, section 2.3.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .errors import Undecided
from .grouping import Floats, Ints, Types
from .highs import Answer, Program, Solver, Status, dense

WHOLE = 1e-6
# Entries this near to a whole number are fixed together: a third of the linear programs (measured on
# like_obf_30).
SAFE = 0.2
# Branch-and-bound nodes, not seconds: the same panels on a slow machine as on a fast one.
NODE_LIMIT = 20_000


class NoPanel(Exception):
    """Proved by the integer program: no panel meets all quotas within the bounds asked for."""


class PanelFinder:
    """All searches for one set of quotas; keeps a warm linear program and makes integer programs on
    demand."""

    def __init__(self, types: Types) -> None:
        self._program = panel_program(types)
        self._lp = Solver(self._program)
        self.upper = types.counts.astype(np.float64)
        self.dives = 0
        self.exact = 0

    def forbid(self, types: NDArray[np.bool_]) -> None:
        """No panel may hold these (impossible) types any more: shorter searches, nothing is lost."""
        self.upper = np.where(types, 0.0, self.upper)

    def find(self, direction: Floats) -> Ints:
        """A panel with a large direction.m: a dive, and the integer program where the dive gets stuck.

        Raises `NoPanel` or `Undecided`.
        """
        self.dives += 1
        self._lp.set_costs(direction)
        found = self._dive(np.zeros_like(self.upper), self.upper.copy())
        return self.find_exact(direction) if found is None else found

    def find_exact(self, direction: Floats, lower: Floats | None = None) -> Ints:
        """argmax direction.m over all panels with m >= lower, by branch and bound."""
        self.exact += 1
        floor = np.zeros_like(self.upper) if lower is None else lower
        program = panel_program_like(self._program, direction, floor, self.upper)
        answer = Solver(program, presolve=True, nodes=NODE_LIMIT).run()
        if answer.status is Status.INFEASIBLE:
            raise NoPanel
        if answer.status is Status.LIMIT:
            raise Undecided
        return np.rint(answer.x).astype(np.int64)

    def most(self, kind: int) -> float:
        """Linear bound on the seats one type can have in any panel."""
        self._lp.set_costs(np.eye(1, len(self.upper), kind)[0])
        return self._bounded(np.zeros_like(self.upper), self.upper).value

    def _bounded(self, lower: Floats, upper: Floats) -> Answer:
        self._lp.set_bounds(lower, upper)
        return self._lp.run()

    def _dive(self, lower: Floats, upper: Floats) -> Ints | None:
        answer = self._bounded(lower, upper)
        while answer.status is Status.OPTIMAL:
            nearest = np.rint(answer.x)
            away = np.abs(answer.x - nearest)
            if away.max() <= WHOLE:
                return nearest.astype(np.int64)
            answer = self._fix(answer.x, _safest(away), lower, upper)
        return None

    def _fix(self, x: Floats, entries: Ints, lower: Floats, upper: Floats) -> Answer:
        """Hold fractional entries at their nearest whole numbers. A dead end: let go, send the first the
        other way."""
        before = lower.copy(), upper.copy()
        lower[entries] = upper[entries] = np.rint(x[entries])
        answer = self._bounded(lower, upper)
        if answer.status is Status.INFEASIBLE:
            lower[:], upper[:] = before
            first = entries[0]
            if np.rint(x[first]) < x[first]:
                lower[first] = np.ceil(x[first])
            else:
                upper[first] = np.floor(x[first])
            answer = self._bounded(lower, upper)
        return answer


def _safest(away: Floats) -> Ints:
    """The fractional entries nearest to a whole number: the nearest one, and with it all that are within
    SAFE."""
    fractional = np.flatnonzero(away > WHOLE)
    order = fractional[np.argsort(away[fractional], kind="stable")]
    return order[: max(1, int((away[order] < SAFE).sum()))]


def panel_program(types: Types) -> Program:
    """The relaxation in seats: columns m_t, rows seats and quotas."""
    return Program(
        cost=np.zeros(types.number),
        lower=np.zeros(types.number),
        upper=types.counts.astype(np.float64),
        matrix=dense(np.vstack([np.ones(types.number), types.incidence])),
        row_lower=np.concatenate([[types.size], types.lower]),
        row_upper=np.concatenate([[types.size], types.upper]),
    )


def panel_program_like(program: Program, cost: Floats, lower: Floats, upper: Floats) -> Program:
    """The same rows with other costs and bounds, all columns whole."""
    return Program(
        cost=cost,
        lower=lower,
        upper=upper,
        matrix=program.matrix,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        integers=np.ones(len(cost), dtype=np.bool_),
    )

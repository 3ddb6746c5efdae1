"""The master program: the weights of known panels that leave the smallest shortfall. Flanigan, Gölz, Gupta,
Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 596 (2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grouping import Floats, Ints
from .highs import INFINITY, Program, Solver, Status, dense

LEAST_WEIGHT = 1e-13
Panels = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True)
class Mix:
    """Panels (P, T) as seats per type, and weights (P,) that add up to 1."""

    panels: Panels
    weights: Floats

    @classmethod
    def of(cls, panels: Panels, weights: Floats) -> Mix:
        """The panels with a weight worth the name."""
        used = np.flatnonzero(weights > LEAST_WEIGHT)
        return cls(panels[used], weights[used] / weights[used].sum())


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

    def iterations(self) -> int:
        """Simplex iterations of the last time it was solved."""
        return self._solver.iterations()

    def solve(self) -> tuple[float, Floats, Floats]:
        """ε, the weights (P,) and the price of a seat of each type (T,)."""
        answer = self._solver.run()
        if answer.status is not Status.OPTIMAL:
            raise ArithmeticError("the master program of a lottery has an optimum")
        return float(answer.x[0]), np.maximum(answer.x[1:], 0.0), answer.duals[: self._number]

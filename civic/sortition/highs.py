"""A thin typed door to HiGHS: whole arrays in, whole arrays out, the same answer on every run.

Huangfu and Hall, *Parallelizing the dual revised simplex method*, Math. Prog. Comp. 10 (2018); HiGHS is MIT.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from .grouping import Floats

INFINITY = float("inf")
# Far below the 1e-5 that `optimal` promises; docs/sortition.md, section 2.
TOLERANCE = 1e-9

Indices = NDArray[np.int32]
_Highs: Any = highspy.Highs  # only half of it has types


class Status(Enum):
    """What the solver proved."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    LIMIT = "limit"


_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    # no columns at all: nobody left who can be drawn, and seats to fill
    highspy.HighsModelStatus.kModelEmpty: Status.INFEASIBLE,
}
# a node limit is a solution limit to HiGHS
_PROVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
# Where panels are known already the time is better spent on the proof: a quarter of it, on like_hd_30.
WITHOUT_HEURISTICS: dict[str, bool | float] = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
}


@dataclass(frozen=True, slots=True)
class Entries:
    """A sparse matrix as sorted triples: value[e] stands in (row[e], column[e]); rows ascend."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: Floats


def dense(matrix: Floats) -> Entries:
    """The non-zeros of a dense R x N array."""
    row, column = matrix.nonzero()
    return Entries(row=row, column=column, value=matrix[row, column])


@dataclass(frozen=True, slots=True)
class Program:
    """Optimise cost.x subject to lower <= x <= upper (N columns), row_lower <= M x <= row_upper (R rows)."""

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: Entries
    row_lower: Floats
    row_upper: Floats
    maximize: bool = True
    integers: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Status with primal values (N), row duals (R), reduced costs (N) and the objective; empty if not
    solved."""

    status: Status
    value: float = 0.0
    x: Floats = field(default_factory=lambda: np.zeros(0))
    duals: Floats = field(default_factory=lambda: np.zeros(0))
    reduced: Floats = field(default_factory=lambda: np.zeros(0))


class Solver:
    """One warm-started HiGHS instance over one `Program` whose costs, bounds and columns may change."""

    def __init__(
        self,
        program: Program,
        *,
        presolve: bool = False,
        nodes: int | None = None,
        heuristics: bool = True,
    ) -> None:
        self._highs = _Highs()
        self._configure(presolve=presolve, nodes=nodes)
        if not heuristics:
            for name, value in WITHOUT_HEURISTICS.items():
                self._highs.setOptionValue(name, value)
        self.load(program)

    def _configure(self, *, presolve: bool, nodes: int | None) -> None:
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,  # more threads make the path, and so the bytes, depend on the machine
            "parallel": "off",
            "random_seed": 0,
            "presolve": "on" if presolve else "off",
            "solver": "choose" if nodes is not None else "simplex",
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 1e-6,
        }
        if nodes is not None:
            options["mip_max_nodes"] = nodes
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def load(self, program: Program) -> None:
        """Another program in the same instance: a tenth of a millisecond less than a new one."""
        self._columns = np.arange(len(program.cost), dtype=np.int32)
        self.rows = len(program.row_lower)
        entries = program.matrix
        starts = np.searchsorted(entries.row, np.arange(len(program.row_lower) + 1)).astype(np.int32)
        integers = np.zeros(len(program.cost), dtype=np.int32)
        if program.integers is not None:
            integers = program.integers.astype(np.int32)
        self._highs.passModel(
            len(program.cost),
            len(program.row_lower),
            len(entries.row),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMaximize if program.maximize else highspy.ObjSense.kMinimize),
            0.0,
            program.cost,
            program.lower,
            program.upper,
            program.row_lower,
            program.row_upper,
            starts,
            entries.column.astype(np.int32),
            entries.value,
            integers,
        )

    def set_costs(self, cost: Floats) -> None:
        """Replace the objective of all columns the program was made with."""
        self._highs.changeColsCost(len(self._columns), self._columns, cost)

    def set_bounds(self, lower: Floats, upper: Floats) -> None:
        """Replace both bounds of all columns the program was made with."""
        self._highs.changeColsBounds(len(self._columns), self._columns, lower, upper)

    def set_row_bounds(self, rows: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Replace both bounds of some rows."""
        self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper)

    def add_columns(self, columns: list[tuple[Indices, Floats]]) -> None:
        """Add free-to-grow columns (0 <= x, cost 0), each given as (row indices, values)."""
        lengths = np.array([len(index) for index, _ in columns], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
        new = len(columns)
        self._highs.addCols(
            new,
            np.zeros(new),
            np.zeros(new),
            np.full(new, INFINITY),
            int(lengths.sum()),
            starts,
            np.concatenate([index for index, _ in columns]),
            np.concatenate([values for _, values in columns]),
        )

    def run(self, *, primal: bool = False) -> Answer:
        """Solve from the last basis. Any status but optimal comes back without values; `primal` leaves out
        duals and objective, which take longer to read than a small program takes to solve."""
        self._highs.run()
        status = _STATUS.get(self._highs.getModelStatus(), Status.LIMIT)
        if status is not Status.OPTIMAL:
            return Answer(status)
        solution = self._highs.getSolution()
        if primal:
            return Answer(status=status, x=np.array(solution.col_value))
        return Answer(
            status=status,
            value=float(self._highs.getInfo().objective_function_value),
            x=np.array(solution.col_value),
            duals=np.array(solution.row_dual),
            reduced=np.array(solution.col_dual),
        )

    def start_from(self, x: Floats) -> None:
        """A solution (N) that an integer program has to beat."""
        solution = highspy.HighsSolution()
        solution.col_value = x.tolist()
        self._highs.setSolution(solution)

    def dual_bound(self) -> float:
        """What the integer program (a maximum) of the last run proved: no solution is better. Infinite where
        it ended in any other way than with an optimum or at a limit."""
        proved = self._highs.getModelStatus() in _PROVED
        return float(self._highs.getInfo().mip_dual_bound) if proved else INFINITY

    def iterations(self) -> int:
        """Simplex iterations of the last run."""
        return int(self._highs.getInfo().simplex_iteration_count)


def version() -> str:
    """Version of the solver library, for `run.json`."""
    return cast(str, _Highs().version())

"""Leximin over the marginals: an upper bound on every lottery, from a short series of small LPs.

Q = { q in R^T : sum q = k, 0 <= q <= c, l <= A q <= u, at most N_h per household class }. Every lottery's
expected seats lie in Q, so the leximin vector of p_t = q_t / c_t over Q bounds every lottery level by level.
Leximin by repeated linear programming: Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for
selecting citizens' assemblies*, Nature 596 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grouping import Floats, Ints, Types
from .highs import INFINITY, Answer, Entries, Program, Solver, Status
from .lottery import SCALE, Cut, Level
from .rows import Rows

# Slack per head on settled levels. None is best: over a thousand types even 1e-7 adds up to a visibly wrong
# level. Only when rounding makes a round infeasible is it tried again with the next one.
SETTLED_SLACKS = (0.0, 1e-9, 1e-8, 1e-7)
# A per-head dual above this share of the largest is taken as positive. Missing a tight type costs one more
# round; settling one that is not tight would be wrong, so the threshold is far above the solver's noise.
POSITIVE_DUAL = 1e-4


@dataclass(frozen=True, slots=True)
class Target:
    """levels[t] = p*_t (T, probability per head; 0 for impossible types); bound = the first level settled;
    proofs = the dual solution of every round; seats = expected seats that reach the levels and lie in Q (T):
    for leximin these are the levels themselves, for maximin there is room above them."""

    levels: Floats
    bound: float
    proofs: tuple[Level, ...]
    seats: Floats

    @property
    def rounds(self) -> int:
        return len(self.proofs)


class EmptyRelaxation(Exception):
    """Q itself is empty: not even in expectation can the quotas be met."""


def relax(
    types: Types, impossible: NDArray[np.bool_], *, cuts: Sequence[Cut] = (), maximin: bool = False
) -> Target:
    """Leximin over Q with q_t = 0 for impossible types. With `maximin` only its first level is claimed and
    proved; the seats are leximin's, for they lie well inside Q, where panels are easily found.

    Round: max z  s.t.  p c in Q,  p_t >= z (open t),  p_t >= level_t (settled t),  the cuts.
    An open type whose constraint has a positive dual is tight in every optimum, so its level is z for good.
    Raises `EmptyRelaxation` if the first round has no solution.
    """
    active = np.flatnonzero(~impossible)
    program, kept, units = _program(types, active, cuts)
    solver = Solver(program)
    levels = np.full(len(active), -1.0)
    proofs: list[Level] = []
    while (levels < 0).any():
        answer = _round(solver, levels)
        level = min(1.0, max(0.0, answer.value))
        heads = np.maximum(0.0, -answer.duals[-len(active) :])
        tight = _tight(heads / types.counts[active], levels < 0)
        prices = answer.duals[: len(kept)] / units
        proofs.append(_proof(level, active, np.where(tight, heads, 0.0), (kept, prices)))
        levels[tight] = level
    full = np.zeros(types.number)
    full[active] = levels
    bound, seats = proofs[0].value, full * types.counts
    if maximin:
        return Target(np.where(impossible, 0.0, bound), bound, (proofs[0],), seats)
    return Target(full, bound, tuple(proofs), seats)


def _proof(level: float, active: Ints, heads: Floats, prices: tuple[Ints, Floats]) -> Level:
    """The duals of a round in whole parts of SCALE, those of zero left out."""
    whole = np.rint(heads * SCALE).astype(np.int64)
    rows, values = prices
    parts = np.rint(values * SCALE).astype(np.int64)
    return Level(
        value=level,
        heads=tuple((int(active[one]), int(whole[one])) for one in np.flatnonzero(whole)),
        prices=tuple((int(rows[one]), int(parts[one])) for one in np.flatnonzero(parts)),
    )


def _program(types: Types, active: Ints, cuts: Sequence[Cut]) -> tuple[Program, Ints, Floats]:
    """Variables p_1..p_T', z. Rows: seats, quotas, household classes, cuts; then one link p_t - z >= 0 per
    active type. Also which row of the proofs each of the former is, and its unit."""
    rows = Rows(types, cuts)
    head, kept = rows.part(active)
    number, links = len(active), np.arange(len(active))
    link_rows = len(kept) + np.repeat(links, 2)
    link_columns = np.column_stack([links, np.full(number, number)]).ravel()
    program = Program(
        cost=np.append(np.zeros(number), 1.0),
        lower=np.zeros(number + 1),
        # z itself is free: its only bounds are people, so that every level has somebody's dual to prove it
        upper=np.append(np.ones(number), INFINITY),
        matrix=Entries(
            row=np.concatenate([head.row, link_rows]),
            column=np.concatenate([head.column, link_columns]),
            value=np.concatenate(
                [head.value * types.counts[active][head.column], np.tile([1.0, -1.0], number)]
            ),
        ),
        row_lower=np.concatenate([rows.lower[kept], np.zeros(number)]),
        row_upper=np.concatenate([rows.upper[kept], np.full(number, INFINITY)]),
    )
    return program, kept, rows.units[kept]


def _tight(per_head: Floats, is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open types with a positive dual. The duals add up to 1, so at least the largest one is."""
    dual = np.where(is_open, per_head, 0.0)
    tight: NDArray[np.bool_] = is_open & (dual >= POSITIVE_DUAL * dual.max())
    return tight


def _round(solver: Solver, levels: Floats) -> Answer:
    """One LP, with the smallest slack that works."""
    for slack in SETTLED_SLACKS:
        _release(solver, levels, slack)
        answer = solver.run()
        if answer.status is Status.OPTIMAL:
            return answer
    raise EmptyRelaxation


def _release(solver: Solver, levels: Floats, slack: float) -> None:
    """Settled types: drop the link to z, keep p_t >= level - slack."""
    settled = levels >= 0
    number = len(levels)
    floor = np.where(settled, np.maximum(0.0, levels - slack), 0.0)
    solver.set_bounds(np.append(floor, 0.0), np.append(np.ones(number), INFINITY))
    links = solver.rows - number + np.arange(number)
    solver.set_row_bounds(links, np.where(settled, -INFINITY, 0.0), np.full(number, INFINITY))

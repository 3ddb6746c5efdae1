"""Leximin over the marginals: an upper bound on every lottery, from a short series of small LPs.

Q = { q in R^T : sum q = k, 0 <= q <= c, l <= A q <= u }. Every lottery's expected seats lie in Q, so the
leximin vector of p_t = q_t / c_t over Q bounds every lottery level by level. Leximin by repeated linear
programming: Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*,
Nature 596 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grouping import Floats, Types
from .highs import INFINITY, Answer, Entries, Program, Solver, Status

# Slack per head on settled levels. None is best: over a thousand types even 1e-7 adds up to a visibly wrong
# level. Only when rounding makes a round infeasible is it tried again with the next one.
SETTLED_SLACKS = (0.0, 1e-9, 1e-8, 1e-7)
# A per-head dual above this share of the largest is taken as positive. Missing a tight type costs one more
# round; settling one that is not tight would be wrong, so the threshold is far above the solver's noise.
POSITIVE_DUAL = 1e-4


@dataclass(frozen=True, slots=True)
class Target:
    """levels[t] = p*_t (T, probability per head; 0 for impossible types); bound = the first level settled."""

    levels: Floats
    bound: float
    rounds: int


class EmptyRelaxation(Exception):
    """Q itself is empty: not even in expectation can the quotas be met."""


def relax(types: Types, impossible: NDArray[np.bool_], *, maximin: bool = False) -> Target:
    """Leximin (or, with `maximin`, its first level only) over Q with q_t = 0 for impossible types.

    Round: max z  s.t.  p c in Q,  p_t >= z (open t),  p_t >= level_t (settled t).
    An open type whose constraint has a positive dual is tight in every optimum, so its level is z for good.
    Raises `EmptyRelaxation` if the first round has no solution.
    """
    active = np.flatnonzero(~impossible)
    solver = Solver(_program(types, active))
    levels = np.full(len(active), -1.0)
    bound, rounds = 0.0, 0
    while (levels < 0).any():
        answer = _round(solver, types, levels)
        level = min(1.0, max(0.0, answer.value))
        bound = bound if rounds else level
        rounds += 1
        per_head = np.abs(answer.duals[-len(active) :]) / types.counts[active]
        tight = levels < 0 if maximin else _tight(per_head, levels < 0)
        levels[tight] = level
    full = np.zeros(types.number)
    full[active] = levels
    return Target(levels=full, bound=bound, rounds=rounds)


def _program(types: Types, active: NDArray[np.int64]) -> Program:
    """Variables p_1..p_T', z; rows: seats, quotas, then one link p_t - z >= 0 per active type."""
    counts = types.counts[active].astype(np.float64)
    head = np.vstack([np.ones(len(active)), types.incidence[:, active]]) * counts
    row, column = head.nonzero()
    number, links = len(active), np.arange(len(active))
    link_rows = len(head) + np.repeat(links, 2)
    link_columns = np.column_stack([links, np.full(number, number)]).ravel()
    return Program(
        cost=np.append(np.zeros(number), 1.0),
        lower=np.zeros(number + 1),
        upper=np.ones(number + 1),
        matrix=Entries(
            row=np.concatenate([row, link_rows]),
            column=np.concatenate([column, link_columns]),
            value=np.concatenate([head[row, column], np.tile([1.0, -1.0], number)]),
        ),
        row_lower=np.concatenate([[types.size], types.lower, np.zeros(number)]),
        row_upper=np.concatenate([[types.size], types.upper, np.full(number, INFINITY)]),
    )


def _tight(per_head: Floats, is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open types with a positive dual. The duals add up to 1, so at least the largest one is."""
    dual = np.where(is_open, per_head, 0.0)
    tight: NDArray[np.bool_] = is_open & (dual >= POSITIVE_DUAL * dual.max())
    return tight


def _round(solver: Solver, types: Types, levels: Floats) -> Answer:
    """One LP, with the smallest slack that works."""
    for slack in SETTLED_SLACKS:
        _release(solver, types, levels, slack)
        answer = solver.run()
        if answer.status is Status.OPTIMAL:
            return answer
    raise EmptyRelaxation


def _release(solver: Solver, types: Types, levels: Floats, slack: float) -> None:
    """Settled types: drop the link to z, keep p_t >= level - slack."""
    settled = levels >= 0
    number = len(levels)
    floor = np.where(settled, np.maximum(0.0, levels - slack), 0.0)
    solver.set_bounds(np.append(floor, 0.0), np.ones(number + 1))
    links = 1 + len(types.lower) + np.arange(number)
    solver.set_row_bounds(links, np.where(settled, -INFINITY, 0.0), np.full(number, INFINITY))

"""What to say when no panel meets all quotas: which quotas fail on their own, and the smallest change that
helps."""

from __future__ import annotations

import numpy as np

from .errors import ImpossibleQuotas, QuotaChange
from .grouping import Floats, Types
from .highs import INFINITY, Program, Solver, Status, dense
from .problem import Problem, supply_errors

NODE_LIMIT = 50_000


def explain(problem: Problem, types: Types) -> ImpossibleQuotas:
    """The error to raise: single impossible quotas with counts, and a smallest joint relaxation."""
    errors = supply_errors(problem.pool, problem.quotas, problem.size)
    return ImpossibleQuotas(errors, smallest_relaxation(problem, types))


def smallest_relaxation(problem: Problem, types: Types) -> list[QuotaChange]:
    """Quota bounds to move so that a panel exists, with the smallest total move.

    min Σ_f (d_f + e_f)  s.t.  l_f - d_f <= Σ_t A_ft m_t <= u_f + e_f,
          Σ m = k,  0 <= m <= c,  0 <= d_f <= l_f,  all whole.
    """
    number, quotas = types.number, len(types.lower)
    answer = Solver(_program(types), presolve=True, nodes=NODE_LIMIT).run()
    if answer.status is not Status.OPTIMAL:
        return []
    moves = np.rint(answer.x[number:]).astype(int)
    down, up = moves[:quotas], moves[quotas:]
    return [
        QuotaChange(
            condition=quota.condition,
            old=(quota.minimum, quota.maximum),
            new=(quota.minimum - int(down[row]), quota.maximum + int(up[row])),
        )
        for row, quota in enumerate(problem.quotas)
        if down[row] or up[row]
    ]


def _program(types: Types) -> Program:
    """Columns m (T), d (F), e (F); rows: seats, A m + d >= l, A m - e <= u."""
    number, quotas = types.number, len(types.lower)
    nothing, unit = np.zeros((quotas, quotas)), np.eye(quotas)
    seats = np.concatenate([np.ones(number), np.zeros(2 * quotas)])
    at_least = np.hstack([types.incidence, unit, nothing])
    at_most = np.hstack([types.incidence, nothing, -unit])
    upper: Floats = np.concatenate([types.counts, types.lower, np.full(quotas, float(types.size))])
    free = np.full(quotas, INFINITY)
    return Program(
        cost=np.concatenate([np.zeros(number), np.ones(2 * quotas)]),
        lower=np.zeros(len(upper)),
        upper=upper.astype(np.float64),
        matrix=dense(np.vstack([seats, at_least, at_most])),
        row_lower=np.concatenate([[types.size], types.lower, -free]),
        row_upper=np.concatenate([[types.size], free, types.upper]),
        maximize=False,
        integers=np.ones(len(upper), dtype=np.bool_),
    )

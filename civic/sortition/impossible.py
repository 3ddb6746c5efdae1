"""What to say when no panel meets all quotas: which quotas fail on their own, and the smallest change that
helps."""

from __future__ import annotations

import numpy as np

from .errors import ImpossibleQuotas, QuotaChange
from .grouping import Floats, Types
from .highs import INFINITY, Entries, Program, Solver, Status
from .problem import Problem
from .question import Quota
from .rows import Rows
from .validation import supply_errors

NODE_LIMIT = 50_000
# A move outside the room that a quota's `flex` gives costs as much as this many moves inside it.
OUTSIDE = 1_000.0


def explain(problem: Problem, types: Types) -> ImpossibleQuotas:
    """The error to raise: single impossible quotas with counts, and a smallest joint relaxation."""
    return ImpossibleQuotas(supply_errors(problem), smallest_relaxation(problem, types))


def smallest_relaxation(problem: Problem, types: Types) -> list[QuotaChange]:
    """Quota bounds to move so that a panel exists, with the smallest total move, weighted.

    min Σ_f w_f (d_f + e_f) + 1000 w_f (D_f + E_f)
        s.t.  l_f - d_f - D_f <= Σ_t A_ft m_t <= u_f + e_f + E_f,   Σ m = k,   0 <= m <= c,
              d_f <= l_f - lowest_f,  e_f <= highest_f - u_f   (the room that `flex` gives),
              household classes as they are, all whole.

    Without `flex` all moves count alike. Empty if no change of quotas helps (too few people), or if the
    integer program hit its node limit.
    """
    rows = Rows(types)
    answer = Solver(_program(problem, types, rows), presolve=True, nodes=NODE_LIMIT).run()
    if answer.status is not Status.OPTIMAL:
        return []
    inside_down, outside_down, inside_up, outside_up = (
        np.rint(answer.x[types.number :]).reshape(4, -1).astype(int)
    )
    down, up = inside_down + outside_down, inside_up + outside_up
    return [
        QuotaChange(
            condition=quota.condition,
            old=(quota.minimum, quota.maximum),
            new=(quota.minimum - int(down[row]), quota.maximum + int(up[row])),
            label=quota.label,
        )
        for row, quota in enumerate(problem.quotas)
        if down[row] or up[row]
    ]


def _program(problem: Problem, types: Types, rows: Rows) -> Program:
    """Columns m (T), d, D, e, E (F each). Rows: as the panels have them, but the quotas twice:
    A m + d + D >= l, then A m - e - E <= u at the end."""
    number, quotas, total = types.number, len(types.lower), len(rows)
    base = rows.entries(np.ones(number))
    place = np.arange(quotas)
    again = (base.row >= 1) & (base.row <= quotas)
    matrix = Entries(
        row=np.concatenate(
            [base.row, 1 + place, 1 + place, total - 1 + base.row[again], total + place, total + place]
        ),
        column=np.concatenate(
            [
                *(base.column, number + place, number + quotas + place),
                *(base.column[again], number + 2 * quotas + place, number + 3 * quotas + place),
            ]
        ),
        value=np.concatenate([base.value, np.ones(2 * quotas), base.value[again], np.full(2 * quotas, -1.0)]),
    )
    order = np.argsort(matrix.row, kind="stable")
    weights = np.array([quota.weight for quota in problem.quotas])
    is_quota = (np.arange(total) >= 1) & (np.arange(total) <= quotas)
    upper = np.concatenate([types.counts, *_room(problem.quotas)])
    return Program(
        cost=np.concatenate([np.zeros(number), weights, OUTSIDE * weights, weights, OUTSIDE * weights]),
        lower=np.zeros(len(upper)),
        upper=upper,
        matrix=Entries(matrix.row[order], matrix.column[order], matrix.value[order]),
        row_lower=np.concatenate([rows.lower, np.full(quotas, -INFINITY)]),
        row_upper=np.concatenate([np.where(is_quota, INFINITY, rows.upper), types.upper]),
        maximize=False,
        integers=np.ones(len(upper), dtype=np.bool_),
    )


def _room(quotas: tuple[Quota, ...]) -> list[Floats]:
    """How far each of d, D, e and E may go (F each)."""
    low = [quota.minimum - (quota.flex[0] if quota.flex else 0) for quota in quotas]
    high = [float(quota.flex[1] - quota.maximum) if quota.flex else INFINITY for quota in quotas]
    below = [float(quota.flex[0]) if quota.flex else 0.0 for quota in quotas]
    above = [INFINITY if quota.flex else 0.0 for quota in quotas]
    return [np.array(one, dtype=np.float64) for one in (low, below, high, above)]

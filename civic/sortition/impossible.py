"""What to say when no panel meets all quotas: which quotas fail on their own, and the smallest change that
helps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .errors import ImpossibleQuotas, QuotaChange
from .grouping import Floats, Ints, Types
from .highs import INFINITY, Entries, Program, Solver, Status
from .problem import Problem
from .question import Quota
from .rows import Rows
from .validation import supply_errors

NODE_LIMIT = 50_000
# weights count in millionths: LIGHTEST is a thousand of them
PARTS = 1_000_000
# No seat costs more bits than this in a program. Two sums that differ do so by 1/1024 or more, far above the
# solver's gap of 1e-6, and the sums stay far below what a float holds exactly.
PRICE_BITS = 20


def explain(problem: Problem, types: Types) -> ImpossibleQuotas:
    """The error to raise: single impossible quotas with counts, and a smallest joint relaxation."""
    return ImpossibleQuotas(supply_errors(problem), smallest_relaxation(problem, types))


def smallest_relaxation(problem: Problem, types: Types) -> list[QuotaChange]:
    """Quota bounds to move so that a panel exists: beyond the room that `flex` gives as little as can be,
    and then within it as little as can be, both weighted.

    lexmin ( Σ_f w_f (D_f + E_f),  Σ_f w_f (d_f + e_f) )
        s.t.  l_f - d_f - D_f <= Σ_t A_ft m_t <= u_f + e_f + E_f,   Σ m = k,   0 <= m <= c,
              d_f <= l_f - lowest_f,  e_f <= highest_f - u_f   (the room that `flex` gives),
              household classes as they are, all whole.

    Two integer programs: the second holds the first sum at its optimum. Without `flex` all moves are within
    the room, and there is one. Weights are whole millionths over their greatest common divisor, so that two
    sums that differ do so by far more than the solver's gap: the optimum is exact.
    Empty if no change of quotas helps (too few people), or if a program hit its node limit.
    """
    parts = _parts(problem.quotas)
    within, beyond = np.kron([1, 0, 1, 0], parts), np.kron([0, 1, 0, 1], parts)
    program = _program(problem, types)
    if any(quota.flex for quota in problem.quotas):
        moves = _cheapest(program, beyond)
        if moves is None:
            return []
        program = _held(program, beyond, int(beyond @ moves))
    moves = _cheapest(program, within)
    if moves is None:
        return []
    inside_down, outside_down, inside_up, outside_up = moves.reshape(4, -1)
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


def _parts(quotas: Sequence[Quota]) -> Ints:
    """The weights (F) as the smallest whole numbers in the same proportion, to a millionth."""
    parts = [round(quota.weight * PARTS) for quota in quotas]
    return np.array(parts, dtype=np.int64) // max(1, math.gcd(*parts))


def _price(parts: Ints) -> float:
    """What a part costs in a program: 1, or a power of two below it that no rounding spoils."""
    return 0.5 ** max(0, int(parts.max(initial=0)).bit_length() - PRICE_BITS)


def _cheapest(program: Program, parts: Ints) -> Ints | None:
    """The moves (4F) with the smallest sum at these parts a seat; None without an optimum."""
    cost = np.zeros(len(program.cost))
    first = len(cost) - len(parts)
    cost[first:] = parts * _price(parts)
    answer = Solver(replace(program, cost=cost), presolve=True, nodes=NODE_LIMIT).run()
    return np.rint(answer.x[first:]).astype(np.int64) if answer.status is Status.OPTIMAL else None


def _held(program: Program, parts: Ints, most: int) -> Program:
    """The program with one row more: the moves cost at most so many parts. All sums are whole, so half a part
    of room changes nothing and keeps the row clear of rounding."""
    matrix, price = program.matrix, _price(parts)
    moves = np.arange(len(program.cost) - len(parts), len(program.cost))
    return replace(
        program,
        matrix=Entries(
            row=np.concatenate([matrix.row, np.full(len(moves), len(program.row_lower))]),
            column=np.concatenate([matrix.column, moves]),
            value=np.concatenate([matrix.value, parts * price]),
        ),
        row_lower=np.append(program.row_lower, -INFINITY),
        row_upper=np.append(program.row_upper, (most + 0.5) * price),
    )


def _program(problem: Problem, types: Types) -> Program:
    """Columns m (T), d, D, e, E (F each). Rows: as the panels have them, but the quotas twice:
    A m + d + D >= l, then A m - e - E <= u at the end. Nothing has a price yet."""
    rows = Rows(types)
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
    is_quota = (np.arange(total) >= 1) & (np.arange(total) <= quotas)
    upper = np.concatenate([types.counts, *_room(problem.quotas)])
    return Program(
        cost=np.zeros(len(upper)),
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

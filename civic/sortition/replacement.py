"""Replacement: a new small draw for the seats of members who dropped out.

Who stays is a fixed member; who left can no longer be drawn; the others in the pool get a fair lottery over
the empty seats (security handbook 6.2: a replacement is a draw of its own). Quotas that the members who stay
and the people who are left cannot keep are named; they move, as little as possible, once somebody accepts it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from .errors import ImpossibleQuotas, QuotaChange
from .lottery import Lottery
from .problem import Problem
from .progress import Progress, silent
from .question import Quota
from .solve import solve
from .validation import supply_errors


@dataclass(frozen=True, slots=True)
class ReplacementDraw:
    """The outcome.

    problem   the small question that was drawn for: `problem.fixed` stay, quotas as they could be kept
    lottery   the fair lottery for it; the chances are those of the people still in the pool
    changes   the quotas that cannot be kept, old and new bounds; empty: every quota is kept
    """

    problem: Problem
    lottery: Lottery
    changes: tuple[QuotaChange, ...]


def replacement_problem(problem: Problem, confirmed: Iterable[str], dropped_out: Collection[str]) -> Problem:
    """The question for the empty seats: `confirmed` members hold theirs, `dropped_out` are out for good.

    Members with a seat before (`problem.fixed`) keep it unless they dropped out. Everyone else in the pool
    can be drawn, quotas and size stay as they were. Raises `InvalidProblem` with everything that is wrong:
    unknown ids, people in both lists, no seat left to fill, two confirmed members at one address.
    """
    return replace(
        problem,
        fixed=(*(one for one in problem.fixed if one not in dropped_out), *confirmed),
        excluded=(*problem.excluded, *dropped_out),
    )


def draw_replacement(
    problem: Problem,
    confirmed: Iterable[str],
    dropped_out: Collection[str],
    *,
    objective: str = "leximin",
    seed: int = 0,
    effort: int = 1,
    accept_changes: bool = False,
    progress: Progress = silent,
) -> ReplacementDraw:
    """A leximin lottery over the panels that hold all confirmed members and nobody who dropped out.

    If no such panel keeps every quota, the quotas move by the smallest total that lets one in, weighted
    (the integer program of `impossible.smallest_relaxation`), and the lottery is over the panels within the
    bounds moved so. Only with `accept_changes`: a person decides that, knowing the changes. Without it the
    proposal comes as `ImpossibleQuotas.changes`.

    Raises `InvalidProblem` as `replacement_problem`; `ImpossibleQuotas` where quotas have to move and that
    was not accepted, no change of quotas helps (too few people left) or the integer program hit its node
    limit; what `solve` raises.
    """
    small = replacement_problem(problem, confirmed, dropped_out)
    demand_people(small)
    changes: tuple[QuotaChange, ...] = ()
    try:
        lottery = solve(small, objective=objective, seed=seed, effort=effort, progress=progress)
    except ImpossibleQuotas as error:
        if not accept_changes:
            raise
        changes = error.changes  # none at the node limit: then the same error comes again
        small = relaxed(small, changes)
        lottery = solve(small, objective=objective, seed=seed, effort=effort, progress=progress)
    return ReplacementDraw(small, lottery, changes)


def demand_people(problem: Problem) -> None:
    """Raises `ImpossibleQuotas` where too few people can be drawn, whatever the quotas."""
    short = supply_errors(problem)
    if any(one.code == "too_few_open" for one in short):
        raise ImpossibleQuotas(short, ())


def relaxed(problem: Problem, changes: Iterable[QuotaChange]) -> Problem:
    """The same question with these quotas moved to their new bounds."""
    bounds = {one.label: one.new for one in changes}
    quotas = tuple(
        _moved(quota, bounds[quota.label]) if quota.label in bounds else quota for quota in problem.quotas
    )
    return replace(problem, quotas=quotas)


def _moved(quota: Quota, bounds: tuple[int, int]) -> Quota:
    low, high = bounds
    flex = None if quota.flex is None else (min(low, quota.flex[0]), max(high, quota.flex[1]))
    return Quota(
        quota.condition,
        low,
        high,
        constituencies=quota.constituencies,
        weight=quota.weight,
        flex=flex,
    )

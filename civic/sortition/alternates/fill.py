"""Real drop-outs: who of the reserve list takes a seat, and which quotas cannot be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import ProblemError
from ..grouping import Floats
from ..highs import INFINITY, Entries, Program, Solver
from ..problem import Problem
from ..question import Quota
from .people import Kinds, Loss, View, bound_addresses, loss_errors, panel_errors, people_errors, refuse
from .recourse import NEAR, NODE_LIMIT, Recourse, solved, stage_program


@dataclass(frozen=True, slots=True)
class Missed:
    """A quota that the filled panel does not keep."""

    quota: Quota
    seats: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who takes a seat, the panel after that (both sorted), who is still in reserve (in the order of the
    lot),
    the quotas that cannot be kept, their weighted loss, and the seats that stay empty."""

    seated: tuple[str, ...]
    panel: tuple[str, ...]
    reserves: tuple[str, ...]
    missed: tuple[Missed, ...]
    loss: float
    empty_seats: int


def fill(
    problem: Problem,
    panel: Sequence[str],
    alternates: Sequence[str],
    dropped_out: Collection[str],
    *,
    loss: Loss = "seats",
) -> Replacement:
    """The best use of a reserve list for the people who really dropped out.

    First the smallest quota loss, then as many seats filled as possible, then those who come first on the
    list:
        max Σ_j (n² - j) x_j   s.t.  loss(panel - dropped_out + x) = smallest,  Σ x <= free seats,  x in
        {0,1}^n
    `alternates` are the ids that can still be asked, in the order of the lot; `panel` is the present panel,
    so that the next drop-outs are filled the same way.

    Raises InvalidProblem with everything that is wrong; Undecided if the integer program hits its node limit.
    """
    view = View.of(problem)
    errors = [*panel_errors(view, panel), *loss_errors(loss)]
    refuse([*errors, *fill_errors(view, panel, alternates, dropped_out)])
    stayers = [one for one in panel if one not in set(dropped_out)]
    chosen = best_use(view, stayers, alternates, view.prices(loss))
    after = tuple(sorted([*stayers, *chosen]))
    counts = view.seats(after).sum(axis=1)
    missed = [
        Missed(quota, int(seats))
        for quota, seats in zip(problem.quotas, counts, strict=True)
        if not quota.minimum <= seats <= quota.maximum
    ]
    return Replacement(
        seated=tuple(sorted(chosen)),
        panel=after,
        reserves=tuple(one for one in alternates if one not in chosen),
        missed=tuple(missed),
        loss=float(view.prices(loss) @ view.outside(counts)),
        empty_seats=problem.size - len(after),
    )


def expected_loss(
    problem: Problem,
    panel: Sequence[str],
    reserves: Sequence[str],
    dropouts: Iterable[Sequence[str]],
    *,
    loss: Loss = "seats",
) -> float:
    """Mean quota loss over these sets of drop-outs, each filled as well as these reserves can.

    Raises InvalidProblem (drop-outs outside the panel are not people who drop out, and count for nothing);
    Undecided if an integer program hits its node limit.
    """
    view = View.of(problem)
    refuse([*panel_errors(view, panel), *loss_errors(loss), *fill_errors(view, panel, reserves, ())])
    each = np.arange(len(reserves))
    task = view.task(Kinds(view.seats(reserves), each, np.ones_like(each)), len(reserves), loss)
    return Recourse(task, view.scenarios(panel, list(dropouts))).mean_loss(np.ones(len(reserves)))


def best_use(view: View, stayers: Sequence[str], reserves: Sequence[str], price: Floats) -> set[str]:
    """The two programs of `fill`: smallest loss first; then seats and the order of the list."""
    if not reserves:
        return set()
    count, quotas = len(reserves), len(price)
    counts = view.seats(stayers).sum(axis=1)
    program = replace(
        stage_program(view.seats(reserves), price, whole=True),
        upper=np.append(np.ones(count), np.full(2 * quotas, INFINITY)),
        row_lower=np.append(view.lower - counts, 0.0),
        row_upper=np.append(view.upper - counts, float(view.problem.size - len(stayers))),
    )
    least = solved(Solver(program, presolve=True, nodes=NODE_LIMIT).run()).value
    second = _keep_loss(program, price, least + NEAR)
    worth = np.append(count**2 - np.arange(count, dtype=np.float64), np.zeros(2 * quotas))
    answer = solved(Solver(replace(second, cost=-worth), presolve=True, nodes=NODE_LIMIT).run())
    return {one for one, used in zip(reserves, answer.x, strict=False) if used > 0.5}


def _keep_loss(program: Program, price: Floats, most: float) -> Program:
    """The same program with one more row: the loss is at most `most`."""
    rows, columns, old = len(program.row_lower), len(program.cost), program.matrix
    added = np.arange(columns - 2 * len(price), columns)
    return replace(
        program,
        matrix=Entries(
            row=np.append(old.row, np.full(len(added), rows)),
            column=np.append(old.column, added),
            value=np.append(old.value, np.append(price, price)),
        ),
        row_lower=np.append(program.row_lower, 0.0),
        row_upper=np.append(program.row_upper, most),
    )


def fill_errors(
    view: View, panel: Sequence[str], reserves: Sequence[str], dropped_out: Collection[str]
) -> Iterator[ProblemError]:
    yield from people_errors(view, reserves)
    for one in sorted(set(reserves) & set(panel)):
        yield ProblemError("alternates_seated", {"id": one})
    for one in sorted(set(dropped_out) - set(panel)):
        yield ProblemError("alternates_not_in_panel", {"id": one})
    address = bound_addresses(view.problem)
    people = {*reserves, *panel} - set(dropped_out)
    shared = Counter(address[one] for one in people if one in address)
    for one in dict.fromkeys(reserves):
        if shared[address.get(one, "")] > 1:
            yield ProblemError("alternates_address", {"id": one})

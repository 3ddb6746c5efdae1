"""From a plan to a seating: a start, then round after round improved while the others stand still."""

from __future__ import annotations

import numpy as np

from ..errors import InvalidProblem, ProblemError
from ..progress import Progress, silent
from ..stream import Stream
from .measure import measure
from .model import FREE, Model, Whole, build
from .plan import TablePlan
from .search import APART, LEAD, MEET, SMALL, Others, RoundSearch, improve
from .seating import Rounds, Seating
from .start import shuffled, start

STEPS = 100_000
VISIT = 40  # swaps per visit to a round
SLACK = 4  # how much dearer a round may be left than it was found, sometimes (two repeated meetings)
PATIENCE = 250  # visits per round without a better seating before the search stops


def seat(plan: TablePlan, *, seed: int = 0, steps: int = STEPS, progress: Progress = silent) -> Seating:
    """Seat everyone in every round, by tabu search over swaps (see `search` for the cost).

    Hard, kept by every step: sizes, fixed places, together groups, one facilitator a table. Hard by price:
    pairs kept apart. Then the mix of every table, then meeting as many different people as can be. The search
    ends after `steps` swaps, when nothing is left to gain, or when nothing has been gained for long; never by
    the clock, and chance comes from `stream.Stream`: same plan, seed and version, same seating.

    Raises `InvalidProblem` if a together group found no room or a pair could not be kept apart: the search is
    no proof that it cannot be done, only that it was not found. Raises what `progress` raises (`Cancelled`).
    """
    model = build(plan)
    stream = Stream(f"tables/{seed}")
    tables = _polish(model, start(model, stream), stream, (steps, progress))
    errors = _unmet(plan, model, tables)
    if errors:
        raise InvalidProblem(errors)
    return _seating(plan, model, tables)


def _polish(model: Model, tables: list[Whole], stream: Stream, limits: tuple[int, Progress]) -> list[Whole]:
    """Visit the rounds in turn until `steps` swaps are done, all is free of cost, or nothing gains for long.

    A visit may leave its round a little dearer than it found it, which leads out of seatings that no single
    round can better. `total` is the change of cost since the start; the best seating on the way is kept."""
    steps, progress = limits
    visits = -(-steps // VISIT)
    total = least = 0.0
    best, gained, free = list(tables), 0, 0
    for visit in range(visits):
        progress("tables", visit, visits, 0.0, 0.0)
        number = visit % len(tables)
        search = RoundSearch(model, number, tables[number].copy(), _others(model, tables, number))
        now = float(search.per_table().sum())
        free = free + 1 if now == 0 else 0
        if free == len(tables) or visit - gained > PATIENCE * len(tables):
            break
        if now == 0:
            continue
        new, cost = _visit(search, stream)
        if cost <= now + stream.below(2) * stream.below(SLACK + 1):
            tables[number], total = new, total + cost - now
        if total < least:
            gained = visit
        if total <= least:
            best, least = list(tables), total
    return best


def _visit(search: RoundSearch, stream: Stream) -> tuple[Whole, float]:
    """Half of the visits begin with a together group that changes tables, where there are any."""
    groups = [group for group in search.model.groups if search.round.given[group[0]] == FREE]
    if groups and stream.below(2):
        _move_group(search, groups[stream.below(len(groups))], stream)
    return improve(search, VISIT, stream)


def _move_group(search: RoundSearch, group: Whole, stream: Stream) -> None:
    """Let a group change places with people or smaller groups of another table, as many as it counts, if
    chance finds them there."""
    here, there = search.tables[group[0]], stream.below(search.round.bench)
    taken: list[int] = []
    units = [unit for unit in _units(search, there) if search.tables[unit[0]] != here]
    for unit in (units[i] for i in shuffled(len(units), stream)):
        if len(taken) + len(unit) <= len(group):
            taken += unit
    if len(taken) == len(group):
        search.move([(group, there), (np.array(taken), int(here))])


def _units(search: RoundSearch, table: int) -> list[list[int]]:
    """Participants and groups at a table whose place is not given."""
    model, free = search.model, search.round.given == FREE
    staff = np.arange(model.total) >= model.people
    single = np.flatnonzero((search.tables == table) & free & ~model.bound & ~staff)
    groups = [group for group in model.groups if free[group[0]] and search.tables[group[0]] == table]
    return [[int(one)] for one in single] + [[int(one) for one in group] for group in groups]


def _others(model: Model, tables: list[Whole], number: int) -> Others:
    """Prices in this round that follow from all the others."""
    met, small = np.zeros((model.total, model.total)), np.zeros(model.total)
    for other, there in enumerate(tables):
        if other != number:
            one = model.rounds[other]
            met += (there[:, None] == there[None, :]) & (there < one.bench)[:, None]
            small += np.append(one.seats < one.seats.max(), False)[there]
    staff = np.arange(model.total) >= model.people
    pairs = np.where(staff[:, None] | staff[None, :], LEAD, MEET) * met + APART * model.apart
    pairs[model.kin] = 0
    np.fill_diagonal(pairs, 0)
    return Others(pairs=pairs, small=SMALL * small * ~staff)


def _unmet(plan: TablePlan, model: Model, tables: list[Whole]) -> list[ProblemError]:
    ids = (*plan.pool.ids, *plan.facilitators)
    errors = []
    for number, (one, there) in enumerate(zip(model.rounds, tables, strict=True)):
        same = (there[:, None] == there[None, :]) & (there < one.bench)[:, None]
        for first, second in np.argwhere(np.triu(same & model.apart)):
            params = {"first": ids[first], "second": ids[second], "round": number + 1}
            errors.append(ProblemError("apart_not_found", params))
    return errors


def _seating(plan: TablePlan, model: Model, tables: list[Whole]) -> Seating:
    ids = (*plan.pool.ids, *plan.facilitators)
    whole = [
        [[ids[i] for i in np.flatnonzero(there == table)] for table in range(one.bench)]
        for one, there in zip(model.rounds, tables, strict=True)
    ]
    led = bool(plan.facilitators)  # a facilitator comes last at a table
    rounds: Rounds = tuple(tuple(tuple(table[:-1] if led else table) for table in one) for one in whole)
    facilitators = tuple(tuple(table[-1] for table in one) if led else () for one in whole)
    return Seating(rounds=rounds, facilitators=facilitators, statistics=measure(plan, rounds))

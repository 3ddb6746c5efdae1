"""Where the search begins: a construction without repeated meetings where there is one, else a good deal.

The construction is the classic one for transversal designs (social golfers): lay the people out in s rows of
T, and let the person in row a, place b sit at table (b + m·a) mod T. With multipliers m and m' two people of
rows a and a' meet twice only if (m − m')(a − a') ≡ 0 mod T, so as long as that never happens for
0 < |a − a'| < s nobody meets anybody twice. Rows hold people who are alike, so every table begins with one of
each kind.
"""

from __future__ import annotations

import numpy as np

from ..errors import InvalidProblem, ProblemError
from ..stream import Stream
from .model import FREE, Exact, Model, Round, Whole


def shuffled(count: int, stream: Stream) -> Whole:
    """0 … count − 1 in an order that is equally likely to be any."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = stream.below(last + 1)
        order[last], order[other] = order[other], order[last]
    return np.array(order, dtype=np.int64)


def likeness(model: Model, stream: Stream) -> Whole:
    """The participants with equal answers next to each other, otherwise in random order."""
    order = shuffled(model.people, stream)
    keys = model.codes[order].T[::-1]
    return order[np.lexsort(keys)] if len(keys) else order


def start(model: Model, stream: Stream) -> list[Whole]:
    """A table (P) for everyone in every round. Raises `InvalidProblem` if a together group finds no room."""
    multipliers: dict[int, list[int]] = {}
    order = likeness(model, stream)
    met, rounds = np.zeros((model.total, model.total)), []
    for number, one in enumerate(model.rounds):
        taken = multipliers.setdefault(len(one.seats), [])
        multiplier = _multiplier(model, one, taken)
        if multiplier is None:
            tables = _deal(model, number, met, stream)
        else:
            taken.append(multiplier)
            tables = _shift(model, one, order, multiplier)
        _seat_facilitators(model, one, tables, stream)
        met += tables[:, None] == tables[None, :]
        rounds.append(tables)
    return rounds


def _multiplier(model: Model, one: Round, taken: list[int]) -> int | None:
    """The smallest multiplier that repeats no meeting of the `taken` ones, or None where people or groups
    have places of their own, or none is left."""
    tables, size = len(one.seats), int(one.seats.max())
    if model.groups or (one.given[: model.people] != FREE).any():
        return None
    for multiplier in range(tables):
        steps = [multiplier - other for other in taken]
        if all(step * rows % tables for step in steps for rows in range(1, size)):
            return multiplier
    return None


def _shift(model: Model, one: Round, order: Whole, multiplier: int) -> Whole:
    """The construction; table numbers are turned so that the last, shorter row falls on the larger tables."""
    count = len(one.seats)
    row, place = np.divmod(np.arange(model.people), count)
    turned = (place + multiplier * (row - row[-1])) % count
    tables = np.full(model.total, one.bench, dtype=np.int64)
    tables[order] = turned
    return tables


def _deal(model: Model, number: int, met: Exact, stream: Stream) -> Whole:
    """Fixed places first, then groups, then everyone else where fewest alike and fewest acquaintances sit."""
    one = model.rounds[number]
    tables = one.given.copy()
    _place_groups(model, number, tables)
    room = one.seats - np.bincount(tables[: model.people][tables[: model.people] >= 0], minlength=one.bench)
    for person in likeness(model, stream):
        if tables[person] == FREE:
            table = _emptiest(model, tables, room, met[person], model.marks[person], stream)
            tables[person] = table
            room[table] -= 1
    return tables


def _emptiest(model: Model, tables: Whole, room: Whole, met: Exact, marks: Exact, stream: Stream) -> int:
    """Of the tables with room: fewest shared values, fewest known people, most room, and then by lot."""
    seated = np.flatnonzero((tables >= 0) & (tables < len(room)))
    alike = np.bincount(tables[seated], weights=(model.marks[seated] @ marks), minlength=len(room))
    known = np.bincount(tables[seated], weights=met[seated], minlength=len(room))
    cost = np.where(room > 0, (alike * model.total + known) * model.total - room, np.inf)
    best = np.flatnonzero(cost == cost.min())
    return int(best[stream.below(len(best))])


def _place_groups(model: Model, number: int, tables: Whole) -> None:
    """Largest groups first, to the table with most room; if that fails, to the fullest one that fits."""
    one = model.rounds[number]
    seated = tables[: model.people]
    room = one.seats - np.bincount(seated[seated >= 0], minlength=one.bench)
    groups = sorted((g for g in model.groups if tables[g[0]] == FREE), key=len, reverse=True)
    for sign in (-1, 1):
        chosen = _pack([len(group) for group in groups], room.copy(), sign)
        if chosen is not None:
            for group, table in zip(groups, chosen, strict=True):
                tables[group] = table
            return
    raise InvalidProblem([ProblemError("together_no_room", {"round": number + 1})])


def _pack(lengths: list[int], room: Whole, sign: int) -> list[int] | None:
    chosen = []
    for length in lengths:
        fits = np.where(room >= length, sign * room, np.iinfo(np.int64).max)
        table = int(fits.argmin())
        if room[table] < length:
            return None
        room[table] -= length
        chosen.append(table)
    return chosen


def _seat_facilitators(model: Model, one: Round, tables: Whole, stream: Stream) -> None:
    """Those who stay have their table; the others get one by lot, or a round off."""
    tables[model.people :] = one.given[model.people :]
    free = model.people + np.flatnonzero(tables[model.people :] == FREE)
    lot = shuffled(len(free), stream)
    tables[free] = np.minimum(lot, one.bench)

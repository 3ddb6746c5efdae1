"""An independent look at a seating: plain counting, no line shared with the search or with `measure`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from heapq import heapify, heapreplace
from itertools import combinations, product

from ..errors import ProblemError
from .plan import TablePlan
from .seating import Seating, Statistics

CLOSE = Fraction(1, 10**9)


def check_seating(plan: TablePlan, seating: Seating) -> list[ProblemError]:
    """Everything that is wrong with a seating; [] means: it keeps to the plan and its figures are right.

    Per round: everyone exactly once, nobody else, the number of tables, sizes that differ by at most one,
    fixed places, pairs apart and together, one facilitator at every table. Over all rounds: every statistic
    is counted again in exact fractions. It says nothing about whether a better seating exists.
    """
    wanted, have = len(plan.sizes), len(seating.rounds)
    if have != wanted or len(seating.facilitators) != wanted:
        return [ProblemError("seating_rounds", {"rounds": have, "expected": wanted})]
    errors = [one for number in range(have) for one in _round_errors(plan, seating, number)]
    return errors or list(_figure_errors(plan, seating))


def _round_errors(plan: TablePlan, seating: Seating, number: int) -> Iterator[ProblemError]:
    tables = seating.rounds[number]
    where = {"round": number + 1}
    times = Counter(one for table in tables for one in table)
    for one in plan.pool.ids:
        if times[one] != 1:
            yield ProblemError("seating_not_once", {"id": one, "times": times[one], **where})
    for one in sorted(set(times) - set(plan.pool.ids)):
        yield ProblemError("seating_unknown_person", {"id": one, **where})
    yield from _size_errors(plan, tables, number)
    at = {one: table for table, people in enumerate(tables) for one in people}
    for place in plan.fixed:
        if place.round in (None, number) and at.get(place.person) != place.table:
            yield ProblemError("seating_not_fixed", {"id": place.person, "table": place.table + 1, **where})
    for first, second in plan.together:
        if at.get(first) != at.get(second):
            yield ProblemError("seating_not_together", {"first": first, "second": second, **where})
    yield from _facilitator_errors(plan, seating.facilitators[number], number)
    at |= {one: table for table, one in enumerate(seating.facilitators[number])}
    for first, second in plan.apart:
        if first in at and at[first] == at.get(second):
            yield ProblemError("seating_not_apart", {"first": first, "second": second, **where})


def _size_errors(plan: TablePlan, tables: tuple[tuple[str, ...], ...], number: int) -> Iterator[ProblemError]:
    people, size = len(plan.pool.ids), plan.sizes[number]
    expected = people // size + (people % size > 0)
    if people < 2 * expected:  # somebody would sit alone
        expected -= 1
    if len(tables) != expected:
        params = {"round": number + 1, "tables": len(tables), "expected": expected}
        yield ProblemError("seating_table_count", params)
    sizes = [len(table) for table in tables]
    if sizes and max(sizes) - min(sizes) > 1:
        params = {"round": number + 1, "smallest": min(sizes), "largest": max(sizes)}
        yield ProblemError("seating_uneven", params)


def _facilitator_errors(plan: TablePlan, leads: tuple[str, ...], number: int) -> Iterator[ProblemError]:
    people, size = len(plan.pool.ids), plan.sizes[number]
    count = people // size + (people % size > 0)
    count -= people < 2 * count
    right = set(leads) <= set(plan.facilitators) and len(leads) == len(set(leads))
    if plan.facilitators and plan.staying:
        right = leads == plan.facilitators[:count]
    if not right or len(leads) != (count if plan.facilitators else 0):
        yield ProblemError("seating_facilitators", {"round": number + 1})


def _figure_errors(plan: TablePlan, seating: Seating) -> Iterator[ProblemError]:
    found = {**_mix(plan, seating), **_companions(plan, seating)}
    for one in fields(Statistics):
        claimed = getattr(seating.statistics, one.name)
        # a comparison that is also false for what is no number at all
        if not abs(claimed - found[one.name]) <= CLOSE:
            params = {"figure": one.name, "claimed": claimed, "found": float(found[one.name])}
            yield ProblemError("seating_figure", params)


def _mix(plan: TablePlan, seating: Seating) -> dict[str, Fraction]:
    """Everything times N, so that the even shares are whole numbers."""
    cells, even, away, least, people = 0, 0, 0, 0, len(plan.pool.ids)
    answers = dict(zip(plan.pool.ids, plan.pool.values, strict=True))
    for tables, name in product(seating.rounds, plan.features or plan.pool.features):
        column = plan.pool.features.index(name)
        seen = [Counter(answers[one][column] for one in table) for table in tables]
        for value, have in Counter(row[column] for row in plan.pool.values).items():
            shares = [have * len(table) for table in tables]
            off = [abs(people * count[value] - share) for count, share in zip(seen, shares, strict=True)]
            cells += len(tables)
            even += sum(one < people for one in off)
            away += sum(off)
            least += _least(have, shares, people)
    return {
        "cells": Fraction(cells),
        "even_cells": Fraction(even),
        "mix": Fraction(even, cells) if cells else Fraction(1),
        "mean_deviation": Fraction(away, max(1, cells) * people),
        "least_deviation": Fraction(least, max(1, cells) * people),
    }


def _least(have: int, shares: list[int], people: int) -> int:
    """Give out the people one by one, each where the sum of |c·N − share| then grows least."""
    heap = [(abs(people - share) - share, share, 0) for share in shares]
    heapify(heap)
    total = sum(shares)
    for _ in range(have):
        growth, share, count = heap[0]
        total += growth
        now, then = ((count + more) * people - share for more in (1, 2))
        heapreplace(heap, (abs(then) - abs(now), share, count + 1))
    return total


def _companions(plan: TablePlan, seating: Seating) -> dict[str, Fraction]:
    ids = plan.pool.ids
    met: Counter[frozenset[str]] = Counter()
    for table in (table for tables in seating.rounds for table in tables):
        met.update(frozenset(pair) for pair in combinations(table, 2))
    of = Counter(one for pair in met for one in pair)
    mine = {one: _group(plan, one) for one in ids}
    again = [m - 1 for pair, m in met.items() if m > 1 and not pair <= mine[min(pair)]]
    rivals = {
        one: {two for pair in plan.apart if one in pair for two in pair} & set(ids) - {one} for one in ids
    }
    largest = [max(len(table) for table in tables) for tables in seating.rounds]
    kin = {one: len(mine[one]) for one in ids}
    bounds = [
        min(len(ids) - 1 - len(rivals[one]), kin[one] - 1 + sum(most - kin[one] for most in largest))
        for one in ids
    ]
    # a person at a table of s meets s − 1 people there, of whom the own group is new only once
    chairs = sum(len(table) * (len(table) - 1) for tables in seating.rounds for table in tables)
    chairs -= sum((kin[one] - 1) * (len(seating.rounds) - 1) for one in ids)
    counts = [of[one] for one in ids]
    return {
        "companions_min": Fraction(min(counts)),
        "companions_mean": Fraction(sum(counts), len(ids)),
        "companions_max": Fraction(max(counts)),
        "companions_bound": Fraction(max(bounds)),
        "mean_bound": Fraction(min(sum(bounds), chairs), len(ids)),
        "repeated_pairs": Fraction(len(again)),
        "repeated_meetings": Fraction(sum(again)),
    }


def _group(plan: TablePlan, one: str) -> set[str]:
    """Everyone reached from one person over `together` pairs."""
    group, growing = {one}, True
    while growing:
        new = {member for pair in plan.together if group & set(pair) for member in pair}
        growing = not new <= group
        group |= new
    return group

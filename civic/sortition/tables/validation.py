"""Everything that can be wrong with a plan, found in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from ..errors import ProblemError
from .places import SMALLEST_TABLE, fixed_in_round, groups_together, places, table_count

if TYPE_CHECKING:
    from .plan import TablePlan

# Every pair of people has a cell in the matrices of the search: 2,000 people are 32 MB each.
MOST_PEOPLE = 2_000
MOST_ROUNDS = 50


def plan_errors(plan: TablePlan) -> list[ProblemError]:
    """All rules the plan breaks; what depends on places is only looked at once people and sizes are right."""
    errors = [*_people_errors(plan), *_size_errors(plan), *_name_errors(plan), *_pair_errors(plan)]
    if errors:
        return errors
    errors = [*_facilitator_errors(plan), *_fixed_errors(plan), *_group_errors(plan)]
    return errors or list(_place_errors(plan))


def _people_errors(plan: TablePlan) -> Iterator[ProblemError]:
    pool = plan.pool
    if not pool.ids:
        yield ProblemError("empty_pool")
    if len(pool) > MOST_PEOPLE:
        yield ProblemError("tables_too_many_people", {"people": len(pool), "maximum": MOST_PEOPLE})
    for member, times in Counter(pool.ids).items():
        if times > 1:
            yield ProblemError("duplicate_id", {"id": member, "times": times})
        if not member.strip():
            yield ProblemError("blank_id", {"times": times})
    if len(pool.values) != len(pool.ids) or any(len(row) != len(pool.features) for row in pool.values):
        yield ProblemError("wrong_shape")
    for name, times in Counter(pool.features).items():
        if times > 1:
            yield ProblemError("duplicate_feature", {"feature": name})


def _size_errors(plan: TablePlan) -> Iterator[ProblemError]:
    people = len(plan.pool)
    if not 1 <= len(plan.sizes) <= MOST_ROUNDS:
        yield ProblemError("tables_rounds", {"rounds": len(plan.sizes), "maximum": MOST_ROUNDS})
    for number, size in enumerate(plan.sizes):
        if size < SMALLEST_TABLE:
            yield ProblemError("table_too_small", {"round": number + 1, "size": size})
        elif 0 < people < size:
            yield ProblemError("table_above_people", {"round": number + 1, "size": size, "people": people})


def _name_errors(plan: TablePlan) -> Iterator[ProblemError]:
    for name, times in Counter(plan.features).items():
        if times > 1:
            yield ProblemError("tables_feature_twice", {"feature": name})
        if name not in plan.pool.features:
            yield ProblemError("tables_unknown_feature", {"feature": name})
    for member, times in Counter(plan.facilitators).items():
        if times > 1:
            yield ProblemError("facilitator_twice", {"id": member, "times": times})
        if not member.strip():
            yield ProblemError("facilitator_blank", {"times": times})
        if member in plan.pool.ids:
            yield ProblemError("facilitator_in_pool", {"id": member})
    known = {*plan.pool.ids, *plan.facilitators}
    named = [place.person for place in plan.fixed] + [
        one for pair in plan.apart + plan.together for one in pair
    ]
    for member in dict.fromkeys(one for one in named if one not in known):
        yield ProblemError("tables_unknown_person", {"id": member})


def _pair_errors(plan: TablePlan) -> Iterator[ProblemError]:
    staff = set(plan.facilitators)
    for first, second in plan.apart + plan.together:
        if first == second:
            yield ProblemError("pair_with_self", {"id": first})
    for member in dict.fromkeys(one for pair in plan.together for one in pair if one in staff):
        yield ProblemError("together_with_facilitator", {"id": member})
    for member in dict.fromkeys(place.person for place in plan.fixed if place.person in staff):
        yield ProblemError("facilitator_fixed", {"id": member})
    leader = {member: group[0] for group in groups_together(plan) for member in group}
    for first, second in plan.apart:
        if first != second and first in leader and leader[first] == leader.get(second):
            yield ProblemError("apart_and_together", {"first": first, "second": second})


def _facilitator_errors(plan: TablePlan) -> Iterator[ProblemError]:
    for number, size in enumerate(plan.sizes):
        tables = table_count(len(plan.pool), size)
        if 0 < len(plan.facilitators) < tables:
            have = len(plan.facilitators)
            yield ProblemError(
                "too_few_facilitators", {"round": number + 1, "tables": tables, "facilitators": have}
            )


def _fixed_errors(plan: TablePlan) -> Iterator[ProblemError]:
    rounds = range(len(plan.sizes))
    for place in plan.fixed:
        if place.round is not None and place.round not in rounds:
            yield ProblemError(
                "fixed_unknown_round", {"id": place.person, "round": place.round + 1, "rounds": len(rounds)}
            )
        for number in (one for one in rounds if place.round in (None, one)):
            tables = table_count(len(plan.pool), plan.sizes[number])
            if not 0 <= place.table < tables:
                yield ProblemError(
                    "fixed_unknown_table",
                    {"id": place.person, "round": number + 1, "table": place.table + 1, "tables": tables},
                )


def _group_errors(plan: TablePlan) -> Iterator[ProblemError]:
    """Groups that sit at two tables at once, and groups that fit at no table."""
    groups = groups_together(plan)
    alone = [[member] for member in plan.pool.ids if not any(member in group for group in groups)]
    for number in range(len(plan.sizes)):
        given: dict[str, set[int]] = {}
        for place in plan.fixed:
            if place.round in (None, number):
                given.setdefault(place.person, set()).add(place.table)
        for group in groups + alone:
            tables = set().union(*(given.get(member, set()) for member in group))
            if len(tables) > 1:
                yield ProblemError("fixed_at_two_tables", {"id": ", ".join(group), "round": number + 1})
        most = -(-len(plan.pool) // table_count(len(plan.pool), plan.sizes[number]))
        for group in groups:
            if len(group) > most:
                yield ProblemError(
                    "together_too_large", {"id": ", ".join(group), "round": number + 1, "places": most}
                )


def _place_errors(plan: TablePlan) -> Iterator[ProblemError]:
    for number in range(len(plan.sizes)):
        given = fixed_in_round(plan, number)
        seats = places(plan, number)
        for table, people in sorted(Counter(given.values()).items()):
            if people > seats[table]:
                where = {"round": number + 1, "table": table + 1}
                yield ProblemError("table_overfull", {**where, "people": people, "places": seats[table]})
        given |= {member: table for table, member in enumerate(plan.facilitators) if plan.staying}
        for first, second in plan.apart:
            if first in given and given[first] == given.get(second):
                where = {"round": number + 1, "table": given[first] + 1}
                yield ProblemError("apart_fixed_together", {"first": first, "second": second, **where})
        yield from _crowd_errors(plan, number)


def _crowd_errors(plan: TablePlan, number: int) -> Iterator[ProblemError]:
    """More people who may not meet each other than there are tables: only seen where it is plain, that is
    where everybody named in the pairs is apart from everybody else named."""
    tables = table_count(len(plan.pool), plan.sizes[number])
    named = {one for pair in plan.apart for one in pair if one in plan.pool.ids}
    pairs = {frozenset(pair) for pair in plan.apart}
    if len(named) > tables and all(frozenset(two) in pairs for two in combinations(named, 2)):
        params = {"round": number + 1, "people": len(named), "tables": tables}
        yield ProblemError("apart_needs_tables", params)

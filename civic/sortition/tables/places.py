"""What follows from a plan: how many tables, how many chairs, whose place is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plan import TablePlan

SMALLEST_TABLE = 2


def table_count(people: int, size: int) -> int:
    """⌈people / size⌉, or ⌊people / size⌋ where the former would leave somebody alone at a table."""
    most = -(-people // size)
    return most if people // most >= SMALLEST_TABLE else people // size


def groups_together(plan: TablePlan) -> list[list[str]]:
    """The connected groups of two or more that the `together` pairs make, each in the order of the pool."""
    leader = {member: member for member in plan.pool.ids}
    for first, second in plan.together:
        if first in leader and second in leader:
            old, new = leader[second], leader[first]
            leader = {member: new if its == old else its for member, its in leader.items()}
    groups: dict[str, list[str]] = {}
    for member, its in leader.items():
        groups.setdefault(its, []).append(member)
    return [group for group in groups.values() if len(group) > 1]


def fixed_in_round(plan: TablePlan, number: int) -> dict[str, int]:
    """Person → table for everyone whose place in this round is given, also through a together group."""
    given = {place.person: place.table for place in plan.fixed if place.round in (None, number)}
    for group in groups_together(plan):
        tables = [given[member] for member in group if member in given]
        given |= dict.fromkeys(group, tables[0]) if tables else {}
    return given


def places(plan: TablePlan, number: int) -> list[int]:
    """Chairs for participants at every table of a round: as even as can be, with the larger tables first,
    or rather where more people are fixed than a smaller table holds."""
    tables = table_count(len(plan.pool), plan.sizes[number])
    small, larger = divmod(len(plan.pool), tables)
    given = list(fixed_in_round(plan, number).values())
    order = sorted(range(tables), key=lambda table: (given.count(table) <= small, table))
    return [small + (table in order[:larger]) for table in range(tables)]

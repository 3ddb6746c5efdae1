"""The question: who sits at tables of what size in which rounds, mixed on what, and what must hold. Frozen.

Tables and rounds are numbered 0, 1, … in the data and 1, 2, … in what people read.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidProblem
from ..problem import Pool

Pair = tuple[str, str]
SMALLEST_TABLE = 2
# Every pair of people has a cell in the matrices of the search: 2,000 people are 32 MB each.
MOST_PEOPLE = 2_000
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class FixedPlace:
    """`person` sits at `table` in `round`, or in every round if that is None (wheelchair, induction loop)."""

    person: str
    table: int
    round: int | None = None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """N participants (`pool`) sit in round r at ⌈N / sizes[r]⌉ tables whose numbers of people differ by at
    most one; one table fewer where somebody would otherwise sit alone.

    sizes         most seats at a table, one number per round: (5, 5, 5, 10) is a morning and an afternoon
    features      what every table is mixed on; () is every feature of the pool
    facilitators  ids outside the pool; one at every table, on a chair of their own, not counted in the mix.
                  The first are used where a round has fewer tables than there are facilitators
    staying       facilitator t stays at table t; False: they change tables as well, and some may have a
                  round off
    fixed         places that are given; a together group follows its member
    apart         pairs who never share a table (a facilitator may be one of the two)
    together      pairs of participants who always share one (helper, interpreter); pairs join into groups

    Raises `InvalidProblem` with *all* errors at once.
    """

    pool: Pool
    sizes: tuple[int, ...]
    features: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    staying: bool = True
    fixed: tuple[FixedPlace, ...] = ()
    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()

    def __post_init__(self) -> None:
        from .validation import plan_errors

        for name in ("sizes", "features", "facilitators", "fixed"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("apart", "together"):
            object.__setattr__(self, name, tuple((str(a), str(b)) for a, b in getattr(self, name)))
        errors = plan_errors(self)
        if errors:
            raise InvalidProblem(errors)

    @property
    def mixed(self) -> tuple[str, ...]:
        """The features that count for the mix."""
        return self.features or self.pool.features


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

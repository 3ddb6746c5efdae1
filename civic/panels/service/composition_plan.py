"""Seats over municipalities and quotas from shares, by the engine; pure: no rows, no sentences of pages.

`civic.sortition` is imported where it is used: it brings a solver along, and most requests need none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from civic.panels.states import SpreadRule

if TYPE_CHECKING:
    from civic.sortition.errors import ProblemError
    from civic.sortition.question import Question, Quota

ENGINE_RULES = {
    SpreadRule.PROPORTIONAL: "largest_remainder",
    SpreadRule.SQUARE_ROOT: "square_root",
    SpreadRule.EQUAL: "equal",
}
CONSTITUENCY, MUNICIPALITY = "geleding", "gemeente"

Cells = dict[tuple[int, int], int]
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """A municipality: whoever has no people still is one place."""

    id: int
    name: str
    population: int


@dataclass(frozen=True)
class Group:
    """A constituency; `number` is how features name it."""

    id: int
    number: int
    name: str
    seats: int
    is_by_lot: bool = True
    is_sensitive: bool = False


@dataclass(frozen=True)
class Spread:
    """Seats per (constituency id, municipality id); the floor that each constituency could keep."""

    cells: Cells
    floors: dict[int, int]

    def of_place(self, place_id: int) -> int:
        return sum(seats for (_group, place), seats in self.cells.items() if place == place_id)


@dataclass(frozen=True)
class Value:
    id: int
    name: str
    per_mille: int | None
    minimum: int
    maximum: int
    from_age: int | None = None
    to_age: int | None = None

    @property
    def bounds(self) -> Bounds:
        return self.minimum, self.maximum


@dataclass(frozen=True)
class Trait:
    """A feature with its values; `binds` are numbers of constituencies, none means all of them."""

    id: int
    name: str
    values: tuple[Value, ...]
    binds: tuple[int, ...] = ()
    is_age: bool = False
    source: str = ""

    def seats_in(self, groups: tuple[Group, ...]) -> int:
        return sum(group.seats for group in self.bound(groups))

    def bound(self, groups: tuple[Group, ...]) -> list[Group]:
        return [group for group in groups if not self.binds or group.number in self.binds]


def band_name(first: int, last: int | None) -> str:
    """ "16-24", "65+" """
    if last is None:
        return f"{first}+"
    return f"{first}-{last}" if last > first else str(first)


def with_youngest(trait: Trait, old: int, new: int) -> Trait:
    """Age bands follow the youngest age allowed, as far as the first band reaches; its name follows too."""
    if not (trait.is_age and trait.values and trait.values[0].from_age == old):
        return trait
    first = trait.values[0]
    if first.to_age is not None and new > first.to_age:
        return trait
    name = band_name(new, first.to_age) if first.name == band_name(old, first.to_age) else first.name
    return replace(trait, values=(replace(first, from_age=new, name=name), *trait.values[1:]))


def deal(shares: list[int], seats: int) -> list[int]:
    """Seats over parts by largest remainder; the first of equals goes first."""
    total = sum(shares) or 1
    dealt = [seats * share // total for share in shares]
    rests = [seats * share % total for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-rests[place], place))
    for place in order[: seats - sum(dealt)]:
        dealt[place] += 1
    return dealt


@lru_cache(maxsize=256)
def spread(groups: tuple[Group, ...], places: tuple[Place, ...], rule: SpreadRule, floor: int) -> Spread:
    """The two-way table: every constituency deals all of its seats, every municipality gets its share.

    A constituency too small for the floor keeps the highest one it can. Constituencies with the same floor
    make one table with the engine's `apportion` (both margins hold); usually there is one such table.
    """
    floors = {group.id: min(floor, group.seats // max(1, len(places))) for group in groups}
    cells: Cells = {(group.id, place.id): 0 for group in groups for place in places}
    for one in sorted(set(floors.values())):
        alike = [group for group in groups if floors[group.id] == one and group.seats]
        if alike and places:
            cells |= _table(alike, places, rule, one)
    return Spread(cells, floors)


def _table(groups: list[Group], places: tuple[Place, ...], rule: SpreadRule, floor: int) -> Cells:
    from civic.sortition.apportion import Rule, apportion, fit_table
    from civic.sortition.apportion.rules import rule_weights

    rows = {_key(place.name, place.id): place for place in places}
    columns = {_key(group.name, group.id): group for group in groups}
    people = {key: max(1, place.population) for key, place in rows.items()}
    engine_rule = Rule(ENGINE_RULES[rule])
    total = sum(group.seats for group in groups)
    margins = apportion(people, total, rule=engine_rule, floor=floor * len(groups))
    weights = dict(zip(people, rule_weights(list(people.values()), engine_rule), strict=True))
    table = fit_table(
        margins.seats,
        {key: group.seats for key, group in columns.items()},
        {row: dict.fromkeys(columns, weight) for row, weight in weights.items()},
        floor,
    )
    return {
        (group.id, place.id): table.seats[row][column]
        for row, place in rows.items()
        for column, group in columns.items()
    }


def _key(name: str, row_id: int) -> str:
    """Ties are decided by name, so the name comes first."""
    return f"{name} {row_id}"


def bounds_of(shares: list[int | None], seats: int, tolerance: int) -> list[Bounds]:
    """A minimum and a maximum per value, jointly possible. Without shares every number is good."""
    from civic.sortition.quotas import Tolerance, plan_quotas

    known = [share or 0 for share in shares]
    if seats < 1 or not any(known):
        return [(0, max(0, seats))] * len(shares)
    named = {"feature": {str(place): share for place, share in enumerate(known)}}
    plan = plan_quotas(named, seats, tolerance=Tolerance(share=0, seats=tolerance))
    return [(target.minimum, target.maximum) for target in plan.targets]


def contradictions(
    size: int, groups: tuple[Group, ...], cells: Cells, traits: list[Trait], places: tuple[Place, ...]
) -> list[ProblemError]:
    """What the engine finds wrong with the quotas before there is a pool; shortages of people are no part."""
    from civic.sortition.validation import SHORTAGES, find_errors

    question = model_question(size, groups, cells, traits, places)
    return [error for error in find_errors(question) if error.code not in SHORTAGES]


def model_question(
    size: int, groups: tuple[Group, ...], cells: Cells, traits: list[Trait], places: tuple[Place, ...]
) -> Question:
    """The quotas of a composition, asked of a pool of stand-ins: one person for every seat."""
    from civic.sortition.question import Pool, Question

    names = {place.id: place.name for place in places}
    seats = [
        (group.name, names[place_id])
        for group in groups
        for (group_id, place_id), number in cells.items()
        if group_id == group.id
        for _seat in range(number)
    ]
    usable = [trait for trait in traits if trait.values]
    people = {
        f"stand-in {number}": {
            CONSTITUENCY: group,
            MUNICIPALITY: place,
            **{trait.name: trait.values[number % len(trait.values)].name for trait in usable},
        }
        for number, (group, place) in enumerate(seats)
    }
    quotas = [*_seat_quotas(groups, cells, names), *_trait_quotas(groups, usable)]
    return Question(Pool.of(people), tuple(quotas), size, constituency=CONSTITUENCY)


def _seat_quotas(groups: tuple[Group, ...], cells: Cells, names: dict[int, str]) -> list[Quota]:
    from civic.sortition.question import Quota

    known = {group.id: group.name for group in groups}
    whole = [Quota({CONSTITUENCY: group.name}, group.seats, group.seats) for group in groups]
    return whole + [
        Quota({CONSTITUENCY: known[group_id], MUNICIPALITY: names[place_id]}, seats, seats)
        for (group_id, place_id), seats in cells.items()
    ]


def _trait_quotas(groups: tuple[Group, ...], traits: list[Trait]) -> list[Quota]:
    from civic.sortition.question import Quota

    return [
        Quota(
            {trait.name: value.name},
            value.minimum,
            value.maximum,
            constituencies=[group.name for group in trait.bound(groups)] if trait.binds else (),
        )
        for trait in traits
        for value in trait.values
    ]

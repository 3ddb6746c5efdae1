"""A composition as it stands, and as it would be with other settings ("wat als"); nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import format_decimal
from flask_babel import gettext as _

from civic.panels.models import Composition, Constituency, Feature, Panel
from civic.panels.queries import composition as queries
from civic.panels.service.composition_plan import (
    Bounds,
    Cells,
    Group,
    Place,
    Spread,
    Trait,
    Value,
    bounds_of,
    contradictions,
    spread,
    with_youngest,
)
from civic.panels.states import EntryRoute, FeatureKind, SpreadRule
from civic.regions import queries as regions

Table = dict[SpreadRule, Spread]


@dataclass(frozen=True)
class Settings:
    """What can be turned on the page: everything but the parts themselves."""

    spread: SpreadRule = SpreadRule.PROPORTIONAL
    floor: int = 0
    tolerance: int = 1
    minimum_age: int = 16
    one_per_address: bool = True
    pool_ratio: int = 3
    response_per_mille: int = 40

    @classmethod
    def of(cls, row: Composition) -> Settings:
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Facts:
    """Everything the pages and the checks need, read in a fixed number of statements."""

    size: int
    settings: Settings
    places: tuple[Place, ...]
    groups: tuple[Group, ...]
    cells: Cells
    traits: tuple[Trait, ...]

    @property
    def seats(self) -> int:
        return sum(group.seats for group in self.groups)

    def of_group(self, group: Group) -> int:
        return sum(seats for (group_id, _place), seats in self.cells.items() if group_id == group.id)

    def of_place(self, place: Place) -> int:
        return sum(seats for (_group, place_id), seats in self.cells.items() if place_id == place.id)


def facts_of(panel: Panel, row: Composition) -> Facts:
    return Facts(
        size=panel.size,
        settings=Settings.of(row),
        places=places_of_region(),
        groups=tuple(group_of(one) for one in queries.constituencies_of(panel.id)),
        cells=queries.cells_of(panel.id),
        traits=tuple(trait_of(one) for one in queries.features_of(panel.id)),
    )


def places_of_region() -> tuple[Place, ...]:
    return tuple(Place(one.id, one.name, one.population) for one in regions.municipalities())


def group_of(row: Constituency) -> Group:
    is_by_lot = row.route is EntryRoute.LOT
    return Group(row.id, row.number, row.name, row.seats, is_by_lot, row.is_sensitive)


def trait_of(row: Feature) -> Trait:
    values = tuple(
        Value(one.id, one.value, one.per_mille, one.minimum, one.maximum, one.from_age, one.to_age)
        for one in row.values
    )
    is_age = row.kind is FeatureKind.AGE_BAND
    return Trait(row.id, row.name, values, tuple(row.constituencies), is_age, row.source)


@dataclass(frozen=True)
class Letters:
    """What one municipality must post: to its seats in constituencies that are filled by lot."""

    place: Place
    seats: int
    letters: int

    @property
    def is_short(self) -> bool:
        return self.letters > self.place.population


@dataclass(frozen=True)
class Line:
    """One value: the bounds as they are, and as they would be."""

    value: Value
    old: Bounds
    new: Bounds
    is_typed: bool  # the bounds are not those that follow from the share: somebody chose them


@dataclass(frozen=True)
class Preview:
    """`facts` are the facts as they would be; `tables` the three rules side by side."""

    facts: Facts
    tables: Table
    lines: dict[int, list[Line]]
    letters: list[Letters]
    blocks: list[str]
    warnings: list[str]

    @property
    def letters_total(self) -> int:
        return sum(one.letters for one in self.letters)


def as_stored(facts: Facts) -> Preview:
    """The composition as it is, seats and bounds by hand included."""
    lines = {trait.id: lines_of(trait, facts, facts.settings) for trait in facts.traits}
    return _preview(facts, lines)


def what_if(facts: Facts, settings: Settings) -> Preview:
    """The composition as it would be when these settings were saved."""
    youngest = facts.settings.minimum_age, settings.minimum_age
    facts = replace(facts, traits=tuple(with_youngest(trait, *youngest) for trait in facts.traits))
    lines = {trait.id: lines_of(trait, facts, settings) for trait in facts.traits}
    traits = tuple(
        replace(
            trait,
            values=tuple(
                replace(line.value, minimum=line.new[0], maximum=line.new[1]) for line in lines[trait.id]
            ),
        )
        for trait in facts.traits
    )
    cells = facts.cells
    if is_other_table(facts.settings, settings):
        cells = spread(facts.groups, facts.places, settings.spread, settings.floor).cells
    return _preview(replace(facts, settings=settings, cells=cells, traits=traits), lines)


def is_other_table(old: Settings, new: Settings) -> bool:
    """Cells by hand stay as long as nobody asks for another table."""
    return (old.spread, old.floor) != (new.spread, new.floor)


def lines_of(trait: Trait, facts: Facts, settings: Settings) -> list[Line]:
    """Bounds that follow from the share move with the settings; those that somebody typed stay."""
    shares = [value.per_mille for value in trait.values]
    seats = trait.seats_in(facts.groups)
    now = bounds_of(shares, seats, facts.settings.tolerance)
    then = bounds_of(shares, seats, settings.tolerance)
    return [
        Line(value, value.bounds, value.bounds if value.bounds != old else new, value.bounds != old)
        for value, old, new in zip(trait.values, now, then, strict=True)
    ]


def _preview(facts: Facts, lines: dict[int, list[Line]]) -> Preview:
    letters = letters_of(facts)
    tables = {rule: spread(facts.groups, facts.places, rule, facts.settings.floor) for rule in SpreadRule}
    return Preview(facts, tables, lines, letters, blocks_of(facts), warnings_of(facts, letters))


def letters_of(facts: Facts) -> list[Letters]:
    """Seats by lot times registrations per seat ÷ response, per municipality (domain handbook B4)."""
    by_lot = {group.id for group in facts.groups if group.is_by_lot}
    settings = facts.settings
    rows = []
    for place in facts.places:
        seats = sum(
            number for (group, where), number in facts.cells.items() if group in by_lot and where == place.id
        )
        letters = -(-seats * settings.pool_ratio * 1000 // settings.response_per_mille)
        rows.append(Letters(place, seats, letters))
    return rows


def blocks_of(facts: Facts) -> list[str]:
    """What must be mended before the composition can be fixed, as sentences."""
    found = [*_seat_blocks(facts), *_shape_blocks(facts), *_age_blocks(facts)]
    return found or _engine_blocks(facts)


def _seat_blocks(facts: Facts) -> list[str]:
    found = []
    if facts.seats != facts.size:
        found.append(sum_sentence(facts.seats, facts.size))
    for group in facts.groups:
        given = facts.of_group(group)
        if given != group.seats:
            found.append(row_sentence(group.name, given, group.seats))
    return found


def sum_sentence(given: int, size: int) -> str:
    return str(
        _(
            "De geledingen hebben samen %(given)s plaatsen. Het panel heeft er %(size)s.",
            given=format_decimal(given),
            size=format_decimal(size),
        )
    )


def row_sentence(name: str, given: int, seats: int) -> str:
    return str(
        _(
            "De gemeenten krijgen in “%(name)s” samen %(given)s plaatsen. Het moeten er %(seats)s zijn.",
            name=name,
            given=format_decimal(given),
            seats=format_decimal(seats),
        )
    )


def _shape_blocks(facts: Facts) -> list[str]:
    found = []
    if not facts.traits:
        found.append(_("Er is nog geen kenmerk. Kies er minstens één, zoals leeftijd."))
    for trait in facts.traits:
        if len(trait.values) < 2:
            found.append(_("Het kenmerk “%(name)s” heeft minstens twee waarden nodig.", name=trait.name))
        if not trait.bound(facts.groups):
            found.append(_("Kies voor welke geledingen het kenmerk “%(name)s” telt.", name=trait.name))
    return found


def _age_blocks(facts: Facts) -> list[str]:
    minimum = facts.settings.minimum_age
    return [
        _(
            "De leeftijden van “%(name)s” beginnen bij %(first)s jaar. De jongste mag %(minimum)s zijn.",
            name=trait.name,
            first=trait.values[0].from_age,
            minimum=minimum,
        )
        for trait in facts.traits
        if trait.is_age and trait.values and trait.values[0].from_age != minimum
    ]


def _engine_blocks(facts: Facts) -> list[str]:
    from civic.sortition.messages import sentence

    found = contradictions(facts.size, facts.groups, facts.cells, list(facts.traits), facts.places)
    return [sentence(error) for error in found]


def warnings_of(facts: Facts, letters: list[Letters]) -> list[str]:
    """What is allowed, but worth a second look."""
    return [
        *_floor_warnings(facts),
        *_share_warnings(facts),
        *_letter_warnings(letters),
        *_group_warnings(facts),
    ]


def _floor_warnings(facts: Facts) -> list[str]:
    floor = facts.settings.floor
    table = spread(facts.groups, facts.places, facts.settings.spread, floor)
    found = [
        _(
            "“%(name)s” is te klein voor minstens %(floor)s per gemeente. Het zijn er minstens %(kept)s.",
            name=group.name,
            floor=floor,
            kept=table.floors[group.id],
        )
        for group in facts.groups
        if table.floors[group.id] < floor
    ]
    moved = [place.name for place in facts.places if table.of_place(place.id) != facts.of_place(place)]
    if moved:
        names = ", ".join(moved)
        found.append(_("Met de hand anders verdeeld dan volgens de regel: %(names)s.", names=names))
    return found


def _share_warnings(facts: Facts) -> list[str]:
    return [
        _("Voor “%(name)s” zijn geen cijfers ingevuld. Daarom is elk aantal goed.", name=trait.name)
        for trait in facts.traits
        if trait.values and not any(value.per_mille for value in trait.values)
    ]


def _letter_warnings(letters: list[Letters]) -> list[str]:
    return [
        _(
            "In %(place)s zijn %(letters)s brieven nodig. Er wonen %(people)s mensen.",
            place=one.place.name,
            letters=format_decimal(one.letters),
            people=format_decimal(one.place.population),
        )
        for one in letters
        if one.is_short
    ]


def _group_warnings(facts: Facts) -> list[str]:
    """A rough count: does everybody in a group together bring the registrations that its minimum needs?"""
    people = sum(place.population for place in facts.places)
    settings = facts.settings
    found = []
    for trait in facts.traits:
        for value in trait.values:
            if value.per_mille is None:
                continue
            expected = people * value.per_mille * settings.response_per_mille // 1_000_000
            wanted = value.minimum * settings.pool_ratio
            if expected < wanted:
                found.append(_group_sentence(f"{trait.name}: {value.name}", wanted, expected))
    return found


def _group_sentence(name: str, wanted: int, expected: int) -> str:
    return str(
        _(
            "Bij “%(name)s” wilt u %(wanted)s aanmeldingen. Er komen er hooguit %(expected)s.",
            name=name,
            wanted=format_decimal(wanted),
            expected=format_decimal(expected),
        )
    )

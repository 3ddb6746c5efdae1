"""For any theme, size, rule and floor: seats add up, floors hold, and the quotas can be met together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.panels.service.composition_plan import (
    Group,
    Place,
    Trait,
    Value,
    band_name,
    bounds_of,
    contradictions,
    deal,
    spread,
    with_youngest,
)
from civic.panels.states import SpreadRule
from civic.panels.themes import READY, THEMES

FLEVOLAND = tuple(
    Place(number, name, people)
    for number, (name, people) in enumerate(
        {
            "Almere": 226786,
            "Lelystad": 84082,
            "Noordoostpolder": 50050,
            "Dronten": 44337,
            "Zeewolde": 23883,
            "Urk": 21914,
        }.items(),
        start=1,
    )
)
SHARES = st.lists(st.integers(0, 1000), min_size=2, max_size=6)


def groups_of(theme: str, size: int) -> tuple[Group, ...]:
    parts = THEMES[theme].parts
    seats = deal([part.share for part in parts], size)
    return tuple(
        Group(place, place, part.name, seats[place - 1]) for place, part in enumerate(parts, start=1)
    )


def trait_of(number: int, shares: list[int], binds: tuple[int, ...], seats: int, tolerance: int) -> Trait:
    bounds = bounds_of(list(shares), seats, tolerance)
    values = tuple(
        Value(place, f"antwoord {place}", share, *bound)
        for place, (share, bound) in enumerate(zip(shares, bounds, strict=True))
    )
    return Trait(number, f"kenmerk {number}", values, binds)


@settings(max_examples=60, deadline=None)
@given(
    theme=st.sampled_from(sorted(THEMES)),
    size=st.integers(10, 400),
    rule=st.sampled_from(SpreadRule),
    floor=st.integers(0, 3),
    tolerance=st.integers(0, 12),
    features=st.lists(st.tuples(SHARES, st.sets(st.integers(1, 3))), max_size=3),
)
def test_a_composition_can_be_drawn(
    theme: str,
    size: int,
    rule: SpreadRule,
    floor: int,
    tolerance: int,
    features: list[tuple[list[int], set[int]]],
) -> None:
    groups = groups_of(theme, size)
    assert sum(group.seats for group in groups) == size
    table = spread(groups, FLEVOLAND, rule, floor)
    for group in groups:
        row = [seats for (group_id, _place), seats in table.cells.items() if group_id == group.id]
        kept = min(floor, group.seats // len(FLEVOLAND))
        assert sum(row) == group.seats
        assert table.floors[group.id] == kept
        assert all(seats >= kept for seats in row)
    numbers = {group.number for group in groups}
    traits = []
    for number, (shares, binds) in enumerate(features):
        bound = tuple(sorted(binds & numbers))
        seats = Trait(number, "", (), bound).seats_in(groups)
        traits.append(trait_of(number, shares, bound, seats, tolerance))
    assert contradictions(size, groups, table.cells, traits, FLEVOLAND) == []


@settings(max_examples=60, deadline=None)
@given(
    seats=st.lists(st.integers(0, 90), min_size=1, max_size=5).filter(any),
    rule=st.sampled_from(SpreadRule),
    floor=st.integers(0, 3),
    populations=st.lists(st.integers(0, 900_000), min_size=1, max_size=8),
)
def test_any_seats_over_any_region(
    seats: list[int], rule: SpreadRule, floor: int, populations: list[int]
) -> None:
    """Constituencies of very different sizes, places without people: rows always add up."""
    groups = tuple(Group(place, place, f"deel {place}", number) for place, number in enumerate(seats))
    places = tuple(Place(place, f"plaats {place}", people) for place, people in enumerate(populations))
    table = spread(groups, places, rule, floor)
    for group in groups:
        row = [number for (group_id, _place), number in table.cells.items() if group_id == group.id]
        assert sum(row) == group.seats
        assert min(row) >= min(floor, group.seats // len(places))


@given(shares=st.lists(st.integers(1, 9), min_size=1, max_size=6), seats=st.integers(0, 400))
def test_dealing_gives_everybody_their_part(shares: list[int], seats: int) -> None:
    dealt = deal(shares, seats)
    assert sum(dealt) == seats
    total = sum(shares)
    assert all(abs(given * total - seats * share) < total for given, share in zip(dealt, shares, strict=True))


def test_the_handbook_tables() -> None:
    """Domain handbook E2: 150 seats in one lot, and thirds of 50."""
    whole = (Group(1, 1, "Inwoners", 150),)
    expected = {
        SpreadRule.PROPORTIONAL: [75, 28, 17, 15, 8, 7],
        SpreadRule.SQUARE_ROOT: [48, 29, 22, 21, 15, 15],
        SpreadRule.EQUAL: [25] * 6,
    }
    for rule, seats in expected.items():
        table = spread(whole, FLEVOLAND, rule, 0)
        assert [table.of_place(place.id) for place in FLEVOLAND] == seats
    third = spread((Group(1, 1, "Een derde", 50),), FLEVOLAND, SpreadRule.PROPORTIONAL, 0)
    assert [third.of_place(place.id) for place in FLEVOLAND] == [25, 9, 6, 5, 3, 2]
    root = spread((Group(1, 1, "Een derde", 50),), FLEVOLAND, SpreadRule.SQUARE_ROOT, 0)
    assert [root.of_place(place.id) for place in FLEVOLAND] == [16, 10, 7, 7, 5, 5]


def test_both_margins_hold() -> None:
    groups = groups_of("care", 150)
    table = spread(groups, FLEVOLAND, SpreadRule.PROPORTIONAL, 0)
    assert [table.of_place(place.id) for place in FLEVOLAND] == [75, 28, 17, 15, 8, 7]
    assert [sum(n for (one, _p), n in table.cells.items() if one == group.id) for group in groups] == [50] * 3


def test_bounds_without_shares_and_without_seats() -> None:
    assert bounds_of([None, None], 40, 1) == [(0, 40), (0, 40)]
    assert bounds_of([500, 500], 0, 1) == [(0, 0), (0, 0)]
    assert bounds_of([500, 490, 10], 100, 5) == [(45, 55), (44, 54), (0, 6)]


def test_age_bands_follow_the_youngest_age() -> None:
    values = tuple(
        Value(place, one.value, None, 0, 0, one.from_age, one.to_age)
        for place, one in enumerate(READY["age"].values)
    )
    trait = Trait(1, "leeftijd", values, is_age=True)
    older = with_youngest(trait, 16, 18)
    assert (older.values[0].name, older.values[0].from_age) == ("18-24", 18)
    assert older.values[1:] == trait.values[1:]
    assert with_youngest(trait, 16, 30) == trait  # the first band does not reach that far
    assert with_youngest(trait, 14, 12) == trait  # somebody chose another beginning
    assert [band_name(16, 24), band_name(65, None), band_name(18, 18)] == ["16-24", "65+", "18"]

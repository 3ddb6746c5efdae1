"""Seats over municipalities: the worked table of the handbook, brute force on small cases, and a check that
notices every change."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition import messages
from civic.sortition.apportion import (
    Apportionment,
    Rule,
    Table,
    Tie,
    apportion,
    check_apportionment,
    check_table,
)
from civic.sortition.errors import InvalidProblem

# domain handbook E1, 1 January 2024
FLEVOLAND = {
    "Almere": 226_786,
    "Lelystad": 84_082,
    "Noordoostpolder": 50_050,
    "Dronten": 44_337,
    "Zeewolde": 23_883,
    "Urk": 21_914,
}


def codes(error: pytest.ExceptionInfo[InvalidProblem]) -> list[str]:
    assert all(messages.SENTENCES[one.code].format(**one.params) for one in error.value.errors)
    return [one.code for one in error.value.errors]


def failures(result: Apportionment | Table) -> list[str]:
    report = check_apportionment(result) if isinstance(result, Apportionment) else check_table(result)
    assert all(messages.SENTENCES[one.code].format(**one.params) for one in report.failures)
    return [one.code for one in report.failures]


@pytest.mark.parametrize(
    ("rule", "total", "seats"),
    [
        ("largest_remainder", 150, [75, 28, 17, 15, 8, 7]),
        ("square_root", 150, [48, 29, 22, 21, 15, 15]),
        ("equal", 150, [25, 25, 25, 25, 25, 25]),
        ("largest_remainder", 50, [25, 9, 6, 5, 3, 2]),
        ("square_root", 50, [16, 10, 7, 7, 5, 5]),
    ],
)
def test_the_worked_table_of_the_handbook(rule: str, total: int, seats: list[int]) -> None:
    """Domain handbook E2, literally."""
    result = apportion(FLEVOLAND, total, rule=rule)
    assert list(result.seats.values()) == seats
    assert failures(result) == []
    assert (result.raised, result.lowered, result.ties) == ((), (), ())


@pytest.mark.parametrize(
    ("rule", "seats", "raised"),
    [
        ("largest_remainder", [25, 9, 5, 5, 3, 3], ("Urk",)),
        ("sainte_lague", [25, 9, 5, 5, 3, 3], ("Urk",)),
        ("square_root", [16, 10, 7, 7, 5, 5], ()),
        ("equal", [9, 9, 8, 8, 8, 8], ()),
    ],
)
def test_a_third_with_the_default_floor(rule: str, seats: list[int], raised: tuple[str, ...]) -> None:
    result = apportion(FLEVOLAND, 50, rule=rule, floor=3)
    assert list(result.seats.values()) == seats
    assert result.raised == raised
    assert failures(result) == []


def test_a_result_explains_itself() -> None:
    result = apportion(FLEVOLAND, 50, floor=3)
    assert result.quotas["Urk"] == Fraction(50 * 21_914, 451_052)
    # Zeewolde (2.65) and Urk (2.43) get the floor; the other four share 44 seats by population
    assert result.shares["Urk"] == result.shares["Zeewolde"] == 3
    assert result.shares["Almere"] == Fraction(44 * 226_786, 405_255)
    assert result.plain == {**dict(result.seats), "Noordoostpolder": 6, "Urk": 2}


def test_equal_shares_of_letters() -> None:
    """Schagen 2024: 10,000 letters over three former municipalities."""
    places = {"Schagen": 18_000, "Harenkarspel": 16_000, "Zijpe": 12_000}
    result = apportion(places, 10_000, rule=Rule.EQUAL)
    assert result.seats == {"Schagen": 3334, "Harenkarspel": 3333, "Zijpe": 3333}
    assert result.ties == (Tie(("Schagen",), ("Harenkarspel", "Zijpe")),)


def test_ties_go_to_the_larger_population_then_to_the_name() -> None:
    assert apportion({"b": 1, "a": 1, "c": 1}, 1).seats == {"b": 0, "a": 1, "c": 0}
    result = apportion({"small": 1, "large": 3}, 2)  # 0.5 and 1.5
    assert result.seats == {"small": 0, "large": 2}
    assert result.ties == (Tie(("large",), ("small",)),)
    divisor = apportion({"small": 1, "large": 3}, 2, rule="sainte_lague")  # 1/1 against 3/3
    assert (divisor.seats, divisor.ties) == (result.seats, result.ties)
    assert failures(result) == failures(divisor) == []


def test_roots_with_a_common_factor_tie_exactly() -> None:
    """√2 and √18 are 1 : 3, so two seats are shares of exactly 0.5 and 1.5."""
    result = apportion({"small": 2, "large": 18}, 2, rule="square_root")
    assert result.quotas == {"small": Fraction(1, 2), "large": Fraction(3, 2)}
    assert result.ties == (Tie(("large",), ("small",)),)


def test_a_ceiling_hands_seats_to_the_others() -> None:
    result = apportion(FLEVOLAND, 150, ceilings={"Almere": 50})
    assert result.seats["Almere"] == 50
    assert result.lowered == ("Almere",)
    assert result.shares["Urk"] == Fraction(100 * 21_914, 451_052 - 226_786)
    assert failures(result) == []


NUMBERS = st.integers(1, 40)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    people = draw(st.lists(NUMBERS, min_size=1, max_size=5))
    names = [f"m{place}" for place in range(len(people))]
    total = draw(st.integers(1, 20))
    floors = draw(st.lists(st.integers(0, total // len(names)), min_size=len(names), max_size=len(names)))
    room = [draw(st.integers(-(-total // len(names)), total)) for _name in names]
    return {
        "populations": dict(zip(names, people, strict=True)),
        "total": total,
        "rule": draw(st.sampled_from(list(Rule))),
        "floor": dict(zip(names, floors, strict=True)),
        "ceilings": dict(zip(names, room, strict=True)),
    }


@given(questions())
def test_every_result_passes_the_check_in_any_order(question: dict[str, Any]) -> None:
    result = apportion(**question)
    assert failures(result) == []
    turned = dict(reversed(question["populations"].items()))
    other = apportion(**{**question, "populations": turned})
    assert (other.seats, other.ties) == (result.seats, result.ties)


def bounded(question: Mapping[str, Any]) -> list[tuple[int, ...]]:
    ranges = [
        range(question["floor"][name], question["ceilings"][name] + 1) for name in question["populations"]
    ]
    return [seats for seats in itertools.product(*ranges) if sum(seats) == question["total"]]


@given(questions())
def test_sainte_lague_is_the_best_of_all(question: dict[str, Any]) -> None:
    """It minimises Σ seats² / population over all outcomes within the bounds."""
    question["populations"] = dict(list(question["populations"].items())[:3])
    question["floor"] = {name: question["floor"][name] for name in question["populations"]}
    question["ceilings"] = dict.fromkeys(question["populations"], question["total"])
    result = apportion(**{**question, "rule": Rule.SAINTE_LAGUE})

    def cost(seats: tuple[int, ...]) -> Fraction:
        pairs = zip(seats, question["populations"].values(), strict=True)
        return sum((Fraction(number * number, people) for number, people in pairs), Fraction(0))

    costs = [cost(seats) for seats in bounded(question)]
    assert cost(tuple(result.seats.values())) == min(costs)
    assert (costs.count(min(costs)) > 1) == bool(result.ties)


@given(questions())
def test_largest_remainder_with_floors_by_setting_apart(question: dict[str, Any]) -> None:
    """The textbook way: who falls below the floor gets it and leaves, until nobody falls below."""
    people, floor = question["populations"], question["floor"]
    inside, left = dict(people), question["total"]
    while low := [one for one in inside if left * inside[one] < floor[one] * sum(inside.values())]:
        left -= sum(floor[one] for one in low)
        inside = {one: number for one, number in inside.items() if one not in low}
    shares = {one: Fraction(left * number, sum(inside.values())) for one, number in inside.items()}
    seats = {one: math.floor(shares.get(one, floor[one])) for one in people}
    order = sorted(inside, key=lambda one: (seats[one] - shares[one], -people[one], one))
    for one in order[: question["total"] - sum(seats.values())]:
        seats[one] += 1
    assert apportion(people, question["total"], floor=floor).seats == seats


def test_every_error_at_once() -> None:
    with pytest.raises(InvalidProblem) as error:
        apportion([("a", 5), ("a", 0), (" ", -1)], 0, rule="d'hondt", floor={"x": 1}, ceilings={"y": 1})
    assert sorted(codes(error)) == [
        "apportion_blank_name",
        "apportion_name_twice",
        "apportion_no_seats",
        "apportion_population",
        "apportion_population",
        "apportion_unknown_name",
        "apportion_unknown_name",
        "apportion_unknown_rule",
    ]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"populations": {}}, "apportion_no_names"),
        ({"floor": 2}, "apportion_floors_above_seats"),
        ({"floor": {"a": -1}}, "apportion_floor_negative"),
        ({"floor": {"a": 2}, "ceilings": {"a": 1}}, "apportion_floor_above_ceiling"),
        ({"ceilings": {"a": 1, "b": 1}}, "apportion_ceilings_below_seats"),
    ],
)
def test_bounds_that_cannot_hold(question: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        apportion(**{"populations": {"a": 1, "b": 1}, "total": 3, **question})
    assert codes(error) == [code]


ONE = apportion(FLEVOLAND, 50, floor=3)
MOVED = {**ONE.seats, "Almere": 26, "Lelystad": 8}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seats": {}}, "check_names"),
        ({"seats": {**ONE.seats, "Almere": 24}}, "check_total"),
        ({"seats": {**ONE.seats, "Almere": 26, "Urk": 2}}, "check_bounds"),
        ({"seats": MOVED}, "check_rounding"),
        ({"seats": {**ONE.seats, "Almere": 24, "Noordoostpolder": 6}}, "check_order"),
        ({"plain": ONE.seats}, "check_plain"),
        ({"ties": (Tie(("Urk",), ("Almere",)),)}, "check_ties"),
        ({"rule": Rule.EQUAL}, "check_quotas"),
        ({"rule": Rule.SQUARE_ROOT}, "check_quotas"),
        ({"quotas": {name: 2 * share for name, share in ONE.quotas.items()}}, "check_quotas"),
        ({"quotas": dict.fromkeys(FLEVOLAND, Fraction(0))}, "check_quotas"),
        ({"shares": ONE.quotas}, "check_shares"),
        ({"shares": {**ONE.shares, "Urk": Fraction(4), "Almere": ONE.shares["Almere"] - 1}}, "check_shares"),
        ({"shares": {**ONE.shares, "Almere": ONE.shares["Almere"] + 1}}, "check_shares"),
        ({"total": 51}, "check_total"),
    ],
)
def test_the_check_notices_every_change(change: dict[str, Any], code: str) -> None:
    assert code in failures(replace(ONE, **change))


def test_the_check_knows_the_divisor_inequalities() -> None:
    result = apportion(FLEVOLAND, 150, rule="sainte_lague")
    moved = {**result.seats, "Almere": 76, "Urk": 6}
    assert "check_order" in failures(replace(result, seats=moved))

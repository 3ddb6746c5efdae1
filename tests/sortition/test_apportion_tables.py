"""Municipality x constituency: both margins, the best of all tables, and a check of every claim."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition.apportion import Rule, Tie, apportion, apportion_table, fit_table
from civic.sortition.errors import InvalidProblem

from .test_apportion import FLEVOLAND, codes, failures

THIRDS = {"zorgontvangers": 1, "mantelzorgers": 1, "cliëntenraden": 1}
ONE = apportion(FLEVOLAND, 50, floor=3)


def test_municipality_by_theme_third() -> None:
    """150 seats, thirds of 50, at least 3 in every cell (the default of domain handbook E2)."""
    table = apportion_table(FLEVOLAND, 150, THIRDS)
    assert table.row_totals == dict(zip(FLEVOLAND, [74, 27, 16, 15, 9, 9], strict=True))
    assert set(table.column_totals.values()) == {50}
    assert [sorted(line.values()) for line in table.seats.values()] == [
        [24, 25, 25],
        [9, 9, 9],
        [5, 5, 6],
        [5, 5, 5],
        [3, 3, 3],
        [3, 3, 3],
    ]
    assert table.rows is not None
    assert table.rows.raised == ("Zeewolde", "Urk")
    # which third has 24 of Almere is a matter of order: said, not hidden
    assert {row for row, _column in table.ties} == {"Almere", "Noordoostpolder"}
    assert failures(table) == []


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("shares", [{"a": 1, "b": 1, "c": 1}, {"a": 3, "b": 2, "c": 1}, {"a": 1}])
def test_tables_by_every_rule(rule: Rule, shares: dict[str, int]) -> None:
    table = apportion_table(FLEVOLAND, 150, shares, rule=rule)
    assert failures(table) == []
    free = apportion_table(FLEVOLAND, 150, shares, rule=rule, floor=0)
    assert failures(free) == []
    for row, line in free.seats.items():
        for column, seats in line.items():
            assert abs(seats - Fraction(free.row_totals[row] * free.column_totals[column], 150)) < 1
    turned = apportion_table(
        dict(reversed(FLEVOLAND.items())), 150, list(reversed(shares.items())), rule=rule
    )
    assert turned.seats == table.seats


def test_without_a_floor_the_margins_are_those_of_the_handbook() -> None:
    table = apportion_table(FLEVOLAND, 150, THIRDS, floor=0)
    assert list(table.row_totals.values()) == [75, 28, 17, 15, 8, 7]
    assert failures(table) == []


def tables_with(rows: list[int], columns: list[int], weights: list[list[int]], floor: int) -> list[Any]:
    """All tables with these margins, line by line."""
    if not rows:
        return [()] if not any(columns) else []
    ranges = [
        range(min(floor, weight * floor), min(room, weight and room) + 1)
        for room, weight in zip(columns, weights[0], strict=True)
    ]
    lines = [line for line in itertools.product(*ranges) if sum(line) == rows[0]]
    return [
        (line, *rest)
        for line in lines
        for rest in tables_with(
            rows[1:], [room - seats for room, seats in zip(columns, line, strict=True)], weights[1:], floor
        )
    ]


def product(table: Any, weights: list[list[int]], floor: int) -> Fraction:
    factors = [
        Fraction(2 * seat - 1, weight)
        for line, people in zip(table, weights, strict=True)
        for seats, weight in zip(line, people, strict=True)
        for seat in range(floor + 1, seats + 1)
    ]
    return math.prod(factors, start=Fraction(1))


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[list[int], list[int], list[list[int]], int]:
    height, width, floor = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(0, 1))
    weights = [[draw(st.integers(0, 6)) for _column in range(width)] for _row in range(height)]
    seats = [[draw(st.integers(floor, 3)) for _column in range(width)] for _row in range(height)]
    return [sum(line) for line in seats], [sum(line) for line in zip(*seats, strict=True)], weights, floor


@given(small_tables())
def test_a_table_is_the_best_of_all(case: tuple[list[int], list[int], list[list[int]], int]) -> None:
    rows, columns, weights, floor = case
    down, across = [f"r{i}" for i in range(len(rows))], [f"c{j}" for j in range(len(columns))]
    cells = {row: dict(zip(across, line, strict=True)) for row, line in zip(down, weights, strict=True)}
    every = tables_with(rows, columns, weights, floor)
    margins = dict(zip(down, rows, strict=True)), dict(zip(across, columns, strict=True))
    if not every:
        with pytest.raises(InvalidProblem) as error:
            fit_table(*margins, cells, floor)
        assert set(codes(error)) == {"table_impossible"}
        return
    table = fit_table(*margins, cells, floor)
    assert failures(table) == []
    best = min(product(one, weights, floor) for one in every)
    winners = [one for one in every if product(one, weights, floor) == best]
    assert tuple(tuple(line.values()) for line in table.seats.values()) in winners
    differ = {
        (down[i], across[j])
        for i in range(len(down))
        for j in range(len(across))
        if len({one[i][j] for one in winners}) > 1
    }
    assert set(table.ties) == differ


def test_people_who_are_not_where_the_seats_are() -> None:
    weights = {"a": {"x": 1, "y": 0}, "b": {"x": 1, "y": 1}}
    with pytest.raises(InvalidProblem) as error:
        fit_table({"a": 3, "b": 1}, {"x": 2, "y": 2}, weights)
    assert [one.params for one in error.value.errors] == [{"rows": "a", "columns": "x"}]
    with pytest.raises(InvalidProblem) as error:
        fit_table({"a": 1, "b": 1}, {"x": 2}, {"a": {"x": 0}, "b": {"x": 1}})
    assert [one.params for one in error.value.errors] == [{"rows": "a", "columns": "–"}]


@pytest.mark.parametrize(
    ("rows", "columns", "weights", "floor", "wanted"),
    [
        ({}, {}, {}, 0, {"table_empty"}),
        ({"a": 2}, {"x": 1}, {"a": {"x": 1}}, 0, {"table_totals_differ"}),
        ({"a": 1}, {"x": 1}, {"a": {"x": -1}}, -1, {"table_negative"}),
        ({"a": 1}, {"x": 1}, {}, 0, {"table_weights_missing"}),
        ({"a": 1}, {"x": 1}, {"a": {"x": 1}}, 2, {"table_row_too_small"}),
    ],
)
def test_tables_that_cannot_be(
    rows: dict[str, int], columns: dict[str, int], weights: dict[str, Any], floor: int, wanted: set[str]
) -> None:
    with pytest.raises(InvalidProblem) as error:
        fit_table(rows, columns, weights, floor)
    assert set(codes(error)) == wanted


def test_errors_of_rows_and_columns_together() -> None:
    with pytest.raises(InvalidProblem) as error:
        apportion_table({"a": 0}, 10, {"x": 0})
    assert codes(error) == ["apportion_population", "apportion_population"]
    with pytest.raises(InvalidProblem) as error:
        apportion_table({"a": 0}, 10, {"x": 1})
    assert codes(error) == ["apportion_population"]


TABLE = apportion_table(FLEVOLAND, 150, THIRDS)
CARE = "mantelzorgers"


def cell(row: str, column: str, seats: int) -> dict[str, dict[str, int]]:
    return {
        **{one: dict(line) for one, line in TABLE.seats.items()},
        row: {**TABLE.seats[row], column: seats},
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seats": {}}, "check_names"),
        ({"column_multipliers": {}}, "check_names"),
        ({"seats": cell("Almere", CARE, 30)}, "check_margin"),
        ({"seats": cell("Almere", CARE, 30)}, "check_cell"),
        ({"seats": cell("Urk", CARE, 2)}, "check_cell_floor"),
        ({"seats": cell("Dronten", CARE, 4)}, "check_cell"),
        ({"row_multipliers": dict.fromkeys(FLEVOLAND, Fraction(-1))}, "check_multipliers"),
        ({"ties": ()}, "check_ties"),
        ({"rows": replace(ONE, ties=(Tie(("Urk",), ()),))}, "check_ties"),
        ({"rows": ONE}, "check_names"),
        ({"weights": {row: dict.fromkeys(THIRDS, 0) for row in FLEVOLAND}}, "check_cell_floor"),
    ],
)
def test_the_check_notices_every_change_of_a_table(change: dict[str, Any], code: str) -> None:
    assert code in failures(replace(TABLE, **change))

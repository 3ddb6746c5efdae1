"""Small numbers are hidden, and cannot be worked out again."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.smallnumbers import ShownList, ShownTable, hide_small

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 400))
LISTS = st.lists(COUNTS, max_size=8)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=5)
)


def test_a_list() -> None:
    assert hide_small([120, 36, 41], 10) == ShownList([120, 36, 41], 197)
    assert hide_small([120, 4, 36], 10) == ShownList([120, None, None], 160)
    assert hide_small([100, 3, 4], 10) == ShownList([None, None, None], 107), "3 + 4 is a small number too"
    assert hide_small([10, 0, 0], 10) == ShownList([10, 0, 0], 10)


def test_a_list_whose_total_is_small() -> None:
    assert hide_small([5], 10) == ShownList([None], None)
    assert hide_small([5, 0], 10) == ShownList([None, 0], None)
    assert hide_small([2, 3], 10) == ShownList([None, None], None)


def test_nothing_and_zeros() -> None:
    assert hide_small([], 10) == ShownList([], 0)
    assert hide_small([0, 0], 10) == ShownList([0, 0], 0)


def test_a_table() -> None:
    shown = hide_small([[50, 60, 3], [20, 30, 40], [22, 33, 44]], 10)
    assert shown == ShownTable(
        cells=[[None, 60, None], [None, 30, None], [22, 33, 44]],
        row_totals=[113, 90, 99],
        column_totals=[92, 123, 87],
        total=302,
    )


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    shown = hide_small([[50, 60], [20, 30]], 10)
    assert shown == ShownTable([[50, 60], [20, 30]], [110, 50], [70, 90], 160)


def test_a_small_row_hides_its_total() -> None:
    shown = hide_small([[3, 2], [40, 50]], 10)
    assert shown.row_totals[0] is None
    assert shown.cells[0] == [None, None]


@pytest.mark.parametrize("table", [[-1, 3], [[1, 2], [3]], [[1, -2]]])
def test_what_is_no_table(table: list[int]) -> None:
    with pytest.raises(ValueError, match="counts"):
        hide_small(table, 10)


@given(LISTS, st.integers(1, 15))
def test_lists_stay_secret(counts: list[int], minimum: int) -> None:
    shown = hide_small(counts, minimum)
    assert len(shown.cells) == len(counts)
    for real, cell in zip(counts, shown.cells, strict=True):
        assert cell in (None, real)
        assert not (cell is not None and 0 < cell < minimum)
        assert real != 0 or cell == 0, "zeros are shown"
    assert shown.total in (None, sum(counts))
    hidden = [real for real, cell in zip(counts, shown.cells, strict=True) if cell is None]
    if shown.total is not None:
        assert len(hidden) != 1
        assert not 0 < sum(hidden) < minimum
    if all(real == 0 or real >= minimum for real in counts):
        assert hidden == []


@given(LISTS)
def test_the_answer_does_not_depend_on_the_order_of_what_is_hidden(counts: list[int]) -> None:
    assert hide_small(counts, 10) == hide_small(list(counts), 10)


def lines_of(shown: ShownTable) -> list[list[int | None]]:
    rows = [[*cells, total] for cells, total in zip(shown.cells, shown.row_totals, strict=True)]
    rows.append([*shown.column_totals, shown.total])
    return rows + [list(column) for column in zip(*rows, strict=True)]


def real_lines(table: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in table]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return rows + [list(column) for column in zip(*rows, strict=True)]


@settings(max_examples=100, deadline=None)
@given(TABLES, st.integers(1, 15))
def test_no_line_betrays_a_hidden_number(table: list[list[int]], minimum: int) -> None:
    shown = hide_small(table, minimum)
    for line, real in zip(lines_of(shown), real_lines(table), strict=True):
        hidden = [value for value, cell in zip(real, line, strict=True) if cell is None]
        assert all(cell in (None, value) for cell, value in zip(line, real, strict=True))
        assert all(cell == 0 or cell >= minimum for cell in line if cell is not None)
        assert len(hidden) != 1, "one hidden number in a line is the total minus the rest"
        if line[-1] is not None:
            assert not 0 < sum(hidden) < minimum


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=3), min_size=2, max_size=3).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    ),
    st.integers(2, 4),
)
def test_every_hidden_number_can_have_two_values(table: list[list[int]], minimum: int) -> None:
    """By brute force: fill in all tables that a reader cannot rule out."""
    shown = hide_small(table, minimum)
    places = [(r, c) for r, row in enumerate(shown.cells) for c, cell in enumerate(row) if cell is None]
    if len(places) > 4:
        return  # too many to try
    top = max(max(row) for row in table) + 2
    possible: dict[tuple[str, int, int], set[int]] = {}
    for values in product(range(top + 1), repeat=len(places)):
        guess = [list(row) for row in table]
        for (row, column), value in zip(places, values, strict=True):
            guess[row][column] = value
        if _fits(guess, shown):
            for name, number in _hidden(guess, shown):
                possible.setdefault(name, set()).add(number)
    assert all(len(values) > 1 for values in possible.values()), possible


def _fits(guess: list[list[int]], shown: ShownTable) -> bool:
    return all(
        cell is None or cell == value
        for line, real in zip(lines_of(shown), real_lines(guess), strict=True)
        for cell, value in zip(line, real, strict=True)
    )


def _hidden(guess: list[list[int]], shown: ShownTable) -> list[tuple[tuple[str, int, int], int]]:
    pairs = enumerate(zip(lines_of(shown), real_lines(guess), strict=True))
    return [
        (("line", number, index), value)
        for number, (line, real) in pairs
        for index, (cell, value) in enumerate(zip(line, real, strict=True))
        if cell is None
    ]

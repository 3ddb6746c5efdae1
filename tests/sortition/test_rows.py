"""The rows of a panel as a matrix: the same seats, quotas, classes and cuts whichever way they are asked."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import Problem
from civic.sortition.grouping import Floats, Ints, Types, group
from civic.sortition.highs import INFINITY, Entries
from civic.sortition.lottery import Cut
from civic.sortition.rows import Rows
from tests.sortition.brute import questions


def full(entries: Entries, rows: int, columns: int) -> Floats:
    matrix = np.zeros((rows, columns))
    np.add.at(matrix, (entries.row, entries.column), entries.value)
    return matrix


def by_hand(types: Types, cuts: list[Cut]) -> Floats:
    """Row by row as the docstring of the module has them."""
    classes = [(types.household == number).astype(float) for number in range(len(types.homes))]
    weights = [
        [dict(cut.weights).get(kind, 0) / largest(cut) for kind in range(types.number)] for cut in cuts
    ]
    return np.array([np.ones(types.number), *types.incidence, *classes, *weights])


def largest(cut: Cut) -> int:
    return max([1, *(weight for _kind, weight in cut.weights)])


def some_cuts(types: Types, salt: int) -> list[Cut]:
    chance = np.random.default_rng(salt)
    weights = chance.integers(0, 3, (int(chance.integers(0, 3)), types.number)).tolist()
    return [Cut(tuple((kind, one) for kind, one in enumerate(row) if one), 5) for row in weights]


@settings(max_examples=60)
@given(questions(), st.integers(0, 2**32 - 1))
def test_the_matrix_is_what_it_says(problem: Problem, salt: int) -> None:
    types = group(problem)
    cuts = some_cuts(types, salt)
    rows = Rows(types, cuts)
    matrix = by_hand(types, cuts)
    assert (len(rows), rows.quotas) == (len(matrix), 1 + len(types.lower))
    seats = np.random.default_rng(salt).random(types.number)
    assert np.allclose(rows.times(seats), matrix @ seats)
    scale: Floats = np.arange(1, types.number + 1, dtype=np.float64)
    entries = rows.entries(scale)
    assert np.array_equal(full(entries, *matrix.shape), matrix * scale)
    assert entries.row.tolist() == sorted(entries.row.tolist())
    starts = np.concatenate([[types.size], types.lower, 0.0 * types.homes, [-INFINITY] * len(cuts)])
    assert np.array_equal(rows.lower, starts)
    ends = np.concatenate([[types.size], types.upper, types.homes, [5.0 / largest(one) for one in cuts]])
    assert np.array_equal(rows.upper, ends)
    assert rows.units.tolist() == [1.0] * (len(rows) - len(cuts)) + list(map(largest, cuts))


@settings(max_examples=60)
@given(questions(), st.integers(0, 2**32 - 1))
def test_a_part_has_the_rows_its_columns_need(problem: Problem, salt: int) -> None:
    types = group(problem)
    cuts = some_cuts(types, salt)
    matrix = by_hand(types, cuts)
    columns: Ints = np.flatnonzero(np.random.default_rng(salt).random(types.number) < 0.5)
    entries, kept = Rows(types, cuts).part(columns)
    assert np.array_equal(full(entries, len(kept), len(columns)), matrix[np.ix_(kept, columns)])
    assert entries.row.tolist() == sorted(entries.row.tolist())
    left_out = np.setdiff1d(np.arange(len(matrix)), kept)
    assert not matrix[np.ix_(left_out, columns)].any()

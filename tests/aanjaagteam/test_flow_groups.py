"""Small numbers are put together: nothing small is told, nothing is lost, and as much as can be is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.aanjaagteam.queries.flow_groups import Shown, shown

COUNTS = st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1, max_size=7)


def told(found: Shown) -> list[int]:
    return [
        *found.totals,
        *(one.total for one in found.groups),
        *(n for g in found.groups for n in g.cells or []),
    ]


@given(COUNTS, st.sampled_from([5, 10]))
def test_nothing_small_and_nothing_lost(rows: list[tuple[int, int, int]], minimum: int) -> None:
    found, everything = shown(rows, minimum), sum(map(sum, rows))
    if found is None:
        assert everything < minimum
        return
    assert all(count == 0 or count >= minimum for count in told(found))
    assert sorted(row for one in found.groups for row in one.rows) == list(range(len(rows)))
    assert sum(found.totals) == sum(one.total for one in found.groups) == everything
    for one in found.groups:
        assert one.total == sum(sum(rows[row]) for row in one.rows)


@pytest.mark.parametrize(
    ("rows", "columns", "groups", "tells_cells"),
    [
        ([(20, 30, 10), (12, 0, 40)], 3, [[0], [1]], True),
        ([(20, 30, 10), (12, 3, 40)], 3, [[0], [1]], False),
        ([(20, 30, 10), (3, 3, 3), (0, 0, 0), (2, 0, 0)], 3, [[0], [2], [1, 3]], False),
        ([(20, 30, 10), (30, 10, 10), (3, 0, 0)], 3, [[0], [1, 2]], True),
        ([(20, 30, 2), (12, 14, 2)], 2, [[0], [1]], True),
        ([(2, 8, 1)], 1, [[0]], True),
        ([(4, 2, 0), (1, 2, 0), (1, 1, 0)], 1, [[0, 1, 2]], True),
    ],
)
def test_as_much_as_can_be(
    rows: list[tuple[int, int, int]], columns: int, groups: list[list[int]], tells_cells: bool
) -> None:
    found = shown(rows, 10)
    assert found is not None
    assert len(found.columns) == columns
    assert [one.rows for one in found.groups] == groups
    assert (found.groups[0].cells is not None) == tells_cells

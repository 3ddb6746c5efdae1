"""Panels by the type of each seat: the same figures as with seats per type."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from civic.sortition.grouping import Floats, Ints
from civic.sortition.seatings import Seatings

TYPES, SIZE = 5, 7
panels = st.lists(st.integers(0, TYPES - 1), min_size=SIZE, max_size=SIZE)
whole = st.lists(st.integers(-20, 20), min_size=TYPES, max_size=TYPES)


def seats_of(kinds: list[int]) -> Ints:
    return np.bincount(np.array(kinds), minlength=TYPES).astype(np.int64)


def made(listed: list[list[int]]) -> tuple[Seatings, Floats]:
    """And the matrix (N, T) of seats per type."""
    known = Seatings(TYPES, SIZE)
    for one in listed:
        known.add(seats_of(one))
    return known, np.array([seats_of(one) for one in listed], dtype=np.float64)


@given(st.lists(panels, min_size=1, max_size=9), whole, whole)
def test_as_with_a_matrix(listed: list[list[int]], worth: list[int], missing: list[int]) -> None:
    known, matrix = made(listed)
    some = np.arange(len(listed))[::-1]
    prices, short = np.abs(np.array(worth, dtype=np.float64)), np.array(missing, dtype=np.float64)

    def cost(left: Floats) -> Floats:
        found: Floats = (np.maximum(0.0, left) ** 2) @ prices
        return found

    assert (known.value(some, np.array(worth, dtype=np.float64)) == matrix[some] @ np.array(worth)).all()
    assert (known.relief(some, short, prices) == cost(short - matrix[some]) - cost(short)).all()
    assert (known.regret(some, short, prices) == cost(short + matrix[some]) - cost(short)).all()
    assert all((known.seats(int(one)) == matrix[one]).all() for one in some)
    times = np.arange(len(listed), dtype=np.float64)
    assert (known.total(times) == times @ matrix).all()


def test_it_grows_and_remembers() -> None:
    chance = np.random.Generator(np.random.PCG64(1))
    listed = [sorted(chance.integers(0, TYPES, SIZE).tolist()) for _one in range(200)]
    known, matrix = made(listed)
    assert len(known) == 200
    assert (known.seats(199) == matrix[199]).all()
    assert all(known.knows(seats_of(one)) for one in listed)
    assert not Seatings(TYPES, SIZE).knows(seats_of(listed[0]))
    missing = next(
        [0] * take + [4] * (SIZE - take)
        for take in range(SIZE)
        if [0] * take + [4] * (SIZE - take) not in listed
    )
    assert not known.knows(seats_of(missing))

"""Weights for known panels: the smallest shortfall, and prices that prove it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition.master import Master, Mix


def panels(*rows: list[int]) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return [np.array(row, dtype=np.int64) for row in rows]


def test_only_new_panels_count() -> None:
    master = Master(np.ones(2), np.array([0.5, 0.5]))
    assert master.add(panels([1, 0], [1, 0], [0, 1])) == 2
    assert master.add(panels([0, 1])) == 0
    assert [panel.tolist() for panel in master.panels] == [[1, 0], [0, 1]]


def test_what_can_be_reached_is_reached() -> None:
    master = Master(np.array([2.0, 4.0]), np.array([0.25, 0.75]))
    master.add(panels([1, 0], [0, 1]))
    short, weights, _prices = master.solve()
    assert short == pytest.approx(0, abs=1e-9)
    assert weights.tolist() == pytest.approx([0.25, 0.75])


def test_the_shortfall_is_per_head() -> None:
    """Two types, of 2 and of 4 people; one panel only holds one of the first."""
    master = Master(np.array([2.0, 4.0]), np.array([0.5, 0.5]))
    master.add(panels([1, 0]))
    short, weights, prices = master.solve()
    assert short == pytest.approx(0.5 / 4)
    assert weights.tolist() == pytest.approx([1])
    assert prices.tolist() == pytest.approx([0, 1 / 4])


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8), st.integers(1, 5))
def test_the_prices_prove_the_shortfall(salt: int, number: int, types: int) -> None:
    """Per head they add up to 1 (or none is short), and no known panel is worth more than what is wanted
    less the shortfall: by weak duality no weights do better."""
    chance = np.random.default_rng(salt)
    counts = chance.integers(1, 5, types).astype(np.float64)
    wanted = counts * chance.random(types)
    known = [chance.integers(0, 3, types) for _ in range(number)]
    master = Master(counts, wanted)
    master.add(known)
    short, weights, prices = master.solve()
    assert weights.sum() == pytest.approx(1)
    reached = weights @ np.array(master.panels)
    assert short == pytest.approx(max(0.0, float(((wanted - reached) / counts).max())), abs=1e-8)
    assert (prices >= -1e-9).all()
    assert float(prices @ counts) <= 1 + 1e-9
    worth = max(float(prices @ panel) for panel in known)
    assert float(prices @ wanted) - worth >= short - 1e-8


def test_without_panels_there_is_no_optimum() -> None:
    with pytest.raises(ArithmeticError, match="optimum"):
        Master(np.ones(1), np.ones(1)).solve()


def test_a_mix_leaves_out_what_has_no_weight() -> None:
    mix = Mix.of(np.array(panels([1, 0], [0, 1], [1, 1])), np.array([0.5, 1e-15, 0.25]))
    assert mix.panels.tolist() == [[1, 0], [1, 1]]
    assert mix.weights.tolist() == pytest.approx([2 / 3, 1 / 3])

"""Affine scaling: it reaches what can be reached, and tells by how much it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import weigh
from civic.sortition.grouping import Floats, Ints, group
from civic.sortition.master import Master
from civic.sortition.panels import PanelFinder
from civic.sortition.weigh import NEAR, Scales
from tests.sortition.brute import benchmark


def shortfall(panels: Ints, weights: Floats, wanted: Floats, counts: Ints) -> float:
    return float(((wanted - weights @ panels) / counts).max())


def least(panels: Ints, wanted: Floats, counts: Ints) -> float:
    """What the linear program says."""
    master = Master(counts.astype(np.float64), wanted)
    master.add(list(panels))
    return master.solve()[0]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 12))
def test_a_known_combination(salt: int, number: int, types: int) -> None:
    """Weights that are known, none of them near zero: they are found, or others as good."""
    chance = np.random.default_rng(salt)
    panels = chance.integers(0, 4, (number, types))
    counts = np.full(types, 4)
    known = chance.random(number) + 0.1
    known /= known.sum()
    # one more type fills every panel up to the same size: the weights then add up to 1 by themselves
    panels = np.column_stack([panels, 4 * types - panels.sum(axis=1)])
    counts = np.append(counts, 4 * types)
    wanted = known @ panels
    weights, short = Scales(panels, wanted, counts).weigh()
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    assert short == pytest.approx(shortfall(panels, weights, wanted, counts), abs=1e-12)
    assert short < 1e-6


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 6))
def test_what_it_tells_is_true(salt: int, number: int, types: int) -> None:
    """Any wish, mostly out of reach: the shortfall is that of its weights, never below the least."""
    chance = np.random.default_rng(salt)
    panels = np.array([chance.permutation([3] + [0] * (types - 1)) for _ in range(number)])
    counts = chance.integers(3, 6, types)
    wanted = chance.random(types)
    wanted *= 3 / wanted.sum()
    weights, short = Scales(panels, wanted, counts).weigh()
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert short == pytest.approx(shortfall(panels, weights, wanted, counts), abs=1e-12)
    assert short >= least(panels, wanted, counts) - 1e-9


def test_panels_that_cannot_reach_it() -> None:
    panels = np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1]])
    weights, short = Scales(panels, np.array([0.2, 0.2, 1.6]), np.ones(3, dtype=np.int64)).weigh()
    assert short > 0.5
    assert weights.sum() == pytest.approx(1)


def test_a_real_pool() -> None:
    """As good as the linear program over the same panels, which knows a combination."""
    types = group(benchmark("like_cca_75"))
    finder = PanelFinder(types)
    chance = np.random.default_rng(3)
    panels = np.unique([finder.find(chance.standard_normal(types.number)) for _ in range(150)], axis=0)
    wanted = np.average(panels, axis=0, weights=chance.random(len(panels)) + 0.1)
    weights, short = Scales(panels, wanted, types.counts).weigh()
    assert short < NEAR
    again = Scales(panels, wanted, types.counts).weigh()[0]
    assert again.tobytes() == weights.tobytes()


def test_what_is_there_already_stays() -> None:
    panels = np.array([[1, 0], [0, 1]])
    weights, short = Scales(panels, np.array([0.5, 0.5]), np.ones(2, dtype=np.int64)).weigh()
    assert weights.tolist() == [0.5, 0.5]
    assert short == 0


@pytest.mark.parametrize("limit", ["ROUNDS", "STEPS"])
def test_too_little_work_is_told(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One round, or one step of the inner system in each: not there yet, and the figure says so."""
    chance = np.random.default_rng(8)
    panels = np.array([chance.permutation([2, 1, 1, 0, 0, 0, 0, 0]) for _ in range(40)])
    wanted = np.average(panels, axis=0, weights=chance.random(40) ** 4 + 1e-3)
    counts = np.arange(2, 10)
    monkeypatch.setattr(weigh, limit, 1)
    weights, short = Scales(panels, wanted, counts).weigh()
    assert short == pytest.approx(shortfall(panels, weights, wanted, counts), abs=1e-12)
    assert short > NEAR
    monkeypatch.undo()
    assert Scales(panels, wanted, counts).weigh()[1] < NEAR

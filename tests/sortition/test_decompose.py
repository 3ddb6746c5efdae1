"""Where no lottery reaches the relaxation, the smallest chance comes first and the gap says so."""

from __future__ import annotations

import numpy as np
import pytest

from civic.sortition import Pool, Problem, Quota, solve, verify
from civic.sortition.decompose import FEWEST_CHASED, Aim, Chase, decompose
from civic.sortition.grouping import group
from civic.sortition.panels import PanelFinder
from civic.sortition.progress import silent
from civic.sortition.relaxation import relax
from tests.sortition.brute import benchmark


def odd_ring(others: int) -> Problem:
    """Three people of whom each pair shares a feature that only one panel member may have, and some others.

    Half a seat each is within the quotas on average; no panel holds more than one of the three.
    """
    rows = tuple(tuple(answers) for answers in ("110", "101", "011", *["000"] * others))
    pool = Pool(("p", "q", "r"), tuple(f"m{one}" for one in range(len(rows))), rows)
    quotas = tuple(Quota({name: value}, 0, most) for name in "pqr" for value, most in (("1", 1), ("0", 3)))
    return Problem(pool, quotas, 3)


@pytest.mark.parametrize("others", [2, 3])
def test_a_bound_out_of_reach(others: int) -> None:
    problem = odd_ring(others)
    lottery = solve(problem)
    assert lottery.upper_bound == pytest.approx(0.5)
    assert [lottery.probabilities[f"m{one}"] for one in range(3)] == pytest.approx([1 / 3] * 3, abs=1e-6)
    assert lottery.gap == pytest.approx(1 / 6, abs=1e-6)
    assert not lottery.optimal
    assert verify(problem, lottery).ok


def test_the_chase_comes_near_before_any_weights() -> None:
    problem = benchmark("like_mass_24")
    types = group(problem)
    target = relax(types, np.zeros(types.number, dtype=np.bool_))
    chase = Chase(PanelFinder(types), types, Aim(target.levels, target.bound, silent))
    panels = chase.first()
    assert len(panels) >= FEWEST_CHASED
    average = np.sum(panels, axis=0) / len(panels) / types.counts
    assert np.abs(average - target.levels).max() < 0.05
    mix = decompose(chase, panels)
    assert np.abs(mix.weights @ mix.panels / types.counts - target.levels).max() < 1e-9

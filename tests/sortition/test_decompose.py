"""From expected seats to weights; where no lottery reaches the relaxation, a proven cut closes the gap."""

from __future__ import annotations

import numpy as np
import pytest

from civic.sortition import Pool, Problem, Quota, solve, verify
from civic.sortition.chase import FEWEST_CHASED, Aim, Chase
from civic.sortition.decompose import decompose
from civic.sortition.grouping import group
from civic.sortition.panels import Team
from civic.sortition.progress import silent
from civic.sortition.relaxation import relax
from tests.sortition.brute import all_panels, benchmark, leximin


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
    types = group(problem)
    assert relax(types, np.zeros(types.number, dtype=np.bool_)).bound == pytest.approx(0.5)
    lottery = solve(problem)
    assert lottery.probabilities == pytest.approx(leximin(problem, all_panels(problem)), abs=1e-6)
    assert lottery.upper_bound == pytest.approx(1 / 3)
    assert lottery.cuts
    assert lottery.optimal
    assert verify(problem, lottery, reprove=True).notes == ()


def test_the_chase_comes_near_before_any_weights() -> None:
    problem = benchmark("like_mass_24")
    types = group(problem)
    target = relax(types, np.zeros(types.number, dtype=np.bool_))
    chase = Chase(Team(types), types, Aim(target.levels, target.bound, silent))
    panels = chase.first()
    assert len(panels) >= FEWEST_CHASED
    average = np.sum(panels, axis=0) / len(panels) / types.counts
    assert np.abs(average - target.levels).max() < 0.05
    reached = decompose(chase, panels)
    assert np.abs(reached.mix.weights @ reached.mix.panels / types.counts - target.levels).max() < 1e-7
    assert reached.shortfall < 1e-7

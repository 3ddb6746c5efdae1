"""From expected seats to weights; where no lottery reaches the relaxation, a proven cut closes the gap."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from civic.sortition import Pool, Problem, Quota, solve, verify
from civic.sortition.chase import FEWEST_CHASED, Aim, Chase
from civic.sortition.decompose import SCALED_CLOSE, STAGES, Reached, decompose
from civic.sortition.grouping import Ints, group
from civic.sortition.panels import Team
from civic.sortition.progress import Progress, silent
from civic.sortition.relaxation import relax
from tests.sortition.brute import LOOSE, all_panels, benchmark, leximin


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


def chase_for(problem: Problem, progress: Progress = silent) -> Chase:
    types = group(problem)
    target = relax(types, np.zeros(types.number, dtype=np.bool_))
    return Chase(Team(types), types, Aim(target.levels, target.bound, progress))


def check(chase: Chase, panels: list[Ints], reached: Reached) -> None:
    """The shortfall told is that of the weights, over panels that are all known."""
    assert reached.mix.weights.sum() == pytest.approx(1)
    known = {panel.tobytes() for panel in panels}
    assert all(panel.astype(np.int64).tobytes() in known for panel in reached.mix.panels)
    short = (chase.wanted - reached.mix.weights @ reached.mix.panels) / chase.types.counts
    assert reached.shortfall == pytest.approx(max(0.0, float(short.max())), abs=1e-9)


def test_many_types_are_weighed_by_scaling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same target, reached without the linear program."""
    problem = benchmark("like_mass_24")
    monkeypatch.setattr(sys.modules["civic.sortition.decompose"], "MANY_TYPES", 10)
    told: list[tuple[str, int, int, float, float]] = []
    chase = chase_for(problem, lambda *call: told.append(call))
    panels = chase.first()[:20]  # too few: further stages are needed
    before = len(told)
    reached = decompose(chase, panels)
    check(chase, panels, reached)
    assert reached.shortfall < SCALED_CLOSE
    assert all(call[0] == "weights" and 1 <= call[1] <= call[2] == STAGES + 1 for call in told[before:])
    lottery = solve(problem)
    assert lottery.optimal
    assert verify(problem, lottery).ok


@pytest.mark.parametrize("few", [0, 10_000])
def test_maximin_is_reached_without_proofs(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is followed are all seats, so that the smallest chance is there before any search for cuts."""
    monkeypatch.setattr(sys.modules["civic.sortition.decompose"], "MANY_TYPES", few)
    problem = benchmark("like_cca_75")
    lottery = solve(problem, objective="maximin")
    assert (lottery.run["rounds"], lottery.cuts) == (0, ())
    assert "cuts" not in lottery.run["seconds"]
    assert lottery.min_probability == pytest.approx(lottery.upper_bound, abs=SCALED_CLOSE)
    assert verify(problem, lottery).notes == ()


@pytest.mark.parametrize("few", [0, 10_000])
def test_it_stops_where_it_stalls(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """2/5 for everybody is out of reach, with either way of weighing; the shortfall is told."""
    monkeypatch.setattr(sys.modules["civic.sortition.decompose"], "MANY_TYPES", few)
    chase = chase_for(LOOSE)
    panels = chase.first()
    reached = decompose(chase, panels)
    check(chase, panels, reached)
    assert reached.shortfall >= 2 / 5 - 1 / 3 - 1e-6

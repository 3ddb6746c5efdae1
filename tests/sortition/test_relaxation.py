"""The relaxation against the truth: every panel of a tiny pool listed, leximin solved over all lotteries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings

from civic.sortition import Problem, Quota
from civic.sortition.grouping import group
from civic.sortition.question import Pool
from civic.sortition.relaxation import EmptyRelaxation, Target, relax
from tests.sortition.brute import LOOSE, all_panels, leximin, questions

NEAR = 1e-6


def bounds(problem: Problem, truth: dict[str, float], *, maximin: bool = False) -> tuple[Target, list[float]]:
    """The relaxation without the impossible people, and its level for every person."""
    types = group(problem)
    impossible = np.ones(types.number, dtype=np.bool_)
    kinds = dict(zip(problem.pool.ids, types.of_member.tolist(), strict=True))
    assert {member for member, kind in kinds.items() if kind >= 0} == set(truth)
    for member, chance in truth.items():
        impossible[kinds[member]] &= chance == 0
    target = relax(types, impossible, maximin=maximin)
    return target, [float(target.levels[kinds[member]]) for member in truth]


@settings(max_examples=150)
@given(questions())
def test_no_lottery_beats_it(problem: Problem) -> None:
    """Sorted, its levels are lexicographically at least those of the best lottery, or the same."""
    panels = all_panels(problem)
    assume(panels)
    truth = leximin(problem, panels)
    target, levels = bounds(problem, truth)
    assert target.bound == pytest.approx(min(one for one in levels if one > 0), abs=NEAR)
    for bound, best in zip(sorted(levels), sorted(truth.values()), strict=True):
        if abs(bound - best) > NEAR:
            assert bound > best
            break
    else:
        assert levels == pytest.approx(list(truth.values()), abs=NEAR)


@settings(max_examples=60)
@given(questions())
def test_maximin_is_the_first_level(problem: Problem) -> None:
    panels = all_panels(problem)
    assume(panels)
    truth = leximin(problem, panels)
    first, levels = bounds(problem, truth, maximin=True)
    assert first.bound == pytest.approx(bounds(problem, truth)[0].bound, abs=NEAR)
    assert first.rounds == 1
    assert {one for one in levels if one > 0} == {first.bound}
    types = group(problem)
    assert first.seats.sum() == pytest.approx(types.size, abs=NEAR)
    assert (types.incidence @ first.seats >= types.lower - NEAR).all()
    assert (types.incidence @ first.seats <= types.upper + NEAR).all()
    assert (first.seats >= first.levels * types.counts - NEAR).all()


def test_where_no_lottery_reaches_it() -> None:
    truth = leximin(LOOSE, all_panels(LOOSE))
    target, _levels = bounds(LOOSE, truth)
    assert target.bound == pytest.approx(2 / 5)
    assert min(truth.values()) == pytest.approx(1 / 3)


def test_levels_of_a_known_pool() -> None:
    """Two seats: one for two men, one for four women; no quota looks at the district."""
    pool = Pool(
        ("sekse", "wijk"),
        tuple("abcdef"),
        (("m", "n"), ("m", "n"), ("v", "n"), ("v", "n"), ("v", "z"), ("v", "z")),
    )
    quotas = (Quota({"sekse": "m"}, 1, 1), Quota({"sekse": "v"}, 1, 1))
    types = group(Problem(pool, quotas, 2))
    assert types.number == 2
    levels = relax(types, np.zeros(2, dtype=np.bool_)).levels[types.of_member]
    assert levels.tolist() == pytest.approx([0.5, 0.5, 0.25, 0.25, 0.25, 0.25])


def test_everybody_gets_a_seat() -> None:
    types = group(Problem(Pool((), ("a", "b"), ((), ())), (), 2))
    assert relax(types, np.zeros(1, dtype=np.bool_)).levels.tolist() == [1.0]


def test_an_empty_relaxation() -> None:
    pool = Pool(("sekse",), ("a", "b"), (("m",), ("v",)))
    types = group(Problem(pool, (Quota({"sekse": "m"}, 2, 2), Quota({"sekse": "v"}, 0, 0)), 2))
    with pytest.raises(EmptyRelaxation):
        relax(types, np.zeros(2, dtype=np.bool_))

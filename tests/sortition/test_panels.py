"""Searching panels: on the face where the wanted seats lie, beside it, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import Pool, Problem, Quota
from civic.sortition.grouping import Floats, Ints, Types, group
from civic.sortition.panels import FACE_CHANCES, NoPanel, PanelFinder
from civic.sortition.relaxation import relax
from tests.sortition.brute import benchmark, questions


def types_of(problem: Problem) -> Types:
    return group(problem)


def wanted_of(types: Types) -> Floats:
    return relax(types, np.zeros(types.number, dtype=np.bool_)).levels * types.counts


def is_panel(types: Types, panel: Ints) -> bool:
    seats = types.incidence @ panel
    shared = types.household >= 0
    homes = np.bincount(types.household[shared], weights=panel[shared], minlength=len(types.homes))
    within = (
        (homes <= types.homes).all()
        and (panel >= 0).all()
        and (panel <= types.counts).all()
        and panel.sum() == types.size
    )
    return bool(within and (seats >= types.lower).all() and (seats <= types.upper).all())


@settings(max_examples=40)
@given(questions(), st.integers(0, 2**32 - 1))
def test_what_is_found_is_a_panel_and_none_is_missed(problem: Problem, salt: int) -> None:
    types = types_of(problem)
    finder = PanelFinder(types)
    direction = np.random.default_rng(salt).standard_normal(types.number)
    try:
        best = finder.find_exact(direction)
    except NoPanel:
        with pytest.raises(NoPanel):
            finder.find(direction)
        return
    for _time in range(2):
        found = finder.find(direction)
        assert is_panel(types, found)
        assert direction @ found <= direction @ best + 1e-6
        finder.focus(wanted_of(types))  # and then once more, on the face


def test_panels_lie_on_the_face_of_what_is_wanted() -> None:
    types = types_of(benchmark("like_cca_75"))
    wanted = wanted_of(types)
    met = types.incidence @ wanted
    on_low, on_high = np.abs(met - types.lower) < 1e-6, np.abs(met - types.upper) < 1e-6
    assert on_low.any()
    assert on_high.any()
    finder = PanelFinder(types)
    finder.focus(wanted)
    chance = np.random.default_rng(1)
    for _time in range(10):
        seats = types.incidence @ finder.find(chance.standard_normal(types.number))
        assert (seats[on_low] == types.lower[on_low]).all()
        assert (seats[on_high] == types.upper[on_high]).all()
    finder.unfocus()
    away = [types.incidence @ finder.find(chance.standard_normal(types.number)) for _time in range(10)]
    assert any((seats[on_low] != types.lower[on_low]).any() for seats in away)


def test_a_face_without_panels_is_given_up() -> None:
    # Half a seat each for the first three meets every upper bound exactly; no whole panel does (an odd ring).
    rows = tuple(tuple(answers) for answers in ("110", "101", "011", "000", "000", "000"))
    pool = Pool(("p", "q", "r"), tuple(map(str, range(6))), rows)
    quotas = tuple(Quota({name: value}, 0, most) for name in "pqr" for value, most in (("1", 1), ("0", 3)))
    types = group(Problem(pool, quotas, 3))
    finder = PanelFinder(types)
    finder.focus(np.array([0.5, 0.5, 0.5, 1.5]))
    for _time in range(FACE_CHANCES + 1):
        assert is_panel(types, finder.find(np.ones(types.number)))


def test_forbidden_types_stay_out() -> None:
    types = types_of(benchmark("like_mass_24"))
    finder = PanelFinder(types)
    liked = np.eye(1, types.number, 5)[0]
    assert finder.find_exact(liked)[5] > 0
    finder.forbid(liked > 0)
    assert finder.find(liked)[5] == 0
    assert finder.find_exact(liked)[5] == 0
    with pytest.raises(NoPanel):
        finder.find_exact(liked, lower=types.counts + 1.0)

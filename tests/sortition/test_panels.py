"""Searching panels: on the face where the wanted seats lie, beside it, and when there is none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import Pool, Problem, Quota, panels
from civic.sortition.closing import WHOLE_PRICES
from civic.sortition.errors import Undecided
from civic.sortition.grouping import Floats, Ints, Types, group
from civic.sortition.panels import FACE_CHANCES, NoPanel, PanelFinder, Proved, Team
from civic.sortition.relaxation import relax
from tests.sortition.brute import LOOSE, all_panels, benchmark, questions


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
        finder.find_exact(liked, lower=types.counts.astype(np.float64) + 1)


def seats_of(types: Types, problem: Problem) -> Ints:
    """Every panel of a tiny pool, as seats per type (P, T)."""
    kinds = dict(zip(problem.pool.ids, types.of_member.tolist(), strict=True))
    drawn = [[kinds[member] for member in panel - {*problem.fixed}] for panel in all_panels(problem)]
    found = [np.bincount(np.array(one, dtype=np.int64), minlength=types.number) for one in drawn]
    return np.unique(np.array(found).reshape(len(found), types.number), axis=0)


def check_proof(types: Types, seats: Ints, proof: Proved) -> None:
    """Never below any panel (that cut would be false), and here exact."""
    most = int((seats @ proof.prices).max())
    assert proof.bound >= most
    assert proof.bound == most
    assert proof.work > 0
    assert proof.panel is not None
    assert is_panel(types, proof.panel)
    assert proof.prices @ proof.panel == most


PRICES = st.one_of(st.integers(0, WHOLE_PRICES), st.sampled_from([0, 1, 2, WHOLE_PRICES - 1, WHOLE_PRICES]))


@settings(max_examples=200)
@given(st.one_of(questions(), questions(plain=True)), st.data())
def test_a_proved_bound_is_never_below_a_panel(problem: Problem, data: st.DataObject) -> None:
    """Households, fixed and excluded people, constituencies: the largest of all panels, to the last seat."""
    types = types_of(problem)
    assume(all_panels(problem) and types.number)
    seats = seats_of(types, problem)
    draw = st.lists(PRICES, min_size=types.number, max_size=types.number)
    prices = [np.array(data.draw(draw), dtype=np.int64) for _ in range(3)]
    team = Team(types)
    start = data.draw(st.integers(0, len(seats) - 1))
    for proof, asked in zip(team.prove(prices, seats[start:]), prices, strict=True):
        assert proof.prices is asked
        check_proof(types, seats, proof)


@settings(max_examples=60)
@given(questions(), st.integers(0, 2**32 - 1))
def test_a_proof_after_types_were_forbidden(problem: Problem, salt: int) -> None:
    """What no panel holds may be left out: the bound stays that of all panels."""
    types = types_of(problem)
    assume(all_panels(problem) and types.number)
    seats = seats_of(types, problem)
    team = Team(types)
    team.forbid(seats.sum(axis=0) == 0)
    prices = np.random.default_rng(salt).integers(0, WHOLE_PRICES + 1, types.number)
    check_proof(types, seats, team.prove([prices], seats[:1])[0])


@pytest.mark.parametrize("nodes", [0, 1])
def test_a_proof_that_stops_early_is_weaker_but_true(nodes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    types = types_of(benchmark("like_hd_30"))
    prices = np.random.default_rng(2).integers(0, WHOLE_PRICES + 1, types.number)
    finder = PanelFinder(types)
    known = finder.find(np.ones(types.number))
    full = finder.prove(prices, known)
    assert full.panel is not None
    monkeypatch.setattr(panels, "PROOF_NODES", nodes)
    early = finder.prove(prices, known)
    assert full.bound <= early.bound <= prices @ types.counts
    assert full.bound == prices @ full.panel


def test_undecided_at_the_node_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    types = types_of(benchmark("like_hd_30"))
    monkeypatch.setattr(panels, "NODE_LIMIT", 0)
    with pytest.raises(Undecided):
        PanelFinder(types).find_exact(np.random.default_rng(2).random(types.number))


def test_no_panel_for_a_dive_nor_for_the_integer_program() -> None:
    pool = Pool(("sekse",), ("a", "b"), (("m",), ("v",)))
    quotas = (Quota({"sekse": "m"}, 2, 2), Quota({"sekse": "v"}, 0, 0))
    finder = PanelFinder(types_of(Problem(pool, quotas, 2)))
    assert finder.find_quick(np.ones(2)) is None
    with pytest.raises(NoPanel):
        finder.find(np.ones(2))


@pytest.mark.parametrize("name", ["like_cca_75", "like_mass_24"])
def test_a_team_finds_the_same_whatever_its_threads_do(name: str) -> None:
    """Many types: threads; few: one after the other. Five times the same panels, in the same order."""
    types = types_of(benchmark(name))
    chance = np.random.default_rng(5)
    directions = [chance.standard_normal(types.number) for _ in range(15)]
    seen = set()
    for _time in range(5):
        team = Team(types)
        team.focus(wanted_of(types))
        with team.at_work() as find_all:
            found = find_all(directions) + find_all(directions[:3])
        assert all(is_panel(types, panel) for panel in found)
        seen.add(b"".join(panel.tobytes() for panel in found))
    assert len(seen) == 1


def test_a_team_gives_an_answer_for_each_question() -> None:
    """Also for one, which one of the two has nothing to do for."""
    types = types_of(LOOSE)
    team = Team(types)
    with team.at_work() as find_all:
        assert len(find_all([np.ones(types.number)])) == 1
        assert find_all([]) == []
    assert team.prove([], np.ones((1, types.number), dtype=np.int64)) == []


def test_dives_turn_round_at_dead_ends() -> None:
    """Exact quotas on every feature: most roundings fail, and some panel is found in every direction."""
    types = types_of(benchmark("like_hd_30"))
    tight = dataclasses.replace(types, lower=np.floor((types.lower + types.upper) / 2))
    tight = dataclasses.replace(tight, upper=tight.lower + 1)
    finder = PanelFinder(tight)
    chance = np.random.default_rng(6)
    for _time in range(20):
        found = finder.find_quick(chance.standard_normal(types.number))
        assert found is None or is_panel(tight, found)


def test_undecided_once_a_panel_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then that panel is the answer: a search goes on, though it learns nothing."""
    finder = PanelFinder(types_of(benchmark("like_hd_30")))
    first = finder.find(np.ones(len(finder._plain.program.cost)))
    monkeypatch.setattr(finder, "find_quick", lambda _direction: None)
    monkeypatch.setattr(panels, "NODE_LIMIT", 0)
    direction = np.random.default_rng(2).random(len(first))
    assert finder.find(direction) is first
    finder._last = None
    with pytest.raises(Undecided):
        finder.find(direction)

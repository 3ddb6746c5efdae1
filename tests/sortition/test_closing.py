"""Where panels fall short of the relaxation: cuts that every panel obeys, leximin through them, true gaps."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import Lottery, Pool, Problem, Quota, closing, solve, verify
from civic.sortition.closing import WHOLE_PRICES, Closing, _Deepest
from civic.sortition.grouping import group
from civic.sortition.panels import LEAST_WORK, Proved, Team
from civic.sortition.progress import silent
from civic.sortition.relaxation import relax
from tests.sortition.brute import LOOSE, all_panels, benchmark, leximin, yes_or_no


@st.composite
def exact_questions(draw: st.DrawFn) -> Problem:
    """Exact seats on three yes-or-no questions, for four out of nine: mostly out of the relaxation's reach.
    Some with addresses, a fixed member or one who is out."""
    kinds = st.sampled_from(["001", "010", "100", "011", "101", "110", "111"])
    answers = draw(st.lists(kinds, min_size=9, max_size=9))
    some = draw(st.permutations(range(9)))[:4]
    yes = [sum(answers[one][place] == "1" for one in some) for place in range(3)]
    problem = yes_or_no(answers, yes, 4)
    rule = draw(st.sampled_from(["", "", "homes", "fixed", "excluded"]))
    if rule == "homes":
        homes = draw(st.lists(st.sampled_from(["", "", "a", "b", "c"]), min_size=9, max_size=9))
        pool = dataclasses.replace(problem.pool, addresses=tuple(homes))
        return dataclasses.replace(problem, pool=pool, address_rule=True)
    one = (f"p{some[0]}",)
    return dataclasses.replace(
        problem, fixed=one if rule == "fixed" else (), excluded=one if rule == "excluded" else ()
    )


def check_cuts(problem: Problem, lottery: Lottery) -> None:
    """No panel breaks one, and one panel at least is just within it."""
    group_of = {member: number for number, one in enumerate(lottery.groups) for member in one}
    for cut in lottery.cuts:
        weights = dict(cut.weights)
        assert min(weights.values()) > 0
        worth = [
            sum(weights.get(group_of[member], 0) for member in panel if member in group_of)
            for panel in all_panels(problem)
        ]
        assert max(worth) <= cut.bound


@settings(max_examples=60)
@given(exact_questions())
def test_leximin_through_cuts(problem: Problem) -> None:
    panels = all_panels(problem)
    assume(panels)
    lottery = solve(problem)
    check_cuts(problem, lottery)
    assert lottery.optimal
    assert lottery.probabilities == pytest.approx(leximin(problem, panels), abs=1e-5)
    assert verify(problem, lottery, reprove=True).failures == ()


@settings(max_examples=40)
@given(exact_questions())
def test_maximin_through_cuts(problem: Problem) -> None:
    panels = all_panels(problem)
    assume(panels)
    lottery = solve(problem, objective="maximin")
    check_cuts(problem, lottery)
    best = min(chance for chance in leximin(problem, panels).values() if chance > 0)
    assert lottery.min_probability == pytest.approx(best, abs=1e-6)
    assert lottery.upper_bound == pytest.approx(best, abs=1e-5)


@settings(max_examples=40)
@given(exact_questions(), st.sampled_from([0, 10]))
def test_the_gap_is_honest_whatever_the_effort(problem: Problem, effort: int) -> None:
    """Little effort: a bound above the truth, a lottery below it, and the gap between them stands there."""
    panels = all_panels(problem)
    assume(panels)
    truth = leximin(problem, panels)
    best = min(chance for chance in truth.values() if chance > 0)
    lottery = solve(problem, effort=effort)
    check_cuts(problem, lottery)
    assert lottery.min_probability <= best + 1e-6
    assert lottery.upper_bound >= best - 1e-6
    level = {one: lottery.targets[g] for g, some in enumerate(lottery.groups) for one in some}
    gap = max(level[one] - chance for one, chance in lottery.probabilities.items())
    assert lottery.gap == pytest.approx(max(0.0, gap), abs=1e-9)
    if lottery.optimal:
        assert lottery.probabilities == pytest.approx(truth, abs=2e-5)
    else:
        assert effort == 0


def searching(problem: Problem, effort: int = 1) -> Closing:
    types = group(problem)
    team = Team(types)
    nobody = np.zeros(types.number, dtype=np.bool_)
    first = [team.find_exact(np.zeros(types.number))]
    return Closing(team, types, nobody, False, silent, first, effort=effort)


@pytest.mark.parametrize("effort", [0, 1, 100])
def test_work_is_limited_and_counted(effort: int) -> None:
    search = searching(LOOSE, effort)
    budget = search.work
    types = group(LOOSE)
    mix, target = search.close(relax(types, search.impossible))
    assert budget == effort * closing.WORK
    assert mix.weights.sum() == pytest.approx(1)
    if effort:
        assert search.cuts
        assert 0 < search.work < budget
        assert target.bound == pytest.approx(1 / 3)
    else:
        assert search.cuts == []
        assert search.rounds == 0
        assert search.work <= 0
        assert target.bound == pytest.approx(2 / 5)


def test_everything_counts_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels to start with and dives too; an iteration over many types counts for more."""
    search = searching(LOOSE)
    target = relax(search.types, search.impossible)
    found = len(search._start(target))
    assert 3 * search.types.number <= found <= 3 * search.types.number + 1
    assert search.work == closing.WORK - closing.DIVE_WORK * found
    search._dived(np.ones(search.types.number), 0.0)
    assert search.work == closing.WORK - closing.DIVE_WORK * (found + closing.DIVES)
    monkeypatch.setattr(closing, "LARGE", 3)
    large = searching(LOOSE)
    large._dived(np.ones(large.types.number), 0.0)
    assert large.work == closing.WORK - 2 * closing.DIVE_WORK * closing.DIVES


def test_the_start_takes_a_part_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "WORK", 40 * closing.DIVE_WORK)
    search = searching(LOOSE)
    assert len(search._start(relax(search.types, search.impossible))) == 4
    mix, target = search.close(relax(search.types, search.impossible))
    assert mix.weights.sum() == pytest.approx(1)
    assert target.bound >= 1 / 3 - 1e-9
    assert search.rounds < 10


def test_rounds_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "MOST_ROUNDS", 1)
    lottery = solve(LOOSE)
    assert lottery.run["rounds"] <= 1
    assert lottery.min_probability <= lottery.upper_bound + 1e-9


def test_a_wrong_bound_of_the_solver_is_mended() -> None:
    """What a known panel is worth is a bound too: from below."""
    search = searching(LOOSE)
    better = np.array(group(LOOSE).counts)  # no panel at all: as if the solver had overlooked it
    proved = search._proved([np.ones(len(better))], [search.panels[0], better])
    assert [one.bound for one in proved] == [WHOLE_PRICES * better.sum()]


def test_levels_above_one_another() -> None:
    """Two rings of three, one with more others beside it: its level comes second."""
    ring = ("110", "101", "011")
    rows = [*(f"{one}0001" for one in ring), *["0000001"] * 2]
    rows += [*(f"000{one}0" for one in ring), *["0000000"] * 6]
    pool = Pool(
        tuple("pqrstuv"), tuple(f"m{one:02d}" for one in range(len(rows))), tuple(tuple(row) for row in rows)
    )
    rings = [Quota({name: "1"}, 0, 1) for name in "pqrstu"]
    others = [Quota({name: "0"}, 0, 5) for name in "pqrstu"]
    problem = Problem(pool, (*rings, *others, Quota({"v": "1"}, 2, 2), Quota({"v": "0"}, 3, 3)), 5)
    lottery = solve(problem)
    check_cuts(problem, lottery)
    assert len({round(level, 6) for level in lottery.targets}) > 1
    assert lottery.probabilities == pytest.approx(leximin(problem, all_panels(problem)), abs=1e-5)
    assert lottery.optimal


def test_dives_find_the_panels_that_are_missing() -> None:
    """From a single panel, without the chase that would find most of them."""
    search = searching(benchmark("like_mass_24"))
    types = group(benchmark("like_mass_24"))
    target = relax(types, search.impossible)
    cut, is_there = search._reach(target.levels, target)
    assert cut is None
    assert is_there
    assert search.rounds > 1
    assert len(search.panels) > search.rounds


def test_proofs_find_them_where_dives_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dives at all: every panel comes from a proof, and the levels are reached all the same."""
    monkeypatch.setattr(closing, "DIVES", 0)
    search = searching(LOOSE)
    types = group(LOOSE)
    levels = np.full(types.number, 1 / 3)
    cut, is_there = search._reach(levels, relax(types, search.impossible))
    assert (cut, is_there) == (None, True)
    assert len(search.panels) > 1
    of_master = closing.WORK - search.work - 2 * search.rounds * LEAST_WORK
    assert 0 < of_master < LEAST_WORK


def test_what_proves_nothing_is_no_cut() -> None:
    """Prices of nothing, and a bound that the wanted seats keep."""
    types = group(LOOSE)
    wanted = relax(types, np.zeros(types.number, dtype=np.bool_)).levels * types.counts
    deepest = _Deepest(wanted, types.counts)
    nothing = np.zeros(types.number, dtype=np.int64)
    assert deepest.cut() is None
    deepest.hear(Proved(nothing, 0, None, 50))
    assert deepest.cut() is None
    assert deepest.between(np.ones(types.number)).tolist() == [1.0] * types.number
    deepest.hear(Proved(nothing + 1, types.size, None, 50))
    assert deepest.cut() is None
    assert deepest.between(np.ones(types.number)).tolist() == [2.0] * types.number
    deepest.hear(Proved(nothing + 1, types.size - 1, None, 50))
    cut = deepest.cut()
    assert cut is not None
    assert cut.bound == types.size - 1

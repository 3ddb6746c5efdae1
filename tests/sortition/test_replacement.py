"""Replacement: who stays stays, who left is out, a fair lottery for the rest; quotas kept where they can."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import ImpossibleQuotas, InvalidProblem, Pool, Problem, Quota, verify
from civic.sortition.replacement import draw_replacement, relaxed, replacement_problem

from .brute import Panel, all_panels, benchmark, leximin, price, questions, smallest_change

SEXES = ("v", "v", "v", "m", "m", "m", "m")
SMALL = Problem(
    Pool(("sekse",), tuple(f"p{i}" for i in range(7)), tuple((one,) for one in SEXES)),
    (Quota({"sekse": "v"}, 2, 2), Quota({"sekse": "m"}, 1, 2)),
    4,
)


def codes(error: pytest.ExceptionInfo[InvalidProblem]) -> list[str]:
    return [one.code for one in error.value.errors]


def test_who_stays_and_who_left() -> None:
    small = replacement_problem(SMALL, ["p0", "p3"], ["p1"])
    assert (small.fixed, small.excluded, small.size) == (("p0", "p3"), ("p1",), 4)
    assert small.quotas == SMALL.quotas
    again = replacement_problem(small, ["p2"], ["p3"])
    assert (again.fixed, again.excluded) == (("p0", "p2"), ("p1", "p3"))


def test_lists_that_cannot_be() -> None:
    with pytest.raises(InvalidProblem) as caught:
        replacement_problem(SMALL, ["p0", "jan"], ["p0", "piet"])
    assert codes(caught) == ["not_in_pool", "not_in_pool", "fixed_and_excluded"]
    with pytest.raises(InvalidProblem) as caught:
        replacement_problem(SMALL, ["p0", "p1", "p3", "p4"], [])
    assert codes(caught) == ["no_seats_left"]


def test_a_fair_lottery_over_the_seats_that_are_left() -> None:
    """One woman left: two others can come for her, each as likely."""
    found = draw_replacement(SMALL, ["p1", "p3", "p4"], ["p0"], seed=3)
    assert found.changes == ()
    assert found.lottery.probabilities == {"p2": 1.0, "p5": 0.0, "p6": 0.0}
    assert set(found.lottery.panel(found.lottery.pick())) == {"p1", "p2", "p3", "p4"}
    assert verify(found.problem, found.lottery, reprove=True).ok


def test_quotas_do_not_move_by_themselves() -> None:
    with pytest.raises(ImpossibleQuotas) as caught:
        draw_replacement(SMALL, ["p3", "p4"], ["p0", "p1"])
    assert [(one.label, one.new) for one in caught.value.changes] == [
        ("sekse: v", (1, 2)),
        ("sekse: m", (1, 3)),
    ]


def test_a_quota_that_cannot_be_kept_is_named() -> None:
    """Two of the three women left: one stays at most, so the quota of two gives way by one, and the men's
    by one to fill the seats."""
    found = draw_replacement(SMALL, ["p3", "p4"], ["p0", "p1"], accept_changes=True)
    assert [(one.label, one.old, one.new) for one in found.changes] == [
        ("sekse: v", (2, 2), (1, 2)),
        ("sekse: m", (1, 2), (1, 3)),
    ]
    assert [(one.minimum, one.maximum) for one in found.problem.quotas] == [(1, 2), (1, 3)]
    assert found.lottery.probabilities == {"p2": 1.0, "p5": 0.5, "p6": 0.5}
    assert verify(found.problem, found.lottery).ok


def test_everything_else_of_a_quota_stays() -> None:
    quota = Quota({"sekse": "v"}, 2, 2, weight=2.5, flex=(2, 3))
    other = Quota({"sekse": "m"}, 1, 2)
    problem = Problem(SMALL.pool, (quota, other), 4)
    found = draw_replacement(problem, ["p3", "p4"], ["p0", "p1"], accept_changes=True)
    moved = found.problem.quotas[0]
    assert (moved.minimum, moved.maximum, moved.flex, moved.weight) == (1, 2, (1, 3), 2.5)
    assert relaxed(problem, ()) == problem


def test_too_few_people_are_left() -> None:
    with pytest.raises(ImpossibleQuotas) as caught:
        draw_replacement(SMALL, ["p3"], ["p0", "p1", "p2", "p4", "p5"], accept_changes=True)
    assert "too_few_open" in [one.code for one in caught.value.errors]
    assert caught.value.changes == ()


def test_nobody_at_all_is_left() -> None:
    with pytest.raises(ImpossibleQuotas) as caught:
        draw_replacement(SMALL, ["p0", "p1", "p2"], ["p3", "p4", "p5", "p6"])
    assert "too_few_open" in [one.code for one in caught.value.errors]


def test_a_pool_of_the_benchmark() -> None:
    """Three of 24 leave, and the three new ones come from the others; then one of those leaves."""
    problem = benchmark("like_mass_24")
    first = draw_replacement(problem, [], [problem.pool.ids[0]])
    members = first.lottery.panel(first.lottery.pick())
    found = draw_replacement(
        first.problem, members[3:], members[:3], objective="maximin", seed=5, accept_changes=True
    )
    after = set(found.lottery.panel(found.lottery.pick()))
    assert after > set(members[3:])
    assert after.isdisjoint({*members[:3], problem.pool.ids[0]})
    assert verify(found.problem, found.lottery).ok
    new = sorted(after - set(members))[0]
    last = draw_replacement(found.problem, after - {new}, [new], accept_changes=True)
    assert set(last.problem.excluded) == {*members[:3], problem.pool.ids[0], new}
    assert last.changes == () or {one.label for one in last.changes} <= {q.label for q in problem.quotas}


@st.composite
def dropouts(draw: st.DrawFn) -> tuple[Problem, Panel, Panel]:
    """A tiny question of any kind, a panel of it, and who of the panel leaves."""
    problem = draw(questions())
    panels = all_panels(problem)
    assume(panels)
    panel = draw(st.sampled_from(panels))
    gone = draw(st.sets(st.sampled_from(sorted(panel)), min_size=1))
    return problem, panel, frozenset(gone)


@given(dropouts())
@settings(max_examples=60)
def test_every_quota_that_can_be_kept_is_kept(case: tuple[Problem, Panel, Panel]) -> None:
    """The bounds move by exactly as much as the best of all panels needs; the lottery is the fairest of all
    lotteries over the panels within the moved bounds."""
    problem, panel, gone = case
    small = replacement_problem(problem, panel - gone, gone)
    least = smallest_change(small)
    if least is None:
        with pytest.raises(ImpossibleQuotas):
            draw_replacement(problem, panel - gone, gone, accept_changes=True)
        return
    if least:
        with pytest.raises(ImpossibleQuotas) as caught:
            draw_replacement(problem, panel - gone, gone)
        assert caught.value.changes
    found = draw_replacement(problem, panel - gone, gone, accept_changes=True)
    quotas = {quota.label: quota for quota in problem.quotas}
    assert sum(price(quotas[one.label], one.new) for one in found.changes) == pytest.approx(least)
    panels = all_panels(found.problem)
    assert found.lottery.probabilities == pytest.approx(leximin(found.problem, panels), abs=1e-5)
    for number in range(len(found.lottery.panels)):
        members = frozenset(found.lottery.panel(number))
        assert members in panels
        assert panel - gone <= members

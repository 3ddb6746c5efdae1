"""Members who sit already and people who may not be drawn."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given, settings

from civic.sortition import ImpossibleQuotas, Pool, Problem, Quota, solve, verify
from tests.sortition.brute import all_panels, drawable, meets, questions

POOL = Pool(("sekse",), tuple("abcdefgh"), tuple((one,) for one in "mmmmvvvv"))
HALVES = (Quota({"sekse": "m"}, 2, 2), Quota({"sekse": "v"}, 2, 2))


def test_fixed_members_count_for_the_quotas() -> None:
    lottery = solve(Problem(POOL, HALVES, 4, fixed=("a", "e")))
    assert lottery.fixed == ("a", "e")
    assert lottery.probabilities == pytest.approx(dict.fromkeys("bcdfgh", 1 / 3))
    for number in range(len(lottery.panels)):
        members = lottery.panel(number)
        assert {"a", "e"} <= set(members)
        assert len(members) == 4


def test_one_seat_left() -> None:
    lottery = solve(Problem(POOL, HALVES, 4, fixed=("a", "b", "e")))
    assert lottery.probabilities == {"c": 0, "d": 0} | pytest.approx(dict.fromkeys("fgh", 1 / 3)).expected
    assert lottery.impossible == ("c", "d")


def test_excluded_people_have_no_chance_and_no_place_in_the_proof() -> None:
    problem = Problem(POOL, HALVES, 4, excluded=("a", "h"))
    lottery = solve(problem)
    assert lottery.probabilities == pytest.approx(dict.fromkeys("bcdefg", 2 / 3))
    assert lottery.impossible == ()
    assert verify(problem, lottery, reprove=True).notes == ()


def test_too_many_fixed_members_of_a_kind() -> None:
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(Problem(POOL, HALVES, 4, fixed=("a", "b", "c")))
    assert {one.code for one in caught.value.errors} == {"fixed_above_maximum"}
    assert [(one.label, one.new) for one in caught.value.changes] == [
        ("sekse: m", (2, 3)),
        ("sekse: v", (1, 2)),
    ]


@settings(max_examples=25)
@given(questions())
def test_a_seat_given_is_a_smaller_question(problem: Problem) -> None:
    """Fixing the members of some panel leaves a panel; with all but one fixed, one seat is drawn evenly from
    all who complete the panel."""
    panels = all_panels(problem)
    assume(panels and problem.size - len(problem.fixed) > 1)
    seated = sorted(panels[0])[:-1] if set(problem.fixed) <= set(sorted(panels[0])[:-1]) else None
    assume(seated is not None)
    assert seated is not None
    last = dataclasses.replace(problem, fixed=tuple(seated))
    lottery = solve(last)
    able = [one for one in drawable(last) if meets(last, [*seated, one])]
    found = {member: chance for member, chance in lottery.probabilities.items() if chance > 0}
    assert found == pytest.approx(dict.fromkeys(able, 1 / len(able)), abs=1e-6)
    assert verify(last, lottery, reprove=True).notes == ()

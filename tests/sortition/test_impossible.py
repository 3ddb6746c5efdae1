"""The smallest change of quotas, against every panel, in exact fractions, for weights of the whole range."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition.errors import QuotaChange
from civic.sortition.grouping import group
from civic.sortition.impossible import explain, smallest_relaxation
from civic.sortition.problem import Problem
from civic.sortition.question import Pool, Quota
from civic.sortition.validation import HEAVIEST, LIGHTEST
from tests.sortition.brute import allowed, questions, seats_for

Price = tuple[Fraction, Fraction]
# what a file can say: from 0.001 to 1000 in thousandths, the ends most of all
THOUSANDTHS = st.sampled_from([1, 2, 999, 1000, 1001, 999_999, 1_000_000]) | st.integers(1, 1_000_000)
ANY = st.floats(LIGHTEST, HEAVIEST)


def price(quota: Quota, new: tuple[int, int]) -> Price:
    """(beyond the flex, within it): the weighted seats of a move to new, wider bounds."""
    low, high = quota.flex or (0, max(new[1], quota.maximum))
    beyond = max(0, low - new[0]) + max(0, new[1] - high)
    within = quota.minimum - new[0] + new[1] - quota.maximum - beyond
    return Fraction(quota.weight) * beyond, Fraction(quota.weight) * within


def total(prices: Iterator[Price]) -> Price:
    listed = list(prices)
    return sum((one for one, _ in listed), Fraction()), sum((one for _, one in listed), Fraction())


def asked(problem: Problem, changes: list[QuotaChange]) -> Price:
    quotas = {quota.label: quota for quota in problem.quotas}
    return total(price(quotas[change.label], change.new) for change in changes)


def cheapest(problem: Problem) -> Price | None:
    """Over every panel; None where no move helps."""

    def needed(panel: tuple[str, ...]) -> Iterator[Price]:
        for quota in problem.quotas:
            seats = seats_for(problem, panel, quota)
            yield price(quota, (min(quota.minimum, seats), max(quota.maximum, seats)))

    panels = combinations(problem.pool.ids, problem.size)
    return min((total(needed(panel)) for panel in panels if allowed(problem, panel)), default=None)


def weighed(
    data: st.DataObject, problem: Problem, weights: st.SearchStrategy[float], *, flex: bool
) -> Problem:
    def priced(quota: Quota) -> Quota:
        low, high = data.draw(st.integers(0, quota.minimum)), quota.maximum + data.draw(st.integers(0, 2))
        room = data.draw(st.sampled_from([None, (low, high)])) if flex else None
        return Quota(
            quota.condition,
            quota.minimum,
            quota.maximum,
            constituencies=quota.constituencies,
            weight=data.draw(weights),
            flex=room,
        )

    return dataclasses.replace(problem, quotas=tuple(map(priced, problem.quotas)))


@pytest.mark.parametrize("flex", [False, True])
@settings(max_examples=60, deadline=None)
@given(questions(strict=True), st.data())
def test_the_smallest_change_is_exact(flex: bool, problem: Problem, data: st.DataObject) -> None:
    problem = weighed(data, problem, THOUSANDTHS.map(lambda one: one / 1000), flex=flex)
    smallest = cheapest(problem)
    changes = smallest_relaxation(problem, group(problem))
    if smallest is None:
        assert changes == []
    else:
        found = asked(problem, changes)
        # the weights are floats next to whole thousandths
        assert [round(one * 1000) for one in found] == [round(one * 1000) for one in smallest]


@settings(max_examples=60, deadline=None)
@given(questions(strict=True), st.data())
def test_any_weight_counts_to_a_millionth(problem: Problem, data: st.DataObject) -> None:
    problem = weighed(data, problem, ANY, flex=True)
    assume((smallest := cheapest(problem)) is not None)
    assert smallest is not None
    found = asked(problem, smallest_relaxation(problem, group(problem)))
    seats = 2 * problem.size * len(problem.quotas)
    assert abs(found[0] - smallest[0]) <= Fraction(seats, 1_000_000)
    assert found[0] != smallest[0] or abs(found[1] - smallest[1]) <= Fraction(seats, 1_000_000)


def split(people: int, low: int, weights: tuple[float, float]) -> Problem:
    """`low` seats for each of two answers, where only `people` gave the first."""
    answers = tuple(("m",) for _ in range(people)) + tuple(("v",) for _ in range(12))
    pool = Pool(("sekse",), tuple(f"p{one}" for one in range(len(answers))), answers)
    quotas = [
        Quota({"sekse": one}, low, low, weight=weight) for one, weight in zip("mv", weights, strict=True)
    ]
    return Problem(pool, tuple(quotas), 2 * low)


@pytest.mark.parametrize(
    "weights", [(LIGHTEST, 1.0), (LIGHTEST, HEAVIEST), (HEAVIEST, LIGHTEST), (1.0, LIGHTEST)]
)
def test_an_extreme_weight_moves_no_seat_too_many(weights: tuple[float, float]) -> None:
    problem = split(5, 6, weights)
    assert [change.new for change in smallest_relaxation(problem, group(problem))] == [(5, 6), (6, 7)]


def test_flex_comes_before_any_weight() -> None:
    """One price beyond the flex would save moves of 1,200 seats at the highest price within it."""
    many = 1_200
    answers = [("a", "x")] * many + [("b", "y")] * (many + 1)
    pool = Pool(("f", "g"), tuple(f"p{one}" for one in range(len(answers))), tuple(answers))

    def quotas(flex: tuple[int, int]) -> tuple[Quota, ...]:
        return (
            Quota({"f": "a"}, 0, many, weight=HEAVIEST, flex=(0, many)),
            Quota({"f": "b"}, 0, 0, weight=LIGHTEST, flex=flex),
            Quota({"g": "x"}, 0, 0, weight=HEAVIEST, flex=(0, many)),
            Quota({"g": "y"}, 0, many + 1, weight=HEAVIEST, flex=(0, many + 1)),
        )

    hard = Problem(pool, quotas((0, 0)), many)
    assert {change.label: change.new for change in smallest_relaxation(hard, group(hard))} == {
        "g: x": (0, many)
    }
    soft = Problem(pool, quotas((0, many)), many)
    assert {change.label: change.new for change in smallest_relaxation(soft, group(soft))} == {
        "f: b": (0, many)
    }


def test_as_little_beyond_flex_as_can_be() -> None:
    problem = split(3, 6, (1.0, 1.0))
    first, second = problem.quotas
    tight = dataclasses.replace(
        problem,
        quotas=(Quota(first.condition, 6, 6, flex=(5, 6)), Quota(second.condition, 6, 6, flex=(6, 9))),
    )
    assert [change.new for change in smallest_relaxation(tight, group(tight))] == [(3, 6), (6, 9)]


@pytest.mark.parametrize("flex", [None, (0, 9)])
def test_where_no_quota_helps(flex: tuple[int, int] | None) -> None:
    pool = Pool(("f",), ("p", "q"), (("a",), ("a",)))
    problem = Problem(pool, (Quota({"f": "a"}, 2, 2, flex=flex),), 2, excluded=("p",))
    error = explain(problem, group(problem))
    assert error.changes == ()
    assert [one.code for one in error.errors] == ["quota_short", "feature_short", "too_few_open"]

"""What must not change the chances: other names, another order, quotas that ask nothing; and what moves them
one way only."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import Lottery, Pool, Problem, Quota, solve, verify
from tests.sortition.brute import all_panels, questions, seats_for

NEAR = 1e-7
EXACT = 1e-6


def solved(problem: Problem) -> Lottery:
    lottery = solve(problem)
    assert verify(problem, lottery).ok
    return lottery


def bounds(lottery: Lottery) -> dict[str, float]:
    """p* per person: unique, whatever panels the search came upon."""
    pairs = zip(lottery.groups, lottery.targets, strict=True)
    return {member: target for members, target in pairs for member in members}


def same(one: Lottery, other: Lottery, names: dict[str, str] | None = None) -> None:
    """The same bound for everybody, under their new names; and the same chance where both reach it."""

    def renamed(chances: dict[str, float]) -> dict[str, float]:
        return {names[member] if names else member: chance for member, chance in chances.items()}

    assert bounds(other) == pytest.approx(renamed(bounds(one)), abs=NEAR)
    if max(one.gap, other.gap) <= EXACT:
        assert other.probabilities == pytest.approx(renamed(one.probabilities), abs=10 * EXACT)


def with_pool(problem: Problem, pool: Pool, **changes: Any) -> Problem:
    return dataclasses.replace(problem, pool=pool, **changes)


def reordered(pool: Pool, order: list[int]) -> Pool:
    return Pool(
        pool.features,
        tuple(pool.ids[one] for one in order),
        tuple(pool.values[one] for one in order),
        tuple(pool.addresses[one] for one in order) if pool.addresses else (),
    )


@settings(max_examples=12)
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_people(problem: Problem, chance: random.Random) -> None:
    assume(all_panels(problem))
    order = list(range(len(problem.pool)))
    chance.shuffle(order)
    one, other = solved(problem), solved(with_pool(problem, reordered(problem.pool, order)))
    assert (one.groups, one.panels, one.weights, one.levels) == (
        other.groups,
        other.panels,
        other.weights,
        other.levels,
    )


@settings(max_examples=12)
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_quotas(problem: Problem, chance: random.Random) -> None:
    assume(all_panels(problem))
    quotas = list(problem.quotas)
    chance.shuffle(quotas)
    same(solved(problem), solved(dataclasses.replace(problem, quotas=tuple(quotas))))


@settings(max_examples=12)
@given(questions(), st.randoms(use_true_random=False))
def test_names_of_people(problem: Problem, chance: random.Random) -> None:
    assume(all_panels(problem))
    new = [f"{letter}‑ørsted {one}" for one, letter in enumerate("ÆΩж漢ßñ🙂éx")][: len(problem.pool)]
    chance.shuffle(new)
    names = dict(zip(problem.pool.ids, new, strict=True))
    renamed = with_pool(
        problem,
        dataclasses.replace(problem.pool, ids=tuple(new)),
        fixed=tuple(names[one] for one in problem.fixed),
        excluded=tuple(names[one] for one in problem.excluded),
    )
    same(solved(problem), solved(renamed), names)


@settings(max_examples=12)
@given(questions())
def test_names_of_answers_and_addresses(problem: Problem) -> None:
    assume(all_panels(problem))
    pool = problem.pool
    other = dataclasses.replace(
        pool,
        features=tuple(f"vraag {name}" for name in pool.features),
        values=tuple(tuple(f"ja, {value}" for value in row) for row in pool.values),
        addresses=tuple(home and f"{home} bis" for home in pool.addresses),
    )
    quotas = tuple(
        Quota(
            [(f"vraag {feature}", f"ja, {value}") for feature, value in quota.condition],
            quota.minimum,
            quota.maximum,
            constituencies=[f"ja, {name}" for name in quota.constituencies],
        )
        for quota in problem.quotas
    )
    renamed = with_pool(
        problem,
        other,
        quotas=quotas,
        exempt_addresses=tuple(f"{home} bis" for home in problem.exempt_addresses),
        constituency=problem.constituency and f"vraag {problem.constituency}",
    )
    same(solved(problem), solved(renamed))


@settings(max_examples=12)
@given(questions())
def test_a_quota_that_asks_nothing(problem: Problem) -> None:
    """A feature of which any number will do, however much it splits the people."""
    assume(all_panels(problem))
    rows = tuple((*row, "ab"[place % 2]) for place, row in enumerate(problem.pool.values))
    pool = dataclasses.replace(problem.pool, features=(*problem.pool.features, "los"), values=rows)
    quotas = (*problem.quotas, *(Quota({"los": value}, 0, 99) for value in "ab"))
    same(solved(problem), solved(with_pool(problem, pool, quotas=quotas)))


@settings(max_examples=12)
@given(questions())
def test_who_fits_in_no_panel_might_as_well_be_excluded(problem: Problem) -> None:
    assume(all_panels(problem))
    lottery = solved(problem)
    assume(lottery.impossible)
    out = dataclasses.replace(problem, excluded=(*problem.excluded, *lottery.impossible))
    without = solved(out)
    assert without.impossible == ()
    kept = {member: chance for member, chance in bounds(lottery).items() if member not in lottery.impossible}
    assert bounds(without) == pytest.approx(kept, abs=NEAR)


@settings(max_examples=20)
@given(questions())
def test_one_more_quota_raises_no_bound(problem: Problem) -> None:
    """As long as the same people can be chosen: no lottery that it allows is new."""
    panels = all_panels(problem)
    assume(panels and len(problem.pool.features) > 1)
    quota = Quota({"f0": "v1", "f1": "v2"}, 0, 9)
    seats = seats_for(problem, panels[0], quota)
    other = dataclasses.replace(problem, quotas=(*problem.quotas, Quota(quota.condition, seats, seats)))
    one, two = solved(problem), solved(other)
    assert set(one.impossible) <= set(two.impossible)
    if one.impossible == two.impossible:
        assert two.upper_bound <= one.upper_bound + NEAR


@settings(max_examples=12)
@given(questions())
def test_twice_as_many_people_have_half_the_chance(problem: Problem) -> None:
    """Everybody twice, each copy at an address of its own: nobody is worse off than half."""
    assume(all_panels(problem) and not problem.fixed)
    pool = problem.pool
    twice = Pool(
        pool.features,
        (*pool.ids, *(f"{one}x" for one in pool.ids)),
        pool.values * 2,
        (
            *pool.addresses,
            *(home if home in ("", *problem.exempt_addresses) else f"{home}x" for home in pool.addresses),
        ),
    )
    doubled = with_pool(
        problem, twice, excluded=(*problem.excluded, *(f"{one}x" for one in problem.excluded))
    )
    one, two = solved(problem), solved(doubled)
    assume(len(two.impossible) == 2 * len(one.impossible))
    assert two.upper_bound >= one.upper_bound / 2 - NEAR
    if max(bounds(one).values()) < 1 - NEAR and not one.households:
        halves = {f"{member}{x}": chance / 2 for member, chance in bounds(one).items() for x in ("", "x")}
        assert bounds(two) == pytest.approx(halves, abs=NEAR)

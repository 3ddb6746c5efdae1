"""One member per address: who lives together, how the seats are dealt, and that every chance is right."""

from __future__ import annotations

import dataclasses
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from civic.sortition import ImpossibleQuotas, Lottery, Pool, Problem, Quota, solve, verify
from civic.sortition.grouping import group
from civic.sortition.lottery import TOTAL
from tests.sortition.brute import EveryWay, all_panels, chances, leximin, meets, questions

NEAR = 1e-6


def street(homes: str, answers: str, size: int, low: int = 0, high: int = 9, **options: object) -> Problem:
    """One letter per person: the address (. is unknown) and the answer."""
    pool = Pool(
        ("sekse",),
        tuple(f"p{one:02}" for one in range(len(homes))),
        tuple((one,) for one in answers),
        tuple("" if one == "." else f"weg {one}" for one in homes),
    )
    quotas = tuple(Quota({"sekse": one}, low, high) for one in sorted(set(answers)))
    return Problem(pool, quotas, size, address_rule=True, **options)  # type: ignore[arg-type]  # any option


def exactly(lottery: Lottery) -> dict[str, Fraction]:
    """Everybody's chance, from every way in which the seats of every panel can be dealt."""
    found: dict[str, Fraction] = {}
    for seats, weight in zip(lottery.panels, lottery.weights, strict=True):
        for members, chance in EveryWay.of(lambda stream, seats=seats: lottery.seated(seats, stream)):
            for member in members:
                found[member] = found.get(member, Fraction(0)) + Fraction(weight, TOTAL) * chance
    return found


@settings(max_examples=40)
@given(questions())
def test_every_way_of_dealing(problem: Problem) -> None:
    """Every deal of every panel is a panel, and all deals together give everybody the chance that is claimed,
    exactly."""
    assume(problem.size - len(problem.fixed) <= 3)
    assume(all_panels(problem))
    lottery = solve(problem)
    for seats in lottery.panels:
        deals = list(EveryWay.of(lambda stream, seats=seats: lottery.seated(seats, stream)))
        assert sum(chance for _members, chance in deals) == 1
        for members, _chance in deals:
            assert len(set(members)) == problem.size
            assert meets(problem, members)
    found = exactly(lottery)
    assert {found.pop(member) for member in problem.fixed} <= {Fraction(1)}
    claimed = chances(problem, lottery)
    assert found == {member: chance for member, chance in claimed.items() if chance}


def test_households_of_two_groups() -> None:
    """Three couples of a man and a woman: a panel has one person from each of the three doors."""
    problem = street("aabbcc", "mvmvmv", 3, 1, 2)
    lottery = solve(problem)
    assert lottery.households == (("p00", "p01"), ("p02", "p03"), ("p04", "p05"))
    assert set(exactly(lottery).values()) == {Fraction(1, 2)}
    assert verify(problem, lottery, reprove=True).notes == ()


def test_a_house_with_more_people_is_no_better_off_than_its_share() -> None:
    """One door of twelve and four people alone, for two seats: the door gets one of them."""
    problem = street("a" * 12 + "....", "m" * 16, 2)
    lottery = solve(problem)
    assert lottery.households == (tuple(f"p{one:02}" for one in range(12)),)
    found = lottery.probabilities
    assert [found[f"p{one:02}"] for one in range(12)] == pytest.approx([1 / 12] * 12, abs=NEAR)
    assert [found[f"p{one:02}"] for one in range(12, 16)] == pytest.approx([1 / 4] * 4, abs=NEAR)
    assert exactly(lottery)["p00"] == lottery.group_probabilities[0 if len(lottery.groups[0]) == 12 else 1]
    assert verify(problem, lottery, reprove=True).ok


def test_classes_of_households() -> None:
    """Alike in answers, but not in company: alone, with a woman, with two women."""
    problem = street("aabbccc..", "mvmvmvvmv", 3, 1, 2)
    types = group(problem)
    assert types.number == 6
    assert sorted(types.homes.tolist()) == [1, 2]
    assert Counter(types.household.tolist())[-1] == 2
    lottery = solve(problem)
    assert len(lottery.groups) == 6
    assert lottery.probabilities == pytest.approx(leximin(problem, all_panels(problem)), abs=1e-5)


def test_exempt_and_unknown_addresses_are_nobodys_household() -> None:
    problem = street("aabb..", "mmmmmm", 2)
    exempt = dataclasses.replace(problem, exempt_addresses=("weg a",))
    free = dataclasses.replace(problem, address_rule=False)
    assert [len(solve(one).households) for one in (problem, exempt, free)] == [2, 1, 0]
    assert [len(all_panels(one)) for one in (problem, exempt, free)] == [13, 14, 15]
    for one in (problem, exempt, free):
        assert verify(one, solve(one)).ok


def test_who_lives_with_a_fixed_member_is_out() -> None:
    problem = street("aab.", "mmmm", 2, fixed=("p00",))
    lottery = solve(problem)
    assert lottery.probabilities == pytest.approx({"p02": 0.5, "p03": 0.5})
    assert lottery.households == ()
    assert solve(dataclasses.replace(problem, exempt_addresses=("weg a",))).probabilities == pytest.approx(
        {"p01": 1 / 3, "p02": 1 / 3, "p03": 1 / 3}
    )


def test_who_is_excluded_is_no_housemate() -> None:
    lottery = solve(street("aab.", "mmmm", 2, excluded=("p00",)))
    assert lottery.households == ()
    assert set(lottery.probabilities) == {"p01", "p02", "p03"}


def test_too_few_doors() -> None:
    """Four people behind two doors cannot fill three seats, whatever the quotas."""
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(street("aabb", "mvmv", 3))
    assert [one.code for one in caught.value.errors] == ["too_few_open"]
    assert caught.value.changes == ()


@pytest.mark.parametrize("quotas", [(), (Quota({"sekse": "m"}, 3, 3),)])
def test_nobody_left(quotas: tuple[Quota, ...]) -> None:
    """Everybody else lives with the fixed member."""
    pool = street("aaaa", "mmmm", 3).pool
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(Problem(pool, quotas, 3, address_rule=True, fixed=("p00",)))
    assert "too_few_open" in {one.code for one in caught.value.errors}
    assert caught.value.changes == ()


def test_the_proposal_minds_the_doors() -> None:
    """Two women are asked, and there are two, but behind one door."""
    pool = street("aab.", "vvmm", 2).pool
    quotas = (Quota({"sekse": "m"}, 0, 0), Quota({"sekse": "v"}, 2, 2))
    problem = Problem(pool, quotas, 2, address_rule=True)
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(problem)
    assert [one.code for one in caught.value.errors] == ["quota_short", "feature_short"]
    assert [(one.label, one.old, one.new) for one in caught.value.changes] == [
        ("sekse: m", (0, 0), (0, 1)),
        ("sekse: v", (2, 2), (1, 2)),
    ]

"""Seats per municipality, quotas that bind some of the people only, and tables of both."""

from __future__ import annotations

import dataclasses
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.sortition import ImpossibleQuotas, Pool, Problem, Quota, solve, verify
from tests.sortition.brute import all_panels, leximin, seats_for

NEAR = 1e-6


def region(officials: int = 3, inhabitants: int = 8) -> Pool:
    """Officials are all old; inhabitants are young and old in turn."""
    people = [("ambtenaar", "oud")] * officials
    people += [("inwoner", "jong" if one % 2 else "oud") for one in range(inhabitants)]
    return Pool(("groep", "leeftijd"), tuple(f"p{one:02}" for one in range(len(people))), tuple(people))


SEATS = (Quota({"groep": "ambtenaar"}, 1, 1), Quota({"groep": "inwoner"}, 4, 4))
YOUNG = tuple(Quota({"leeftijd": age}, 2, 2, constituencies=["inwoner"]) for age in ("jong", "oud"))


def test_a_quota_binds_its_own_people() -> None:
    problem = Problem(region(), (*SEATS, *YOUNG), 5, constituency="groep")
    lottery = solve(problem)
    assert lottery.probabilities == pytest.approx(
        {one: 1 / 3 if one < "p03" else 1 / 2 for one in problem.pool.ids}, abs=NEAR
    )
    assert verify(problem, lottery, reprove=True).ok
    for panel in all_panels(problem):
        assert [seats_for(problem, panel, quota) for quota in YOUNG] == [2, 2]


def test_bound_to_everybody_it_asks_too_much() -> None:
    """Half of the two inhabitants young is possible; half of all five is not, as every official is old."""
    seats = Quota({"groep": "ambtenaar"}, 3, 3), Quota({"groep": "inwoner"}, 2, 2)
    own = tuple(Quota(quota.condition, 1, 1, constituencies=["inwoner"]) for quota in YOUNG)
    assert solve(Problem(region(), (*seats, *own), 5, constituency="groep")).min_probability == pytest.approx(
        1 / 4
    )
    everybody = Quota({"leeftijd": "jong"}, 3, 3), Quota({"leeftijd": "oud"}, 2, 2)
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(Problem(region(), (*seats, *everybody), 5))
    assert (
        sum(change.old[0] - change.new[0] + change.new[1] - change.old[1] for change in caught.value.changes)
        == 2
    )


def test_a_constituency_of_two() -> None:
    """Half of the officials and inhabitants together, guests left out."""
    pool = region(2, 4)
    pool = dataclasses.replace(
        pool,
        ids=(*pool.ids, "g0", "g1"),
        values=(*pool.values, ("gast", "jong"), ("gast", "jong")),
    )
    both = tuple(
        Quota({"leeftijd": age}, 1, 1, constituencies=["inwoner", "ambtenaar"]) for age in ("jong", "oud")
    )
    seats = (
        Quota({"groep": "gast"}, 1, 1),
        Quota({"groep": "inwoner"}, 0, 2),
        Quota({"groep": "ambtenaar"}, 0, 2),
    )
    problem = Problem(pool, (*seats, *both), 3, constituency="groep")
    lottery = solve(problem)
    assert lottery.probabilities == pytest.approx(leximin(problem, all_panels(problem)), abs=NEAR)
    assert lottery.probabilities["g0"] == pytest.approx(1 / 2)


# --- seats × thirds × features ---------------------------------------------------------------------------

PLACES = ("dronten", "urk", "zeewolde")
KINDS = ("cliënt", "naaste", "werker")


def table(places: tuple[int, ...], kinds: tuple[int, ...], sexes: tuple[int, int], each: int = 2) -> Problem:
    """Seats per municipality and per third, and for men and women; `each` people of every combination."""
    cells = list(product(PLACES, KINDS, "mv")) * each
    pool = Pool(
        ("gemeente", "geleding", "sekse"), tuple(f"p{one:03}" for one in range(len(cells))), tuple(cells)
    )
    quotas = [Quota({"gemeente": one}, seats, seats) for one, seats in zip(PLACES, places, strict=True)]
    quotas += [Quota({"geleding": one}, seats, seats) for one, seats in zip(KINDS, kinds, strict=True)]
    quotas += [Quota({"sekse": one}, seats, seats) for one, seats in zip("mv", sexes, strict=True)]
    return Problem(pool, tuple(quotas), sum(places))


@pytest.mark.parametrize(
    ("places", "kinds", "sexes"),
    [((4, 3, 2), (3, 3, 3), (5, 4)), ((9, 0, 0), (3, 3, 3), (4, 5)), ((1, 1, 1), (0, 3, 0), (0, 3))],
)
def test_a_table_that_can_be_filled(
    places: tuple[int, ...], kinds: tuple[int, ...], sexes: tuple[int, int]
) -> None:
    problem = table(places, kinds, sexes)
    lottery = solve(problem)
    assert lottery.optimal
    assert verify(problem, lottery, reprove=True).notes == ()
    people = {"dronten": places[0], "urk": places[1], "zeewolde": places[2]}
    for place, seats in people.items():
        mine = [
            one for one, row in zip(problem.pool.ids, problem.pool.values, strict=True) if row[0] == place
        ]
        assert sum(lottery.probabilities[one] for one in mine) == pytest.approx(seats)


def test_a_table_that_cannot_be_filled() -> None:
    """Fourteen seats for a municipality of twelve: the proposal takes two away and gives them to another."""
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(table((14, 0, 0), (5, 5, 4), (7, 7)))
    assert "quota_short" in {one.code for one in caught.value.errors}
    moved = {change.label: change.new for change in caught.value.changes}
    assert moved["gemeente: dronten"] == (12, 14)
    repaired = table((14, 0, 0), (5, 5, 4), (7, 7))
    quotas = [
        Quota(quota.condition, *moved.get(quota.label, (quota.minimum, quota.maximum)))
        for quota in repaired.quotas
    ]
    assert solve(dataclasses.replace(repaired, quotas=tuple(quotas))).min_probability > 0


@settings(max_examples=15)
@given(st.permutations(PLACES), st.permutations(KINDS))
def test_names_do_not_matter(places: list[str], kinds: list[str]) -> None:
    """Renaming municipalities and thirds renames the chances, and does nothing else."""
    problem = table((3, 2, 1), (2, 2, 2), (3, 3), each=1)
    new = dict(zip((*PLACES, *KINDS), (*places, *kinds), strict=True))
    rows = tuple(tuple(new.get(value, value) for value in row) for row in problem.pool.values)
    quotas = tuple(
        Quota([(feature, new.get(value, value)) for feature, value in q.condition], q.minimum, q.maximum)
        for q in problem.quotas
    )
    renamed = Problem(dataclasses.replace(problem.pool, values=rows), quotas, problem.size)
    assert solve(renamed).probabilities == pytest.approx(solve(problem).probabilities, abs=NEAR)

"""Panels of equal chance: each a real panel, everyone's count near the fair chance, the same bytes again."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import Cancelled, Lottery, Pool, Problem, Quota, UniformLottery, solve, uniform
from civic.sortition.lottery import TOTAL
from tests.sortition.brute import LOOSE, all_panels, benchmark, chances, meets, questions

MASS = benchmark("like_mass_24")


@pytest.fixture(scope="module")
def fair() -> Lottery:
    return solve(MASS)


def check_promises(problem: Problem, lottery: Lottery, found: UniformLottery, panels: int) -> None:
    assert len(found) == len(found.panels) == panels
    for number in range(panels):
        members = found.panel(number)
        assert list(members) == sorted(set(members))
        assert len(members) == problem.size
    assert all(meets(problem, members) for members in set(found.panels))
    fair = leximin_of(problem, lottery)
    by_hand = Counter(member for panel in found.panels for member in panel)
    assert found.counts == {member: by_hand[member] for member in sorted(fair)}
    assert set(by_hand) <= {*fair, *problem.fixed}
    assert all(by_hand[member] == panels for member in problem.fixed)
    assert found.fair == fair
    check_figures(found, fair, panels, lottery.upper_bound)


def leximin_of(problem: Problem, lottery: Lottery) -> dict[str, Fraction]:
    """The targets, which an optimal lottery reaches; maximin has none of its own above the smallest."""
    reached = chances(problem, lottery)
    if lottery.objective == "maximin":
        return reached
    aims = zip(lottery.groups, lottery.targets, strict=True)
    fair = {member: Fraction(target) for members, target in aims for member in members}
    assert fair.keys() == reached.keys()
    if lottery.optimal:
        assert all(abs(fair[member] - chance) < 1e-5 for member, chance in reached.items())
    return fair


def check_figures(found: UniformLottery, fair: dict[str, Fraction], panels: int, bound: float) -> None:
    short = [fair[member] * panels - count for member, count in found.counts.items()]
    assert found.largest_shortfall == pytest.approx(max(0.0, float(max(short))))
    assert found.min_probability == min(n for one, n in found.counts.items() if fair[one] > 0) / panels
    assert found.ceiling <= bound + 1e-9
    assert found.ceiling * panels == pytest.approx(round(found.ceiling * panels))
    assert found.ceiling + 1 / panels > bound
    assert found.min_probability <= found.ceiling


def check_even(lottery: Lottery, found: UniformLottery) -> None:
    """People of a group who share no address: as many panels, or one more."""
    shared = {member for home in lottery.households for member in home}
    for members in lottery.groups:
        dealt = [found.counts[member] for member in members if member not in shared]
        assert max(dealt, default=0) - min(dealt, default=0) <= 1


@settings(max_examples=40)
@given(questions(), st.sampled_from([1, 2, 7, 60]))
def test_any_tiny_question(problem: Problem, panels: int) -> None:
    assume(all_panels(problem))
    lottery = solve(problem)
    found = uniform(problem, lottery, panels=panels)
    check_promises(problem, lottery, found, panels)
    check_even(lottery, found)


def test_a_thousand_panels_of_a_real_pool(fair: Lottery) -> None:
    found = uniform(MASS, fair)
    check_promises(MASS, fair, found, 1_000)
    check_even(fair, found)
    assert found.largest_shortfall < 1
    assert found.min_probability == found.ceiling == 0.192


@pytest.mark.parametrize(("name", "most"), [("like_cca_75", 0.9), ("example_large_200", 1e-3)])
def test_nobody_is_a_panel_short(name: str, most: float) -> None:
    problem = benchmark(name)
    found = uniform(problem, solve(problem))
    assert found.largest_shortfall < most
    assert found.min_probability == found.ceiling


@pytest.mark.parametrize("panels", [1, 3])
def test_fewer_panels_than_the_lottery_has(fair: Lottery, panels: int) -> None:
    assert panels < len(fair.panels)
    check_promises(MASS, fair, uniform(MASS, fair, panels=panels), panels)


def test_households_sit_apart_and_take_turns() -> None:
    """Twelve people at four addresses, three who live alone; people of a group keep level."""
    pool = Pool(
        ("sekse",),
        tuple(f"p{one:02d}" for one in range(15)),
        tuple(("m",) if one % 3 == 0 else ("v",) for one in range(15)),
        tuple("abcd"[one // 3] if one < 12 else "" for one in range(15)),
    )
    quotas = (Quota({"sekse": "m"}, 1, 2), Quota({"sekse": "v"}, 2, 3))
    problem = Problem(pool, quotas, 4, address_rule=True)
    lottery = solve(problem)
    found = uniform(problem, lottery, panels=200)
    check_promises(problem, lottery, found, 200)
    for members in lottery.groups:
        dealt = [found.counts[member] for member in members]
        assert max(dealt) - min(dealt) <= 2


def test_fixed_members_sit_in_every_panel() -> None:
    quotas = (Quota({"f0": "1"}, 1, 3), Quota({"f0": "0"}, 1, 3))
    problem = dataclasses.replace(LOOSE, quotas=quotas, fixed=("p0", "p4"), excluded=("p1",))
    lottery = solve(problem)
    found = uniform(problem, lottery, panels=30)
    check_promises(problem, lottery, found, 30)
    assert "p0" not in found.counts
    assert all("p1" not in panel for panel in found.panels)


def test_who_no_panel_can_hold_is_left_out_of_the_minimum() -> None:
    pool = Pool(("sekse", "wijk"), tuple("abcd"), (("m", "n"), ("m", "n"), ("v", "n"), ("v", "z")))
    sexes = (Quota({"sekse": "m"}, 0, 2), Quota({"sekse": "v"}, 0, 2))
    problem = Problem(pool, (*sexes, Quota({"wijk": "n"}, 2, 2), Quota({"wijk": "z"}, 0, 0)), 2)
    lottery = solve(problem)
    found = uniform(problem, lottery, panels=9)
    check_promises(problem, lottery, found, 9)
    assert found.counts == {"a": 6, "b": 6, "c": 6, "d": 0}
    assert found.min_probability == found.ceiling == 6 / 9


@pytest.mark.parametrize(("people", "size", "panels"), [(10, 3, 10), (7, 2, 20), (5, 5, 4), (1, 1, 1)])
def test_people_who_are_all_alike(people: int, size: int, panels: int) -> None:
    pool = Pool((), tuple(f"p{one}" for one in range(people)), ((),) * people)
    problem = Problem(pool, (), size)
    found = uniform(problem, solve(problem), panels=panels)
    assert set(found.counts.values()) <= {panels * size // people, math.ceil(panels * size / people)}
    assert found.min_probability == found.ceiling


def test_where_no_lottery_reaches_the_relaxation() -> None:
    lottery = solve(LOOSE)
    found = uniform(LOOSE, lottery, panels=300)
    check_promises(LOOSE, lottery, found, 300)
    assert found.largest_shortfall < 1e-6
    assert found.min_probability == pytest.approx(1 / 3)


def test_short_of_leximin_is_short_even_if_the_lottery_is() -> None:
    """Without work for cuts the lottery misses its targets; the shortfall says so too."""
    lottery = solve(LOOSE, effort=0)
    found = uniform(LOOSE, lottery, panels=300)
    check_promises(LOOSE, lottery, found, 300)
    assert found.largest_shortfall >= 300 * lottery.gap - 1


def test_the_ceiling_is_that_of_the_bound_not_of_what_was_reached() -> None:
    """A lottery far below its bound: the ceiling tells what another lottery might do."""
    lottery = solve(LOOSE, effort=0)
    found = uniform(LOOSE, lottery, panels=100)
    assert found.ceiling == 0.4
    assert found.min_probability < found.ceiling


def test_a_lottery_with_one_panel_has_nothing_to_exchange() -> None:
    """By hand, so that its only panel falls short of what the chances promise to the last digit."""
    pool = Pool(("sekse",), tuple("abcd"), (("m",), ("m",), ("v",), ("v",)))
    problem = Problem(pool, (Quota({"sekse": "m"}, 1, 1), Quota({"sekse": "v"}, 1, 1)), 2)
    lottery = solve(problem)
    assert len(lottery.panels) == 1
    found = uniform(problem, lottery, panels=3)
    assert sorted(found.counts.values()) == [1, 1, 2, 2]
    assert found.largest_shortfall == pytest.approx(0.5)


def test_the_panels_come_in_chance_order(fair: Lottery) -> None:
    """The panels of the first half hold as many of each kind, more or less, as those of the second."""
    found = uniform(MASS, fair)
    column = MASS.pool.features.index(MASS.quotas[0].condition[0][0])
    value = {one: row[column] for one, row in zip(MASS.pool.ids, MASS.pool.values, strict=True)}
    first = Counter(value[one] for panel in found.panels[:500] for one in panel)
    second = Counter(value[one] for panel in found.panels[500:] for one in panel)
    assert all(abs(first[one] - second[one]) < 500 for one in first)
    halves = [
        Counter(one for panel in part for one in panel) for part in (found.panels[::2], found.panels[1::2])
    ]
    for members in fair.groups:
        even, odd = (sum(half[one] for one in members) for half in halves)
        assert abs(even - odd) < 5 * math.sqrt(even + odd) + 5


def test_the_same_again_and_another_seed(fair: Lottery) -> None:
    found = uniform(MASS, fair, panels=100)
    assert uniform(MASS, fair, panels=100) == found
    other = uniform(MASS, solve(MASS, seed=1), panels=100)
    assert other.panels != found.panels
    assert other.counts != found.counts
    for members in fair.groups:
        assert sorted(other.counts[one] for one in members) == sorted(found.counts[one] for one in members)
    assert other.largest_shortfall == found.largest_shortfall


REPLAY = """
import hashlib
from civic.sortition import solve, uniform
from tests.sortition.brute import LOOSE, benchmark
for problem in (LOOSE, benchmark("like_mass_24")):
    found = uniform(problem, solve(problem, seed=5))
    print(hashlib.sha256(repr(found.panels).encode()).hexdigest())
"""


def test_the_same_bytes_in_another_process() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", REPLAY],
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    here = [uniform(problem, solve(problem, seed=5)) for problem in (LOOSE, MASS)]
    hashes = [hashlib.sha256(repr(found.panels).encode()).hexdigest() for found in here]
    assert printed == {"".join(f"{one}\n" for one in hashes)}


def test_it_refuses_what_does_not_fit(fair: Lottery) -> None:
    with pytest.raises(ValueError, match="another problem"):
        uniform(LOOSE, fair)
    with pytest.raises(ValueError, match="at least one"):
        uniform(MASS, fair, panels=0)


def test_progress_can_stop_it(fair: Lottery) -> None:
    seen: list[tuple[str, int, int, float, float]] = []

    def stop(phase: str, done: int, total: int, value: float, bound: float) -> None:
        seen.append((phase, done, total, value, bound))
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        uniform(MASS, fair, progress=stop)
    assert [call[:2] for call in seen] == [("uniform", 0), ("uniform", 1), ("uniform", 2)]
    assert all(0 <= value <= bound <= 1 for *_rest, value, bound in seen)
    assert seen[0][3] <= seen[2][3]


def test_the_weights_of_the_lottery_are_all_there_is(fair: Lottery) -> None:
    assert sum(fair.weights) == TOTAL
    assert sum(fair.group_probabilities[g] * len(one) for g, one in enumerate(fair.groups)) == 24

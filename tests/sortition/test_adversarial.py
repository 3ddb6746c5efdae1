"""Pools and quotas at the edge of what may be asked."""

from __future__ import annotations

import random
from itertools import product

import pytest

from civic.sortition import Lottery, Pool, Problem, Quota, bundle, solve, verify
from tests.sortition.brute import all_panels, leximin

NEAR = 1e-6


def made(rows: list[tuple[str, ...]], quotas: list[Quota], size: int) -> Problem:
    features = tuple(f"f{place}" for place in range(len(rows[0])))
    return Problem(
        Pool(features, tuple(f"p{one:03}" for one in range(len(rows))), tuple(rows)), tuple(quotas), size
    )


def proved(problem: Problem) -> Lottery:
    lottery = solve(problem)
    report = verify(problem, lottery, reprove=True)
    assert (report.failures, report.notes) == ((), ())
    return lottery


def all_about(lottery: Lottery, chance: float) -> bool:
    return list(lottery.probabilities.values()) == pytest.approx(
        [chance] * len(lottery.probabilities), abs=NEAR
    )


def test_everybody_is_the_same() -> None:
    lottery = proved(made([("x", "y")] * 50, [Quota({"f0": "x"}, 7, 7), Quota({"f1": "y"}, 0, 50)], 7))
    assert len(lottery.groups) == len(lottery.panels) == 1
    assert set(lottery.probabilities.values()) == {7 / 50}


def test_everybody_is_different() -> None:
    """One person for each of 32 combinations; half of each answer."""
    rows = list(product("ab", repeat=5))
    quotas = [Quota({f"f{place}": value}, 8, 8) for place in range(5) for value in "ab"]
    lottery = proved(made(rows, quotas, 16))
    assert len(lottery.groups) == 32
    assert all_about(lottery, 1 / 2)
    assert lottery.optimal


def test_exact_quotas_that_fit_one_panel_only() -> None:
    """Everybody else fits in no panel: named, and proved."""
    rows = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    quotas = [
        *(Quota({"f0": value}, 1, 1) for value in "ab"),
        *(Quota({"f1": value}, 1, 1) for value in "xy"),
        Quota({"f0": "a", "f1": "x"}, 1, 1),
    ]
    lottery = proved(made(rows, quotas, 2))
    assert lottery.impossible == ("p001", "p002")
    assert [lottery.probabilities[one] for one in ("p000", "p003")] == [1, 1]


def test_a_quota_of_nobody() -> None:
    rows = [("a",)] * 3 + [("b",)] * 3 + [("c",)] * 3
    lottery = proved(
        made(rows, [Quota({"f0": "a"}, 0, 0), Quota({"f0": "b"}, 1, 3), Quota({"f0": "c"}, 0, 2)], 2)
    )
    assert lottery.impossible == ("p000", "p001", "p002")
    assert lottery.min_probability == pytest.approx(1 / 3, abs=NEAR)


@pytest.mark.parametrize("number", [1, 2, 9])
def test_a_seat_for_everybody(number: int) -> None:
    rows = [(value,) for value in ("ab" * number)[:number]]
    have = {value: sum(row == (value,) for row in rows) for value in {row[0] for row in rows}}
    lottery = proved(
        made(rows, [Quota({"f0": value}, seats, seats) for value, seats in have.items()], number)
    )
    assert set(lottery.probabilities.values()) == {1.0}
    assert len(lottery.panels) == 1


def test_one_seat() -> None:
    rows = list(product("ab", "xyz"))
    lottery = proved(made(rows, [Quota({"f0": value}, 0, 1) for value in "ab"], 1))
    assert all_about(lottery, 1 / 6)


def test_thirty_features() -> None:
    """Two hundred people who all differ, thirty features, thirty seats, each quota one seat wide."""
    chance = random.Random(3)
    rows = [tuple(chance.choice("aab") for _feature in range(30)) for _person in range(200)]
    quotas = []
    for place in range(30):
        share = sum(row[place] == "a" for row in rows) * 30 / 200
        quotas += [Quota({f"f{place}": "a"}, int(share) - 1, int(share) + 2)]
        quotas += [Quota({f"f{place}": "b"}, 28 - int(share), 31 - int(share))]
    lottery = proved(made(rows, quotas, 30))
    assert len(lottery.groups) == 200
    assert lottery.optimal


def test_any_writing() -> None:
    """Names are text and nothing else: accents, other scripts, quotes, line ends, spaces, blanks, 'nan'."""
    names = ["é", "e\u0301", "漢字", "عربي", "🙂", "'\"", "a\nb", " a", "", "nan", "NULL", "=1+1"]
    rows = [(name,) for name in names for _time in range(2)]
    quotas = [Quota({"f0": name}, 0, 1) for name in names]
    problem = made(rows, quotas, 4)
    lottery = proved(problem)
    assert len(lottery.groups) == len(names)
    assert all_about(lottery, 1 / 6)


def test_huge_and_useless_bounds() -> None:
    rows = [("a",)] * 4 + [("b",)] * 4
    lottery = proved(made(rows, [Quota({"f0": "a"}, 0, 10**400), Quota({"f0": "b"}, 1, 10**30)], 3))
    assert all_about(lottery, 3 / 8)


def test_a_conjunction_of_everything() -> None:
    """A quota on one exact combination of four answers."""
    rows = list(product("ab", repeat=4))
    quotas = [Quota({f"f{place}": "a" for place in range(4)}, 1, 1)]
    problem = made(rows, quotas, 3)
    lottery = proved(problem)
    assert lottery.probabilities == pytest.approx(leximin(problem, all_panels(problem)), abs=NEAR)
    assert lottery.probabilities["p000"] == 1


def test_many_levels() -> None:
    """Twelve groups of 1 to 12 people with a seat each: twelve levels, each proved on its own."""
    rows = [(f"v{size}",) for size in range(1, 13) for _person in range(size)]
    lottery = proved(made(rows, [Quota({"f0": f"v{size}"}, 1, 1) for size in range(1, 13)], 12))
    assert [level.value for level in lottery.levels] == pytest.approx([1 / size for size in range(12, 0, -1)])


def test_a_folder_of_an_odd_pool(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("vreemd") / "uitslag"
    pool = Pool(("naam\n",), ("=a", "b\r", "ç"), (('"',), (",",), ('"',)), ("straat 1", "straat 1", "@"))
    problem = Problem(
        pool,
        (Quota({"naam\n": '"'}, 0, 2, weight=0.1, flex=(0, 3)), Quota({"naam\n": ","}, 0, 1)),
        2,
        address_rule=True,
    )
    lottery = solve(problem)
    bundle.write(folder, problem, lottery)
    assert bundle.check(folder, reprove=True).failures == ()
    assert bundle.read(folder)[:2] == (problem, lottery)

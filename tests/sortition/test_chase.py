"""The chase: panels whose average stays near the wanted seats, and further ones where prices ask for them."""

from __future__ import annotations

import numpy as np
import pytest

from civic.sortition import chase as module
from civic.sortition.chase import FEWEST_CHASED, FIRST_SHARE, FURTHER_SHARE, Aim, Chase, largest_one
from civic.sortition.grouping import Types, group
from civic.sortition.panels import Team
from civic.sortition.progress import silent
from civic.sortition.relaxation import Target, relax
from tests.sortition.brute import benchmark


@pytest.fixture(scope="module")
def mass() -> tuple[Types, Target]:
    types = group(benchmark("like_mass_24"))
    return types, relax(types, np.zeros(types.number, dtype=np.bool_))


def test_the_average_stays_near(mass: tuple[Types, Target]) -> None:
    types, target = mass
    told: list[tuple[str, int, int, float, float]] = []
    chase = Chase(Team(types), types, Aim(target.levels, target.bound, lambda *call: told.append(call)))
    panels = chase.first()
    assert len(panels) - int(FIRST_SHARE * types.number) in (0, 1)
    assert (np.sum(panels, axis=1) == types.size).all()
    average = np.mean(panels, axis=0)
    assert np.abs((average - chase.wanted) / types.counts).max() < 0.05
    assert [call[0] for call in told] == ["chase"] * len(told)
    assert told[-1][1] == len(panels) == told[-1][2] or told[-1][1] % 10 == 0
    shortest = min(average / types.counts - target.levels) + target.bound
    assert all(0 <= value <= target.bound == bound for *_rest, value, bound in told)
    assert told[-1][3] <= target.bound
    assert shortest <= target.bound


def test_further_panels_follow_prices(mass: tuple[Types, Target]) -> None:
    """A type with all of the price sits in more panels than without."""
    types, target = mass
    liked = int(np.argmax(types.counts))
    price = np.eye(1, types.number, liked)[0]
    seats = []
    for prices in (None, 1000 * price):
        chase = Chase(Team(types), types, Aim(target.levels, target.bound, silent))
        chase.first()
        steps: list[int] = []
        found = chase.further(prices, steps.append)
        count = int(FURTHER_SHARE * max(FEWEST_CHASED, types.number))
        assert len(found) - count in (0, 1)
        assert all(step <= count for step in steps)
        seats.append(float(np.mean(found, axis=0)[liked]))
    assert seats[1] > seats[0]


def test_a_plain_chase_tells_nobody(mass: tuple[Types, Target]) -> None:
    types, target = mass
    wanted = target.levels * types.counts
    chase = Chase.plain(Team(types), types, wanted)
    assert chase.wanted == pytest.approx(wanted)
    steps: list[int] = []
    assert len(chase.some(21, steps.append)) == 22
    assert steps == [10, 20]


def test_many_types_start_with_more(mass: tuple[Types, Target], monkeypatch: pytest.MonkeyPatch) -> None:
    types, target = mass
    monkeypatch.setattr(module, "MANY_TYPES", types.number - 1)
    chase = Chase(Team(types), types, Aim(target.levels, target.bound, silent))
    assert len(chase.first()) > int(FIRST_SHARE * types.number) + 1


def test_the_chase_is_the_same_every_time(mass: tuple[Types, Target]) -> None:
    types, target = mass
    runs = [Chase(Team(types), types, Aim(target.levels, target.bound, silent)).first() for _ in range(3)]
    assert np.array_equal(runs[0], runs[1])
    assert np.array_equal(runs[0], runs[2])


def test_the_largest_is_one() -> None:
    assert largest_one(np.array([2.0, -4.0])).tolist() == [0.5, -1.0]
    assert largest_one(np.zeros(2)).tolist() == [0.0, 0.0]

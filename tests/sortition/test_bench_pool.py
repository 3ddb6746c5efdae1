"""The pool of the benchmark of a draw in public: always the same, and one that a panel can be drawn from."""

from __future__ import annotations

from collections import Counter

from benchmarks.public_draw import problem_of
from benchmarks.public_pool import CELLS, FEATURES, SEATS, make
from civic.sortition.validation import supply_errors


def test_always_the_same_and_drawable() -> None:
    assert make(600) == make(600)
    assert make(600).respondents != make(600, seed=2).respondents
    problem = problem_of(make(600))
    assert len(problem.pool) == 600
    assert supply_errors(problem) == []
    assert (problem.size, problem.address_rule) == (SEATS, True)
    assert len(FEATURES) == 8


def test_its_quotas_leave_every_seat_a_place() -> None:
    """Cells add up to the seats; a feature of one third leaves the others theirs."""
    problem = problem_of(make(600))
    bounds = {one.condition: (one.minimum, one.maximum) for one in problem.quotas}
    cells = [low for condition, (low, _high) in bounds.items() if len(condition) == 2]
    assert (len(cells), sum(cells)) == (3 * len(CELLS), SEATS)
    for feature in FEATURES:
        low, high = (
            sum(one[side] for condition, one in bounds.items() if condition[0][0] == feature.name)
            for side in (0, 1)
        )
        assert low <= SEATS <= high


def test_it_is_skewed() -> None:
    """The old and the schooled answer letters more than their share, the young and the tenants less."""
    pool = problem_of(make(3000)).pool
    rows = [dict(zip(pool.features, row, strict=True)) for row in pool.values]
    ages, schools = (Counter(row[name] for row in rows) for name in ("leeftijd", "opleiding"))
    assert ages["16-29"] < 0.14 * 3000
    assert ages["65-79"] > 0.22 * 3000
    assert schools["lang"] > 0.4 * 3000
    assert sum(bool(one) for one in pool.addresses) % 2 == 0

"""The lottery against the truth on tiny pools, and what a caller may rely on."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings

from civic.sortition import Cancelled, ImpossibleQuotas, Lottery, Pool, Problem, Quota, bundle, solve, verify
from civic.sortition.errors import QuotaChange
from civic.sortition.grouping import group
from civic.sortition.lottery import TOTAL, describe, whole_parts
from civic.sortition.panels import WORTH_A_THREAD, Team
from civic.sortition.progress import silent
from civic.sortition.solve import Search, _cover
from tests.sortition.brute import (
    LOOSE,
    all_panels,
    benchmark,
    chances,
    leximin,
    meets,
    price,
    questions,
    smallest_change,
)

NEAR = 1e-6


def sexes(men: tuple[int, int], women: tuple[int, int]) -> tuple[Quota, ...]:
    return (Quota({"sekse": "m"}, *men), Quota({"sekse": "v"}, *women))


def people(answers: str) -> Pool:
    """One person per letter: m or v."""
    return Pool(("sekse",), tuple(f"p{one}" for one in range(len(answers))), tuple((one,) for one in answers))


def check_promises(problem: Problem, lottery: Lottery) -> None:
    for number in range(len(lottery.panels)):
        members = lottery.panel(number)
        assert len(set(members)) == problem.size
        assert set(members) <= set(problem.pool.ids)
        assert members == tuple(sorted(members)) == lottery.panel(number)
        assert meets(problem, members)
    assert sum(lottery.weights) == TOTAL
    assert min(lottery.weights) > 0
    by_hand = chances(problem, lottery)
    assert lottery.probabilities == {one: float(chance) for one, chance in by_hand.items()}
    assert sum(by_hand.values()) == problem.size - len(problem.fixed)
    assert 0 < lottery.min_probability <= lottery.upper_bound + 1e-9 <= 1 + 1e-9
    assert verify(problem, lottery).failures == ()


@settings(max_examples=100)
@given(questions())
def test_against_every_panel(problem: Problem) -> None:
    panels = all_panels(problem)
    assume(panels)
    truth = leximin(problem, panels)
    lottery = solve(problem)
    check_promises(problem, lottery)
    assert set(lottery.impossible) == {one for one, chance in truth.items() if chance == 0}
    assert lottery.statistics["min"] == lottery.min_probability
    best = min(chance for chance in truth.values() if chance > 0)
    assert lottery.min_probability == pytest.approx(best, abs=NEAR)
    assert lottery.upper_bound == pytest.approx(best, abs=1e-5)
    assert lottery.optimal
    assert lottery.probabilities == pytest.approx(truth, abs=1e-5)


@settings(max_examples=60)
@given(questions())
def test_maximin(problem: Problem) -> None:
    panels = all_panels(problem)
    assume(panels)
    lottery = solve(problem, objective="maximin")
    check_promises(problem, lottery)
    best = min(chance for chance in leximin(problem, panels).values() if chance > 0)
    assert lottery.min_probability == pytest.approx(best, abs=NEAR)
    assert len(set(lottery.targets) - {0.0}) == 1


def test_where_no_lottery_reaches_the_relaxation() -> None:
    """Cuts bring the bound down from 2/5 to what there is."""
    lottery = solve(LOOSE)
    check_promises(LOOSE, lottery)
    assert lottery.cuts
    assert lottery.upper_bound == pytest.approx(1 / 3, abs=NEAR)
    assert lottery.min_probability == pytest.approx(1 / 3, abs=NEAR)
    assert lottery.optimal


def test_without_work_the_gap_is_told() -> None:
    """The smallest chance comes first; the rest of the shortfall stands there."""
    lottery = solve(LOOSE, effort=0)
    check_promises(LOOSE, lottery)
    assert lottery.upper_bound == pytest.approx(2 / 5)
    assert lottery.min_probability == pytest.approx(1 / 3, abs=NEAR)
    assert lottery.gap > 0.05
    assert not lottery.optimal


@settings(max_examples=60)
@given(questions(strict=True))
def test_impossible_quotas_come_with_a_smallest_change(problem: Problem) -> None:
    assume(not all_panels(problem))
    with pytest.raises(ImpossibleQuotas) as caught:
        solve(problem)
    changes = caught.value.changes
    smallest = smallest_change(problem)
    if smallest is None:
        assert changes == ()
        return
    quotas = {quota.label: quota for quota in problem.quotas}
    for change in changes:
        assert change.new[0] <= change.old[0] <= change.old[1] <= change.new[1]
    assert sum(price(quotas[change.label], change.new) for change in changes) == pytest.approx(smallest)
    check_promises(changed := applied(problem, changes), solve(changed))


def applied(problem: Problem, changes: tuple[QuotaChange, ...]) -> Problem:
    new = {change.label: change.new for change in changes}
    quotas = [
        Quota(q.condition, *new.get(q.label, (q.minimum, q.maximum)), constituencies=q.constituencies)
        for q in problem.quotas
    ]
    return dataclasses.replace(problem, quotas=tuple(quotas))


def test_the_cause_of_impossible_quotas_is_named() -> None:
    problem = Problem(people("mvvv"), sexes((2, 2), (0, 1)), 3)
    with pytest.raises(ImpossibleQuotas, match="2 quota changes") as caught:
        solve(problem)
    assert [(one.code, dict(one.params)) for one in caught.value.errors] == [
        ("quota_short", {"quota": "sekse: m", "need": 2, "have": 1}),
        ("feature_short", {"feature": "sekse", "seats": 2, "size": 3}),
    ]
    assert caught.value.changes == (
        QuotaChange((("sekse", "m"),), (2, 2), (1, 2), "sekse: m"),
        QuotaChange((("sekse", "v"),), (0, 1), (0, 2), "sekse: v"),
    )


def test_impossible_people_are_named_and_left_out() -> None:
    pool = Pool(("sekse", "wijk"), tuple("abcd"), (("m", "n"), ("m", "n"), ("v", "n"), ("v", "z")))
    quotas = (*sexes((0, 2), (0, 2)), Quota({"wijk": "n"}, 2, 2), Quota({"wijk": "z"}, 0, 0))
    lottery = solve(Problem(pool, quotas, 2))
    assert lottery.impossible == ("d",)
    assert lottery.probabilities["d"] == 0
    assert lottery.min_probability == pytest.approx(2 / 3, abs=NEAR)
    assert lottery.statistics["geometric_mean"] == pytest.approx(2 / 3, abs=NEAR)


def test_no_quotas_at_all() -> None:
    lottery = solve(Problem(people("mvvv"), (), 1))
    assert set(lottery.probabilities.values()) == {0.25}
    assert lottery.gap == 0


def test_everybody_gets_a_seat() -> None:
    lottery = solve(Problem(people("mv"), sexes((1, 1), (1, 1)), 2))
    assert lottery.probabilities == {"p0": 1.0, "p1": 1.0}
    assert lottery.panel(0) == ("p0", "p1")
    assert lottery.statistics["gini"] == 0


def test_a_maximum_may_be_any_number() -> None:
    lottery = solve(Problem(people("mmvv"), sexes((1, 10**400), (0, 10**30)), 2))
    assert lottery.min_probability == pytest.approx(0.5)


def test_unknown_objective() -> None:
    with pytest.raises(ValueError, match="leximin"):
        solve(Problem(people("mv"), (), 1), objective="nash")


class Stopped(Cancelled):
    """Ours, so that we know who stopped it."""


@pytest.mark.parametrize("calls", [1, 5])
def test_progress_can_stop_it(calls: int) -> None:
    seen: list[str] = []

    def stop(phase: str, done: int, total: int, value: float, bound: float) -> None:
        seen.append(phase)
        if len(seen) == calls:
            raise Stopped

    with pytest.raises(Stopped):
        solve(benchmark("like_mass_24"), progress=stop)
    assert len(seen) == calls


@pytest.mark.parametrize("problem", [benchmark("like_mass_24"), LOOSE], ids=["tight", "loose"])
def test_progress_makes_sense(problem: Problem) -> None:
    seen: list[tuple[str, int, int, float, float]] = []
    lottery = solve(problem, progress=lambda *call: seen.append(call))
    chased = [call for call in seen if call[0] == "chase"]
    assert chased
    phases = ["chase", "weights", "cuts"]
    assert [call[0] for call in seen] == sorted((call[0] for call in seen), key=phases.index)
    assert all(0 < done <= total for _phase, done, total, _value, _bound in seen)
    assert all(0 <= value <= bound <= 1 for *_rest, value, bound in seen)
    done = [call[1] for call in chased]
    assert done == sorted(set(done))
    assert seen[-1][4] == lottery.upper_bound


REPLAY = """
import hashlib, sys
from civic.sortition import bundle, solve
from tests.sortition.brute import benchmark
lottery = solve(benchmark("like_mass_24"), seed=int(sys.argv[1]))
print(hashlib.sha256(bundle._lottery_json(lottery).encode()).hexdigest())
"""


def test_the_same_bytes_in_another_process() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", REPLAY, "5"],
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for salt in ("1", "2")
    }
    here = bundle._lottery_json(solve(benchmark("like_mass_24"), seed=5))
    assert hashes == {hashlib.sha256(here.encode()).hexdigest()}


def test_another_seed_gives_the_same_chances_and_other_people() -> None:
    problem = benchmark("like_mass_24")
    lotteries = [solve(problem, seed=seed) for seed in range(3)]
    assert len({(one.panels, one.weights, one.groups) for one in lotteries}) == 1
    everyone = [tuple(one.panel(number) for number in range(len(one.panels))) for one in lotteries]
    assert len(set(everyone)) == 3
    assert len({one.panel(one.pick()) for one in lotteries}) == 3


@pytest.mark.parametrize("problem", [benchmark("like_mass_24"), LOOSE], ids=["tight", "loose"])
def test_the_order_of_the_rows_does_not_matter(problem: Problem) -> None:
    order = list(range(len(problem.pool)))
    random.Random(4).shuffle(order)
    pool = dataclasses.replace(
        problem.pool,
        ids=tuple(problem.pool.ids[one] for one in order),
        values=tuple(problem.pool.values[one] for one in order),
    )
    shuffled = Problem(pool, problem.quotas, problem.size)
    assert solve(shuffled).probabilities == solve(problem).probabilities


def test_the_pick_follows_the_weights() -> None:
    lottery = solve(LOOSE)
    picks = [dataclasses.replace(lottery, seed=seed).pick() for seed in range(4000)]
    for number, weight in enumerate(lottery.weights):
        share = weight / TOTAL
        assert abs(picks.count(number) - 4000 * share) < 5 * math.sqrt(4000 * share * (1 - share)) + 1


def test_within_a_group_everybody_is_equally_likely() -> None:
    lottery = solve(Problem(people("mmmmvv"), sexes((1, 1), (1, 1)), 2))
    drawn = [dataclasses.replace(lottery, seed=seed).panel(0) for seed in range(4000)]
    for person in ("p0", "p1", "p2", "p3"):
        assert abs(sum(person in panel for panel in drawn) - 1000) < 140


def test_whole_parts_lose_nothing() -> None:
    parts = whole_parts([1 / 3, 1 / 3, 1 / 3, 1e-20])
    assert sum(parts) == TOTAL
    assert parts[3] == 0
    assert max(parts[:3]) - min(parts[:3]) <= 1


def test_statistics_by_hand() -> None:
    found = describe([0.1, 0.2, 0.3])
    assert found["mean"] == pytest.approx(0.2)
    assert found["gini"] == pytest.approx(float(Fraction(8, 36)))
    assert found["geometric_mean"] == pytest.approx((0.1 * 0.2 * 0.3) ** (1 / 3))
    assert describe([0.0, 1.0])["geometric_mean"] == 0


def test_the_published_large_example() -> None:
    lottery = solve(benchmark("example_large_200"))
    assert lottery.min_probability == pytest.approx(0.1, abs=1e-9)
    assert lottery.upper_bound == pytest.approx(0.1, abs=1e-9)
    assert lottery.run["seconds_total"] < 1
    assert lottery.run["types"] == 3


def test_a_small_pool_of_the_paper() -> None:
    problem = benchmark("like_mass_24")
    lottery = solve(problem)
    assert lottery.min_probability == pytest.approx(0.19230769, abs=1e-6)
    assert lottery.optimal
    check_promises(problem, lottery)


def test_types_it_cannot_decide_on_stay_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a single node the integer program proves little; a type is left out only with a proof."""
    types = group(benchmark("like_hd_30"))
    search = Search(types, Team(types), silent, maximin=False)
    panels = [search.team.find_exact(np.zeros(types.number))]
    uncovered = np.flatnonzero(panels[0] == 0)[:12]
    settled = ~np.isin(np.arange(types.number), uncovered)
    found, missing = _cover(search, panels, settled)
    assert len(found) == len(uncovered)
    assert all(panel[kind] > 0 for panel, kind in zip(found, uncovered, strict=True))
    monkeypatch.setattr(sys.modules["civic.sortition.panels"], "NODE_LIMIT", 0)
    fewer, none = _cover(search, panels, settled)
    assert len(fewer) < len(found)
    assert not missing.any()
    assert not none.any()


def test_five_runs_give_the_same_lottery() -> None:
    """Whatever the timing of the threads: a pool with enough types for two of them."""
    problem = benchmark("like_cca_75")
    first = solve(problem)
    assert first.run["types"] > WORTH_A_THREAD
    assert all(solve(problem) == first for _ in range(4))

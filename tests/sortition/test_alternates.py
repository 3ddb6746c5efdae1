"""Reserve lists against the truth on tiny pools: every list and every replacement tried."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import messages
from civic.sortition.alternates import (
    Alternates,
    Limits,
    Rates,
    Settings,
    choose_alternates,
    draw_dropouts,
    expected_loss,
    fill,
    member_rates,
)
from civic.sortition.alternates.recourse import Recourse, Scenarios, Task, choose, solved
from civic.sortition.errors import Cancelled, InvalidProblem, Undecided
from civic.sortition.highs import Answer, Status
from civic.sortition.problem import Problem
from civic.sortition.question import Pool, Quota

NEAR = 1e-6
SEARCH = Settings(limits=Limits(columns=0))
Panel = tuple[str, ...]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Problem, Panel]:
    """At most eight people, two or three yes/no features, sometimes shared addresses and weights; a panel."""
    number = draw(st.integers(4, 8))
    features = tuple(f"f{place}" for place in range(draw(st.integers(1, 3))))
    rows = tuple(tuple(draw(st.sampled_from("ab")) for _ in features) for _ in range(number))
    ids = tuple(f"p{one}" for one in range(number))
    panel = tuple(draw(st.permutations(ids)))[: draw(st.integers(1, min(4, number - 2)))]
    size = len(panel) + draw(st.integers(0, 1))
    quotas = []
    for place, feature in enumerate(features):
        have = Counter(row[place] for one, row in zip(ids, rows, strict=True) if one in panel)
        for value in "ab":
            less, more = draw(st.integers(0, 1)), size - len(panel) + draw(st.integers(0, 1))
            weight = draw(st.sampled_from([1.0, 2.0]))
            bounds = max(0, have[value] - less), have[value] + more
            quotas.append(Quota({feature: value}, *bounds, weight=weight))
    addresses = tuple(draw(st.sampled_from(["", "A", "B", "C", "D"])) for _ in ids)
    pool = Pool(features, ids, rows, addresses)
    rule = draw(st.booleans())
    excluded = draw(st.sampled_from([(), (ids[-1],)]))
    problem = Problem(
        pool, tuple(quotas), size, address_rule=rule, exempt_addresses=("D",), excluded=excluded
    )
    return problem, panel


def address_of(problem: Problem, one: str) -> str:
    """What the address rule sees: no address is one's own, and so is an exempt one."""
    address = dict(zip(problem.pool.ids, problem.pool.addresses, strict=True))[one]
    shared = problem.address_rule and address not in ("", *problem.exempt_addresses)
    return f"at {address}" if shared else one


def missed_seats(problem: Problem, people: Iterable[str], *, relative: bool = False) -> float:
    """Weighted seats outside the quotas, counted person by person."""
    answers = dict(zip(problem.pool.ids, problem.pool.values, strict=True))
    total = 0.0
    group = list(people)
    for quota in problem.quotas:
        wanted = [(problem.pool.features.index(feature), value) for feature, value in quota.condition]
        seats = sum(all(answers[one][place] == value for place, value in wanted) for one in group)
        part = max(1, min(quota.maximum, problem.size)) if relative else 1
        total += quota.weight * max(quota.minimum - seats, seats - quota.maximum, 0) / part
    return total


def subsets(people: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    for number in range(min(len(people), most) + 1):
        yield from combinations(people, number)


def best_loss(
    problem: Problem, panel: Panel, reserves: Sequence[str], gone: Sequence[str], *, relative: bool = False
) -> float:
    left = [one for one in panel if one not in gone]
    free = problem.size - len(left)
    return min(missed_seats(problem, [*left, *add], relative=relative) for add in subsets(reserves, free))


def mean_best_loss(
    problem: Problem, panel: Panel, reserves: Sequence[str], gone: Sequence[Panel], *, relative: bool = False
) -> float:
    return sum(best_loss(problem, panel, reserves, one, relative=relative) for one in gone) / len(gone)


def allowed_lists(problem: Problem, panel: Panel, number: int) -> list[tuple[str, ...]]:
    taken = {address_of(problem, one) for one in panel}
    able = [
        one
        for one in problem.pool.ids
        if one not in panel and one not in problem.excluded and address_of(problem, one) not in taken
    ]
    return [
        people
        for people in combinations(able, number)
        if len({address_of(problem, one) for one in people}) == number
    ]


def check_list(
    problem: Problem, panel: Panel, found: Alternates, lists: list[tuple[str, ...]], gone: list[Panel]
) -> None:
    assert tuple(sorted(found.ids, key=problem.pool.ids.index)) in lists
    assert found.expected_loss == pytest.approx(mean_best_loss(problem, panel, found.ids, gone), abs=NEAR)
    assert found.loss_without == pytest.approx(mean_best_loss(problem, panel, (), gone), abs=NEAR)
    best = min(mean_best_loss(problem, panel, people, gone) for people in lists)
    assert found.bound - NEAR <= best <= found.expected_loss + NEAR
    assert found.expected_loss <= found.loss_random + found.gap + NEAR
    assert found.expected_dropouts == sum(map(len, gone)) / len(gone)
    if found.optimal:
        assert found.expected_loss == pytest.approx(best, abs=NEAR)


@settings(max_examples=60)
@given(cases(), st.integers(1, 3), st.integers(1, 6), st.integers(0, 9))
def test_against_every_list(case: tuple[Problem, Panel], number: int, scenarios: int, seed: int) -> None:
    problem, panel = case
    lists = allowed_lists(problem, panel, number)
    assume(lists)
    gone = draw_dropouts(problem, panel, rates=0.4, number=scenarios, seed=seed)
    whole, searched = (
        choose_alternates(problem, panel, number, rates=0.4, scenarios=scenarios, seed=seed, settings=one)
        for one in (Settings(limits=Limits(columns=10_000)), SEARCH)
    )
    assert whole.optimal
    check_list(problem, panel, whole, lists, gone)
    check_list(problem, panel, searched, lists, gone)


@settings(max_examples=40)
@given(cases(), st.integers(1, 3))
def test_the_relative_loss(case: tuple[Problem, Panel], number: int) -> None:
    problem, panel = case
    lists = allowed_lists(problem, panel, number)
    assume(lists)
    gone = draw_dropouts(problem, panel, rates=0.5, number=4, seed=3)
    means = {one: mean_best_loss(problem, panel, one, gone, relative=True) for one in lists}
    setting = Settings(loss="relative", random_lists=0)
    found = choose_alternates(problem, panel, number, rates=0.5, scenarios=4, seed=3, settings=setting)
    assert found.expected_loss == pytest.approx(min(means.values()), abs=NEAR)
    assert found.loss_random == 0.0
    measured = expected_loss(problem, panel, found.ids, gone, loss="relative")
    assert measured == pytest.approx(found.expected_loss, abs=NEAR)


@settings(max_examples=80)
@given(cases(), st.data())
def test_fill_against_every_replacement(case: tuple[Problem, Panel], data: st.DataObject) -> None:
    problem, panel = case
    lists = allowed_lists(problem, panel, data.draw(st.integers(0, 4)))
    assume(lists)
    reserves = data.draw(st.permutations(data.draw(st.sampled_from(lists))))
    gone = data.draw(st.sets(st.sampled_from(panel)))
    done = fill(problem, panel, reserves, gone)
    left = [one for one in panel if one not in gone]
    best = best_loss(problem, panel, reserves, tuple(gone))
    assert done.loss == pytest.approx(best, abs=NEAR)
    assert missed_seats(problem, done.panel) == pytest.approx(best, abs=NEAR)
    equal = [
        add
        for add in subsets(reserves, problem.size - len(left))
        if missed_seats(problem, [*left, *add]) <= best + NEAR
    ]
    # as many seats as possible, then those who come first on the list
    order = min((-len(add), sum(map(reserves.index, add))) for add in equal)
    assert (-len(done.seated), sum(map(reserves.index, done.seated))) == order
    assert done.panel == tuple(sorted([*left, *done.seated]))
    assert done.empty_seats == problem.size - len(done.panel)
    assert list(done.reserves) == [one for one in reserves if one not in done.seated]
    assert all(not one.quota.minimum <= one.seats <= one.quota.maximum for one in done.missed)
    price = sum(
        one.quota.weight * max(one.quota.minimum - one.seats, one.seats - one.quota.maximum)
        for one in done.missed
    )
    assert price == pytest.approx(done.loss, abs=NEAR)


@settings(max_examples=40)
@given(cases(), st.data())
def test_more_reserves_never_hurt(case: tuple[Problem, Panel], data: st.DataObject) -> None:
    problem, panel = case
    lists = allowed_lists(problem, panel, 3)
    assume(lists)
    reserves = data.draw(st.sampled_from(lists))
    gone = draw_dropouts(problem, panel, rates=0.5, number=5, seed=1)
    losses = [expected_loss(problem, panel, reserves[:most], gone) for most in range(4)]
    assert all(more <= less + NEAR for less, more in pairwise(losses))


def mixed(number: int = 90, size: int = 15) -> tuple[Problem, Panel]:
    """Too large for the whole program: 2 x 3 x 4 x 5 groups, a panel that just keeps all quotas."""
    values = {"sekse": 2, "opleiding": 3, "leeftijd": 4, "wijk": 5}
    rng = np.random.default_rng(7)
    rows = tuple(tuple(str(rng.integers(most)) for most in values.values()) for _ in range(number))
    ids = tuple(f"p{one}" for one in range(number))
    panel = ids[:: number // size][:size]
    quotas = []
    for place, (feature, most) in enumerate(values.items()):
        have = Counter(row[place] for one, row in zip(ids, rows, strict=True) if one in panel)
        quotas += [Quota({feature: str(v)}, max(0, have[str(v)]), have[str(v)] + 1) for v in range(most)]
    return Problem(Pool(tuple(values), ids, rows), tuple(quotas), size), panel


def test_the_search_is_replayable_and_beats_chance() -> None:
    problem, panel = mixed()
    seen: list[tuple[str, int, int]] = []

    def look(phase: str, done: int, total: int, value: float, bound: float) -> None:
        assert bound <= value + NEAR
        seen.append((phase, done, total))

    first = choose_alternates(problem, panel, 5, rates=0.25, scenarios=60, seed=4, progress=look)
    again = choose_alternates(problem, panel[::-1], 5, rates=0.25, scenarios=60, seed=4)
    assert first == again
    assert {phase for phase, _, _ in seen} == {"reserves", "bound", "exchange"}
    assert all(done < total for _, done, total in seen)
    assert first.ids != choose_alternates(problem, panel, 5, rates=0.25, scenarios=60, seed=5).ids
    assert 0 <= first.bound <= first.expected_loss < first.loss_random < first.loss_without
    assert first.gap < 0.1 * first.loss_without
    fresh = draw_dropouts(problem, panel, rates=0.25, number=200, seed=99)
    without = expected_loss(problem, panel, (), fresh)
    assert expected_loss(problem, panel, first.ids, fresh) < 0.5 * without


def test_random_lists_do_not_change_the_chosen_one() -> None:
    problem, panel = mixed()
    lists = [
        choose_alternates(
            problem, panel, 3, rates=0.2, scenarios=10, seed=1, settings=Settings(random_lists=many)
        )
        for many in (0, 3)
    ]
    assert lists[0].ids == lists[1].ids
    assert lists[1].loss_random > lists[1].expected_loss


def test_a_caller_can_stop_the_search() -> None:
    problem, panel = mixed()

    def stop(phase: str, done: int, total: int, value: float, bound: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        choose_alternates(problem, panel, 3, rates=0.2, scenarios=40, progress=stop)


def test_no_step_of_the_search_is_needed_for_an_answer() -> None:
    problem, panel = mixed()
    found = [
        choose_alternates(problem, panel, 5, rates=0.25, scenarios=30, seed=2, settings=Settings(limits=one))
        for one in (Limits(columns=0, cuts=0, swaps=0), Limits(columns=0))
    ]
    assert found[1].expected_loss <= found[0].expected_loss + NEAR
    assert found[0].bound <= found[1].bound + NEAR


def test_a_node_limit_leads_to_the_search() -> None:
    problem, panel = mixed()
    limited = Settings(limits=Limits(columns=10_000, nodes=0))
    both = [
        choose_alternates(problem, panel, 6, rates=0.4, scenarios=12, seed=1, settings=one)
        for one in (limited, SEARCH)
    ]
    assert both[0] == both[1]


def test_a_limit_is_never_taken_for_an_answer() -> None:
    with pytest.raises(Undecided):
        solved(Answer(Status.LIMIT))


def test_the_address_rule_deals_types_over_households() -> None:
    """Two households of a man and a woman each; both sexes are needed: one from each, all four ways occur."""
    rows = (("m",), ("v",), ("m",), ("v",), ("m",), ("v",))
    pool = Pool(("sekse",), ("p0", "p1", "a", "b", "c", "d"), rows, ("", "", "K1", "K1", "K2", "K2"))
    quotas = (Quota({"sekse": "m"}, 1, 1), Quota({"sekse": "v"}, 1, 1))
    problem = Problem(pool, quotas, 2, address_rule=True)
    drawn = Counter(
        choose_alternates(problem, ("p0", "p1"), 2, rates=0.5, scenarios=20, seed=seed).ids
        for seed in range(60)
    )
    assert set(drawn) == {("a", "d"), ("d", "a"), ("b", "c"), ("c", "b")}
    assert min(drawn.values()) > 5


def test_people_of_one_type_are_drawn_by_lot() -> None:
    pool = Pool((), tuple("abcdefg"), ((),) * 7)
    problem = Problem(pool, (), 2)
    drawn = Counter(
        choose_alternates(problem, ("a", "b"), 1, rates=0.5, scenarios=2, seed=seed).ids[0]
        for seed in range(100)
    )
    assert set(drawn) == set("cdefg")
    assert min(drawn.values()) > 8


def test_nobody_from_the_address_of_a_panel_member_nor_left_out() -> None:
    pool = Pool((), tuple("abcdef"), ((),) * 6, ("K1", "K2", "K1", "K3", "", ""))
    problem = Problem(pool, (), 1, address_rule=True, excluded=("f",))
    found = choose_alternates(problem, ("a",), 3, rates=0.5, scenarios=2)
    assert set(found.ids) == {"b", "d", "e"}
    with pytest.raises(InvalidProblem) as refused:
        choose_alternates(problem, ("a",), 4, rates=0.5, scenarios=2)
    assert [(one.code, one.params["most"]) for one in refused.value.errors] == [("alternates_too_many", 3)]
    fixed = Problem(pool, (), 2, address_rule=True, fixed=("b",))
    assert set(choose_alternates(fixed, ("a",), 3, rates=0.5, scenarios=2).ids) == {"d", "e", "f"}


def test_a_quota_binds_only_its_constituencies() -> None:
    """A young official does not make up for a young resident."""
    rows = (("inwoner", "jong"), ("ambtenaar", "oud"), ("ambtenaar", "jong"), ("inwoner", "jong"))
    pool = Pool(("groep", "leeftijd"), ("a", "b", "c", "d"), rows)
    quotas = (
        Quota({"leeftijd": "jong"}, 1, 1, constituencies=("inwoner",)),
        Quota({"leeftijd": "oud"}, 0, 1, constituencies=("inwoner",)),
        Quota({"groep": "inwoner"}, 1, 1),
        Quota({"groep": "ambtenaar"}, 1, 1),
    )
    problem = Problem(pool, quotas, 2, constituency="groep")
    for seed in range(5):
        found = choose_alternates(problem, ("a", "b"), 1, rates={(): 0.0, ("groep", "inwoner"): 1}, seed=seed)
        assert found.ids == ("d",)
        assert (found.expected_loss, found.loss_without, found.expected_dropouts) == (0.0, 2.0, 1.0)
    assert fill(problem, ("a", "b"), ("c", "d"), {"a"}).seated == ("d",)
    wrong = fill(problem, ("a", "b"), ("c",), {"a"})
    # the seat goes to nobody: an official too many would be one more quota missed
    assert (wrong.seated, wrong.empty_seats, wrong.loss) == ((), 1, 2.0)
    assert [one.quota.label for one in wrong.missed] == ["leeftijd: jong (inwoner)", "groep: inwoner"]


def test_drop_outs_come_at_their_rates() -> None:
    problem, panel = mixed()
    gone = draw_dropouts(problem, panel, rates={(): 0.2, ("sekse", "1"): 0.5}, number=2000, seed=1)
    times = Counter(one for group in gone for one in group)
    chances = member_rates(problem, panel, {(): 0.2, ("sekse", "1"): 0.5})
    assert set(chances.values()) == {Fraction(1, 5), Fraction(1, 2)}
    for one in panel:
        assert times[one] / 2000 == pytest.approx(float(chances[one]), abs=0.04)
    assert all(list(group) == sorted(group) for group in gone)
    assert draw_dropouts(problem, panel, rates=0, number=3, seed=1) == [()] * 3
    assert draw_dropouts(problem, panel, rates=1, number=1, seed=1) == [tuple(sorted(panel))]


def full_factorial() -> tuple[Problem, Panel]:
    rows = tuple(product("ab", "xyz"))
    ids = tuple("".join(row) for row in rows)
    return Problem(Pool(("f", "g"), ids, rows), (), 6), ids


def test_independent_features_give_every_group_its_own_rate() -> None:
    problem, panel = full_factorial()
    rates: Rates = {
        ("f", "a"): 0.1, ("f", "b"): 0.3, ("g", "x"): 0.2, ("g", "y"): Fraction(3, 10), ("g", "z"): 0.1,
    }  # fmt: skip
    found = member_rates(problem, panel, rates)
    assert found["ax"] == Fraction(1, 5) * Fraction(1, 2)
    for place, value, rate in ((0, "a", 10), (0, "b", 30), (1, "x", 20), (1, "y", 30), (1, "z", 10)):
        group = [found[one] for one in panel if one[place] == value]
        assert sum(group) / len(group) == Fraction(rate, 100)


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        (0.1, {"1/10"}),
        ({(): 0.1}, {"1/10"}),
        ({(): 0.5, ("f", "a"): 0.9, ("g", "x"): 1}, {"1", "9/10", "1/2"}),
        ({(): 0, ("f", "a"): 0.2, (("g", "x"), ("f", "a")): 0.3}, {"0", "1/5", "3/10"}),
    ],
)
def test_rates_for_members(rates: Rates, expected: set[str]) -> None:
    problem, panel = full_factorial()
    assert set(map(str, member_rates(problem, panel, rates).values())) == expected


def codes(error: pytest.ExceptionInfo[InvalidProblem]) -> list[str]:
    for one in error.value.errors:
        assert messages.SENTENCES[one.code].format(**one.params)
    return [one.code for one in error.value.errors]


def test_everything_wrong_with_a_choice_at_once() -> None:
    problem, panel = full_factorial()
    rates: Rates = {
        ("f", "a"): 1.5, ("h", "x"): 0.1, ("g", "q"): 0.1, (("f", "b"), ("g", "x")): float("nan"),
    }  # fmt: skip
    people = (*panel, "nobody", "ax")
    with pytest.raises(InvalidProblem) as refused:
        choose_alternates(
            problem,
            people,
            0,
            rates=rates,
            scenarios=0,
            settings=Settings(loss="other"),  # type: ignore[arg-type]  # refused
        )
    assert codes(refused) == [
        "alternates_twice", "alternates_unknown", "alternates_panel_size", "alternates_rate",
        "alternates_rate_feature", "alternates_rate_nobody", "alternates_rate", "alternates_rate_missing",
        "alternates_too_few", "alternates_scenarios", "alternates_loss",
    ]  # fmt: skip
    with pytest.raises(InvalidProblem) as refused:
        choose_alternates(problem, (), 7, rates=0.1, scenarios=10_001)
    assert codes(refused) == ["alternates_no_panel", "alternates_too_many", "alternates_scenarios"]


def test_everything_wrong_with_drop_outs_at_once() -> None:
    pool = Pool((), tuple("abcdef"), ((),) * 6, ("K1", "K2", "K1", "K3", "K3", "K2"))
    problem = Problem(pool, (), 2, address_rule=True)
    with pytest.raises(InvalidProblem) as refused:
        fill(problem, ("a", "b"), ("b", "c", "d", "e", "f", "x", "x"), {"b", "z"})
    assert [(one.code, one.params["id"]) for one in refused.value.errors] == [
        ("alternates_unknown", "x"), ("alternates_twice", "x"), ("alternates_seated", "b"),
        ("alternates_not_in_panel", "z"), ("alternates_address", "c"), ("alternates_address", "d"),
        ("alternates_address", "e"),
    ]  # fmt: skip
    assert codes(refused)


def test_the_address_of_who_left_is_free_again() -> None:
    pool = Pool((), ("a", "b"), ((), ()), ("K1", "K1"))
    problem = Problem(pool, (), 1, address_rule=True)
    assert fill(problem, ("a",), ("b",), {"a"}).panel == ("b",)


def test_the_cuts_lie_under_the_loss() -> None:
    """What the bound and the search rest on: a cut at one list is below the relaxed loss of every other."""
    rng = np.random.default_rng(1)
    task = Task(
        incidence=rng.integers(0, 2, (4, 7)).astype(np.float64),
        lower=np.array([3.0, 2.0, 3.0, 1.0]),
        upper=np.array([4.0, 3.0, 3.0, 2.0]),
        price=np.array([1.0, 2.0, 1.0, 0.5]),
        classes=np.arange(7),
        places=np.full(7, 2),
        number=4,
    )
    scenarios = Scenarios(
        stay=rng.integers(0, 4, (5, 4)).astype(np.float64),
        free=np.array([0.0, 1.0, 2.0, 3.0, 4.0]),
        weight=np.full(5, 0.2),
    )
    recourse = Recourse(task, scenarios)
    points = [rng.random(7) * 2 for _ in range(12)]
    found = [recourse.cut(point) for point in points]
    for (value, slope), here in zip(found, points, strict=True):
        assert (slope <= 0).all()
        for (other, _), there in zip(found, points, strict=True):
            assert other >= value + slope @ (there - here) - NEAR
    for reserve in (np.round(point) for point in points):
        assert recourse.mean_loss(reserve) >= recourse.cut(reserve)[0] - NEAR
    best = choose(task, scenarios, Limits())
    assert best.loss == pytest.approx(best.bound, abs=NEAR)
    assert choose(task, scenarios, Limits(columns=0)).loss >= best.loss - NEAR


def test_results_are_frozen() -> None:
    problem, panel = full_factorial()
    assert expected_loss(problem, panel, (), [panel]) == 0.0
    done = fill(problem, panel, (), ())
    assert (done.panel, done.empty_seats) == (tuple(sorted(panel)), 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        done.loss = 1.0  # type: ignore[misc]  # frozen

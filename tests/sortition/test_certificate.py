"""The proof of a lottery: accepted as it is, refused however it is bent, and sound whatever it claims."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civic.sortition import Lottery, Pool, Problem, Quota, messages, solve, verify
from civic.sortition.grouping import group
from civic.sortition.lottery import SCALE, TOTAL, Cut, Level, Seats, whole_parts
from civic.sortition.relaxation import relax
from civic.sortition.reprove import Open, prove_again
from civic.sortition.verify import witness
from civic.sortition.verify.proof import TOLERANCE, _doubts_by, proof_errors, slacks
from civic.sortition.verify.reading import read, rows_of
from tests.sortition.brute import LOOSE, all_panels, benchmark, leximin, questions

NAN = float("nan")


def refused(problem: Problem, lottery: Lottery, **options: bool) -> list[str]:
    report = verify(problem, lottery, **options)
    assert not report.ok
    assert all(messages.sentence(one).endswith(".") for one in report.failures)
    return [one.code for one in report.failures]


def stairs() -> Problem:
    """Three groups who get 1/2, 1/4 and 1/8 of a seat, so three levels; and a man who fits in no panel."""
    answers = ["a"] * 2 + ["b"] * 4 + ["c"] * 8 + ["d"]
    seats = {"a": 1, "b": 1, "c": 1, "d": 0}
    pool = Pool(("wijk",), tuple(f"p{one:02}" for one in range(15)), tuple((one,) for one in answers))
    return Problem(pool, tuple(Quota({"wijk": one}, number, number) for one, number in seats.items()), 3)


STAIRS = stairs()
LOTTERY = solve(STAIRS)


def changed(number: int, **parts: object) -> Lottery:
    """With another level `number`."""
    levels = list(LOTTERY.levels)
    levels[number] = dataclasses.replace(levels[number], **parts)  # type: ignore[arg-type]  # any field
    return dataclasses.replace(LOTTERY, levels=tuple(levels))


def scaled(pairs: tuple[tuple[int, int], ...], factor: Fraction) -> tuple[tuple[int, int], ...]:
    return tuple((one, int(number * factor)) for one, number in pairs)


FIRST, *REST = LOTTERY.levels
HEAD = FIRST.heads[0][0]
MORE, LESS = Fraction(1001, 1000), Fraction(999, 1000)


def test_it_is_proved() -> None:
    assert [level.value for level in LOTTERY.levels] == pytest.approx([1 / 8, 1 / 4, 1 / 2])
    assert LOTTERY.impossible == ("p14",)
    assert verify(STAIRS, LOTTERY).ok
    assert verify(STAIRS, LOTTERY, reprove=True).notes == ()
    assert verify(STAIRS, LOTTERY).notes == ("Niet opnieuw bewezen: dat 1 persoon in geen enkel panel past.",)


def moved(by: float) -> Lottery:
    """The bound, and all that must follow from it."""
    value = LOTTERY.upper_bound + by
    targets = tuple(value if one == LOTTERY.upper_bound else one for one in LOTTERY.targets)
    return dataclasses.replace(changed(0, value=value), targets=targets, upper_bound=value)


@pytest.mark.parametrize(
    ("code", "lottery"),
    [
        ("bound_raised", dataclasses.replace(LOTTERY, upper_bound=LOTTERY.upper_bound + 1e-5)),
        ("bound_and_targets", dataclasses.replace(LOTTERY, upper_bound=LOTTERY.upper_bound - 1e-5)),
        ("bound_too_high", moved(1e-5)),
        ("above_the_bound", moved(-1e-5)),
        ("bound_not_proved", dataclasses.replace(moved(-1e-5), weights=LOTTERY.weights)),
        (
            "target_not_level",
            dataclasses.replace(LOTTERY, targets=tuple(one and one + 1e-12 for one in LOTTERY.targets)),
        ),
        ("target_not_level", changed(0, value=FIRST.value + 1e-12)),
        # (a price that is too high still proves it here: nobody has more than the floor that then counts)
        ("bound_not_proved", changed(0, prices=scaled(FIRST.prices, LESS))),
        ("bound_not_proved", changed(0, prices=())),
        ("bound_not_proved", changed(2, prices=scaled(REST[1].prices, LESS))),
        ("bound_not_proved", changed(0, heads=scaled(FIRST.heads, MORE))),
        ("not_settled_once", changed(0, heads=())),
        ("level_heads", changed(0, heads=())),
        ("level_heads", changed(0, heads=((HEAD, 0),))),
        ("level_heads", changed(0, heads=((HEAD, -5),))),
        ("level_heads", changed(0, heads=((99, 5),))),
        ("level_heads", changed(0, heads=((-1, 5),))),
        ("level_heads", changed(0, heads=(*FIRST.heads, *FIRST.heads))),
        ("not_settled_once", changed(0, heads=(*FIRST.heads, *REST[0].heads))),
        ("not_settled_once", dataclasses.replace(LOTTERY, levels=())),
        ("not_settled_once", dataclasses.replace(LOTTERY, levels=(FIRST, REST[1]))),
        ("not_settled_once", dataclasses.replace(LOTTERY, levels=(FIRST, FIRST, *REST))),
        ("level_order", dataclasses.replace(LOTTERY, levels=(*REST, FIRST))),
        ("level_order", changed(0, value=NAN)),
        ("level_order", changed(2, value=1.5)),
        ("level_order", changed(2, value=float("inf"))),
        ("level_order", changed(0, value=-0.5)),
        ("level_prices", changed(0, prices=((0, 5), (0, 5)))),
        ("level_prices", changed(0, prices=((-1, 5),))),
        ("level_prices", changed(0, prices=((5, 5),))),
        ("level_prices", changed(0, prices=((10**30, 5),))),
        ("cut_groups", dataclasses.replace(LOTTERY, cuts=(Cut(((99, 1),), 1),))),
        ("cut_groups", dataclasses.replace(LOTTERY, cuts=(Cut(((1, 1), (0, 1)), 1),))),
        ("impossible_list", dataclasses.replace(LOTTERY, impossible=("p14", "p14"))),
        ("bound_and_targets", dataclasses.replace(LOTTERY, impossible=())),
        (
            "bound_and_targets",
            dataclasses.replace(LOTTERY, targets=tuple(one or 0.1 for one in LOTTERY.targets)),
        ),
        ("unknown_objective", dataclasses.replace(LOTTERY, objective="mini")),
    ],
)
def test_a_bent_proof_is_refused(code: str, lottery: Lottery) -> None:
    assert code in refused(STAIRS, lottery)


def test_groups_are_impossible_as_a_whole() -> None:
    """Half of a group that is in no panel: nobody of it is chosen, but all must be named."""
    pool = Pool(("wijk",), ("a", "b", "c"), (("n",), ("z",), ("z",)))
    problem = Problem(pool, (Quota({"wijk": "n"}, 1, 1), Quota({"wijk": "z"}, 0, 0)), 1)
    lottery = solve(problem)
    assert lottery.impossible == ("b", "c")
    assert refused(problem, dataclasses.replace(lottery, impossible=("b",))) == ["impossible_list"]
    assert refused(problem, dataclasses.replace(lottery, impossible=("c", "b"))) == ["impossible_list"]


# --- one level ------------------------------------------------------------------------------------------


def test_maximin_has_one_level() -> None:
    lottery = solve(STAIRS, objective="maximin")
    assert verify(STAIRS, lottery).ok
    (level,) = lottery.levels
    for levels in ((), (level, level)):
        assert "one_level" in refused(STAIRS, dataclasses.replace(lottery, levels=levels))
    targets = tuple(one and one + 1e-3 for one in lottery.targets)
    other = dataclasses.replace(lottery, targets=targets, upper_bound=max(targets))
    assert set(refused(STAIRS, other)) == {"bound_raised", "target_not_level"}
    cheap = dataclasses.replace(level, prices=scaled(level.prices, LESS))
    assert refused(STAIRS, dataclasses.replace(lottery, levels=(cheap,))) == ["bound_not_proved"]
    more = dataclasses.replace(level, value=level.value + 1e-3)
    high = dataclasses.replace(
        other, levels=(more,), targets=tuple(one and more.value for one in targets), upper_bound=more.value
    )
    assert refused(STAIRS, high) == ["bound_too_high"]


# --- cuts -----------------------------------------------------------------------------------------------


def odd_ring() -> Problem:
    """Of three people, each pair shares an answer that one member may give; half a seat each is 1.5."""
    rows = tuple(tuple(answers) for answers in ("110", "101", "011", *["000"] * 3))
    pool = Pool(("p", "q", "r"), tuple(f"m{one}" for one in range(6)), rows)
    return Problem(
        pool,
        tuple(Quota({name: value}, 0, most) for name in "pqr" for value, most in (("1", 1), ("0", 3))),
        3,
    )


def cut_off(*cuts: Cut) -> Lottery:
    """The best lottery of the ring, with the proof that these cuts give."""
    lottery = solve(RING)
    assert sorted(lottery.probabilities.values()) == pytest.approx([1 / 3] * 3 + [2 / 3] * 3, abs=1e-6)
    target = relax(group(RING), np.zeros(4, dtype=np.bool_), cuts=cuts)
    return dataclasses.replace(
        lottery,
        cuts=cuts,
        levels=target.proofs,
        targets=tuple(target.levels.tolist()),
        upper_bound=target.bound,
    )


RING = odd_ring()
TRUE = Cut(((1, 1), (2, 1), (3, 1)), 1)


def test_a_cut_closes_the_gap() -> None:
    lottery = cut_off(TRUE)
    assert lottery.gap < 1e-6
    assert verify(RING, lottery, reprove=True) == verify(RING, dataclasses.replace(lottery), reprove=True)
    assert verify(RING, lottery, reprove=True).notes == ()
    assert verify(RING, lottery, reprove=True).facts["bound_proved"] is True
    assert verify(RING, lottery).facts["bound_proved"] is False
    assert verify(RING, lottery).notes == ("Niet opnieuw bewezen: 1 hulpregel achter de bovengrens.",)


def test_a_false_cut_is_found_out() -> None:
    """Only an integer program can tell: by itself the proof is right. There is a panel of the other three."""
    lottery = cut_off(TRUE, Cut(((0, 1),), 2))
    assert verify(RING, lottery).ok
    assert refused(RING, lottery, reprove=True) == ["cut_broken"]


def test_a_changed_cut_proves_nothing() -> None:
    lottery = cut_off(TRUE)
    loose = dataclasses.replace(lottery, cuts=(Cut(TRUE.weights, 2),))
    assert "bound_not_proved" in refused(RING, loose)
    tight = dataclasses.replace(lottery, cuts=(Cut(TRUE.weights, 0),))
    # its own panels do not obey it, so its chances would be no witness
    assert refused(RING, tight) == ["cut_broken"]
    other = dataclasses.replace(lottery, cuts=(Cut(((1, 1), (2, 1), (3, 2)), 1),))
    assert refused(RING, other)
    assert "level_prices" in refused(RING, dataclasses.replace(lottery, cuts=()))


def test_a_cut_has_no_lowest_value() -> None:
    lottery = cut_off(TRUE)
    cut_row = 1 + len(RING.quotas)
    first = lottery.levels[0]
    assert [row for row, _price in first.prices] == [cut_row]
    negative = dataclasses.replace(first, prices=tuple((row, -price) for row, price in first.prices))
    found = refused(RING, dataclasses.replace(lottery, levels=(negative, *lottery.levels[1:])))
    assert "negative_price" in found


def test_what_cannot_be_decided_is_said() -> None:
    lottery = cut_off(TRUE)
    assert prove_again(read(RING), lottery) == ((), Open((), 0))
    assert prove_again(read(RING), lottery, nodes=0) == ((), Open((), 1))
    people = dataclasses.replace(lottery, impossible=("m0", "m1"))
    assert prove_again(read(RING), people, nodes=0)[1].impossible == ("m1", "m0")
    assert Open(("m0", "m1"), 3).notes() == (
        "Niet opnieuw bewezen: dat 2 mensen in geen enkel panel passen.",
        "Niet opnieuw bewezen: 3 hulpregels achter de bovengrens.",
    )


def test_numbers_that_the_solver_would_round_prove_nothing() -> None:
    lottery = cut_off(TRUE)
    for cut in (Cut(((0, 10**400),), 10**401), Cut(((0, 1),), 2**53), Cut(((0, 2**53 + 1),), 5)):
        assert prove_again(read(RING), dataclasses.replace(lottery, cuts=(cut,))) == ((), Open((), 1))


def test_who_fits_after_all_is_named() -> None:
    """A lottery that leaves somebody out, and says that no panel can hold that person."""
    pool = Pool(("wijk",), ("a", "b", "c"), (("n",), ("o",), ("z",)))
    problem = Problem(pool, tuple(Quota({"wijk": one}, 0, 1) for one in "noz"), 2)
    without = Problem(pool, (*problem.quotas[:2], Quota({"wijk": "z"}, 0, 0)), 2)
    forged = dataclasses.replace(solve(without), digest=problem.digest)
    assert verify(problem, forged).ok
    assert refused(problem, forged, reprove=True) == ["not_impossible"]


# --- in general -----------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(questions())
def test_every_lottery_is_proved(problem: Problem) -> None:
    assume(all_panels(problem))
    lottery = solve(problem)
    report = verify(problem, lottery, reprove=True)
    assert report.failures == ()
    assert report.notes == ()


@pytest.mark.parametrize("name", ["example_small_20", "like_mass_24", "like_cca_75"])
def test_proofs_are_nearly_exact(name: str) -> None:
    problem = benchmark(name)
    lottery = solve(problem)
    everyone = list(range(len(lottery.groups)))
    assert max(most for _least, most in slacks(lottery, everyone, rows_of(read(problem), lottery))) < 1e-9
    report = verify(problem, lottery)
    assert (report.failures, report.notes) == ((), ())
    assert report.facts["doubt"] < 1e-7
    assert report.facts["proved_levels"] == report.facts["levels"] == len(lottery.levels)


@settings(max_examples=60)
@given(questions(), st.data())
def test_no_prices_prove_too_little(problem: Problem, data: st.DataObject) -> None:
    """Soundness: whatever prices and heads somebody makes up, a bound below what a lottery reaches is not
    accepted."""
    panels = all_panels(problem)
    assume(panels)
    truth = leximin(problem, panels)
    honest = solve(problem, objective="maximin")
    best = min(chance for chance in truth.values() if chance > 0)
    numbers = st.integers(-SCALE, SCALE)
    rows = 1 + len(problem.quotas)
    prices = data.draw(st.dictionaries(st.integers(0, rows - 1), numbers, max_size=4))
    possible = [number for number, members in enumerate(honest.groups) if members[0] not in honest.impossible]
    heads = data.draw(st.dictionaries(st.sampled_from(possible), st.integers(1, SCALE), min_size=1))
    made_up = Level(0.0, tuple(sorted(heads.items())), tuple(sorted(prices.items())))
    proved = slacks(dataclasses.replace(honest, levels=(made_up,)), possible, rows_of(read(problem), honest))
    # with floor 0 for all, the slack at value 0 is the bound itself
    assert float(proved[0][0]) >= best - 1e-6
    assert Fraction(1, 10**5) > TOLERANCE


def bend(level: Level, how: Callable[[int], int]) -> Level:
    return dataclasses.replace(level, prices=tuple((row, how(price)) for row, price in level.prices))


@settings(max_examples=30)
@given(questions(), st.integers(1, 10**6), st.booleans())
def test_no_level_can_be_lowered(problem: Problem, by: int, doubled: bool) -> None:
    """A level claimed too low by more than the tolerance has no proof: not with its prices, nor others."""
    assume(all_panels(problem))
    lottery = solve(problem)
    lower = max(0.0, lottery.levels[-1].value - by * 1e-5)
    assume(lottery.levels[-1].value - lower > 1e-5)
    last = bend(dataclasses.replace(lottery.levels[-1], value=lower), lambda price: price * (1 + doubled))
    heads = {one for one, _weight in last.heads}
    targets = tuple(lower if number in heads else one for number, one in enumerate(lottery.targets))
    out = [one for number, one in enumerate(targets) if lottery.groups[number][0] not in lottery.impossible]
    forged = dataclasses.replace(
        lottery, levels=(*lottery.levels[:-1], last), targets=targets, upper_bound=min(out)
    )
    assert not verify(problem, forged).ok


def test_the_loose_pool_is_proved_as_far_as_it_goes() -> None:
    assert verify(LOOSE, solve(LOOSE), reprove=True).ok


# --- lotteries that somebody passes off as the fairest ---------------------------------------------------


def passed_off(problem: Problem, fair: Lottery, other: Lottery) -> Lottery:
    """`other`, whose smallest chance is the best possible, as if it were leximin.

    One level for everybody, a hair above what is possible: no lottery keeps that level, so the prices of the
    honest first level, taken often enough (a Farkas ray), "prove" anything about those that do.
    """
    first = fair.levels[0]
    value = first.value + 2**-18
    active = [number for number, members in enumerate(fair.groups) if members[0] not in fair.impossible]
    targets = tuple(value if number in active else 0.0 for number in range(len(fair.groups)))
    forged = dataclasses.replace(other, objective="leximin", cuts=(), targets=targets, upper_bound=value)
    honest = dict(first.heads)

    def level(times: int) -> Level:
        heads = tuple((group, 2**90 + times * honest.get(group, 0)) for group in active)
        return Level(value, heads, tuple((row, times * price) for row, price in first.prices))

    def excess(times: int) -> Fraction:
        one = dataclasses.replace(forged, levels=(level(times),))
        (_least, most), *_no_more = slacks(one, active, rows_of(read(problem), one))
        return most * min(weight for _group, weight in one.levels[0].heads)

    times = int(excess(0) / (excess(0) - excess(1))) if excess(0) > 0 else 0
    return dataclasses.replace(forged, levels=(level(times),))


def seats_of(lottery: Lottery, **of_first: int) -> Seats:
    """A panel, from seats for the group of a member."""
    groups = [(number, members[0]) for number, members in enumerate(lottery.groups)]
    return tuple((number, of_first[first]) for number, first in groups if first in of_first)


def test_no_ray_passes_off_another_lottery() -> None:
    """40 people who get 4 seats, and 20 others, of two kinds, who share 6: 3 and 3 to be fair; here 1 and 5.
    Nobody has less than the 40."""
    rows = [("groot", "x")] * 40 + [("klein", "x")] * 10 + [("klein", "y")] * 10
    pool = Pool(("g", "h"), tuple(f"p{one:02}" for one in range(60)), tuple(rows))
    quotas = [Quota({"g": "groot"}, 4, 4), Quota({"g": "klein"}, 6, 6)]
    problem = Problem(pool, (*quotas, Quota({"h": "x"}, 0, 10), Quota({"h": "y"}, 0, 6)), 10)
    fair = solve(problem)
    assert (fair.probabilities["p40"], fair.probabilities["p50"]) == pytest.approx((0.3, 0.3))
    worse = dataclasses.replace(fair, panels=(seats_of(fair, p00=4, p40=1, p50=5),), weights=(TOTAL,))
    forged = passed_off(problem, fair, worse)
    assert forged.probabilities["p40"] == pytest.approx(0.1)
    assert forged.optimal
    assert proof_errors(read(problem), forged) == []  # the levels are what these prices make of them
    assert refused(problem, forged) == ["optimal_not_proved"]
    # said openly that it is not the fairest: as far as it goes
    report = verify(problem, worse)
    assert report.ok
    assert report.notes == (
        "Niet bewezen: dat dit de best mogelijke loting is. Een kans ligt 0,200000 onder haar niveau.",
        "Niet precies bewezen: niveau 1. De twijfel over een kans is daar hoogstens 0,200000.",
    )
    assert report.facts["optimal"] is False
    assert report.facts["gap"] == worse.gap == pytest.approx(0.2)
    assert (report.facts["levels"], report.facts["proved_levels"]) == (2, 1)


def test_what_is_left_in_doubt_is_said() -> None:
    """400 people with 8e-6 too little each, so that one has 0.0032 too much: each is near enough to the
    level to count as optimal, but the lottery is not reported as that."""
    rows = [("a",)] * 400 + [("b",)]
    pool = Pool(("f",), tuple(f"p{one:03}" for one in range(401)), tuple(rows))
    problem = Problem(pool, (Quota({"f": "a"}, 39, 40), Quota({"f": "b"}, 0, 1)), 40)
    fair = solve(problem)
    assert verify(problem, fair).facts["optimal"] is True
    other = mixed(fair, {seats_of(fair, p000=39, p400=1): 0.0032 / (1 - 40 / 401)})
    assert other.optimal
    report = verify(problem, other)
    assert report.ok
    assert report.facts["optimal"] is False
    assert report.facts["doubt"] == pytest.approx(0.0032)
    assert report.notes == (
        "Niet precies bewezen: niveau 0. De twijfel over een kans is daar hoogstens 0,003200.",
    )


def unstable() -> tuple[Problem, Lottery, Lottery]:
    """400 people with a chance of 0.1, 2 with 0.5 and 400 with 0.6; and a lottery in which the first have
    8e-6 too little each, so that the last have 8e-6 too much. Each of the 2 could have had 0.0016 more."""
    rows = [("a",)] * 400 + [("b",)] * 2 + [("c",)] * 400
    pool = Pool(("f",), tuple(f"p{one:03}" for one in range(802)), tuple(rows))
    bounds = {"a": (39, 40), "b": (1, 2), "c": (240, 241)}
    problem = Problem(pool, tuple(Quota({"f": one}, *bounds[one]) for one in bounds), 281)
    fair = solve(problem)
    return problem, fair, mixed(fair, {seats_of(fair, p000=39, p400=1, p402=241): 0.0032})


def test_levels_can_be_their_own_witness() -> None:
    """By its own chances 0.0016 is in doubt. But that would cost the first ones what leximin gives them."""
    problem, fair, other = unstable()
    assert [level.value for level in fair.levels] == pytest.approx([0.1, 0.5, 0.6])
    assert other.optimal
    rows = rows_of(read(problem), other)
    own = dict(enumerate(other.group_probabilities))
    assert float(max(_doubts_by(own, other, rows, [0, 1, 2]))) == pytest.approx(0.0016, rel=1e-3)
    report = verify(problem, other)
    assert (report.failures, report.notes) == ((), ())
    assert report.facts["optimal"] is True
    assert report.facts["doubt"] == pytest.approx(8e-6, rel=1e-3)


def test_without_that_witness_the_doubt_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _fair, other = unstable()
    monkeypatch.setattr(witness, "MOST_ROWS", 1)
    report = verify(problem, other)
    assert report.facts["optimal"] is False
    assert report.notes == (
        "Niet precies bewezen: niveau 1. De twijfel over een kans is daar hoogstens 0,001600.",
    )


@settings(max_examples=60)
@given(questions(), st.integers(-1000, 1000))
def test_chances_beside_the_levels_obey_every_row(problem: Problem, noise: int) -> None:
    """Exactly, though the levels themselves do not; so somebody who makes up levels gets no witness."""
    assume(all_panels(problem))
    lottery = solve(problem)
    rows = rows_of(read(problem), lottery)
    targets = tuple(one and min(1.0, one + noise * 1e-12) for one in lottery.targets)
    found = witness.beside_levels(dataclasses.replace(lottery, targets=targets), rows)
    if found is None:
        assert noise
        return
    for row, (low, high) in enumerate(zip(rows.lower, rows.upper, strict=True)):
        counted = sum(
            amount * len(lottery.groups[group]) * found[group]
            for group, parts in enumerate(rows.of_group)
            for place, amount in parts
            if place == row
        )
        assert low is None or low <= counted
        assert counted <= high
    assert {group: float(one) for group, one in found.items()} == pytest.approx(
        dict(enumerate(targets)), abs=1e-6
    )


def test_levels_that_no_chances_are_beside() -> None:
    rows = rows_of(read(STAIRS), LOTTERY)
    assert witness.beside_levels(LOTTERY, rows) is not None

    def at(*targets: float) -> dict[int, Fraction] | None:
        return witness.beside_levels(dataclasses.replace(LOTTERY, targets=targets), rows)

    first = LOTTERY.targets
    assert at(*(one / 2 for one in first)) is None  # far from every row
    assert at(*(one and one + 1e-4 for one in first)) is None
    # everybody is in, or out: then nothing can be mended
    pool = Pool(("f",), ("p", "q"), (("a",), ("b",)))
    sure = Problem(pool, (Quota({"f": "a"}, 0, 1), Quota({"f": "b"}, 0, 1)), 2)
    lottery = dataclasses.replace(solve(sure), targets=(1.0, 1.0 - 1e-9))
    assert witness.beside_levels(lottery, rows_of(read(sure), lottery)) is None


def test_many_levels_are_named_in_short() -> None:
    problem = benchmark("like_mass_24")
    one = solve(problem)
    alone = verify(problem, dataclasses.replace(one, panels=one.panels[:1], weights=(TOTAL,)))
    assert alone.ok
    assert " tot en met " in alone.notes[1]


def test_maximin_is_not_passed_off_as_leximin() -> None:
    problem = benchmark("like_mass_24")
    fair, flat = solve(problem), solve(problem, objective="maximin")
    assert verify(problem, flat).notes == ()
    forged = passed_off(problem, fair, flat)
    assert forged.optimal
    assert proof_errors(read(problem), forged) == []
    assert refused(problem, forged, reprove=True) == ["optimal_not_proved"]


def seats_by_group(lottery: Lottery, panel: frozenset[str]) -> Seats:
    counts = [(number, len(panel.intersection(members))) for number, members in enumerate(lottery.groups)]
    return tuple((number, seats) for number, seats in counts if seats)


def mixed(fair: Lottery, shares: dict[Seats, float]) -> Lottery:
    """The fair lottery and these panels, in these shares (the rest is for the fair one)."""
    rest = 1 - sum(shares.values())
    weights = {panel: rest * part / TOTAL for panel, part in zip(fair.panels, fair.weights, strict=True)}
    for panel, share in shares.items():
        weights[panel] = weights.get(panel, 0.0) + share
    parts = dict(zip(weights, whole_parts(list(weights.values())), strict=True))
    kept = {panel: part for panel, part in parts.items() if part}
    return dataclasses.replace(fair, panels=tuple(kept), weights=tuple(kept.values()))


def as_it_is(lottery: Lottery, data: st.DataObject) -> Lottery:
    """Its own chances as levels, each with prices of some honest level, or none."""
    chances = [float(chance) for chance in lottery.group_probabilities]
    active = [number for number, members in enumerate(lottery.groups) if members[0] not in lottery.impossible]
    levels = []
    for value in sorted({chances[number] for number in active}):
        like = data.draw(st.sampled_from(lottery.levels))
        weights = {number: dict(like.heads).get(number, 1) for number in active if chances[number] == value}
        levels.append(Level(value, tuple(weights.items()), data.draw(st.sampled_from([(), like.prices]))))
    targets = tuple(chances[number] if number in active else 0.0 for number in range(len(chances)))
    return dataclasses.replace(
        lottery, targets=targets, levels=tuple(levels), upper_bound=min(targets[number] for number in active)
    )


def bent(lottery: Lottery, data: st.DataObject) -> Lottery:
    """With other prices."""
    factor = Fraction(data.draw(st.integers(1, 4000)), 1000)
    levels = tuple(dataclasses.replace(one, prices=scaled(one.prices, factor)) for one in lottery.levels)
    return dataclasses.replace(lottery, levels=levels)


@settings(max_examples=150)
@given(questions(), st.data())
def test_what_counts_as_optimal_is_leximin(problem: Problem, data: st.DataObject) -> None:
    """Another lottery, a little or very different, with an honest, bent or made up proof."""
    panels = all_panels(problem)
    assume(panels)
    fair = solve(problem)
    drawn = data.draw(st.lists(st.sampled_from(panels), min_size=1, max_size=3))
    share = data.draw(st.sampled_from([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.5, 1.0])) / len(drawn)
    shares: dict[Seats, float] = {}
    for panel in drawn:
        seats = seats_by_group(fair, panel)
        shares[seats] = shares.get(seats, 0.0) + share
    other = mixed(fair, shares)
    how = data.draw(st.sampled_from(["honest", "bent", "own", "ray"]))
    if how == "bent":
        other = bent(other, data)
    elif how == "own":
        other = as_it_is(other, data)
    elif how == "ray":
        other = passed_off(problem, fair, other)
    report = verify(problem, other, reprove=True)
    if report.ok and report.facts["optimal"]:
        assert report.notes == ()
        assert other.probabilities == pytest.approx(leximin(problem, panels), abs=1e-4)
    elif report.ok:
        assert report.notes[0].startswith(
            "Niet precies" if other.optimal else "Niet bewezen: dat dit de best"
        )

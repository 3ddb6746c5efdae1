"""Tables: the verifier accepts what the search makes and refuses what somebody touched."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import random
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civic.sortition.errors import Cancelled, InvalidProblem
from civic.sortition.messages import SENTENCES
from civic.sortition.question import Pool
from civic.sortition.stream import Stream
from civic.sortition.tables import FixedPlace, Seating, TablePlan, check_seating, seat
from civic.sortition.tables.arrange import _others
from civic.sortition.tables.model import build
from civic.sortition.tables.search import RoundSearch
from civic.sortition.tables.start import start

SHARES = {
    "gender": (50, 48, 2),
    "age": (14, 16, 15, 17, 18, 20),
    "education": (28, 38, 34),
    "municipality": (50, 18, 12, 11, 7, 2),
    "housing": (55, 35, 10),
}
STAFF = tuple(f"f{one:02}" for one in range(40))


def panel(people: int, features: int = 5, seed: int = 1) -> Pool:
    chance = random.Random(seed)
    names = tuple(SHARES)[:features]
    draw = [chance.choices(range(len(SHARES[name])), SHARES[name], k=people) for name in names]
    rows = tuple(tuple(map(str, row)) for row in zip(*draw, strict=True)) or ((),) * people
    return Pool(names, ids(people), rows)


def ids(people: int) -> tuple[str, ...]:
    return tuple(f"p{one:03}" for one in range(people))


def refused(plan: Callable[[], object]) -> set[str]:
    """The codes; every one has its sentence, and its parameters fit."""
    with pytest.raises(InvalidProblem) as caught:
        plan()
    assert all(SENTENCES[one.code].format(**one.params) for one in caught.value.errors)
    return {one.code for one in caught.value.errors}


# --- how good ----------------------------------------------------------------------------------------------


def test_the_target() -> None:
    """150 people, tables of 5, four rounds, and tables of 10 in the afternoon."""
    plan = TablePlan(panel(150), (5, 5, 5, 5, 10))
    seating = seat(plan)
    figures = seating.statistics
    assert check_seating(plan, seating) == []
    assert figures.mix == 1
    assert figures.mean_deviation == pytest.approx(figures.least_deviation)
    assert figures.repeated_pairs == figures.repeated_meetings == 0
    assert figures.companions_min == figures.companions_max == figures.companions_bound == 4 * 4 + 9
    assert figures.mean_bound == 25


def test_uneven_numbers_share_the_smaller_tables() -> None:
    """152 = 28 x 5 + 3 x 4: nobody sits at a table of four twice."""
    plan = TablePlan(panel(152), (5,) * 4, facilitators=STAFF)
    figures = seat(plan).statistics
    assert (figures.companions_min, figures.companions_max) == (15, 16)
    assert figures.companions_mean == figures.mean_bound < figures.companions_bound == 16
    assert figures.mix == 1


def test_the_construction_meets_everybody() -> None:
    """Five rounds of 5 x 5 without features: the parallel classes of the affine plane, no pair twice."""
    figures = seat(TablePlan(panel(25, 0), (5,) * 5), steps=0).statistics
    assert figures.companions_min == figures.companions_bound == 20
    assert figures.mix == 1
    assert figures.cells == 0


@pytest.mark.parametrize("people", [24, 25, 26, 27, 28])
def test_the_construction_keeps_the_sizes(people: int) -> None:
    plan = TablePlan(panel(people, 2), (4,) * 3)
    assert check_seating(plan, seat(plan, steps=0)) == []


def test_the_search_beats_its_start() -> None:
    plan = TablePlan(panel(40, 4), (5,) * 5)
    before, after = (seat(plan, steps=steps).statistics for steps in (0, 6000))
    assert after.mix > before.mix > 0.5
    assert after.mix > 0.99
    assert after.companions_mean > 17


def test_people_who_must_meet_are_not_counted_as_repeats() -> None:
    people = ids(20)
    plan = TablePlan(panel(20, 2), (5,) * 3, together=((people[0], people[1]), (people[1], people[2])))
    figures = seat(plan, steps=4000).statistics
    assert figures.repeated_pairs < 20
    assert figures.companions_bound == 12
    # 20 people meet 4 others three times; the three of one group know 2 of those 4 from the first round
    assert figures.mean_bound == min(12, (60 * 4 - 2 * 6) / 20)


# --- what must hold ----------------------------------------------------------------------------------------


def test_everything_at_once() -> None:
    people = ids(60)
    pairs = tuple(zip(people[0:12:2], people[1:12:2], strict=True))
    trio = ((people[20], people[21]), (people[21], people[22]))
    plan = TablePlan(
        panel(60),
        (5, 5, 10),
        features=("gender", "age"),
        facilitators=STAFF[:14],
        staying=False,
        fixed=(FixedPlace(people[0], 3), FixedPlace(people[50], 2, 1), FixedPlace(people[51], 2, 1)),
        apart=(*combinations(people[30:36], 2), (STAFF[0], people[40]), (people[0], people[22])),
        together=(*pairs, *trio),
    )
    seating = seat(plan, seed=7, steps=6000)
    assert check_seating(plan, seating) == []
    assert seating.table_of(people[0]) == seating.table_of(people[1]) == (3, 3, 3)
    assert seating.table_of(people[50])[1] == 2
    assert [len(one) for one in seating.facilitators] == [12, 12, 6]
    with pytest.raises(KeyError):
        seating.table_of(STAFF[20])


def test_facilitators_change_tables() -> None:
    plan = TablePlan(panel(60, 2), (5,) * 3, facilitators=STAFF[:14], staying=False)
    seating = seat(plan, steps=6000)
    assert check_seating(plan, seating) == []
    led = [
        (one, number, table)
        for number, row in enumerate(seating.facilitators)
        for table, one in enumerate(row)
    ]
    met = [(one, person) for one, number, table in led for person in seating.rounds[number][table]]
    assert len(set(met)) == len(met)  # nobody has the same facilitator twice
    off = [one for one in STAFF[:14] if -1 in seating.table_of(one)]
    assert off


def test_the_larger_table_goes_where_people_are_fixed() -> None:
    people = ids(7)
    fixed = tuple(FixedPlace(one, 1) for one in people[:4])
    plan = TablePlan(panel(7), (4,), fixed=fixed)
    assert seat(plan).rounds[0][1] == people[:4]


def test_nobody_sits_alone() -> None:
    assert [len(table) for table in seat(TablePlan(panel(5), (2,))).rounds[0]] == [3, 2]
    assert [len(table) for table in seat(TablePlan(panel(3), (2,))).rounds[0]] == [3]


def test_tables_of_groups_only() -> None:
    """No single person can move: only whole groups change places."""
    people = ids(16)
    together = tuple(zip(people[::2], people[1::2], strict=True))
    plan = TablePlan(panel(16, 0), (4,) * 3, together=together)
    seating = seat(plan)
    assert check_seating(plan, seating) == []
    assert seating.statistics.repeated_pairs == 0


def test_groups_that_only_fit_one_way() -> None:
    """The emptiest table first fails for 4, 3, 3, 2, 2 at tables of 7: the fullest that fits works."""
    people = ids(14)
    lengths, place, together = (4, 3, 3, 2, 2), 0, []
    for length in lengths:
        together += list(zip(people[place:], people[place + 1 : place + length], strict=False))
        place += length
    plan = TablePlan(panel(14), (7,), together=tuple(together))
    assert check_seating(plan, seat(plan, steps=40)) == []


def test_no_room_for_groups() -> None:
    people = ids(10)
    together = (
        (people[0], people[1]),
        (people[1], people[2]),
        (people[3], people[4]),
        (people[4], people[5]),
        (people[6], people[7]),
        (people[7], people[8]),
    )  # 3, 3 and 3 at two tables of 5
    assert refused(lambda: seat(TablePlan(panel(10), (5,), together=together))) == {"together_no_room"}


def test_apart_that_was_not_found() -> None:
    """A ring of five with a hub: no two tables keep all these pairs apart, and no single rule is broken."""
    people = ids(8)
    ring = tuple((people[i], people[(i + 1) % 5]) for i in range(5))
    assert refused(lambda: seat(TablePlan(panel(8), (4,), apart=ring), steps=400)) == {"apart_not_found"}


def test_same_seed_same_seating() -> None:
    plan = TablePlan(panel(30), (5,) * 4)
    one, two, other = (seat(plan, seed=seed, steps=500) for seed in (3, 3, 4))
    assert one == two
    assert one.rounds != other.rounds


def test_progress_can_stop_it() -> None:
    seen = []

    def watch(phase: str, done: int, total: int, value: float, bound: float) -> None:
        seen.append((phase, done, total))
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        seat(TablePlan(panel(20), (5,) * 6), steps=400, progress=watch)
    assert seen == [("tables", 0, 10), ("tables", 1, 10), ("tables", 2, 10)]


# --- the arithmetic of the search --------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_changes_are_what_a_swap_really_changes(seed: int, staying: bool) -> None:
    people = ids(19)
    plan = TablePlan(
        panel(19, 3, seed),
        (4, 4, 6),
        facilitators=STAFF[:7],
        staying=staying,
        apart=((people[0], people[1]), (people[2], STAFF[1])),
        together=((people[3], people[4]),),
    )
    model, chance = build(plan), random.Random(seed)
    tables = start(model, Stream(f"test/{seed}"))
    search = RoundSearch(model, 1, tables[1].copy(), _others(model, tables, 1))
    for _ in range(6):
        rows = np.flatnonzero(search.tables == chance.randrange(search.round.bench))
        row = chance.randrange(len(rows))
        others = np.flatnonzero(search.allowed[rows[row]] & (search.tables != search.tables[rows[row]]))
        if len(others):
            before, other = search.per_table().sum(), int(chance.choice(list(others)))
            expected = search.changes(rows)[row, other]
            search.swap(int(rows[row]), other)
            kept = search.meet.copy(), search.sit[:, :-1].copy(), search.counts.copy()
            assert search.per_table().sum() - before == expected
            search.move([])
            for old, new in zip(kept, (search.meet, search.sit[:, :-1], search.counts), strict=True):
                assert np.array_equal(old, new)


# --- every plan --------------------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> TablePlan | None:
    people = draw(st.integers(4, 26))
    names = [*ids(people), *STAFF[:13]]
    two = st.tuples(st.sampled_from(names), st.sampled_from(names[:people])).filter(
        lambda pair: pair[0] != pair[1]
    )
    fixed = st.builds(
        FixedPlace, st.sampled_from(names[:people]), st.integers(0, 3), st.sampled_from([None, 0])
    )
    try:
        return TablePlan(
            panel(people, draw(st.integers(0, 4)), draw(st.integers(0, 99))),
            tuple(draw(st.lists(st.integers(2, 7), min_size=1, max_size=4))),
            facilitators=draw(st.sampled_from([(), STAFF[:13]])),
            staying=draw(st.booleans()),
            fixed=tuple(draw(st.lists(fixed, max_size=3))),
            apart=tuple(draw(st.lists(two, max_size=4))),
            together=tuple(draw(st.lists(two.filter(lambda pair: pair[0] in names[:people]), max_size=3))),
        )
    except InvalidProblem:
        return None


@given(plans(), st.integers(0, 5))
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_verifier_accepts_every_seating(plan: TablePlan | None, seed: int) -> None:
    if plan is None:
        return
    seating, failed = None, set()
    try:
        seating = seat(plan, seed=seed, steps=160)
    except InvalidProblem as problem:
        failed = {one.code for one in problem.errors}
    assert failed <= {"apart_not_found", "together_no_room"}
    assert seating is None or check_seating(plan, seating) == []


# --- a seating that was touched ----------------------------------------------------------------------------

P = ids(22)
PLAN = TablePlan(
    panel(22),
    (4, 4),
    facilitators=STAFF[:6],
    fixed=(FixedPlace(P[0], 1),),
    apart=((P[2], P[3]), (P[4], STAFF[2])),
    together=((P[5], P[6]),),
)
SEATING = seat(PLAN, steps=800)


def moved(*swaps: tuple[str, str]) -> Seating:
    """The first round with names exchanged."""
    names = dict(swaps) | {two: one for one, two in swaps}
    first = tuple(tuple(names.get(one, one) for one in table) for table in SEATING.rounds[0])
    return dataclasses.replace(SEATING, rounds=(first, *SEATING.rounds[1:]))


def beside(person: str, *, without: tuple[str, ...] = ()) -> str:
    """Somebody free at the table of `person` in the first round."""
    table = SEATING.rounds[0][SEATING.table_of(person)[0]]
    return next(one for one in table if one not in (person, *P[:7], *without))


def codes(seating: Seating, plan: TablePlan = PLAN) -> set[str]:
    errors = check_seating(plan, seating)
    assert all(SENTENCES[one.code].format(**one.params) for one in errors)
    return {one.code for one in errors}


def test_the_verifier_knows_no_search() -> None:
    tree = ast.walk(ast.parse(inspect.getsource(inspect.getmodule(check_seating) or check_seating)))
    inside = {node.module for node in tree if isinstance(node, ast.ImportFrom) and node.level}
    assert inside == {"errors", "plan", "seating"}


def test_untouched_is_right() -> None:
    assert codes(SEATING) == set()
    assert SEATING.table_of(STAFF[2]) == (2, 2)


@pytest.mark.parametrize(
    ("code", "touch"),
    [
        ("seating_rounds", lambda: dataclasses.replace(SEATING, rounds=SEATING.rounds[:1])),
        ("seating_rounds", lambda: dataclasses.replace(SEATING, facilitators=())),
        (
            "seating_not_once",
            lambda: dataclasses.replace(SEATING, rounds=((SEATING.rounds[0][1:]), SEATING.rounds[1])),
        ),
        ("seating_table_count", lambda: dataclasses.replace(SEATING, rounds=((), SEATING.rounds[1]))),
        ("seating_unknown_person", lambda: moved((P[10], "nobody"))),
        ("seating_not_fixed", lambda: moved((P[0], beside(P[5])))),
        ("seating_not_together", lambda: moved((P[5], next(one for one in P[7:] if not same(one, P[5]))))),
        ("seating_not_apart", lambda: moved((P[2], beside(P[3])))),
        ("seating_not_apart", lambda: moved((P[4], SEATING.rounds[0][2][-1]))),
        ("seating_facilitators", lambda: dataclasses.replace(SEATING, facilitators=(STAFF[:6][::-1],) * 2)),
        ("seating_facilitators", lambda: dataclasses.replace(SEATING, facilitators=((), ()))),
        ("seating_uneven", lambda: uneven()),
    ],
)
def test_touched(code: str, touch: Callable[[], Seating]) -> None:
    assert code in codes(touch())


def same(one: str, other: str) -> bool:
    return SEATING.table_of(one)[0] == SEATING.table_of(other)[0]


def uneven() -> Seating:
    first, *rest = (list(table) for table in SEATING.rounds[0])
    longest = max(rest, key=len)
    longest += [first.pop()]
    tables = tuple(tuple(table) for table in (first, *rest))
    return dataclasses.replace(SEATING, rounds=(tables, SEATING.rounds[1]))


@pytest.mark.parametrize("figure", [one.name for one in dataclasses.fields(SEATING.statistics)])
@pytest.mark.parametrize("claim", [float("nan"), 0.123])
def test_every_figure_is_counted_again(figure: str, claim: float) -> None:
    wrong = dataclasses.replace(SEATING.statistics, **{figure: claim})  # type: ignore[arg-type]  # any field
    errors = check_seating(PLAN, dataclasses.replace(SEATING, statistics=wrong))
    assert [one.params["figure"] for one in errors] == [figure]


def test_figures_by_hand() -> None:
    """Four people at two tables, twice the same company: counted on paper."""
    pool = Pool(("gender",), ("a", "b", "c", "d"), (("m",), ("m",), ("v",), ("v",)))
    plan = TablePlan(pool, (2, 2), fixed=tuple(FixedPlace(one, i // 2) for i, one in enumerate("abcd")))
    figures = seat(plan, steps=40).statistics
    assert (figures.cells, figures.even_cells, figures.mix) == (8, 0, 0.0)
    assert (figures.mean_deviation, figures.least_deviation) == (1.0, 0.0)
    assert (figures.companions_min, figures.companions_mean, figures.companions_max) == (1, 1.0, 1)
    assert (figures.companions_bound, figures.mean_bound) == (2, 2.0)
    assert (figures.repeated_pairs, figures.repeated_meetings) == (2, 2)


def test_facilitators_nobody_asked_for() -> None:
    plan = TablePlan(panel(8), (4,))
    seating = dataclasses.replace(seat(plan, steps=40), facilitators=(("x", "y"),))
    assert codes(seating, plan) == {"seating_facilitators"}


# --- bad input ---------------------------------------------------------------------------------------------


def test_all_errors_at_once() -> None:
    found = refused(
        lambda: TablePlan(
            panel(10),
            (1, 11),
            features=("colour", "age", "age"),
            facilitators=("f", "f", "p001", " "),
            fixed=(FixedPlace("nobody", 0), FixedPlace("f", 0)),
            apart=(("p001", "p001"), ("p002", "p004")),
            together=(("p002", "p003"), ("p003", "p004"), ("p005", "f")),
        )
    )
    assert found == {
        "table_too_small",
        "table_above_people",
        "tables_unknown_feature",
        "tables_feature_twice",
        "facilitator_twice",
        "facilitator_blank",
        "facilitator_in_pool",
        "facilitator_fixed",
        "tables_unknown_person",
        "pair_with_self",
        "together_with_facilitator",
        "apart_and_together",
    }


def test_errors_of_the_people() -> None:
    odd = Pool(("a", "a"), ("x", "x", " "), (("1", "2"), ("1",), ("1", "2")))
    assert refused(lambda: TablePlan(odd, (2,))) == {
        "duplicate_id",
        "blank_id",
        "wrong_shape",
        "duplicate_feature",
    }
    assert refused(lambda: TablePlan(Pool((), (), ()), ())) == {"empty_pool", "tables_rounds"}
    assert refused(lambda: TablePlan(panel(2001, 1), (5,) * 51)) == {
        "tables_too_many_people",
        "tables_rounds",
    }


def test_errors_of_the_places() -> None:
    def plan(**more: object) -> Callable[[], object]:
        return lambda: TablePlan(panel(12), (4, 4), **more)  # type: ignore[arg-type]  # any field

    assert refused(plan(facilitators=STAFF[:2])) == {"too_few_facilitators"}
    assert refused(plan(fixed=(FixedPlace(P[0], 3), FixedPlace(P[1], -1), FixedPlace(P[2], 0, 2)))) == {
        "fixed_unknown_table",
        "fixed_unknown_round",
    }
    assert refused(plan(fixed=(FixedPlace(P[0], 0), FixedPlace(P[0], 1, 1)))) == {"fixed_at_two_tables"}
    five = tuple((P[0], P[i]) for i in range(1, 5))
    assert refused(plan(together=five)) == {"together_too_large"}
    apart = ((P[0], P[1]),)
    two = {"fixed": (FixedPlace(P[0], 0), FixedPlace(P[1], 1, 0)), "together": apart}
    assert refused(plan(**two)) == {"fixed_at_two_tables"}
    crowd = tuple(FixedPlace(one, 1) for one in P[:5])
    assert refused(plan(fixed=crowd)) == {"table_overfull"}
    both = (FixedPlace(P[0], 0), FixedPlace(P[1], 0, 1))
    assert refused(plan(fixed=both, apart=apart)) == {"apart_fixed_together"}
    with_staff = {"facilitators": STAFF[:3], "fixed": both[:1], "apart": ((STAFF[0], P[0]),)}
    assert refused(plan(**with_staff)) == {"apart_fixed_together"}
    assert refused(plan(apart=tuple(combinations(P[:4], 2)))) == {"apart_needs_tables"}


def test_every_sentence_is_plain() -> None:
    ours = {
        code: text for code, text in SENTENCES.items() if code.startswith(("seating", "table", "facilit"))
    }
    assert all(text.endswith((".", ").")) and len(text) < 110 for text in ours.values())

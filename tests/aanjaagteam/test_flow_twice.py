"""The fast figures and the slow ones (slow_flow.py) are the same numbers, on any history."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from civic.aanjaagteam.flow import ageing, measures, weeks
from civic.aanjaagteam.flow.board import board_of
from civic.aanjaagteam.flow.cases import Cases, cases_of
from civic.aanjaagteam.flow.clock import DAY, Clock
from civic.aanjaagteam.flow.codes import NEVER, STATES
from civic.aanjaagteam.flow.log import log_of, table_of
from civic.aanjaagteam.flow.survival import cycle_survival, survival
from civic.calendar import Calendar, working_time_between
from tests.aanjaagteam import slow_flow as slow
from tests.aanjaagteam.histories import STARTS, crowds, histories, row_of

EXAMPLES = settings(
    max_examples=int(os.environ.get("FLOW_EXAMPLES") or 20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
EVER = measures.Period(0, 2**40)


def both(history: tuple[list[slow.Happening], datetime]) -> tuple[Cases, list[slow.SlowCase]]:
    rows, now = history
    moment = int(now.timestamp())
    log = log_of([table_of(row_of(one) for one in rows)], moment)
    first = int(log.at.min()) if len(log.at) else moment
    return cases_of(log, Clock(first, moment), moment), slow.cases_of(rows, now)


def seconds(moments: list[datetime | None]) -> list[int]:
    return [NEVER if one is None else int(one.timestamp()) for one in moments]


@EXAMPLES
@given(histories())
def test_every_moment_and_every_second_of_a_case(history: tuple[list[slow.Happening], datetime]) -> None:
    fast, cases = both(history)
    assert fast.ids.tolist() == [one.number for one in cases]
    assert fast.in_at.tolist() == seconds([one.in_at for one in cases])
    assert fast.taken_up_at.tolist() == seconds([one.taken_up_at for one in cases])
    assert fast.answered_at.tolist() == seconds([one.answered_at for one in cases])
    assert fast.decided_at.tolist() == seconds([one.decided_at for one in cases])
    assert fast.ended_at.tolist() == seconds([one.ended_at for one in cases])
    assert fast.table_day.tolist() == [one.table_on.toordinal() if one.table_on else NEVER for one in cases]
    assert [STATES[state].value for state in fast.state] == [one.state for one in cases]
    assert fast.lead.tolist() == [one.lead for one in cases]
    assert fast.dwell.tolist() == [[one.dwell()[state.value] for state in STATES] for one in cases]
    assert fast.dwell.sum(axis=1).tolist() == fast.lead.tolist()  # the invariant: Σ dwell = lead
    assert fast.waited.together.tolist() == [one.waited() for one in cases]
    assert fast.waited.on_reporter.tolist() == [one.waited("reporter") for one in cases]
    assert fast.waited.inside.tolist() == [one.waited("inside") for one in cases]
    assert fast.waited.outside.tolist() == [one.waited("outside") for one in cases]
    running = [(one.number, wait) for one in cases if one.ended_at is None for wait in sorted(one.running)]
    waits = zip(fast.open_waits.case.tolist(), fast.open_waits.wait.tolist(), strict=True)
    assert sorted(waits) == running


@EXAMPLES
@given(histories())
def test_the_same_measures_and_percentiles(history: tuple[list[slow.Happening], datetime]) -> None:
    fast, cases = both(history)
    for one in measures.Measure:
        found = measures.values_of(fast, one)
        expected = slow.measure(cases, one.value)
        got = zip(
            fast.ids[found.place].tolist(), found.seconds.tolist(), found.settled_at.tolist(), strict=True
        )
        assert list(got) == [(case, value, int(at.timestamp())) for case, value, at in expected], one
    share = measures.wait_share(fast, EVER)
    done = [one for one in cases if one.done_at]
    assert (share.cases, share.total, share.together) == (
        len(done),
        sum(one.lead for one in done),
        sum(one.waited() for one in done),
    )


@EXAMPLES
@given(histories(), st.integers(0, 40))
def test_the_same_promises_and_verdicts(history: tuple[list[slow.Happening], datetime], length: int) -> None:
    rows, now = history
    last = slow.local_day(now)
    first = last - timedelta(days=length)
    found = board_of([table_of(row_of(one) for one in rows)], first, last, int(now.timestamp()))
    cases = slow.cases_of(rows, now)
    for answers, expected in (
        (found.promises(), slow.promised(cases, first, last)),
        (found.verdicts(), slow.solved(cases, first, last)),
    ):
        ids = found.cases.ids[answers.place].tolist()
        got = zip(ids, answers.at.tolist(), answers.is_yes.tolist(), strict=True)
        assert list(got) == [(case, int(at.timestamp()), is_yes) for case, at, is_yes in expected]
        assert (answers.count, answers.yes) == (len(expected), sum(one[2] for one in expected))


@EXAMPLES
@given(histories(), st.integers(0, 80))
def test_the_same_flow_per_day_and_week(history: tuple[list[slow.Happening], datetime], after: int) -> None:
    fast, cases = both(history)
    last = slow.local_day(history[1])
    days = [last - timedelta(days=after % 40 + n) for n in range(5, -1, -1)]
    assert weeks.under_way(fast, days) == [slow.under_way(cases, day) for day in days]
    assert weeks.cumulative_flow(fast, days) == [slow.cumulative(cases, day) for day in days]
    mondays = weeks.last_weeks(last)
    found = [(one.arrived, one.done, one.declined) for one in weeks.weeks_of(fast, mondays)]
    assert found == [slow.week(cases, monday) for monday in mondays]


@EXAMPLES
@given(crowds())
def test_the_same_balance(history: tuple[list[slow.Happening], datetime]) -> None:
    fast, cases = both(history)
    last = slow.local_day(history[1])
    first = last - timedelta(days=83)
    found = weeks.balance(fast, first, last)
    ended, is_off = slow.little(cases, first, last)
    assert found.ended == ended
    assert (found.is_off if found.is_known else None) == is_off


@EXAMPLES
@given(crowds())
def test_the_same_ages_and_colours(history: tuple[list[slow.Happening], datetime]) -> None:
    fast, cases = both(history)
    known = ageing.history(fast, EVER)
    for state, found in zip(slow.ORDER[:-1], known, strict=True):
        ages = [one.age_when(state, one.left(state)) for one in cases if one.left(state)]
        assert found.count == len(ages)
        if len(ages) >= 10:
            assert (found.p50, found.p85) == (slow.nearest_rank(ages, 50), slow.nearest_rank(ages, 85))
    expected = {one.number: one.age_when(one.state, one.now) for one in cases if one.state not in slow.FINAL}
    assert {int(fast.ids[one.place]): one.seconds for one in ageing.open_ages(fast, known)} == expected


@pytest.mark.parametrize(
    ("age", "colour"), [(49, "green"), (50, "amber"), (84, "amber"), (85, "red"), (999, "red")]
)
def test_the_colour_of_an_age(age: int, colour: str) -> None:
    known = measures.spread(np.arange(1, 101))
    assert (known.p50, known.p85, known.p95) == (50, 85, 95)
    assert ageing.colour_of(age, known).value == colour
    few = measures.spread(np.arange(measures.FEWEST - 1))
    assert ageing.colour_of(age, few) is ageing.Colour.UNKNOWN


@EXAMPLES
@given(crowds(), st.integers(0, 30 * DAY))
def test_the_same_survival(history: tuple[list[slow.Happening], datetime], age: int) -> None:
    fast, cases = both(history)
    pairs = [
        (slow.work(one.taken_up_at, one.stands_at), one.state == "done") for one in cases if one.taken_up_at
    ]
    found, curve = cycle_survival(fast, EVER), slow.survival(pairs)
    _same(found, curve, age)


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60), st.integers(0, 45))
def test_the_same_survival_of_any_pairs(pairs: list[tuple[int, bool]], age: int) -> None:
    times = np.array([one for one, _done in pairs], dtype=np.int64)
    found = survival(times, np.array([done for _time, done in pairs], dtype=bool))
    _same(found, slow.survival(pairs), age)


def _same(found: object, curve: list, age: int) -> None:
    assert found.times.tolist() == [moment for moment, _share in curve]
    assert found.shares.tolist() == pytest.approx([float(share) for _moment, share in curve], abs=1e-12)
    assert found.median == slow.median(curve)
    if found.done >= measures.FEWEST:
        for percent in (50, 85):
            assert found.more(age, percent) == slow.more(curve, age, percent)


@EXAMPLES
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=200), st.integers(1, 100))
def test_nearest_rank(values: list[int], percent: int) -> None:
    assert measures.percentile(np.array(values), percent) == slow.nearest_rank(values, percent)


@EXAMPLES
@given(st.sampled_from(STARTS), st.integers(0, 30 * 86_400), st.integers(0, 60 * 86_400))
def test_three_ways_to_count_working_time(start: datetime, offset: int, length: int) -> None:
    """The table of the figures, the calendar of the site, and day by day."""
    begin = start + timedelta(seconds=offset)
    end = begin + timedelta(seconds=length)
    a, b = int(begin.timestamp()), int(end.timestamp())
    found = Clock(a, b).between(np.array([a]), np.array([b]))
    assert found.tolist() == [slow.work(begin, end)]
    assert found.tolist() == [int(working_time_between(begin, end).total_seconds())]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(STARTS), st.integers(0, 3 * 1440), st.integers(0, 4 * 1440))
def test_working_time_minute_by_minute(start: datetime, offset: int, minutes: int) -> None:
    begin = start + timedelta(minutes=offset)
    ticks = [begin + timedelta(minutes=n) for n in range(minutes)]
    counted = 60 * sum(Calendar().is_office_time(tick) for tick in ticks)
    a, b = int(begin.timestamp()), int((begin + timedelta(minutes=minutes)).timestamp())
    assert Clock(a, b).between(np.array([a]), np.array([b])).tolist() == [counted]


def test_what_lies_after_now_or_before_the_report_is_left_out() -> None:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    rows = [
        slow.Happening(1, 1, at - timedelta(hours=1), "triage", "triaged"),
        slow.Happening(1, 2, at, "reported", "new"),
        slow.Happening(1, 3, at + timedelta(hours=2), "decline", "declined"),
        slow.Happening(2, 4, at, "triage", "triaged"),
    ]
    fast, _cases = both((rows, at + timedelta(hours=1)))
    assert (fast.ids.tolist(), fast.is_open.tolist(), fast.answered_at.tolist()) == ([1], [True], [NEVER])


def test_nothing_at_all() -> None:
    fast, cases = both(([], datetime(2026, 11, 2, 9, tzinfo=UTC)))
    assert (len(fast.ids), cases) == (0, [])
    assert measures.promise(fast, EVER, EVER) is None
    assert not weeks.balance(fast, date(2026, 8, 3), date(2026, 10, 25)).is_known


def test_the_random_histories_are_not_tame() -> None:
    """Not vacuous: reopened, overlapping, at the same moment, still open and declined do occur."""
    seen: set[str] = set()

    @settings(max_examples=80, deadline=None, database=None, derandomize=True)
    @given(histories())
    def look(history: tuple[list[slow.Happening], datetime]) -> None:
        _fast, cases = both(history)
        assume(cases)
        for one in cases:
            states = [name for name, _entered, _left in one.visits]
            seen.update([one.state if one.state in slow.FINAL else "open"])
            seen.update(["reopened"] if "done" in states[:-1] else [])
            seen.update(["overlap"] if any(len(kinds) > 1 for _at, kinds in one.waits) else [])
            seen.update(f"promise {kept}" for _at, kept in one.promises)
            seen.update([f"solved {one.verdict[1]}"] if one.verdict else [])
            seen.update(["zero visit"] if any(a == b for _n, a, b in one.visits) else [])

    @settings(max_examples=80, deadline=None, database=None, derandomize=True)
    @given(crowds())
    def look_at_many(history: tuple[list[slow.Happening], datetime]) -> None:
        fast, _cases = both(history)
        last = slow.local_day(history[1])
        balance = weeks.balance(fast, last - timedelta(days=83), last)
        seen.update([f"balance {balance.is_off}"] if balance.is_known else [])
        seen.update(["survival"] if cycle_survival(fast, EVER).done >= measures.FEWEST else [])
        seen.update(one.colour.value for one in ageing.open_ages(fast, ageing.history(fast, EVER)))

    look()
    look_at_many()
    assert seen >= {"open", "done", "declined", "reopened", "overlap", "zero visit", "survival"}
    assert seen >= {"promise True", "promise False", "solved True", "solved False"}
    assert seen >= {"balance True", "balance False", "red", "unknown"}

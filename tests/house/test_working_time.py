"""Working time: W(a, b) and its inverse, against a slow and obvious count of minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from civic.calendar import (
    OFFICE_DAY,
    ZONE,
    Calendar,
    add_working_hours,
    working_time_between,
)

CLOSED = Calendar(frozenset({date(2027, 5, 7), date(2026, 12, 24)}))
MOMENTS = some.integers(0, 425 * 24 * 60).map(
    lambda n: datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=n)
)
QUARTERS = some.integers(1, 400).map(lambda n: n / 4)


def slowly(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    minutes = int((end - start) / timedelta(minutes=1))
    inside = (calendar.is_office_time(start + timedelta(minutes=n)) for n in range(minutes))
    return timedelta(minutes=sum(inside))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@settings(max_examples=25, deadline=None)
@given(MOMENTS, some.integers(0, 12 * 24 * 60))
def test_equals_the_slow_count(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    assert working_time_between(start, end, CLOSED) == slowly(start, end, CLOSED)


@given(MOMENTS, QUARTERS)
def test_adding_is_the_inverse(start: datetime, hours: float) -> None:
    due = add_working_hours(start, hours, CLOSED)
    assert due.tzinfo is UTC
    assert working_time_between(start, due, CLOSED) == timedelta(hours=hours)
    earlier = due - timedelta(minutes=1)
    assert working_time_between(start, earlier, CLOSED) < timedelta(hours=hours)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_parts_add_up(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    assert working_time_between(a, c) == working_time_between(a, b) + working_time_between(b, c)
    assert working_time_between(c, a) == timedelta(0)


@given(MOMENTS, MOMENTS, QUARTERS)
def test_who_starts_later_is_not_due_earlier(one: datetime, two: datetime, hours: float) -> None:
    first, second = sorted((one, two))
    assert add_working_hours(first, hours) <= add_working_hours(second, hours)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (local(2026, 12, 24, 15, 0), 4, local(2026, 12, 28, 10, 30)),  # Christmas on Friday and Saturday
        (local(2026, 12, 31, 12, 0), 8.5, local(2027, 1, 4, 12, 0)),
        (local(2027, 3, 25, 16, 0), 2, local(2027, 3, 30, 9, 30)),  # Good Friday and Easter
        (local(2027, 4, 26, 16, 30), 1, local(2027, 4, 28, 9, 0)),  # the King's birthday
        (local(2027, 5, 4, 17, 0), 1, local(2027, 5, 7, 9, 30)),  # 5 May and Ascension
        (local(2027, 5, 14, 16, 0), 1, local(2027, 5, 14, 17, 0)),  # full at closing time
        (local(2027, 5, 14, 16, 0), 1.5, local(2027, 5, 18, 9, 0)),  # Whit Monday
        (local(2027, 10, 29, 16, 30), 1, local(2027, 11, 1, 9, 0)),  # the night of 31 October
        (local(2027, 3, 27, 3, 0), 1, local(2027, 3, 30, 9, 30)),  # the night of 28 March
    ],
)
def test_dutch_days(start: datetime, hours: float, due: datetime) -> None:
    assert add_working_hours(start, hours) == due


def test_a_working_day_is_eight_and_a_half_hours() -> None:
    assert timedelta(hours=8.5) == OFFICE_DAY
    year = working_time_between(local(2027, 1, 1, 0, 0), local(2028, 1, 1, 0, 0))
    assert year == 254 * OFFICE_DAY


def test_nothing_and_less_than_nothing() -> None:
    saturday = local(2027, 5, 15, 12, 0)
    assert add_working_hours(saturday, 0) == saturday
    with pytest.raises(ValueError, match="backwards"):
        add_working_hours(saturday, -1)

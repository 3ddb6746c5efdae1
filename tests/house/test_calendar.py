"""Working days, office hours, and deadlines that explain themselves."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from functools import cache

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from civic import create_app
from civic.calendar import Calendar, Pause, UnknownTerm, add_months, deadline, today

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2027, 1, 1), "Nieuwjaarsdag"),
        (date(2027, 3, 26), "Goede Vrijdag, gelijkgesteld in artikel 3 lid 2"),
        (date(2027, 3, 29), "tweede paasdag"),
        (date(2027, 4, 27), "Koningsdag"),
        (date(2026, 5, 5), "5 mei, elk jaar"),
        (date(2027, 5, 5), "5 mei, elk jaar"),
        (date(2025, 5, 5), "5 mei in een lustrumjaar"),
        (date(2027, 5, 6), "Hemelvaartsdag"),
        (date(2027, 5, 17), "tweede pinksterdag"),
        (date(2026, 12, 25), "eerste kerstdag"),
        (date(2026, 12, 26), "tweede kerstdag"),
        (date(2026, 11, 28), "zaterdag"),
        (date(2026, 11, 29), "zondag"),
    ],
)
def test_free_days(day: date, why: str) -> None:
    assert Calendar().is_free(day), why


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 4, 26), date(2027, 5, 4)])
def test_ordinary_days(day: date) -> None:
    assert Calendar().is_working_day(day)


def test_kings_day_is_early_when_it_falls_on_a_sunday() -> None:
    assert Calendar().is_free(date(2025, 4, 26))


def test_a_region_has_its_own_closed_days() -> None:
    bridge = Calendar(frozenset({date(2027, 5, 7)}))
    assert bridge.is_free(date(2027, 5, 7))
    assert not Calendar().is_free(date(2027, 5, 7))
    assert bridge.next_working_day(date(2027, 5, 5)) == date(2027, 5, 10)


@pytest.mark.parametrize(
    ("start", "term", "on", "explanation"),
    [
        (date(2027, 2, 3), "8 weken", date(2027, 3, 31), "8 weken vanaf 3 februari 2027."),
        (
            date(2027, 2, 1),
            "8 weken",  # tweede paasdag
            date(2027, 3, 30),
            "8 weken vanaf 1 februari 2027. 29 maart 2027 is geen werkdag. Daarom is het 30 maart 2027.",
        ),
        (
            date(2027, 1, 29),
            "8 weken",  # from Good Friday over Easter
            date(2027, 3, 30),
            "8 weken vanaf 29 januari 2027. 26 maart 2027 is geen werkdag. Daarom is het 30 maart 2027.",
        ),
        (date(2026, 12, 24), "1 werkdag", date(2026, 12, 28), "1 werkdag vanaf 24 december 2026."),
        (date(2026, 11, 23), "10 werkdagen", date(2026, 12, 7), "10 werkdagen vanaf 23 november 2026."),
        (date(2027, 1, 31), "1 maand", date(2027, 3, 1), None),
        (date(2026, 11, 23), "1 jaar", date(2027, 11, 23), "1 jaar vanaf 23 november 2026."),
        (date(2028, 2, 29), "1 jaar", date(2029, 2, 28), "1 jaar vanaf 29 februari 2028."),
        (date(2026, 11, 23), "1 dag", date(2026, 11, 24), "1 dag vanaf 23 november 2026."),
    ],
)
def test_deadlines(app: Flask, start: date, term: str, on: date, explanation: str | None) -> None:
    with app.app_context():
        answer = deadline(start, term)
    assert answer.on == on
    assert explanation is None or answer.explanation == explanation


@pytest.mark.parametrize(
    ("start", "term", "on"),
    [
        (date(2026, 11, 21), "12 weken", date(2027, 2, 15)),  # a Saturday: moves to Monday
        (date(2026, 11, 21), "13 weken", date(2027, 2, 20)),  # a Saturday: stays (article 4)
        (date(2026, 11, 29), "90 dagen", date(2027, 3, 1)),  # from a Saturday
        (date(2026, 11, 29), "91 dagen", date(2027, 2, 28)),  # stays on the Sunday
        (date(2026, 11, 28), "3 maanden", date(2027, 3, 1)),
        (date(2026, 11, 23), "6 maanden", date(2027, 5, 23)),
        (date(2026, 1, 2), "1 jaar", date(2027, 1, 2)),
    ],
)
def test_long_terms_do_not_move(app: Flask, start: date, term: str, on: date) -> None:
    with app.app_context():
        answer = deadline(start, term)
    assert answer.on == on
    assert ("schuift niet op" in answer.explanation) == Calendar().is_free(on)


def test_pauses_move_the_date_and_are_explained(app: Flask) -> None:
    start = date(2027, 2, 3)
    with app.app_context():
        four = deadline(start, "8 weken", pauses=[Pause(date(2027, 2, 10), date(2027, 2, 14))])
        one = deadline(start, "8 weken", pauses=[Pause(date(2027, 2, 10), date(2027, 2, 11))])
        none = deadline(start, "8 weken", pauses=[Pause(date(2027, 2, 11), date(2027, 2, 10))])
    assert four.explanation.startswith(
        "8 weken vanaf 3 februari 2027, plus 4 dagen opgeschort. 4 april 2027 is geen"
    )
    assert four.on == date(2027, 4, 5)
    assert one.explanation == "8 weken vanaf 3 februari 2027, plus 1 dag opgeschort."
    assert one.on == date(2027, 4, 1)
    assert none.on == date(2027, 3, 31)


def test_pauses_that_overlap_count_once_and_only_while_the_clock_runs(app: Flask) -> None:
    start = date(2027, 2, 3)
    same = [Pause(date(2027, 2, 10), date(2027, 2, 14)), Pause(date(2027, 2, 12), date(2027, 2, 15))]
    before = Pause(date(2027, 1, 1), date(2027, 2, 4))
    after = Pause(date(2027, 6, 1), date(2027, 7, 1))
    with app.app_context():
        assert "plus 5 dagen" in deadline(start, "8 weken", pauses=same).explanation
        assert "plus 5 dagen" in deadline(start, "8 weken", pauses=reversed(same)).explanation
        assert "plus 1 dag " in deadline(start, "8 weken", pauses=[before]).explanation
        assert "plus" not in deadline(start, "8 weken", pauses=[after]).explanation


@pytest.mark.parametrize(
    "term",
    [
        "",
        "8",
        "weken",
        "acht weken",
        "8 Weken",
        "8weken",
        "-1 dag",
        "0 dagen",
        "1000 dagen",
        "٨ weken",
        "8 weken\n",
    ],
)
def test_unknown_terms(term: str) -> None:
    with pytest.raises(UnknownTerm):
        deadline(date(2027, 2, 3), term)


def test_far_away(app: Flask) -> None:
    with app.app_context():
        assert deadline(date(2026, 11, 23), "999 jaar").on == date(3025, 11, 23)


@given(DAYS, st.integers(1, 84), st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=4))
def test_a_short_term_ends_on_a_working_day_and_never_early(
    start: date, days: int, pauses: list[tuple[date, int]]
) -> None:
    with an_app().app_context():
        plain = deadline(start, f"{days} dagen")
        paused = deadline(
            start,
            f"{days} dagen",
            pauses=[Pause(day, date.fromordinal(day.toordinal() + n)) for day, n in pauses],
        )
    assert (plain.on - start).days >= days
    assert Calendar().is_working_day(plain.on)
    assert paused.on >= plain.on


@cache
def an_app() -> Flask:
    """One app for all examples (a fixture would be made once per test, not per example)."""
    return create_app({"ENVIRONMENT": "testing", "INSTANCE": tempfile.mkdtemp(), "DATABASE_URL": "sqlite://"})


@given(DAYS, st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start: date, count: int) -> None:
    calendar = Calendar()
    end = calendar.add_working_days(start, count)
    assert calendar.working_days_between(start, end) == count
    assert count == 0 or calendar.is_working_day(end)


@given(DAYS, st.integers(0, 600))
def test_months_never_skip(start: date, count: int) -> None:
    end = add_months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day <= start.day


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, 29, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 27, 18, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        (datetime(2026, 12, 24, 20, 0, tzinfo=UTC), datetime(2026, 12, 28, 7, 30, tzinfo=UTC)),
        (
            datetime(2026, 10, 23, 20, 0, tzinfo=UTC),
            datetime(2026, 10, 26, 7, 30, tzinfo=UTC),
        ),  # winter time begins
        (
            datetime(2027, 3, 26, 20, 0, tzinfo=UTC),
            datetime(2027, 3, 30, 6, 30, tzinfo=UTC),
        ),  # summer time, Easter
        (
            datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
            datetime(2026, 11, 23, 7, 30, tzinfo=UTC),
        ),  # Monday 0.30 here
    ],
)
def test_office_time(at: datetime, expected: datetime) -> None:
    calendar = Calendar()
    assert calendar.next_office_time(at) == expected
    assert calendar.is_office_time(expected)
    assert calendar.next_office_time(at).tzinfo is UTC


def test_today_is_the_dutch_day() -> None:
    assert today(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == date(2026, 11, 23)
    assert today(datetime(2026, 7, 1, 21, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert today(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)

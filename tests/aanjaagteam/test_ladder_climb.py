"""The job: each rung once and in its own time, whatever clocks, holidays and other processes do."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from civic.aanjaagteam.models import Escalation, EscalationRung
from civic.aanjaagteam.states.ladder import RunState
from civic.calendar import Calendar, today
from civic.db import db
from civic.events.models import Event
from tests.aanjaagteam.ladder_makers import (
    asked_mails,
    climb,
    commit,
    full_ladder,
    letters,
    levels,
    local,
    opened,
    rung,
    stand,
)

MONDAY = local(2026, 11, 23, 10, 0)
STEP = timedelta(minutes=5)


def start(at: datetime, level: int = 1) -> int:
    full_ladder()
    run = opened(at, level)
    number = run.id
    commit()
    return number


def events_of(run_id: int, action: str) -> list[int]:
    rows = db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id))
    return [row.data["level"] for row in rows if row.data["escalation"] == run_id]


def test_nothing_happens_before_its_time(app: Flask) -> None:
    with app.app_context():
        number = start(MONDAY)
        first = rung(number, 1)
        # eight office hours from Monday ten o'clock: seven on Monday, one on Tuesday
        assert first.accept_by == local(2026, 11, 24, 9, 30)
        assert first.answer_by == local(2026, 11, 30, 10, 0)
        assert first.tried == "Drie keer gebeld."
        assert climb(first.accept_by - STEP) == {"opened": 0, "climbed": 0, "ended": 0}
        assert climb(first.accept_by)["climbed"] == 1
        assert climb(first.accept_by)["climbed"] == 0, "a second look finds nothing"
        assert levels(number) == [(1, "not_accepted"), (2, "asked")]
        assert asked_mails() == ["uitvoering", "manager"]
        assert events_of(number, "escalated") == [1, 2]
        assert events_of(number, "escalation_missed") == [1]


def test_it_comes_to_the_table_by_itself(app: Flask) -> None:
    """From a Monday morning, looked at every hour, to the crew: each rung exactly once."""
    with app.app_context():
        number, at = start(MONDAY), MONDAY
        while at < MONDAY + timedelta(days=10):
            climb(at)
            at += timedelta(hours=1)
        assert levels(number) == [
            (1, "not_accepted"),
            (2, "not_accepted"),
            (3, "not_accepted"),
            (4, "asked"),
        ]
        assert asked_mails() == ["uitvoering", "manager", "directeur", "crew1", "crew2", "crew3", "crew4"]
        run = db.session.get_one(Escalation, number)
        assert run.table_on is not None
        assert run.table_on.weekday() == 3
        assert rung(number, 3).misses_meeting, "by itself it goes on, and says what is missing"
        assert rung(number, 4).answer_by == datetime.combine(
            run.table_on, local(2026, 1, 1, 17, 0).time(), tzinfo=local(2026, 1, 1).tzinfo
        )


def test_a_clock_that_jumps_a_month_skips_no_rung(app: Flask) -> None:
    with app.app_context():
        number = start(MONDAY)
        later = local(2026, 12, 22, 11, 0)
        assert climb(later)["climbed"] == 1
        assert climb(later)["climbed"] == 0, "the rung it came to has its own full time"
        assert rung(number, 2).accept_by == local(2026, 12, 23, 10, 30)
        assert levels(number) == [(1, "not_accepted"), (2, "asked")]


def test_a_clock_that_jumps_back_asks_nobody_again(app: Flask) -> None:
    with app.app_context():
        number = start(MONDAY)
        climb(MONDAY + timedelta(days=2))
        for back in (MONDAY, MONDAY - timedelta(days=30), MONDAY + timedelta(days=2)):
            assert climb(back)["climbed"] == 0
        assert asked_mails() == ["uitvoering", "manager"]
        assert levels(number) == [(1, "not_accepted"), (2, "asked")]


def test_at_night_it_waits_for_the_morning(app: Flask) -> None:
    """Its time counts from when the mail can go out, and so does the time to answer."""
    with app.app_context():
        number = start(local(2026, 11, 27, 22, 0))  # Friday night
        first = rung(number, 1)
        assert first.starts_at == local(2026, 11, 30, 8, 30)
        assert first.accept_by == local(2026, 11, 30, 16, 30)
        assert letters()[0].next_at == local(2026, 11, 30, 8, 30)


@pytest.mark.parametrize(
    ("at", "starts_at", "accept_by", "answer_by"),
    [
        # Christmas 2026 is a Friday and a Saturday
        ((2026, 12, 24, 16, 0), (2026, 12, 24, 16, 0), (2026, 12, 28, 15, 30), (2027, 1, 4, 16, 0)),
        ((2026, 12, 25, 12, 0), (2026, 12, 28, 8, 30), (2026, 12, 28, 16, 30), (2027, 1, 4, 17, 0)),
        # Good Friday, the night of 28 March in which an hour is skipped, Easter Monday
        ((2027, 3, 25, 16, 0), (2027, 3, 25, 16, 0), (2027, 3, 30, 15, 30), (2027, 4, 5, 16, 0)),
        ((2027, 3, 28, 2, 30), (2027, 3, 30, 8, 30), (2027, 3, 30, 16, 30), (2027, 4, 5, 17, 0)),
        # the King's birthday
        ((2027, 4, 26, 16, 0), (2027, 4, 26, 16, 0), (2027, 4, 28, 15, 30), (2027, 5, 4, 16, 0)),
        # the fifth of May, Ascension the day after
        ((2027, 5, 4, 16, 0), (2027, 5, 4, 16, 0), (2027, 5, 7, 15, 30), (2027, 5, 13, 16, 0)),
        # Whit Monday
        ((2027, 5, 14, 16, 0), (2027, 5, 14, 16, 0), (2027, 5, 18, 15, 30), (2027, 5, 24, 16, 0)),
        # the night of 31 October, in which an hour comes twice
        ((2027, 10, 29, 16, 0), (2027, 10, 29, 16, 0), (2027, 11, 1, 15, 30), (2027, 11, 5, 16, 0)),
        ((2027, 10, 31, 2, 30), (2027, 11, 1, 8, 30), (2027, 11, 1, 16, 30), (2027, 11, 5, 17, 0)),
    ],
)
def test_holidays_and_both_nights_of_the_clock(
    app: Flask,
    at: tuple[int, ...],
    starts_at: tuple[int, ...],
    accept_by: tuple[int, ...],
    answer_by: tuple[int, ...],
) -> None:
    with app.app_context():
        number = start(local(*at))
        first = rung(number, 1)
        assert first.starts_at == local(*starts_at)
        assert first.accept_by == local(*accept_by)
        assert first.answer_by == local(*answer_by)
        assert letters()[0].next_at == local(*starts_at)
        climb(local(*accept_by) - STEP)
        assert len(levels(number)) == 1
        climb(local(*accept_by))
        climb(local(*accept_by) + STEP)
        assert asked_mails() == ["uitvoering", "manager"]


@pytest.mark.parametrize("first_look", [date(2026, 12, 21), date(2027, 3, 22), date(2027, 10, 25)])
def test_every_mail_goes_out_in_office_hours(app: Flask, first_look: date) -> None:
    """Two weeks with Christmas, Easter and a changed clock in them; looked at by day and by night."""
    with app.app_context():
        at = local(first_look.year, first_look.month, first_look.day, 23, 0)
        number, end = start(at), at + timedelta(days=14)
        while at < end:
            climb(at)
            at += timedelta(hours=3)
        mails = letters()
        assert len(mails) == len({mail.dedup_key for mail in mails})
        asked = [mail for mail in mails if mail.dedup_key.startswith("escalation:")]
        assert len(asked) == 3 + 4, "each person on each rung once"
        assert all(Calendar().is_office_time(mail.next_at) for mail in mails)
        assert [level for level, _state in levels(number)] == [1, 2, 3, 4]
        rows = [rung(number, level) for level in (1, 2, 3, 4)]
        for lower, higher in itertools.pairwise(rows):
            assert lower.ended_at is not None
            assert lower.accept_by is not None
            assert lower.accept_by <= lower.ended_at == higher.reached_at


def test_the_top_gets_a_new_day_when_one_goes_by(app: Flask) -> None:
    with app.app_context():
        number = start(MONDAY)
        for day in (25, 27, 30):  # up to the crew
            climb(local(2026, 11, day, 16, 0))
        run = db.session.get_one(Escalation, number)
        assert run.table_on == date(2026, 12, 3)
        assert climb(local(2026, 12, 3, 16, 0)).get("tabled", 0) == 0
        assert climb(local(2026, 12, 4, 9, 0))["tabled"] == 1
        assert climb(local(2026, 12, 4, 9, 5)).get("tabled", 0) == 0
        db.session.refresh(run)
        assert run.table_on == date(2026, 12, 10)
        assert today(rung(number, 4).answer_by or MONDAY) == date(2026, 12, 10)
        assert len(letters()) == 3 + 4 + 4, "the crew hears of both days"


def test_one_bad_row_blocks_nobody(app: Flask) -> None:
    with app.app_context():
        full_ladder()
        numbers = [opened(MONDAY).id for _one in range(3)]
        broken = rung(numbers[0], 1)
        broken.level = 3  # next comes rung 4, which this run has already: the key refuses
        db.session.add(_copy(broken, 4))
        commit()
        done = climb(MONDAY + timedelta(days=2))
        assert done["climbed"] >= 2
        assert [len(levels(number)) for number in numbers[1:]] == [2, 2]


def _copy(row: EscalationRung, level: int) -> EscalationRung:
    names = ("escalation_id", "report_id", "round", "accept_hours", "answer_days", "reached_at")
    facts = {name: getattr(row, name) for name in (*names, "starts_at", "accept_by", "answer_by")}
    return EscalationRung(**facts, level=level, state=row.state.__class__.STOPPED, ended_at=row.reached_at)


def test_a_batch_does_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic.aanjaagteam.queries.ladder_due.BATCH", 2)
    with app.app_context():
        full_ladder()
        for _one in range(5):
            opened(MONDAY)
        commit()
        assert climb(MONDAY + timedelta(days=2))["climbed"] == 5
        open_runs = select(Escalation).where(Escalation.state == RunState.OPEN)
        assert [run.level for run in db.session.scalars(open_runs)] == [2] * 5


@pytest.mark.parametrize("has_days", [True, False])
def test_another_crew_is_asked_too(app: Flask, has_days: bool) -> None:
    """Whoever sat there is gone: then who sits there now is asked, with or without a table day."""
    with app.app_context():
        number, crew = start(MONDAY), ["nieuw1", "nieuw2", "nieuw3", "nieuw4"]
        for day in range(10):
            climb(MONDAY + timedelta(days=day))
        assert levels(number)[-1] == (4, "asked")
        stand(4, *crew, table_weekday=3 if has_days else None)
        commit()
        for day in range(10, 35):
            climb(MONDAY + timedelta(days=day))
        mails = asked_mails()
        assert [mails.count(name) > 0 for name in crew] == [True] * 4
        row, asked = rung(number, 4), len(mails)
        assert row.answer_by is not None
        assert row.answer_by > MONDAY + timedelta(days=34)
        climb(MONDAY + timedelta(days=34))
        assert len(asked_mails()) == asked, "a second look finds nothing"

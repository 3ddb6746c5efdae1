"""Deadlines of every kind, whom a report waits for, its weight: the columns and orders of the queue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.queries.team import QueueFilter, queue
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db, now
from civic.events import service as events
from tests.aanjaagteam.makers import member, new_report, report_in
from tests.aanjaagteam.queue_makers import unit, wait_for
from tests.conftest import NOW

ON = today(NOW)


def test_the_nearest_open_day_of_any_kind(app: Flask) -> None:
    with app.app_context():
        report = report_in(State.TAKEN_UP, at=NOW)
        events.promise(report, events.Promise("decide_now", "20 werkdagen", ON))
        wait_for(report, unit(), due_on=ON + timedelta(days=2))
        wait_for(report, unit("Inkoop"), due_on=ON + timedelta(days=9))
        row = queue(member(), QueueFilter(), None, ON).rows[0]
        assert (row.due_on, row.due_kind, row.is_late) == (ON + timedelta(days=2), "wait", False)
        assert queue(member(), QueueFilter(), None, ON + timedelta(days=3)).rows[0].is_late


def test_a_kept_or_paused_promise_does_not_fall_due(app: Flask) -> None:
    with app.app_context():
        kept, paused = report_in(State.DECLINED, at=NOW), report_in(State.DECLINED, at=NOW)
        events.promise(kept, events.Promise("x", "1 dag", ON))
        events.keep_promise(kept, "x", NOW)
        row = events.promise(paused, events.Promise("x", "1 dag", ON))
        db.session.flush()
        events.pause(row, "wait", actor=member(), at=NOW)
        page = queue(member(), QueueFilter(states=(State.DECLINED,)), None, ON)
        assert [row.due_on for row in page.rows] == [None, None]
        assert queue(member(), QueueFilter(is_late=True), None, ON + timedelta(days=30)).total == 0
        assert queue(member(), QueueFilter(has_due=True), None, ON).total == 0


def test_open_wait_with_unit_and_days(app: Flask) -> None:
    with app.app_context():
        report, where = report_in(State.TAKEN_UP, at=NOW), unit()
        wait_for(report, where, at=NOW - timedelta(days=3))
        wait_for(report, unit("Inkoop"), at=NOW)
        wait = queue(member(), QueueFilter(), None, ON).rows[0].wait
        assert wait is not None
        assert (wait.unit_id, wait.days) == (where.id, 3)
        found = queue(member(), QueueFilter(waits="unit"), None, ON)
        assert found.total == 1
        assert queue(member(), QueueFilter(waits="council"), None, ON).total == 0


@pytest.mark.parametrize("sort", ["wacht", "vervalt", "nieuw", "gewicht", "besluit"])
def test_pages_of_every_order_meet_each_report_once(app: Flask, sort: str) -> None:
    with app.app_context():
        for number in range(9):
            report = new_report(since_on=date(2026, 1 + number // 3, 1), at=NOW).report
            if number % 2:
                events.promise(report, events.Promise("decide_now", f"{1 + number // 4} dagen", ON))
        seen, place, back = [], None, None
        while True:
            page = queue(member(), QueueFilter(sort=sort), place, ON, 4)
            seen += [row.id for row in page.rows]
            back = page.before or back
            if page.after is None:
                break
            place = page.after
        assert len(seen) == len(set(seen)) == 9
        before = queue(member(), QueueFilter(sort=sort), back, ON, 4)
        assert [row.id for row in before.rows] == seen[4:8]


def test_what_falls_due_in_groups(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        late = new_report(at=now() - timedelta(days=40)).report.id
        later = report_in(State.TAKEN_UP)
        events.promise(later, events.Promise("decide_now", "15 werkdagen", today(now())))
        report_in(State.TAKEN_UP)  # a decision is due of every report that was looked at
        db.session.commit()
        number = later.id
    page = team.get("/aanjaagteam?weergave=vervalt").text
    assert page.index("<h2>Te laat</h2>") < page.index(f"/meldingen/{late}")
    assert (
        page.index(f"/meldingen/{late}") < page.index("<h2>Later</h2>") < page.index(f"/meldingen/{number}")
    )
    assert "een besluit dat nu kan" in page
    assert "het eerste antwoord aan de melder" in page
    assert page.index("<h2>Later</h2>") < page.index("een besluit<")
    assert "Deze week" not in page

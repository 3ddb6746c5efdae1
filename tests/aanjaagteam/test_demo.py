"""The demo: sixty reports that look like a real year."""

from __future__ import annotations

from statistics import median

from flask import Flask
from sqlalchemy import func, select

from civic.aanjaagteam import demo, queries
from civic.aanjaagteam.models import Decision, Report
from civic.aanjaagteam.states import State
from civic.accounts import demo as people
from civic.calendar import today
from civic.db import committing, db
from civic.events.models import Event
from tests.conftest import NOW


def test_demo(app: Flask) -> None:
    with app.app_context():
        with committing():
            people.load(NOW)
            demo.load(NOW)
        reports = list(db.session.scalars(select(Report)))
        days = [queries.waited_days(one.since_on, one.closed_at, today(NOW)) for one in reports]
        assert len(reports) == 60
        assert 100 <= median(days) <= 140
        assert 195 <= max(days) <= 225
        assert 15 <= sum(one.decide_now for one in reports) <= 21
        assert {one.state for one in reports} == set(State)
        assert len({one.municipality_id for one in reports}) == 7
        assert len({one.story for one in reports}) == 60
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 12
        assert (db.session.scalar(select(func.max(Event.at))) or NOW) <= NOW


def test_no_letter_of_the_demo_promises_a_day_that_is_over(app: Flask) -> None:
    with app.app_context():
        with committing():
            people.load(NOW)
            demo.load(NOW)
        told = [one for one in db.session.scalars(select(Report)) if one.contact]
        assert told
        for report in told:
            promise = queries.first_answer(report)
            assert promise is not None
            assert promise.due_on > today(NOW)

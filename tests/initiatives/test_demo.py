from __future__ import annotations

import time

from flask import Flask

from civic.accounts import demo as people
from civic.db import db
from civic.initiatives import demo, queries
from civic.initiatives.demo.texts import PROPOSALS
from civic.initiatives.models import Initiative, Support
from civic.initiatives.states import State
from tests.conftest import NOW


def test_the_demo_shows_every_state_in_every_municipality(app: Flask) -> None:
    with app.app_context():
        people.load(NOW)
        started = time.perf_counter()
        demo.load(NOW)
        db.session.commit()
        assert time.perf_counter() - started < 30, "a hang, not a benchmark"
        rows = db.session.scalars(db.select(Initiative)).all()
        assert len(rows) == len(PROPOSALS)
        assert {row.state for row in rows} == set(State)
        assert len({place.municipality_id for row in rows for place in row.places}) == 6
        confirmed = db.session.scalar(db.select(db.func.count()).select_from(Support))
        assert queries.figures().supports == confirmed
        for row in rows:
            assert (row.state is State.THRESHOLD_REACHED) == (row.threshold_reached_at is not None)


def test_every_demo_page_can_be_read(app: Flask, client) -> None:
    with app.app_context():
        people.load(NOW)
        demo.load(NOW)
        db.session.commit()
        numbers = db.session.scalars(db.select(Initiative.id).where(Initiative.state != State.DRAFT)).all()
    for number in numbers:
        assert client.get(f"/initiatieven/{number}").status_code == 200

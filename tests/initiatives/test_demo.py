from __future__ import annotations

import time

from flask import Flask

from civic.accounts import demo as people
from civic.db import db
from civic.initiatives import demo, queries
from civic.initiatives.demo.texts import PROPOSALS
from civic.initiatives.demo.texts_more import MORE
from civic.initiatives.models import Initiative, Support
from civic.initiatives.queries import council
from civic.initiatives.states import NOT_PUBLISHED, PlaceState, State, SupportChannel, SupportState
from tests.conftest import NOW


def test_the_demo_shows_every_state_in_every_municipality(app: Flask) -> None:
    with app.app_context():
        people.load(NOW)
        started = time.perf_counter()
        demo.load(NOW)
        db.session.commit()
        assert time.perf_counter() - started < 30, "a hang, not a benchmark"
        rows = db.session.scalars(db.select(Initiative)).all()
        assert len(rows) == len(PROPOSALS) + len(MORE) + 1  # one is made of two
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
        is_public = Initiative.state.not_in(NOT_PUBLISHED)
        numbers = db.session.scalars(db.select(Initiative.id).where(is_public)).all()
    for number in numbers:
        assert client.get(f"/initiatieven/{number}").status_code == 200


def test_a_regional_initiative_with_paper_two_answers_and_one_late(app: Flask) -> None:
    """Online and paper in three places, two thresholds of three, two answers, and one council is late."""
    with app.app_context():
        people.load(NOW)
        demo.load(NOW)
        db.session.commit()
        found = next(
            row
            for row in db.session.scalars(db.select(Initiative))
            if row.title.startswith("Eén jongerenloket")
        )
        reached = {one.municipality.code: one.support_count >= (one.threshold or 0) for one in found.places}
        assert reached == {"GM0995": True, "GM0303": True, "GM0171": False}
        states = {one.municipality.code: one.state for one in found.places}
        assert states == {
            "GM0995": PlaceState.DECIDED,
            "GM0303": PlaceState.DECIDED,
            "GM0171": PlaceState.ACCEPTED,
        }
        channels = db.session.execute(
            db.select(Support.municipality_id, Support.channel)
            .where(Support.initiative_id == found.id, Support.state == SupportState.CONFIRMED)
            .distinct()
        ).all()
        assert {row.channel for row in channels} == {SupportChannel.ONLINE, SupportChannel.PAPER}
        assert len(channels) == 6
        late = next(one for one in found.places if one.municipality.code == "GM0171")
        clock = council.clocks_of(found)[late.id]
        assert (clock.is_public, clock.due_on < NOW.date()) == (True, True)

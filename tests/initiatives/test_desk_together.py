"""Where the by-law says so, enough in all municipalities together is enough."""

from __future__ import annotations

from flask import Flask

from civic.db import db
from civic.events.models import Event
from civic.initiatives import service
from civic.initiatives.states import PlaceState, State
from civic.regions.rules import Rules
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.desk_makers import by_law
from tests.initiatives.factories import mails, published, supported


def test_missed_places_follow_where_the_by_law_says_so(app: Flask) -> None:
    with app.app_context():
        by_law("GM0034", checks_before_publication=False, accepts_together=True)
        places = tuple(municipality(code).id for code in ("GM0034", "GM0995", "GM0050"))
        initiative = published(NOW, place_ids=places)
        for place in initiative.places:
            place.threshold = 5
        initiative.threshold = 15
        supported(initiative, 15, NOW)  # all of them from Lelystad
        found = {place.municipality.code: place.state for place in initiative.places}
        assert found == {
            "GM0995": PlaceState.ENOUGH,
            "GM0034": PlaceState.ENOUGH,
            "GM0050": PlaceState.COLLECTING,
        }
        assert initiative.state is State.THRESHOLD_REACHED
        service.recount(initiative.id, at=NOW)
        actions = list(db.session.scalars(db.select(Event.action).where(Event.action.like("reach%"))))
        assert sorted(actions) == ["reach_threshold", "reach_through_together", "reach_together"]
        texts = [mail.text for mail in mails("threshold_reached")]
        assert sum("In alle gemeenten samen is genoeg steun." in text for text in texts) == 1


def test_old_snapshots_stay_readable() -> None:
    rules = Rules.from_data(
        {"thresholds": {"municipality": {"number": 5, "share_per_mille": None, "cap": None}}}
    )
    assert (rules.checks_before_publication, rules.desk_weeks, rules.accepts_together) == (False, 1, False)
    assert Rules.from_data(rules.to_data()) == rules

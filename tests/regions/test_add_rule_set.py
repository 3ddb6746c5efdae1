"""A new version of the rules: versions follow one another, the past never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event, Visibility
from civic.regions import queries, service
from civic.regions.rules import Rules, Threshold, default_rules
from tests.conftest import NOW
from tests.factories import municipality

TODAY = NOW.date()
NEW = service.NewRules(default_rules(80_000), TODAY + timedelta(days=10), "Verordening burgerinitiatief 2027")


def test_versions_follow(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        row = service.add_rule_set(place, NEW, actor=None, at=NOW)
        db.session.commit()
        first, second = municipality().rule_sets
        assert (second.id, second.version, second.is_default) == (row.id, 2, False)
        assert first.valid_until == second.valid_from - timedelta(days=1)
        assert queries.rule_set_on(place.id, second.valid_from).version == 2
        assert queries.rule_set_on(place.id, second.valid_from - timedelta(days=1)).version == 1
        event = db.session.query(Event).filter_by(action="rule_set_added").one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data == {"version": 2, "valid_from": NEW.valid_from.isoformat()}


@pytest.mark.parametrize("days", [-400, -1, 0])
def test_not_today_or_before(app: Flask, days: int) -> None:
    new = replace(NEW, valid_from=TODAY + timedelta(days=days))
    with app.app_context(), pytest.raises(Invalid) as error:
        service.add_rule_set(municipality(), new, actor=None, at=NOW)
    assert "valid_from" in error.value.errors


def test_after_the_version_before(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        service.add_rule_set(place, NEW, actor=None, at=NOW)
        assert service.earliest_start(place, NOW) == NEW.valid_from + timedelta(days=1)
        with pytest.raises(Invalid):
            service.add_rule_set(place, replace(NEW, source="anders"), actor=None, at=NOW)


def test_all_errors_at_once(app: Flask) -> None:
    new = service.NewRules(Rules(), TODAY, "x")
    with app.app_context(), pytest.raises(Invalid) as error:
        service.add_rule_set(municipality(), new, actor=None, at=NOW)
    assert error.value.errors.keys() == {"valid_from", "kind_municipality"}


def test_first_version_of_a_place(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        for row in place.rule_sets:
            db.session.delete(row)
        db.session.flush()
        assert service.earliest_start(place, NOW) == TODAY + timedelta(days=1)
        assert service.add_rule_set(place, NEW, actor=None, at=NOW).version == 1


def test_again_returns_the_same(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        new = replace(NEW, after_version=1)
        row = service.add_rule_set(place, new, actor=None, at=NOW)
        db.session.commit()
        assert service.add_rule_set(municipality(), new, actor=None, at=NOW).id == row.id
        assert db.session.query(Event).filter_by(action="rule_set_added").count() == 1


def test_colleague_was_first(app: Flask) -> None:
    with app.app_context():
        place = municipality()
        service.add_rule_set(place, replace(NEW, after_version=1), actor=None, at=NOW)
        other = replace(NEW, after_version=1, valid_from=NEW.valid_from + timedelta(days=9))
        with pytest.raises(NotAllowedNow):
            service.add_rule_set(place, other, actor=None, at=NOW)


def test_lost_race_for_the_version_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        place = municipality()
        seen = service.latest_rule_set(place)
        service.add_rule_set(place, NEW, actor=None, at=NOW)
        monkeypatch.setattr(service, "latest_rule_set", lambda _place: seen)
        with pytest.raises(NotAllowedNow):
            service.add_rule_set(place, replace(NEW, valid_from=date(2030, 1, 1)), actor=None, at=NOW)


def test_other_municipality_is_left_alone(app: Flask) -> None:
    with app.app_context():
        service.add_rule_set(municipality("GM0184"), NEW, actor=None, at=NOW)
        db.session.commit()
        assert len(municipality("GM0995").rule_sets) == 1


def test_thresholds_survive_the_database(app: Flask) -> None:
    rules = Rules(
        thresholds={"municipality": Threshold(share_per_mille=15, cap=200)}, articles={"residence": "3"}
    )
    with app.app_context():
        service.add_rule_set(municipality(), replace(NEW, rules=rules), actor=None, at=NOW)
        db.session.commit()
        db.session.expire_all()
        assert Rules.from_data(municipality().rule_sets[-1].rules) == rules

"""The by-law says whether the griffie looks first, and whether all places together are enough."""

from __future__ import annotations

from typing import Any

from flask import Flask

from civic.accounts.states import Role
from civic.regions.rules import Rules
from tests.factories import municipality
from tests.regions.test_rule_sets import PATH, answers, hidden


def test_a_new_version_with_a_desk(app: Flask, sign_in: Any) -> None:
    griffie = sign_in(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995")
    typed = answers(checks_before_publication="y", desk_weeks="2", accepts_together="y")
    assert griffie.post(PATH, data={**typed, "desk_weeks": "13"}).status_code == 422
    page = griffie.post(PATH, data=typed).get_data(as_text=True)
    assert "De griffie kijkt binnen 2 weken naar uw voorstel." in page
    assert "Genoeg steun in alle gemeenten samen is hier ook genoeg." in page
    assert griffie.post(PATH, data={**hidden(page), "step": "confirm"}).status_code == 303
    with app.app_context():
        rules = Rules.from_data(municipality().rule_sets[-1].rules)
        assert (rules.checks_before_publication, rules.desk_weeks, rules.accepts_together) == (True, 2, True)


def test_without_a_mark_it_goes_online_at_once(app: Flask, sign_in: Any) -> None:
    griffie = sign_in(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995")
    page = griffie.post(PATH, data=answers()).get_data(as_text=True)
    assert "De griffie kijkt binnen" not in page
    griffie.post(PATH, data={**hidden(page), "step": "confirm"})
    with app.app_context():
        rules = Rules.from_data(municipality().rule_sets[-1].rules)
        assert (rules.checks_before_publication, rules.desk_weeks) == (False, 1)

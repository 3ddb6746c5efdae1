"""The check before writing: pass or fail per rule with the article, and the other doors."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.models import Report
from civic.db import db
from civic.initiatives.demo import DECLARED
from civic.initiatives.queries.doors import answered
from civic.initiatives.states import InitiativeKind
from civic.regions.models import RuleSet
from civic.regions.rules import Rules, Threshold
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.test_new import NEW, WISH, answers

DAY = date(2026, 11, 23)


def by_law(**changes: object) -> None:
    """The by-law of Lelystad, from the first day on."""
    row = db.session.scalars(db.select(RuleSet).where(RuleSet.municipality_id == municipality().id)).one()
    rules = Rules.from_data(row.rules)
    row.rules = {**rules.to_data(), **changes}
    row.is_default = False
    db.session.commit()


def test_pass_or_fail_per_rule_with_the_article(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        by_law(articles={"complaint": "artikel 4, lid 2"})
    said = [rule for rule in ("residence", *DECLARED) if rule != "complaint"]
    page = client.post(NEW, data={**answers(app, *said), "stap": "regels"})
    assert page.status_code == 200
    assert "Dit past nog niet bij alle regels" in page.text
    assert "artikel 4, lid 2" in page.text
    assert page.text.count("Klopt niet<") == 1
    assert "klachtencoördinator" in page.text
    assert "standaardregels" not in page.text


def test_all_rules_pass(app: Flask, client: FlaskClient) -> None:
    page = client.post(NEW, data={**answers(app), "stap": "regels"})
    assert "Uw voorstel past bij de regels" in page.text
    assert "<strong>100 steunbetuigingen</strong>" in page.text
    assert "standaardregels" in page.text


def test_several_municipalities_each_have_their_own_outcome(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        both = [str(municipality(code).id) for code in ("GM0995", "GM0034")]
    page = client.post(NEW, data={**answers(app), "place_ids": both, "stap": "regels"}).text
    assert "De regels van Lelystad" in page
    assert "De regels van Almere" in page


def test_a_project_skips_the_rules(app: Flask, client: FlaskClient) -> None:
    page = client.post(NEW, data={**answers(app), "way": "resident_project", "stap": "manier"}).text
    assert "U kunt zo beginnen" in page
    assert "Klopt niet" not in page


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("complaint", "klachtencoördinator"),
        ("objection", "zes weken"),
        ("question", "Voor een vraag is geen steun nodig."),
        ("stuck", "aanjaagteam"),
    ],
)
def test_a_wrong_door_shows_the_right_one_and_keeps_the_text(
    client: FlaskClient, way: str, sentence: str
) -> None:
    page = client.post(NEW, data={"wish": WISH, "way": way, "stap": "manier"}).text
    assert sentence in page
    assert WISH in page
    assert 'value="terug-manier"' in page


def test_what_is_stuck_goes_to_the_aanjaagteam_with_the_text(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = str(municipality().id)
    page = client.post("/meldingen/nieuw/overnemen", data={"story": WISH, "municipality": place})
    assert page.status_code == 200
    assert WISH in page.text
    assert f'<option selected value="{place}"' in page.text
    # who wants to blow a whistle reads first where that is safe
    assert page.text.index("/meldingen/misstand") < page.text.index(WISH)
    assert "Vul" not in page.text.partition("error-summary")[2]
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Report)) == 0
    assert client.get("/meldingen/nieuw/overnemen").status_code == 405
    huge = client.post("/meldingen/nieuw/overnemen", data={"story": "<b>" * 9000, "municipality": "x"})
    assert huge.status_code == 200
    assert "<b><b>" not in huge.text


def test_thresholds_of_an_agenda_request_and_of_rule_sets_from_before(app: Flask) -> None:
    with app.app_context():
        place, kind = municipality(), InitiativeKind.AGENDA_REQUEST
        yes = ("residence", *DECLARED)
        assert answered([place], kind, yes, DAY)[0].needed == 100, "as for a citizen initiative"
        thresholds = {"municipality": {"number": 100}, "agenda_request": {"number": 40}}
        by_law(thresholds=thresholds, challenge_weeks=8)
        assert answered([place], kind, yes, DAY)[0].needed == 40
        challenge = answered([place], InitiativeKind.RIGHT_TO_CHALLENGE, yes, DAY)[0]
        assert (challenge.needed, challenge.rules.council_weeks) == (100, 8)
        assert "internal_organisation" not in {one.rule for one in challenge.verdicts}
        assert Rules.from_data({"thresholds": {"municipality": {"number": 5}}}).thresholds == {
            "municipality": Threshold(number=5)
        }
        assert NOW.date() == DAY

"""Two municipalities have a department of the same name: officials see which one, everywhere."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.states import State
from civic.db import db
from tests.aanjaagteam.case_makers import hand, unit, wait_on
from tests.aanjaagteam.makers import TITLE, report_in

LISTS = ("", "/cijfers", "/ladder", "/specialisten", "/verbeteringen", "/verbeteringen/nieuw")
FORMS = ("meedenken", "overdragen", "wachten/nieuw", "geschil")


def test_with_the_municipality_where_the_name_is_not_unique(app: Flask, team: FlaskClient) -> None:
    with app.app_context():
        for name, code in (("Burgerzaken", "GM0995"), ("burgerzaken", "GM0034"), ("Inkoop", "GM0995")):
            unit(name, code=code)
        number = report_in(State.TAKEN_UP).id
        db.session.commit()
    pages = [f"/aanjaagteam{path}" for path in LISTS]
    pages += [f"/aanjaagteam/meldingen/{number}/{form}" for form in FORMS]
    for page in pages:
        text = team.get(page).text
        for label in ("Burgerzaken (Lelystad)", "burgerzaken (Almere)", "Inkoop"):
            assert f"{label}</option>" in text, page
        assert "Inkoop (" not in text, page


def test_on_the_case_but_not_on_the_site(app: Flask, team: FlaskClient, client: FlaskClient) -> None:
    """The name of the municipality would tell the place of a report whose place was left out."""
    with app.app_context():
        wait_on(report_in(State.TAKEN_UP), unit("Burgerzaken", code="GM0995"))
        there = unit("Burgerzaken", code="GM0034")
        report = report_in(State.TAKEN_UP, code=None)
        hand(report, there)
        wait_on(report, there)
        db.session.commit()
        number = report.id
    case = team.get(f"/aanjaagteam/meldingen/{number}").text
    assert "<dd>Burgerzaken (Almere)</dd>" in case
    assert "Aanjaagteam → Burgerzaken (Almere)" in case
    assert "Wacht op Burgerzaken (Almere)" in case
    assert "Burgerzaken (Almere)" in team.get("/aanjaagteam/werklijst.csv").text
    listed = client.get("/meldingen").text
    [chosen] = re.findall(r'value="(\d+)">Burgerzaken</option>', listed)
    assert client.get(f"/meldingen?wacht-op={chosen}").text.count(TITLE) == 2
    for page in (f"/meldingen/{number}", f"/meldingen/{number}.json"):
        public = client.get(page).text
        assert "Burgerzaken" in public
        assert "Almere" not in public

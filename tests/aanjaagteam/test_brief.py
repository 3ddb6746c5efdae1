"""One page for an alderman: drafted from the case, by versions, one page of paper, sent and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import AldermanBrief, Report
from civic.aanjaagteam.queries.briefs import draft
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db
from tests.aanjaagteam.makers import TITLE
from tests.aanjaagteam.test_case import CASE
from tests.conftest import NOW

BRIEF = {
    "heading": "Een terras dat blijft liggen",
    "situation": "Het terras ligt al maanden stil.",
    "tried": "Gebeld met vergunningen.\nGesprek met de ondernemer.",
    "cost": "2.400",
    "cost_basis": "omzet die de ondernemer mist",
    "asked": "Zeg ja vóór 1 december.",
    "revision": "0",
}


def versions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AldermanBrief)) or 0


def test_drafted_from_the_facts_without_the_story(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.DECIDED)
    page = team.get(f"{CASE}/{number}/bestuursnotitie").text
    assert TITLE in page
    assert "Ja, het terras mag open." in page
    assert 'value="150"' in page
    assert "pimpelpaars" not in page
    with app.app_context():
        given = draft(db.session.get_one(Report, number), today(NOW))
        assert "Dit duurt al 236 dagen." in str(given["situation"])


def test_versions(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    url = f"{CASE}/{make(State.TAKEN_UP)}/bestuursnotitie"
    assert team.post(url, data=BRIEF).status_code == 303
    assert team.post(url, data=BRIEF).status_code == 409, "somebody else, or the same click"
    assert "Zeg ja vóór 1 december." in team.get(url).text
    assert team.post(url, data={**BRIEF, "asked": "Zeg nee.", "revision": "1"}).status_code == 303
    assert versions(app) == 2
    with app.app_context():
        asked = db.session.scalars(select(AldermanBrief.asked).order_by(AldermanBrief.version))
        assert list(asked) == ["Zeg ja vóór 1 december.", "Zeg nee."]


def test_all_errors_at_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    url = f"{CASE}/{make(State.TAKEN_UP)}/bestuursnotitie"
    page = team.post(url, data={"revision": "0", "cost": "gratis", "tried": "x" * 701})
    assert page.status_code == 422
    for words in (
        "Schrijf een kop.",
        "Schrijf op wat er vastloopt.",
        "Maak deze tekst korter.",
        "Schrijf een bedrag in hele euro’s, zoals 12500.",
        "Schrijf op wat u vraagt.",
    ):
        assert words in page.text
    page = team.post(url, data={**BRIEF, "cost_basis": ""})
    assert "Schrijf op waar dit bedrag vandaan komt." in page.text
    assert versions(app) == 0


def test_one_page_of_paper(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    """Also when every part is full, and of one long word."""
    number = make(State.TAKEN_UP)
    url = f"{CASE}/{number}/bestuursnotitie"
    full = dict.fromkeys(("situation", "asked"), "Dit duurt te lang. " * 36)
    lines = "\n".join("Nog een keer gebeld, met weer een ander." for _line in range(15))
    long = {**BRIEF, **full, "tried": lines, "heading": "w" * 200}
    assert "Gebruik hooguit 15 regels." in team.post(url, data={**long, "tried": "x\n" * 16}).text
    assert team.post(url, data=long).status_code == 303
    paper = team.get(f"{url}/1.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert paper.data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper.data)) == 1
    assert team.get(f"{url}/2.pdf").status_code == 404


def test_given_and_read(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    url = f"{CASE}/{number}/bestuursnotitie"
    team.post(url, data=BRIEF)
    assert team.post(f"{url}/1/gelezen", data={"acknowledged_on": "2026-11-23"}).status_code == 409
    page = team.post(f"{url}/1/gegeven", data={"sent_to": "", "sent_on": "2026-12-24"})
    assert "Schrijf op aan wie u de notitie gaf." in page.text
    page = team.post(f"{url}/1/gegeven", data={"sent_to": "wethouder", "sent_on": "2026-12-24"})
    assert "Deze dag is nog niet geweest." in page.text
    given = {"sent_to": "wethouder economie", "sent_on": "2026-11-18"}
    assert team.post(f"{url}/1/gegeven", data=given).status_code == 303
    assert team.post(f"{url}/1/gegeven", data=given).status_code == 409
    page = team.post(f"{url}/1/gelezen", data={"acknowledged_on": "2026-11-17"})
    assert "Deze dag ligt vóór de dag van het geven." in page.text
    assert team.post(f"{url}/1/gelezen", data={"acknowledged_on": "2026-11-23"}).status_code == 303
    assert team.post(f"{url}/1/gelezen", data={"acknowledged_on": "2026-11-23"}).status_code == 409
    page = team.get(f"{CASE}/{number}").text
    assert "Gegeven aan wethouder economie op 18 november 2026." in page
    assert "Gelezen na 3 werkdagen." in page
    with app.app_context():
        row = db.session.scalars(select(AldermanBrief)).one()
        assert (row.sent_on, row.acknowledged_on) == (date(2026, 11, 18), date(2026, 11, 23))


def test_strangers(client: FlaskClient, scoped: FlaskClient, make: Callable[..., int]) -> None:
    url = f"{CASE}/{make(State.TAKEN_UP, code='GM0034')}/bestuursnotitie"
    for path in ("", "/1.pdf", "/1/gegeven", "/1/gelezen"):
        assert client.get(url + path).status_code == 302
        assert scoped.get(url + path).status_code == 403

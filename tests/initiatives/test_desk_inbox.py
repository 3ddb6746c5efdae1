"""One list of everything that waits for a griffie: late on top, a fixed number of statements."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db
from civic.initiatives.queries import desk_inbox as queries
from civic.initiatives.queries.inbox import everything
from civic.initiatives.service import council, desk_care
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.desk_makers import GRIFFIER, griffier, offered
from tests.initiatives.factories import author, published, supported

PATH = "/initiatieven/griffie"
OUR_SOURCES = (queries.waiting_for_councils, queries.waiting_for_desk, queries.waiting_for_buddy)
OURS = {"desk", "council", "buddy"}  # other parts of the house add their own


@pytest.fixture
def office(app: Flask, sign_in: Any) -> FlaskClient:
    client: FlaskClient = sign_in(Role.COUNCIL_OFFICE, email=GRIFFIER, code="GM0995")
    return client


def at_council() -> None:
    initiative = published(NOW)
    initiative.places[0].threshold = 1
    supported(initiative, 1, NOW)
    council.submit(initiative.places[0], actor=author(), at=NOW)
    db.session.commit()


def asks_buddy() -> None:
    desk_care.ask_buddy(published(NOW), actor=author(), at=NOW)
    db.session.commit()


def filled(times: int = 1) -> None:
    griffier()
    for _again in range(times):
        offered(NOW)
        at_council()
        asks_buddy()


def test_empty(app: Flask, office: FlaskClient) -> None:
    assert "Er ligt niets bij de griffie" in office.get(PATH).get_data(as_text=True)


def test_all_kinds_with_counts_and_filter(app: Flask, office: FlaskClient) -> None:
    with app.app_context():
        filled()
        offered(NOW - timedelta(days=10))
        kinds = [item.kind for item in everything([municipality().id])]
        assert [kind for kind in kinds if kind in OURS] == ["desk", "desk", "council", "buddy"]
    page = office.get(PATH).get_data(as_text=True)
    assert "1 ding is te laat." in page
    for words in ("Controle vooraf", "De griffie kijkt ernaar", "Vraagt een maatje", "10 dagen"):
        assert words in page
    body = re.search(r"<tbody>.*</tbody>", office.get(f"{PATH}?soort=buddy").get_data(as_text=True), re.S)
    assert body is not None
    assert body[0].count("<tr>") == 1
    assert "Er ligt niets" in office.get(f"{PATH}?soort=<script>").get_data(as_text=True)


def test_only_of_ones_own_municipality(app: Flask, sign_in: Any) -> None:
    with app.app_context():
        filled()
    almere = sign_in(Role.COUNCIL_OFFICE, email="almere@example.nl", code="GM0034")
    assert "Er ligt niets" in almere.get(PATH).get_data(as_text=True)
    regional = sign_in(Role.INITIATIVE_DESK, email="loket@example.nl")
    assert "Controle vooraf" in regional.get(PATH).get_data(as_text=True)
    resident = sign_in(email="buur@example.nl")
    assert resident.get(PATH).status_code == 403


def test_statements_do_not_grow(app: Flask, office: FlaskClient, count_statements: Any) -> None:
    seen_before: set[int] = set()
    for times in (1, 3):
        with app.app_context():
            filled(times)
            with count_statements() as ours:
                for source in OUR_SOURCES:
                    source(frozenset({municipality().id}))
            assert len(ours) <= 6
        with count_statements() as seen:
            office.get(PATH)
        seen_before.add(len(seen))
    assert len(seen_before) == 1


def on_my_page(page: str) -> str:
    """The card of the inbox on "Mijn pagina"."""
    return page.split("Werk van de griffie")[1].split("</article>")[0]


def test_my_page_says_how_many_wait(app: Flask, office: FlaskClient, sign_in: Any) -> None:
    assert "Er wacht nu niets." in on_my_page(office.get("/mijn").text)
    with app.app_context():
        offered(NOW)
    assert "Er wacht 1 ding op u." in on_my_page(office.get("/mijn").text)
    with app.app_context():
        filled()
    rows = office.get(PATH).text.split("<tbody>")[1].count("<tr>")
    assert rows > 3
    assert f"Er wachten {rows} dingen op u." in on_my_page(office.get("/mijn").text)
    almere = sign_in(Role.COUNCIL_OFFICE, email="almere@example.nl", code="GM0034")
    assert "Er wacht nu niets." in on_my_page(almere.get("/mijn").text)
    regional = sign_in(Role.INITIATIVE_DESK, email="loket@example.nl")
    assert f"Er wachten {rows} dingen op u." in on_my_page(regional.get("/mijn").text)


def test_only_who_has_an_inbox_pays_for_the_number(
    app: Flask, office: FlaskClient, sign_in: Any, count_statements: Any
) -> None:
    """An administrator of one municipality has no inbox: the card holds no number."""
    resident = sign_in(email="buur@example.nl")
    local = sign_in(Role.ADMINISTRATOR, email="lokaal@example.nl", code="GM0995")
    with count_statements() as plain:
        assert "Werk van de griffie" not in resident.get("/mijn").text
    with count_statements() as without:
        assert "wacht" not in on_my_page(local.get("/mijn").text)
    used = set()
    for times in (0, 2):
        with app.app_context():
            filled(times)
        with count_statements() as seen:
            assert "wacht" in on_my_page(office.get("/mijn").text)
        used.add(len(seen))
    assert len(used) == 1
    assert used.pop() <= len(without) + 6
    assert len(plain) <= len(without)

"""From any page in one click: where somebody was, and never who, or a place to be sent to."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam.states.intake import ORIGIN_PAGES, Origin, OriginType, origin_from
from civic.aanjaagteam.wording.intake import PAGES
from civic.db import db
from civic.panels.states import PanelState, Stage
from tests.aanjaagteam.test_start import URL, answers, reports
from tests.initiatives.factories import draft, published
from tests.panels.makers import make_panel


@pytest.fixture
def initiative(app: Flask) -> int:
    with app.app_context():
        number = published().id
        db.session.commit()
        return number


def report_from(app: Flask, client: FlaskClient, link: str) -> tuple[str | None, int | None]:
    assert client.post(f"{URL}?van={link}", data=answers(client)).status_code == 303
    report = reports(app)[-1]
    return report.origin_type, report.origin_id


def test_from_an_initiative_in_one_click(
    app: Flask, client: FlaskClient, team: FlaskClient, initiative: int
) -> None:
    page = client.get(f"/initiatieven/{initiative}").text
    assert page.count(f'href="/meldingen/nieuw?van=initiatief-{initiative}"') == 2  # in the page and its foot
    form = client.get(f"{URL}?van=initiatief-{initiative}").text
    assert "U meldt dit bij:" in form
    assert f'action="/meldingen/nieuw?van=initiatief-{initiative}"' in form
    assert report_from(app, client, f"initiatief-{initiative}") == ("initiative", initiative)
    case = team.get(f"/aanjaagteam/meldingen/{reports(app)[0].id}").text
    assert "Gemeld vanaf" in case
    assert f'href="/initiatieven/{initiative}"' in case


def test_a_draft_is_nobodys_business(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        row = draft()
        number, title = row.id, row.title
        db.session.commit()
    page = client.get(f"{URL}?van=initiatief-{number}").text
    assert title not in page
    assert "U meldt dit bij" not in page
    assert report_from(app, client, f"initiatief-{number}") == (None, None)


@pytest.mark.parametrize(("state", "is_open"), [(PanelState.READY, True), (PanelState.DRAFT, False)])
def test_from_a_panel(app: Flask, client: FlaskClient, state: PanelState, is_open: bool) -> None:
    with app.app_context():
        row = make_panel()
        row.state, row.stage = state, Stage.MANDATE
        db.session.commit()
        number, title = row.id, row.title
    assert (title in client.get(f"{URL}?van=panel-{number}").text) is is_open
    assert report_from(app, client, f"panel-{number}") == (("panel", number) if is_open else (None, None))


def test_from_the_foot_of_any_page(app: Flask, client: FlaskClient) -> None:
    assert 'href="/meldingen/nieuw?van=/hulp"' in client.get("/hulp?iets=geheim").text
    assert "Contact en hulp" in client.get(f"{URL}?van=/hulp").text
    assert report_from(app, client, "/hulp?mail=ik@example.nl") == ("page", 11)


def test_an_address_with_a_secret_is_not_in_the_link(client: FlaskClient) -> None:
    page = client.get("/steun/geheim-kenmerk").text
    assert 'href="/meldingen/nieuw"' in page
    assert "van=/steun" not in page


@pytest.mark.parametrize(
    "link",
    [
        "https://kwaad.example",
        "//kwaad.example",
        "/mijn",
        "/beheer",
        "/steun/geheim",
        "initiatief-0",
        "initiatief-x",
        "initiatief-9999999999",
        "panel-1<script>",
        "x" * 5000,
        "",
    ],
)
def test_what_is_not_in_the_list_is_forgotten(app: Flask, client: FlaskClient, link: str) -> None:
    assert origin_from(link) is None
    assert "U meldt dit bij" not in client.get(URL, query_string={"van": link}).text


def test_every_page_in_the_list_is_there_for_everybody(client: FlaskClient) -> None:
    for number, path in ORIGIN_PAGES.items():
        assert client.get(path).status_code == 200, path
        assert PAGES[number]
        assert origin_from(Origin(OriginType.PAGE, number).link) == Origin(OriginType.PAGE, number)


def test_text_from_another_room_is_not_kept(app: Flask, client: FlaskClient) -> None:
    page = client.post("/meldingen/nieuw/overnemen", data={"story": "Ons plein.", "van": "/hulp"})
    assert "Ons plein." in page.text
    assert reports(app) == []

"""The list of panels: for everybody, without drafts, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.panels.presentation import draw_badge, panel_badge
from civic.panels.service.panels import PanelText
from civic.panels.states import DrawState, PanelState
from tests.panels.makers import make_finished_draw, make_panel, make_ready_panel


def test_empty(client: FlaskClient) -> None:
    answer = client.get("/panels")
    assert answer.status_code == 200
    assert "Er zijn nog geen panels." in answer.text


def test_shows_panels_and_hides_drafts(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        make_finished_draw(make_ready_panel())
        make_panel(PanelText("Nog een geheim", "Deze vraag is nog niet af.", 20))
    page = client.get("/panels").text
    assert "Wonen in de wijk" in page
    assert "40 aanmeldingen" in page
    assert "1 oefenloting" in page
    assert "Nog een geheim" not in page
    assert "Maak een panel" not in page
    assert "Nog een geheim" in administrator_client.get("/panels").text


def test_the_home_page_uses_the_same_badge(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_finished_draw(make_ready_panel())
    for path in ("/panels", "/"):
        page = client.get(path).text
        assert "</svg>Aanmeldingen zijn binnen</span>" in page
        assert '<span lang="nl">Wonen in de wijk</span>' in page


@pytest.mark.parametrize("state", [*PanelState, *DrawState])
def test_a_badge_starts_with_a_capital(app: Flask, state: PanelState | DrawState) -> None:
    with app.test_request_context():
        text = (panel_badge(state) if isinstance(state, PanelState) else draw_badge(state))[1]
    assert text[0].isupper()


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.LOTTERY_ADMINISTRATOR, Role.RESIDENT)]
)
def test_other_roles_see_no_drafts(app: Flask, sign_in: Callable[..., FlaskClient], role: Role) -> None:
    with app.app_context():
        panel_id = make_panel().id
    client = sign_in(role, email="ander@example.nl")
    assert "Wonen in de wijk" not in client.get("/panels").text
    assert client.get(f"/panels/{panel_id}").status_code == 404


def test_pages_of_twenty(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for number in range(23):
            make_ready_panel(
                text=PanelText(f"Panel nummer {number:02d}", "Een vraag die lang genoeg is.", 10)
            )
    first = client.get("/panels").text
    assert "Panel nummer 22" in first
    assert "Panel nummer 02" not in first
    assert "/panels?voor=4" in first
    second = client.get("/panels?voor=4").text
    assert "Panel nummer 02" in second
    assert "Panel nummer 03" not in second
    assert "Vorige pagina" in second


@pytest.mark.parametrize("typed", ["", "abc", "-1", "9" * 60, "1;drop table", "٣"])
def test_a_strange_page_is_some_page(app: Flask, client: FlaskClient, typed: str) -> None:
    with app.app_context():
        make_ready_panel()
    assert client.get("/panels", query_string={"voor": typed}).status_code == 200


def test_statements_do_not_grow(app: Flask, client: FlaskClient, count_statements: Callable[[], Any]) -> None:
    with app.app_context():
        make_ready_panel()
    client.get("/panels")
    with count_statements() as seen:
        client.get("/panels")
    few = len(seen)
    with app.app_context():
        for _ in range(12):
            make_finished_draw(make_ready_panel())
    with count_statements() as seen:
        client.get("/panels")
    assert len(seen) == few


def test_who_got_a_letter_finds_the_way(client: FlaskClient) -> None:
    for address in ("/", "/panels"):
        page = client.get(address).text
        assert "Kreeg u een brief met een code?" in page
        assert 'href="/meedoen"' in page

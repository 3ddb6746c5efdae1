"""Making and changing a panel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Panel
from civic.panels.states import PanelState
from tests.panels.makers import actions_of, make_panel, make_ready_panel

FORM = {"title": "Wonen in Flevoland", "question": "Waar bouwen wij nieuwe huizen?", "size": "150"}
STRANGE = "Ṕanel <script>alert(1)</script> 🏡 \u202eomgekeerd"


def only_panel(app: Flask) -> Panel:
    return db.session.scalars(select(Panel)).one()


def test_new_panel(app: Flask, administrator_client: FlaskClient) -> None:
    assert administrator_client.get("/panels/nieuw").status_code == 200
    answer = administrator_client.post("/panels/nieuw", data=FORM)
    assert answer.status_code == 303
    with app.app_context():
        panel = only_panel(app)
        assert (panel.title, panel.size, panel.state) == (FORM["title"], 150, PanelState.DRAFT)
        assert actions_of(panel) == ["panel_created"]
        assert answer.location == f"/panels/{panel.id}/bestanden"


def test_all_errors_at_once_and_what_was_typed_stays(app: Flask, administrator_client: FlaskClient) -> None:
    answer = administrator_client.post(
        "/panels/nieuw", data={"title": "", "question": "Kort?", "size": "veel"}
    )
    assert answer.status_code == 422
    for sentence in (
        "Geef het panel een naam.",
        "10 tot 400 tekens",
        "Schrijf het aantal plaatsen met cijfers",
    ):
        assert sentence in answer.text
    assert "Kort?" in answer.text
    assert "<title>Fout: " in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Panel)) == 0


@pytest.mark.parametrize("size", ["", "0", "1", "2001", "-5", "1e3", "10.5", "999999999999", "٣٠", " "])
def test_sizes_that_cannot_be(administrator_client: FlaskClient, size: str) -> None:
    assert administrator_client.post("/panels/nieuw", data={**FORM, "size": size}).status_code == 422


def test_too_long_and_strange_texts(app: Flask, administrator_client: FlaskClient) -> None:
    too_long = administrator_client.post(
        "/panels/nieuw", data={**FORM, "title": "a" * 121, "question": "b" * 401}
    )
    assert too_long.status_code == 422
    assert administrator_client.post("/panels/nieuw", data={**FORM, "title": "!!!"}).status_code == 422
    answer = administrator_client.post("/panels/nieuw", data={**FORM, "title": STRANGE})
    assert answer.status_code == 303
    page = administrator_client.get("/panels").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_edit(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_panel().id
    url = f"/panels/{panel_id}/wijzigen"
    assert "Wonen in de wijk" in administrator_client.get(url).text
    assert administrator_client.post(url, data=FORM).status_code == 303
    with app.app_context():
        panel = only_panel(app)
        assert (panel.title, panel.size) == (FORM["title"], 150)
        assert actions_of(panel) == ["panel_created", "panel_edited"]


def test_the_size_is_fixed_once_there_are_files(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = make_ready_panel().id
    answer = administrator_client.post(f"/panels/{panel_id}/wijzigen", data=FORM)
    assert answer.status_code == 422
    assert "De bestanden zijn gemaakt voor 10 plaatsen." in answer.text
    with app.app_context():
        assert (only_panel(app).title, only_panel(app).size) == ("Wonen in de wijk", 10)
    answer = administrator_client.post(f"/panels/{panel_id}/wijzigen", data={**FORM, "size": "10"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/panels/nieuw", "/panels/1/wijzigen"])
def test_strangers(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], path: str) -> None:
    with app.app_context():
        make_ready_panel()
    assert client.get(path).status_code == 302
    assert client.post(path, data=FORM).status_code == 302
    others = [[], [Role.ADMINISTRATOR], [Role.AUDITOR], [Role.INITIATIVE_DESK]]
    for number, roles in enumerate(others):
        stranger = sign_in(*roles, email=f"vreemd{number}@example.nl")
        assert stranger.get(path).status_code == 403
        assert stranger.post(path, data=FORM).status_code == 403
    with app.app_context():
        assert only_panel(app).title == "Wonen in de wijk"


def test_a_grant_for_one_municipality_is_not_enough(sign_in: Callable[..., FlaskClient]) -> None:
    local = sign_in(Role.LOTTERY_ADMINISTRATOR, email="lokaal@example.nl", code="GM0995")
    assert local.get("/panels/nieuw").status_code == 403


def test_unknown_panel(administrator_client: FlaskClient) -> None:
    for path in ("/panels/99", "/panels/99/wijzigen", "/panels/99/bestanden", "/panels/99999999999999999999"):
        assert administrator_client.get(path).status_code == 404

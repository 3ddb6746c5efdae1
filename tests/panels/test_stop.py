"""Stopping a panel: with a reason, for everybody to read, and never by accident."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import Panel, StageNote
from civic.panels.queries import mandate as queries
from civic.panels.states import STAGE_TRANSITIONS, Stage, StageAction
from tests.panels.makers import make_panel
from tests.panels.makers_mandate import REASON, published_panel
from tests.panels.stages import prepared_panel

STOPPABLE = [stage for stage, action in STAGE_TRANSITIONS if action is StageAction.STOP]


def stage_of(app: Flask, panel_id: int) -> Stage:
    with app.app_context():
        return db.session.get_one(Panel, panel_id).stage


@pytest.mark.parametrize("stage", STOPPABLE)
def test_stop_from_every_stage_that_allows_it(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient, stage: Stage
) -> None:
    with app.app_context():
        panel_id = prepared_panel(stage).id
    path = f"/panels/{panel_id}/stoppen"
    assert "U kunt dit niet terugdraaien." in administrator_client.get(path).text
    assert administrator_client.post(path, data={"reason": REASON}).status_code == 303
    assert stage_of(app, panel_id) is Stage.STOPPED
    page = client.get(f"/panels/{panel_id}").text
    assert "Dit panel is gestopt op 23 november 2026" in page
    assert page.count(REASON) == 2  # in the notice and on the timeline
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "stop")).one()
        assert (event.from_state, event.to_state) == (stage.value, "stopped")
        assert event.visibility is Visibility.PUBLIC


def test_the_promise_to_answer_ends(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = published_panel().id
    administrator_client.post(f"/panels/{panel_id}/stoppen", data={"reason": REASON})
    with app.app_context():
        assert queries.response_of(db.session.get_one(Panel, panel_id)) is None
    page = client.get(f"/panels/{panel_id}").text
    assert "Daarom komt er geen antwoord." in page
    assert "Uiterlijk op" not in page


def test_pressing_twice_stops_once(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.POOL).id
    for _again in range(2):
        answer = administrator_client.post(f"/panels/{panel_id}/stoppen", data={"reason": REASON})
        assert answer.status_code == 303
    assert administrator_client.get(f"/panels/{panel_id}/stoppen").status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(StageNote)).all()) == 1


@pytest.mark.parametrize("reason", ["", "Stop", " " * 40, "x" * 1001])
def test_a_reason_is_needed(app: Flask, administrator_client: FlaskClient, reason: str) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.POOL).id
    answer = administrator_client.post(f"/panels/{panel_id}/stoppen", data={"reason": reason})
    assert answer.status_code == 422
    assert stage_of(app, panel_id) is Stage.POOL


@pytest.mark.parametrize("stage", [Stage.MANDATE, Stage.FREEZE])
def test_some_stages_cannot_be_stopped(app: Flask, administrator_client: FlaskClient, stage: Stage) -> None:
    with app.app_context():
        panel_id = prepared_panel(stage).id
    assert administrator_client.get(f"/panels/{panel_id}/stoppen").status_code == 409
    answer = administrator_client.post(f"/panels/{panel_id}/stoppen", data={"reason": REASON})
    assert answer.status_code == 409
    assert stage_of(app, panel_id) is stage


def test_others_do_not_stop(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    with app.app_context():
        panel_id, draft = prepared_panel(Stage.POOL).id, make_panel().id
    path = f"/panels/{panel_id}/stoppen"
    assert client.post(path, data={"reason": REASON}).location.startswith("/inloggen")
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        other = sign_in(role, email=f"{role.value}@example.nl")
        assert other.get(path).status_code == 403
        assert other.post(path, data={"reason": REASON}).status_code == 403
        assert other.get(f"/panels/{draft}/stoppen").status_code == 404
    assert stage_of(app, panel_id) is Stage.POOL


def test_nothing_is_done_to_a_stopped_panel(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.STOPPED).id
    assert administrator_client.get(f"/panels/{panel_id}/opdracht").status_code == 409
    page = administrator_client.get(f"/panels/{panel_id}/voorbereiding").text
    assert "Dit panel is gestopt" in page
    assert f"/panels/{panel_id}/opdracht" not in page

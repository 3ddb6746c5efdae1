"""An official writes down a report that comes in by phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.states import Channel
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from tests.aanjaagteam.test_start import answers, receipt_code, reports, token_of

URL = "/aanjaagteam/melding-invoeren"


def test_anonymous_and_strangers(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    stranger = sign_in(Role.EDITOR, email="redactie@example.nl")
    for method in ("get", "post"):
        assert getattr(client, method)(URL).status_code == 302
        assert getattr(stranger, method)(URL).status_code == 403


def test_report_by_phone(app: Flask, team: FlaskClient) -> None:
    data = {**answers(team), "token": token_of(team, URL)}
    assert team.post(URL, data=data).status_code == 303
    (report,) = reports(app)
    assert report.channel is Channel.PHONE
    assert receipt_code(team)
    assert "Lees deze pagina voor" in team.get("/meldingen/ontvangst").text
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "reported")).one()
        assert event.actor_kind == "user"


def test_errors_stay_on_the_page(team: FlaskClient) -> None:
    answer = team.post(URL, data={**answers(team), "story": ""})
    assert answer.status_code == 422
    assert "Voer een melding in" in answer.text


@pytest.mark.parametrize("count", [12])
def test_the_desk_is_not_limited(team: FlaskClient, count: int) -> None:
    for number in range(count):
        data = {**answers(team), "story": f"Verhaal {number}", "token": token_of(team, URL)}
        assert team.post(URL, data=data).status_code == 303

"""The same question twice (S18a): which two steps ask it, and how often that is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models.intake import DoubleQuestion
from civic.aanjaagteam.service.intake import pair_key
from civic.aanjaagteam.states.facts import ReportKind
from civic.accounts.states import Role
from civic.db import db
from civic.retention import apply_retention
from tests.aanjaagteam.grepping import stored
from tests.aanjaagteam.makers import new_report
from tests.aanjaagteam.test_start import reports, token_of
from tests.conftest import NOW

URL = "/meldingen/nieuw?soort=dubbel"
PAIRS = "/aanjaagteam/dubbele-vragen"
STEPS = ("Schakelfunctionaris", "het Wmo-team")


def answers(client: FlaskClient, **given: str) -> dict[str, str]:
    data = {"story": "Mijn inkomen, weer.", "step_a": STEPS[0], "step_b": STEPS[1]}
    return {**data, "municipality": "", "email": "", "token": token_of(client, URL), **given}


def double(steps: tuple[str, str], code: str | None = "GM0995") -> int:
    return new_report(code, kind=ReportKind.DOUBLE_QUESTION, steps=steps).report.id


def test_five_questions(client: FlaskClient) -> None:
    page = client.get(URL).text
    form = page[page.index('<form method="post"') :].split("</form>")[0]
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form))
    assert names - {"csrf_token", "token"} == {"story", "step_a", "step_b", "municipality", "email"}
    assert "Welke vraag kreeg u twee keer?" in page
    assert "soort=dubbel" in client.get("/meldingen/nieuw").text


def test_both_steps_are_kept_sealed(app: Flask, client: FlaskClient) -> None:
    assert client.post(URL, data=answers(client, step_a="Mevrouw Zeekraal")).status_code == 303
    (report,) = reports(app)
    assert report.kind is ReportKind.DOUBLE_QUESTION
    with app.app_context():
        row = db.session.scalars(select(DoubleQuestion)).one()
        assert (row.report_id, row.step_a, row.step_b) == (report.id, "Mevrouw Zeekraal", STEPS[1])
    assert all("zeekraal" not in text.lower() for text in stored(app).values())


@pytest.mark.parametrize("name", ["story", "step_a", "step_b"])
def test_all_three_are_needed(app: Flask, client: FlaskClient, name: str) -> None:
    answer = client.post(URL, data=answers(client, **{name: " \u202e"}))
    assert answer.status_code == 422
    assert "Schrijf op w" in answer.text
    assert client.post(URL, data=answers(client, step_a="x" * 121)).status_code == 422
    assert reports(app) == []


def test_the_same_post_twice_is_one(app: Flask, client: FlaskClient) -> None:
    data = answers(client)
    assert [client.post(URL, data=data).status_code for _time in range(2)] == [303, 303]
    assert len(reports(app)) == 1


def test_one_key_for_two_steps(app: Flask) -> None:
    with app.app_context():
        one = pair_key(*STEPS)
        assert pair_key("WMO team", "de schakelfunctionaris") == one
        assert pair_key("Wmo-team", "Wmo-team") != one
        assert pair_key("?", "!") != pair_key("?", "?")


def test_the_team_sees_the_pairs(app: Flask, team: FlaskClient, scoped: FlaskClient) -> None:
    with app.app_context():
        double(STEPS)
        last = double((STEPS[1], STEPS[0]))
        elsewhere = double(("Jeugdteam", "School"), "GM0303")
        double(("Loket", "Belastingen"), None)
        db.session.commit()
    page = team.get(PAIRS).text
    cells = re.findall(r'class="number">(\d+)<', page)
    assert cells == ["2", "1", "1"]
    assert f"/aanjaagteam/meldingen/{last}" in page
    assert "Jeugdteam" in page
    mine = scoped.get(PAIRS).text
    assert "Jeugdteam" in mine
    assert "Belastingen" not in mine
    assert "Schakelfunctionaris" not in mine
    case = team.get(f"/aanjaagteam/meldingen/{last}").text
    assert "Ook gemeld over deze twee" in case
    assert f"Melding {elsewhere}<" not in case


def test_nobody_else_sees_them(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    assert client.get(PAIRS).status_code == 302
    assert sign_in(Role.EMPLOYEE, email="saskia@example.nl").get(PAIRS).status_code == 403


def test_an_empty_list_says_so(team: FlaskClient) -> None:
    assert "Nog geen dubbele vragen" in team.get(PAIRS).text


def test_the_number_of_statements_does_not_grow(
    app: Flask, team: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    counts = []
    for number in range(2):
        with app.app_context():
            for step in range(6):
                double((f"Loket {number} {step}", "Balie"))
            db.session.commit()
        with count_statements() as seen:
            team.get(PAIRS)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_gone_after_three_years(app: Flask) -> None:
    with app.app_context():
        double(STEPS)
        db.session.commit()
        apply_retention(NOW.replace(year=NOW.year + 3, day=30))
        assert db.session.scalars(select(DoubleQuestion)).all() == []

"""Members of the team with their mandate and period: kept by few, seen by all, names only with consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import my_data
from civic.aanjaagteam.models import TeamMember
from civic.aanjaagteam.queries.members import members_on
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from tests.aanjaagteam.makers import TEAM_EMAIL
from tests.aanjaagteam.test_case import user_id

LIST, NEW, PUBLIC = "/aanjaagteam/team", "/aanjaagteam/team/nieuw", "/meldingen/team"


@pytest.fixture
def given(app: Flask, team: FlaskClient) -> dict[str, str]:
    return {
        "user": str(user_id(app, TEAM_EMAIL)),
        "function": "afdelingshoofd vergunningen",
        "mandate": "Terrassen tot 50 stoelen",
        "from_on": "2026-01-01",
        "until_on": "",
    }


def test_add_and_end(app: Flask, team: FlaskClient, client: FlaskClient, given: dict[str, str]) -> None:
    assert team.post(NEW, data=given).status_code == 303
    for page in (team.get(LIST).text, client.get(PUBLIC).text):
        for words in ("afdelingshoofd vergunningen", "Terrassen tot 50 stoelen"):
            assert words in page
    assert "Tess Team" in team.get(LIST).text
    assert "Tess Team" not in client.get(PUBLIC).text
    assert team.post(f"{LIST}/1", data={**given, "is_name_public": "y"}).status_code == 303
    page = client.get(PUBLIC).text
    assert "Tess Team" in page
    assert TEAM_EMAIL not in page
    assert team.post(f"{LIST}/1", data={**given, "until_on": "2026-06-30"}).status_code == 303
    assert "Terrassen" not in client.get(PUBLIC).text
    assert "Nu geen lid" in team.get(LIST).text
    with app.app_context():
        assert len(members_on(date(2026, 6, 30))) == 1
        assert members_on(date(2026, 7, 1)) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"user": "999"}, "Kies een antwoord uit de lijst."),
        ({"user": ""}, "Kies een collega."),
        ({"function": " "}, "Schrijf de functie op."),
        ({"mandate": "x" * 201}, "Maak deze tekst korter."),
        ({"from_on": "ooit"}, "Schrijf de datum zo: 23-11-2026."),
        ({"until_on": "2025-01-01"}, "Deze dag ligt vóór de eerste dag."),
    ],
)
def test_bad_answers(
    app: Flask, team: FlaskClient, given: dict[str, str], wrong: dict[str, str], sentence: str
) -> None:
    page = team.post(NEW, data={**given, **wrong})
    assert page.status_code == 422
    assert sentence in page.text
    with app.app_context():
        assert db.session.scalar(select(TeamMember.id)) is None


def test_a_resident_is_no_member(
    app: Flask, team: FlaskClient, given: dict[str, str], sign_in: Callable[..., FlaskClient]
) -> None:
    sign_in(email="inwoner@example.nl")
    page = team.post(NEW, data={**given, "user": str(user_id(app, "inwoner@example.nl"))})
    assert page.status_code == 422


def test_who_keeps_the_list(
    client: FlaskClient,
    team: FlaskClient,
    scoped: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    given: dict[str, str],
) -> None:
    assert team.post(NEW, data=given).status_code == 303
    administrator = sign_in(Role.ADMINISTRATOR, email="beheer@example.nl")
    assert administrator.post(NEW, data=given).status_code == 303
    assert scoped.get(LIST).status_code == 200
    assert "Zet een lid erbij" not in scoped.get(LIST).text
    employee = sign_in(Role.EMPLOYEE, email="saskia@example.nl")
    assert employee.get(LIST).status_code == 403
    for url in (NEW, f"{LIST}/1"):
        assert client.post(url, data=given).status_code == 302
        for stranger in (scoped, employee):
            assert stranger.get(url).status_code == 403
            assert stranger.post(url, data=given).status_code == 403


def test_own_data(app: Flask, team: FlaskClient, given: dict[str, str]) -> None:
    team.post(NEW, data={**given, "is_name_public": "y"})
    with app.app_context():
        user = db.session.get_one(User, user_id(app, TEAM_EMAIL))
        sections = {section.name: section for section in my_data._export(user)}
        assert len(sections["team_memberships"].rows) == 1
        my_data._erase(user, user.created_at)
        assert not db.session.scalars(select(TeamMember)).one().is_name_public

"""Kept views: filters under a name, for oneself or for the team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import SavedView
from civic.aanjaagteam.service.views import MOST_VIEWS, save_view
from civic.accounts.states import Role
from civic.db import db
from tests.aanjaagteam.makers import TEAM_EMAIL, member
from tests.conftest import NOW

URL, QUEUE = "/aanjaagteam/weergaven", "/aanjaagteam"
SignIn = Callable[..., FlaskClient]


def views(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        rows = db.session.scalars(select(SavedView).order_by(SavedView.id))
        return [(row.name, row.query, row.is_shared, row.is_default) for row in rows]


def kept(app: Flask, name: str = "Te laat", query: str = "te-laat=ja", email: str = TEAM_EMAIL) -> int:
    with app.app_context():
        view = save_view(name, query, actor=member(email), at=NOW)
        db.session.commit()
        return view.id


def test_save_keeps_only_our_own_filters(team: FlaskClient, app: Flask) -> None:
    data = {
        "name": "  Mijn lijst ",
        "filter": "te-laat=ja&wie=ik&onzin=1&status=raar&na=1~2&zoek=%F0%9F%99%82",
    }
    answer = team.post(URL, data=data)
    assert answer.status_code == 303
    assert views(app) == [("Mijn lijst", "wie=ik&te-laat=ja&zoek=%F0%9F%99%82", False, False)]
    page = team.get(answer.location).text
    assert "Deze weergave is bewaard" in page
    assert ">Mijn lijst</a>" in page


def test_same_name_gets_the_new_filter(team: FlaskClient, app: Flask) -> None:
    for query in ("te-laat=ja", "nu=ja"):
        team.post(URL, data={"name": "Lijst", "filter": query})
    assert views(app) == [("Lijst", "nu=ja", False, False)]


def test_without_a_name_or_too_long(team: FlaskClient, app: Flask) -> None:
    for name in ("", "  ", "x" * 61):
        team.post(URL, data={"name": name, "filter": ""})
    assert views(app) == []
    assert "Geef deze weergave een naam" in team.get(f"{QUEUE}?status=").text


def test_no_more_than_fit(app: Flask, team: FlaskClient) -> None:
    for number in range(MOST_VIEWS):
        kept(app, f"Lijst {number}")
    team.post(URL, data={"name": "Nog een", "filter": ""})
    assert len(views(app)) == MOST_VIEWS


def test_default_opens_by_itself_and_there_is_one(team: FlaskClient, app: Flask) -> None:
    first, second = kept(app, "Een", "nu=ja"), kept(app, "Twee", "te-laat=ja")
    for number, name in ((first, "Een"), (second, "Twee")):
        team.post(f"{URL}/{number}", data={"name": name, "is_default": "y"})
    assert [row[3] for row in views(app)] == [False, True]
    assert team.get(QUEUE).location == "/aanjaagteam?te-laat=ja"
    assert team.get(f"{QUEUE}?status=").status_code == 200


def test_shared_is_for_the_team(team: FlaskClient, sign_in: SignIn, app: Flask) -> None:
    number = kept(app, "Onze lijst")
    team.post(f"{URL}/{number}", data={"name": "Onze lijst", "is_shared": "y"})
    kept(app, "Geheime lijst")
    page = sign_in(Role.AANJAAGTEAM_MEMBER, email="ander@example.nl").get(QUEUE).text
    assert "Onze lijst" in page
    assert "(van het team)" in page
    assert "Geheime lijst" not in page


def test_only_the_owner_changes_it(sign_in: SignIn, app: Flask) -> None:
    number = kept(app)
    other = sign_in(Role.AANJAAGTEAM_MEMBER, email="ander@example.nl")
    assert other.post(f"{URL}/{number}", data={"name": "Van mij"}).status_code == 403
    assert other.post(f"{URL}/{number}/verwijderen").status_code == 403
    assert views(app)[0][0] == "Te laat"


def test_rename_refused_is_shown_beside_the_field(team: FlaskClient, app: Flask) -> None:
    number = kept(app, "Een")
    kept(app, "Twee")
    page = team.post(f"{URL}/{number}", data={"name": "Twee"})
    assert page.status_code == 422
    assert "U hebt al een weergave met deze naam" in page.text


def test_delete_can_be_undone_by_keeping_it_again(team: FlaskClient, app: Flask) -> None:
    number = kept(app, "Te <b>laat", "te-laat=ja")
    answer = team.post(f"{URL}/{number}/verwijderen")
    assert views(app) == []
    page = team.get(answer.location).text
    assert 'value="Te &lt;b&gt;laat"' in page
    assert 'name="filter" value="te-laat=ja"' in page
    assert team.post(f"{URL}/{number}/verwijderen").status_code == 303


def test_empty_page(team: FlaskClient) -> None:
    assert "Nog geen weergaven" in team.get(URL).text

from __future__ import annotations

import pytest
from flask import Flask

from civic.db import db
from civic.events.models import Event, Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.states import State

FORM = {"title": "Een bankje bij de sluis", "wish": "Zodat u kunt uitrusten."}


def test_first_question_makes_a_draft(app: Flask, sign_in) -> None:
    client = sign_in()
    response = client.post("/initiatieven/nieuw", data=FORM)
    assert response.status_code == 303
    assert response.location.endswith("/bewerken")
    with app.app_context():
        initiative = db.session.scalars(db.select(Initiative)).one()
        assert (initiative.title, initiative.state) == (FORM["title"], State.DRAFT)
        assert initiative.author_name == "Kees Jansen"
        assert db.session.scalars(db.select(Event)).one().visibility is Visibility.PRIVATE
    assert client.get(response.location).status_code == 200


def test_anonymous_has_to_sign_in(client) -> None:
    for response in (client.get("/initiatieven/nieuw"), client.post("/initiatieven/nieuw", data=FORM)):
        assert response.status_code == 302
        assert "/inloggen" in response.location


def test_all_errors_at_once_and_nothing_lost(app: Flask, sign_in) -> None:
    response = sign_in().post("/initiatieven/nieuw", data={"title": "x" * 101, "wish": ""})
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "x" * 101 in page
    assert "hoogstens 100 tekens" in page
    assert "Vul in wat u wilt bereiken." in page
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Initiative)) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Bomen 🌳 voor iedereen", "Bomen 🌳 voor iedereen"),
        ("om\u202ekeer\x0b bel\x07", "omkeer bel"),
        ("مقترح", "مقترح"),
        ("  veel   spaties\r\nregel ", "veel spaties regel"),
    ],
)
def test_strange_input(app: Flask, sign_in, typed: str, kept: str) -> None:
    client = sign_in()
    location = client.post("/initiatieven/nieuw", data={"title": typed, "wish": typed}).location
    with app.app_context():
        assert db.session.scalars(db.select(Initiative)).one().title == kept
    assert "<script>alert" not in client.get(location).get_data(as_text=True)


def test_too_many_drafts_a_day(sign_in) -> None:
    client = sign_in()
    statuses = [client.post("/initiatieven/nieuw", data=FORM).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]

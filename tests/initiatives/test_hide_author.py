"""The name of the writer: off the page when nobody has to sign under it any more, and back for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.db import db, now
from civic.events.models import Event
from civic.initiatives import service as initiatives
from civic.initiatives.models import Initiative
from civic.initiatives.policy.privacy import can_hide_author
from civic.initiatives.service import privacy as service
from civic.initiatives.states import PlaceState, WithdrawReason
from civic.retention import apply_retention
from tests.access import OWNER_EMAIL
from tests.initiatives.factories import author, draft, published, supported

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def owner(sign_in: SignIn) -> FlaskClient:
    return sign_in(email=OWNER_EMAIL, name="Eva Eigenaar")


def stopped(app: Flask) -> int:
    with app.app_context():
        initiative = published()
        initiatives.withdraw(initiative, WithdrawReason.SOLVED, actor=author(), at=now())
        db.session.commit()
        return initiative.id


def test_off_and_on_again(app: Flask, client: FlaskClient, owner: FlaskClient) -> None:
    number = stopped(app)
    url = f"/initiatieven/{number}"
    before = client.get(url)
    assert "Van Eva Eigenaar" in before.text
    assert "X-Robots-Tag" not in before.headers
    assert f"{url}/naam" in owner.get(url).text
    assert "Haal mijn naam van de pagina" in owner.get(f"{url}/naam").text
    for _time in range(2):  # twice is once
        assert owner.post(f"{url}/naam").status_code == 303
    after = client.get(url)
    assert "Eva Eigenaar" not in after.text
    assert "De schrijver" in after.text
    assert after.headers["X-Robots-Tag"] == "noindex"
    for other in (
        f"{url}.atom",
        "/initiatieven.json",
        "/initiatieven.csv",
        f"{url}/kaart",
        "/initiatieven.atom",
    ):
        assert "Eva Eigenaar" not in client.get(other).text
    assert owner.post(f"{url}/naam/terug").status_code == 303
    assert "Van Eva Eigenaar" in client.get(url).text
    with app.app_context():
        rows = db.session.scalars(db.select(Event.action).where(Event.action.like("%_author")))
        assert list(rows) == ["hide_author", "show_author"]


def test_not_while_people_are_asked_to_sign(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        number = published().id
    page = owner.get(f"/initiatieven/{number}/naam").text
    assert "Uw naam kan nog niet van de pagina" in page
    assert "/intrekken" in page
    assert owner.post(f"/initiatieven/{number}/naam").status_code == 409


def test_once_the_term_is_over_or_every_council_answered(app: Flask) -> None:
    with app.app_context():
        initiative = published()
        assert service.is_collecting(initiative, now())
        much_later = now() + timedelta(days=400)
        service.hide_author(initiative, actor=author(), at=much_later)
        assert initiative.author_hidden_at == much_later
        other = published()
        other.places[0].threshold = 1
        supported(other, 1)
        other.places[0].state = PlaceState.DECIDED
        with db.session.no_autoflush:
            assert can_hide_author(other, is_collecting=True)
        db.session.rollback()


def test_only_the_writer(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    number = stopped(app)
    assert client.post(f"/initiatieven/{number}/naam").status_code == 302
    assert sign_in(email="vreemde@example.nl").post(f"/initiatieven/{number}/naam").status_code == 403
    assert sign_in(email="vreemde@example.nl").post(f"/initiatieven/{number}/naam/terug").status_code == 403
    with app.app_context():
        hidden_draft = draft().id
    assert client.get(f"/initiatieven/{hidden_draft}/naam").status_code in {302, 404}


def test_after_thirty_days_it_is_gone(app: Flask, client: FlaskClient, owner: FlaskClient) -> None:
    number = stopped(app)
    owner.post(f"/initiatieven/{number}/naam")
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        initiative.author_hidden_at = now() - timedelta(days=31)
        db.session.commit()
        apply_retention(now())
        db.session.expire_all()
        assert db.session.get_one(Initiative, number).author_name is None
    assert owner.post(f"/initiatieven/{number}/naam/terug").status_code == 409
    assert "De schrijver" in client.get(f"/initiatieven/{number}").text

"""Giving the second factor again before something weighty, and what happens without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient

from civic import web
from civic.accounts.session import SECOND_FACTOR, SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from tests.accounts.helpers import actions, code_at
from tests.conftest import NOW
from tests.factories import make_user, signed_in_client

STAFF = "bram@example.nl"
SECRET = "JBSWY3DPEHPK3PXP" * 2  # a test's own, in base32
STEP_UP = "/inloggen/tweede-stap/opnieuw"
WEIGHTY = "/gewichtig"
BACK = f"{STEP_UP}?verder={WEIGHTY}"

pytestmark = pytest.mark.own_app  # a page of the tests is added to it


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def weighty(app: Flask) -> Flask:
    """A page that needs a fresh second factor, and a form that acts."""

    def _act() -> str:
        web.require(lambda user: user is not None)
        web.require_step_up()
        g.acted = True
        return "gedaan"

    app.add_url_rule(WEIGHTY, "weighty", _act, methods=["GET", "POST"])
    return app


def _staff(app: Flask) -> FlaskClient:
    """Signed in a moment ago, with the code of the step before."""
    client = signed_in_client(app, Role.LOTTERY_ADMINISTRATOR, email=STAFF, name="Bram de Groot")
    with app.app_context():
        user = make_user(email=STAFF)
        user.totp, user.totp_confirmed_at = SECRET, NOW
        user.totp_last_step = int(NOW.timestamp()) // 30 - 1
        db.session.commit()
    return client


def _later(clock: Any, **period: int) -> datetime:
    at = NOW + timedelta(**period)
    clock.move_to(at, tick=False)
    return at


def test_fresh_goes_on(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    _later(clock, minutes=5)
    assert client.get(WEIGHTY).text == "gedaan"
    assert client.post(WEIGHTY).text == "gedaan"


def test_a_page_sends_to_the_code_and_back(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    at = _later(clock, minutes=5, seconds=1)
    answer = client.get(f"{WEIGHTY}?rij=3")
    assert (answer.status_code, answer.location) == (302, f"{STEP_UP}?verder={WEIGHTY}?rij%3D3")
    assert "uw code opnieuw" in client.get(answer.location).text
    given = client.post(answer.location, data={"code": code_at(SECRET, at)})
    assert (given.status_code, given.location) == (303, f"{WEIGHTY}?rij=3")
    assert client.get(given.location).text == "gedaan"
    assert actions(weighty)[-1] == "second_factor_passed"


def test_a_post_never_acts_and_loses_nothing(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    _later(clock, minutes=6)
    answer = client.post(WEIGHTY, data={"reason": "Een lange <reden>.", "csrf_token": "geheim", "code": "1"})
    assert answer.status_code == 403
    assert "Er is nog niets gebeurd." in answer.text
    assert "Een lange &lt;reden&gt;." in answer.text
    assert "geheim" not in answer.text
    assert f'href="{BACK}"' in answer.text
    assert "gedaan" not in answer.text


def test_the_same_code_is_refused_within_its_half_minute(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    at = _later(clock, minutes=10)
    code = code_at(SECRET, at)
    assert client.post(BACK, data={"code": code}).status_code == 303
    assert "U hebt de code van nu al gebruikt" in client.get(BACK).text
    again = client.post(BACK, data={"code": code})
    assert again.status_code == 422
    assert "Deze code hebt u al gebruikt. Wacht tot uw app een nieuwe code laat zien." in again.text
    after = _later(clock, minutes=10, seconds=30)
    assert "U hebt de code van nu al gebruikt" not in client.get(BACK).text
    assert client.post(BACK, data={"code": code_at(SECRET, after)}).status_code == 303


@pytest.mark.parametrize("code", ["000000", "", "12345", "x", "9" * 5000])
def test_a_wrong_code_does_not_help(weighty: Flask, clock: Any, code: str) -> None:
    client = _staff(weighty)
    _later(clock, minutes=10)
    answer = client.post(BACK, data={"code": code})
    assert answer.status_code == 422
    assert "al gebruikt. Wacht tot" not in answer.text
    assert client.get(WEIGHTY).location == BACK


def test_guessing_is_limited(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    _later(clock, minutes=10)
    statuses = [client.post(BACK, data={"code": "000000"}).status_code for _try in range(7)]
    assert statuses[-1] == 429


def test_never_to_another_site(weighty: Flask, clock: Any) -> None:
    client = _staff(weighty)
    at = _later(clock, minutes=10)
    answer = client.post(f"{STEP_UP}?verder=//kwaad.example", data={"code": code_at(SECRET, at)})
    assert answer.location == "/mijn"


def test_a_session_without_a_moment_is_stale(weighty: Flask) -> None:
    """Who signed in before this existed, and a moment that was set ahead of the clock."""
    client = _staff(weighty)
    for moment in (None, int((NOW + timedelta(hours=1)).timestamp()), "nu"):
        with client.session_transaction() as session:
            session[SECOND_FACTOR_AT] = moment
        assert client.get(WEIGHTY).location == BACK


def test_the_moment_of_somebody_else_is_no_use(weighty: Flask) -> None:
    client = _staff(weighty)
    with client.session_transaction() as session:
        session[SECOND_FACTOR] = "999.0"
    assert client.get(WEIGHTY).location.startswith("/inloggen/tweede-stap?")


def test_anonymous_signs_in_first(weighty: Flask, client: FlaskClient) -> None:
    assert client.get(WEIGHTY).location.startswith("/inloggen?")
    assert client.get(STEP_UP).location.startswith("/inloggen?")


def test_a_resident_has_nothing_to_give(app: Flask) -> None:
    client = signed_in_client(app, email="fatma@example.nl")
    assert client.get(STEP_UP).location == "/mijn"
    assert client.post(STEP_UP, data={"code": "123456"}).location == "/mijn"


def test_staff_without_an_app_set_one_up(app: Flask) -> None:
    client = signed_in_client(app, Role.LOTTERY_ADMINISTRATOR, email="nieuw@example.nl")
    assert (
        client.get(f"{STEP_UP}?verder=/panels").location == "/inloggen/tweede-stap/instellen?verder=/panels"
    )


def test_on_a_demo_a_click_is_enough(weighty: Flask, clock: Any) -> None:
    """On this machine itself only, as for signing in there."""
    weighty.config.update(DEMO=True, ENVIRONMENT="development")
    client = signed_in_client(weighty, Role.LOTTERY_ADMINISTRATOR, email="demo@example.nl")
    _later(clock, minutes=10)
    assert "Hier is een klik genoeg" in client.get(BACK).text
    elsewhere = client.get(BACK, headers={"X-Forwarded-For": "192.0.2.1"})
    assert elsewhere.location == f"/inloggen/tweede-stap/instellen?verder={WEIGHTY}"
    assert client.get(WEIGHTY).location == BACK
    assert client.post(BACK).location == WEIGHTY
    assert client.get(WEIGHTY).text == "gedaan"

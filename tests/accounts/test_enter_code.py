"""/inloggen/code: one code, once, for fifteen minutes, five tries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import LoginCode
from civic.accounts.service import sign_in as service
from civic.db import db
from civic.errors import TooMany
from tests.accounts.helpers import actions, ask_code, find, get, last_code, sign_in_by_mail, wrong
from tests.conftest import NOW


def _enter(client: FlaskClient, code: str, **query: str) -> tuple[int, str]:
    answer = client.post("/inloggen/code", data={"code": code}, query_string=query)
    return answer.status_code, answer.text


def test_page_takes_a_pasted_code(client: FlaskClient) -> None:
    ask_code(client)
    page = client.get("/inloggen/code")
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert "kees@example.nl" in page.text
    assert "maxlength" not in page.text


@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}", "{0}.{1}"])
def test_right_code_in_any_shape_signs_in(app: Flask, client: FlaskClient, shape: str) -> None:
    ask_code(client)
    first, second = last_code(app).split()
    assert _enter(client, shape.format(first, second))[0] == 303
    assert client.get("/mijn").status_code == 200
    with app.app_context():
        assert get().last_login_at is not None
    assert actions(app) == ["account_created"]


def test_first_time_asks_the_name_and_later_not(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    answer = client.post("/inloggen/code?verder=/regels", data={"code": last_code(app)})
    assert answer.location == "/welkom?verder=/regels"
    assert client.post(answer.location, data={"name": " Kees  Jansen "}).location == "/regels"
    other = app.test_client()
    ask_code(other)
    assert other.post("/inloggen/code", data={"code": last_code(app)}).location == "/mijn"
    assert "Kees Jansen" in other.get("/mijn").text


def test_without_an_address_go_back(client: FlaskClient) -> None:
    assert client.get("/inloggen/code").location == "/inloggen"
    assert client.post("/inloggen/code", data={"code": "123456"}).location == "/inloggen"
    assert client.post("/inloggen/code/nieuw").location == "/inloggen"


def test_signed_in_without_an_address_goes_on(app: Flask, client: FlaskClient) -> None:
    sign_in_by_mail(app, client)
    assert client.get("/inloggen/code").location == "/mijn"


def test_used_code_is_refused(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    code = last_code(app)
    with client.session_transaction() as session:
        before = dict(session)
    assert _enter(client, code)[0] == 303
    replay = app.test_client()
    with replay.session_transaction() as session:
        session.update(before)
    status, text = _enter(replay, code)
    assert status == 422
    assert "Deze code werkt niet meer" in text


def test_expired_code_is_refused(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    with app.app_context():
        row = db.session.query(LoginCode).one()
        row.expires_at = row.created_at
        db.session.commit()
    status, text = _enter(client, last_code(app))
    assert status == 422
    assert "Deze code werkt niet meer" in text


def test_sixth_attempt_is_refused_even_when_right(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    code = last_code(app)
    for left in (4, 3, 2, 1):
        assert f"nog {left} keer" in _enter(client, wrong(code))[1]
    assert "Deze code werkt niet meer" in _enter(client, wrong(code))[1]
    assert _enter(client, code)[0] == 422
    assert client.post("/inloggen/code/nieuw").status_code == 303
    assert _enter(client, last_code(app))[0] == 303


def test_fifth_attempt_counts(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    code = last_code(app)
    for _time in range(4):
        _enter(client, wrong(code))
    assert _enter(client, code)[0] == 303


def test_new_code_replaces_the_old_one(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    old = last_code(app)
    client.post("/inloggen/code/nieuw")
    new = last_code(app)
    if old != new:  # one in a million
        assert _enter(client, old)[0] == 422
    assert _enter(client, new)[0] == 303


def test_stranger_cannot_spoil_or_use_my_code(app: Flask, client: FlaskClient) -> None:
    ask_code(client)
    mine = last_code(app)
    stranger = app.test_client()
    ask_code(stranger)
    for _time in range(5):
        _enter(stranger, wrong(mine))
    assert _enter(stranger, mine)[0] == 422
    assert _enter(client, mine)[0] == 303


def test_code_of_one_address_is_no_code_of_another(app: Flask) -> None:
    with app.app_context():
        ticket = service.request_code("kees@example.nl", network="n", locale="nl", at=NOW)
        db.session.commit()
        code = last_code(app).replace(" ", "")
        forged = service.Ticket("marit@example.nl", ticket.code_id)
        assert service.enter_code(forged, code, network="n", at=NOW).user is None


def test_twenty_tries_an_hour_per_address_and_network(app: Flask) -> None:
    with app.app_context():
        for _code in range(4):
            ticket = service.request_code("kees@example.nl", network="n", locale="nl", at=NOW)
            for _try in range(5):
                service.enter_code(ticket, "x", network="n", at=NOW)
        ticket = service.request_code("kees@example.nl", network="n", locale="nl", at=NOW)
        with pytest.raises(TooMany):
            service.enter_code(ticket, "x", network="n", at=NOW)
        later = NOW + timedelta(hours=1)
        fresh = service.request_code("kees@example.nl", network="n", locale="nl", at=later)
        assert service.enter_code(fresh, "x", network="n", at=later).tries_left == 4


def test_tries_of_a_stranger_do_not_lock_the_owner_out(app: Flask) -> None:
    with app.app_context():
        for code in range(4):
            at = NOW + timedelta(minutes=code)
            ticket = service.request_code("kees@example.nl", network="far", locale="nl", at=at)
            for _try in range(5):
                service.enter_code(ticket, "x", network="far", at=at)
        for _try in range(30):  # a code that is used up counts no more
            assert service.enter_code(ticket, "x", network="far", at=NOW).user is None
        mine = service.request_code("kees@example.nl", network="home", locale="nl", at=NOW)
        db.session.commit()
        code = last_code(app).replace(" ", "")
        assert service.enter_code(mine, code, network="home", at=NOW).user is not None


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "9" * 100_000, "<script>", "😀" * 6, "½23456", "๑๒๓๔๕"]
)
def test_strange_input_uses_no_try(app: Flask, client: FlaskClient, code: str) -> None:
    ask_code(client)
    status, text = _enter(client, code)
    assert status == 422
    assert "<script>" not in text.replace("<script ", "")
    with app.app_context():
        assert db.session.query(LoginCode).one().attempts == 0


def test_session_starts_fresh(app: Flask, client: FlaskClient) -> None:
    """What somebody planted in this browser before the sign-in is gone after it."""
    ask_code(client)
    with client.session_transaction() as session:
        session["planted"] = "x"
        session["second_factor_of"] = "1.0"
        session["csrf_token"] = "known"
    _enter(client, last_code(app))
    with client.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_id", "_permanent", "_flashes"}


def test_account_made_once_for_two_codes(app: Flask) -> None:
    clients = [app.test_client(), app.test_client()]
    codes = []
    for client in clients:
        ask_code(client)
        codes.append(last_code(app))
    for client, code in zip(clients, codes, strict=True):
        assert _enter(client, code)[0] == 303
    assert actions(app) == ["account_created"]


def test_lost_race_for_an_account_finds_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from civic.accounts.service import people
    from tests.factories import make_user

    with app.app_context():
        first = make_user(email="kees@example.nl")
        assert people.add_user("kees@example.nl", actor=None, at=NOW).id == first.id
        monkeypatch.setattr(people, "find_user", lambda address: None)
        with pytest.raises(Exception, match=r"(?i)unique"):
            people.add_user("kees@example.nl", actor=None, at=NOW)


def test_csrf_is_checked(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    refused = client.post("/inloggen", data={"email": "kees@example.nl"})
    assert refused.status_code == 400
    assert "kees@example.nl" in refused.text
    with app.app_context():
        assert find() is None
        assert db.session.query(LoginCode).count() == 0
    page = client.get("/inloggen")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    assert client.post("/inloggen", data={"email": "kees@example.nl", "csrf_token": token}).status_code == 303


@pytest.mark.parametrize(
    "path", ["/inloggen/code/nieuw", "/uitloggen", "/mijn/overal-uitloggen", "/demo/inloggen/admin"]
)
def test_get_is_refused_where_something_changes(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 405

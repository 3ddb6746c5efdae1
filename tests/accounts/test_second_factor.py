"""The second step of staff: set up, pass, recover, reset."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import RecoveryCode
from civic.accounts.service import second_factor as service
from civic.accounts.states import Role
from civic.db import db
from civic.errors import NotAllowedNow, TooMany
from tests.accounts.helpers import actions, code_at, find, get, mails, sign_in_by_mail
from tests.conftest import NOW
from tests.factories import make_user, signed_in_client

STAFF = "marit@example.nl"
SET_UP = "/inloggen/tweede-stap/instellen"
STEP = "/inloggen/tweede-stap"
WRONG = "000000"


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> object:
    with time_machine.travel(NOW, tick=False) as clock:
        request.node.clock = clock
        yield clock


def _move(request: pytest.FixtureRequest, at: datetime) -> None:
    request.node.clock.move_to(at, tick=False)


def _staff(app: Flask) -> FlaskClient:
    """Somebody with a role who gave the code by mail, not the second step."""
    with app.app_context():
        make_user(Role.ADMINISTRATOR, email=STAFF, name="Marit")
        db.session.commit()
    client = app.test_client()
    sign_in_by_mail(app, client, STAFF)
    return client


def _secret(client: FlaskClient) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(SET_UP).text)
    assert found is not None
    return found[1].replace(" ", "")


def _set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """(secret, recovery codes) after setting up the second step."""
    secret = _secret(client)
    answer = client.post(SET_UP, data={"code": code_at(secret, NOW)})
    assert answer.location == "/inloggen/tweede-stap/herstelcodes"
    codes = re.findall(r"<code>([\d ]+)</code>", client.get(answer.location).text)
    client.post("/inloggen/tweede-stap/herstelcodes")
    return secret, codes


def _again(app: Flask) -> FlaskClient:
    client = app.test_client()
    sign_in_by_mail(app, client, STAFF)
    return client


def test_staff_can_do_nothing_before_the_second_step(app: Flask) -> None:
    client = _staff(app)
    for path in ("/mijn", "/beheer", "/beheer/mensen", "/welkom", "/mijn/herstelcodes"):
        assert client.get(path).location == f"{STEP}?verder={path}"
    assert client.post("/mijn/overal-uitloggen").location.startswith(STEP)
    assert client.get(f"{STEP}?verder=/beheer").location == f"{SET_UP}?verder=/beheer"
    assert client.get("/regels").status_code == 200


def test_set_up(app: Flask) -> None:
    client = _staff(app)
    page = client.get(SET_UP)
    assert "data:image/svg+xml" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    secret = _secret(client)
    assert _secret(client) == secret  # a reload shows the same one
    answer = client.post(f"{SET_UP}?verder=/beheer", data={"code": code_at(secret, NOW)})
    assert answer.location == "/inloggen/tweede-stap/herstelcodes?verder=/beheer"
    shown = client.get(answer.location).text
    assert len(re.findall(r"<code>\d{4} \d{4} \d{4}</code>", shown)) == 10
    assert client.post(answer.location).location == "/beheer"
    assert client.get("/inloggen/tweede-stap/herstelcodes").location == "/mijn"
    assert client.get("/beheer").status_code == 200
    assert actions(app)[-1] == "second_factor_set"
    assert mails(app, "second_factor_set")[-1][0] == STAFF


def test_secret_and_codes_are_sealed(app: Flask) -> None:
    client = _staff(app)
    secret, codes = _set_up(client)
    with app.app_context():
        user = get(STAFF)
        assert user.totp == secret
        assert secret not in (user.totp_sealed or "")
        hashes = {row.code_hash for row in db.session.query(RecoveryCode)}
        assert len(hashes) == 10
        assert not hashes & {code.replace(" ", "") for code in codes}


def test_cookie_does_not_show_the_secret(app: Flask) -> None:
    client = _staff(app)
    secret = _secret(client)
    with client.session_transaction() as session:
        assert secret not in str(dict(session))


@pytest.mark.parametrize("code", [WRONG, "", "12345", "abcdef", "1" * 12, "9" * 10_000])
def test_set_up_needs_the_right_code(app: Flask, code: str) -> None:
    client = _staff(app)
    secret = _secret(client)
    answer = client.post(SET_UP, data={"code": code})
    assert answer.status_code == 422
    assert secret[:4] in answer.text  # the same secret, still to scan
    assert client.get("/beheer").status_code == 302


def test_set_up_twice_is_no_way_round(app: Flask) -> None:
    client = _staff(app)
    _set_up(client)
    other = _again(app)
    assert other.get(SET_UP).location == STEP
    assert other.post(SET_UP, data={"code": "123456"}).location == STEP


def test_two_set_ups_at_once_keep_the_first(app: Flask) -> None:
    first, second = _staff(app), _again(app)
    secrets = [_secret(first), _secret(second)]
    assert secrets[0] != secrets[1]
    with app.app_context():
        user = get(STAFF)
        assert service.set_up(user, secrets[0], code_at(secrets[0], NOW), at=NOW)
        with pytest.raises(NotAllowedNow):
            service.set_up(user, secrets[1], code_at(secrets[1], NOW), at=NOW)


def test_set_up_ends_other_sessions(app: Flask) -> None:
    first, second = _staff(app), _again(app)
    _set_up(first)
    assert second.get("/mijn").location.startswith("/inloggen?")


def test_pass(app: Flask, request: pytest.FixtureRequest) -> None:
    secret, _codes = _set_up(_staff(app))
    client = _again(app)
    later = NOW + timedelta(minutes=2)
    _move(request, later)
    assert client.get(STEP).status_code == 200
    answer = client.post(f"{STEP}?verder=/beheer/mensen", data={"code": code_at(secret, later)})
    assert answer.location == "/beheer/mensen"
    assert client.get("/beheer/mensen").status_code == 200
    assert client.get(STEP).location == "/mijn"
    assert actions(app)[-1] == "second_factor_passed"


def test_code_counts_once(app: Flask, request: pytest.FixtureRequest) -> None:
    secret, _codes = _set_up(_staff(app))
    # the code of the set-up itself, in a new session
    assert _again(app).post(STEP, data={"code": code_at(secret, NOW)}).status_code == 422
    later = NOW + timedelta(minutes=2)
    _move(request, later)
    assert _again(app).post(STEP, data={"code": code_at(secret, later)}).status_code == 303
    replayed = _again(app).post(STEP, data={"code": code_at(secret, later)})
    assert replayed.status_code == 422
    assert "al gebruikt" in replayed.text
    earlier = later - timedelta(seconds=30)
    assert _again(app).post(STEP, data={"code": code_at(secret, earlier)}).status_code == 422


@pytest.mark.parametrize(
    ("seconds", "status"), [(-30, 303), (0, 303), (30, 303), (-60, 422), (60, 422), (3600, 422)]
)
def test_one_step_of_difference(
    app: Flask, request: pytest.FixtureRequest, seconds: int, status: int
) -> None:
    secret, _codes = _set_up(_staff(app))
    client = _again(app)
    later = NOW + timedelta(minutes=10)
    _move(request, later)
    code = code_at(secret, later + timedelta(seconds=seconds))
    assert client.post(STEP, data={"code": code}).status_code == status


def test_recovery_code_works_once(app: Flask) -> None:
    _secret_text, codes = _set_up(_staff(app))
    client = _again(app)
    assert client.post(STEP, data={"code": codes[0]}).status_code == 303
    assert client.get("/beheer").status_code == 200
    address, text = mails(app, "recovery_code_used")[-1]
    assert address == STAFF
    assert "nog 9 herstelcodes" in text
    again = _again(app)
    assert again.post(STEP, data={"code": codes[0]}).status_code == 422
    assert again.post(STEP, data={"code": codes[1]}).status_code == 303


def test_recovery_code_of_somebody_else(app: Flask) -> None:
    _secret_text, codes = _set_up(_staff(app))
    with app.app_context():
        other = make_user(Role.EDITOR, email="noor@example.nl")
        other.totp, other.totp_confirmed_at = service.new_secret(), NOW
        db.session.commit()
        assert not service.passes(other, codes[0].replace(" ", ""), at=NOW)


def test_no_code_without_a_second_step(app: Flask) -> None:
    with app.app_context():
        user = make_user(Role.EDITOR)
        assert not service.passes(user, WRONG, at=NOW)


def test_too_many_tries(app: Flask) -> None:
    secret, _codes = _set_up(_staff(app))
    with app.app_context():
        user, later = get(STAFF), NOW + timedelta(minutes=15)
        for _time in range(service.TRIES.most):
            assert not service.passes(user, WRONG, at=later)
        with pytest.raises(TooMany):
            service.passes(user, code_at(secret, later), at=later)


def test_too_many_tries_page(app: Flask) -> None:
    _set_up(_staff(app))
    client = _again(app)
    for _time in range(service.TRIES.most - 1):  # the set-up was one
        assert client.post(STEP, data={"code": WRONG}).status_code == 422
    assert client.post(STEP, data={"code": WRONG}).status_code == 429


def test_many_tries_over_hours(app: Flask) -> None:
    with app.app_context():
        user = make_user(Role.EDITOR)
        at = NOW.replace(hour=8)
        for quarter in range(4):
            for _time in range(5):
                service.passes(user, WRONG, at=at + timedelta(minutes=15 * quarter))
        with pytest.raises(TooMany):
            service.passes(user, WRONG, at=at + timedelta(minutes=75))


def test_residents_need_no_second_step(app: Flask, client: FlaskClient) -> None:
    sign_in_by_mail(app, client)
    assert client.get(STEP).location == "/mijn"
    assert client.get(SET_UP).location == STEP
    assert client.get("/mijn/herstelcodes").status_code == 403


def test_second_step_of_another_session_does_not_count(app: Flask) -> None:
    """The mark in the session belongs to this person at this epoch."""
    _set_up(_staff(app))
    client = _again(app)
    with app.app_context():
        user = get(STAFF)
        stale = f"{user.id}.{user.login_epoch - 1}"
    with client.session_transaction() as session:
        session["second_factor_of"] = stale
    assert client.get("/beheer").location.startswith(STEP)


def test_renew_recovery_codes(app: Flask, request: pytest.FixtureRequest) -> None:
    client = _staff(app)
    secret, old = _set_up(client)
    assert "nog 10 herstelcodes" in client.get("/mijn/herstelcodes").text
    assert client.post("/mijn/herstelcodes", data={"code": WRONG}).status_code == 422
    later = NOW + timedelta(minutes=2)
    _move(request, later)
    answer = client.post("/mijn/herstelcodes", data={"code": code_at(secret, later)})
    fresh = re.findall(r"<code>([\d ]+)</code>", client.get(answer.location).text)
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    assert mails(app, "recovery_codes_renewed")
    again = _again(app)
    assert again.post(STEP, data={"code": old[0]}).status_code == 422
    assert again.post(STEP, data={"code": fresh[0]}).status_code == 303


def test_kept_codes_of_somebody_else_do_not_open(app: Flask) -> None:
    client = _staff(app)
    secret = _secret(client)
    answer = client.post(SET_UP, data={"code": code_at(secret, NOW)})
    with client.session_transaction() as session:
        stolen = session["new_recovery_codes"]
    other = signed_in_client(app, Role.EDITOR, email="noor@example.nl")
    with other.session_transaction() as session:
        session["new_recovery_codes"] = stolen
    assert other.get(answer.location).location == "/mijn"


def test_administrator_resets(app: Flask) -> None:
    staff = _staff(app)
    _set_up(staff)
    admin = signed_in_client(app, Role.ADMINISTRATOR, email="baas@example.nl")
    with app.app_context():
        person_id = get(STAFF).id
    path = f"/beheer/mensen/{person_id}/tweede-stap-wissen"
    assert admin.get(path).status_code == 200
    assert admin.post(path).location == f"/beheer/mensen/{person_id}"
    with app.app_context():
        user = get(STAFF)
        assert (user.totp_sealed, user.totp_confirmed_at, user.totp_last_step) == (None, None, None)
        assert db.session.query(RecoveryCode).count() == 0
    assert staff.get("/beheer").location.startswith("/inloggen?")
    assert mails(app, "second_factor_reset")[-1][0] == STAFF
    assert actions(app).count("second_factor_reset") == 1
    assert admin.post(path).status_code == 303  # a second click changes nothing
    assert actions(app).count("second_factor_reset") == 1
    assert _again(app).get("/beheer").location.startswith(STEP)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COUNCIL_OFFICE, None])
def test_others_do_not_reset(app: Flask, role: Role | None) -> None:
    _set_up(_staff(app))
    roles = [role] if role else []
    client = signed_in_client(app, *roles, email="noor@example.nl")
    with app.app_context():
        path = f"/beheer/mensen/{get(STAFF).id}/tweede-stap-wissen"
    assert client.post(path).status_code == 403
    assert app.test_client().post(path).location.startswith("/inloggen")


def test_nobody_resets_their_own(app: Flask) -> None:
    client = _staff(app)
    _set_up(client)
    with app.app_context():
        path = f"/beheer/mensen/{get(STAFF).id}/tweede-stap-wissen"
    assert client.post(path).status_code == 403


def test_no_mail_for_an_erased_person(app: Flask) -> None:
    with app.app_context():
        user, admin = make_user(Role.EDITOR), make_user(Role.ADMINISTRATOR, email="baas@example.nl")
        user.totp_confirmed_at, user.email, user.email_index = NOW, None, None
        service.reset(user, actor=admin, at=NOW)
        db.session.commit()
        assert find() is None
    assert mails(app, "second_factor_reset") == []

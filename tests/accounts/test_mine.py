"""/mijn: my name, my roles, signing out here and everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts import my_sections
from civic.accounts.states import Role
from civic.db import db
from tests.accounts.helpers import actions, get, sign_in_by_mail
from tests.factories import make_user

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize("path", ["/mijn", "/mijn/naam", "/welkom", "/mijn/herstelcodes"])
def test_anonymous_signs_in_first(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == f"/inloggen?verder={path}"


def test_shows_what_is_known(sign_in: SignIn) -> None:
    page = sign_in().get("/mijn")
    assert "Kees Jansen" in page.text
    assert "kees@example.nl" in page.text
    assert "Laatst ingelogd" in page.text
    assert "/beheer" not in page.text


def test_shows_roles_and_where(sign_in: SignIn) -> None:
    page = sign_in(Role.COUNCIL_OFFICE, code="GM0995").get("/mijn")
    assert "Griffie" in page.text
    assert "Lelystad" in page.text
    assert 'href="/beheer"' in page.text


def test_sections_of_rooms_that_exist(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = [("Mijn regels", "regions.rules_index", None), ("Nog niet", "nowhere.index", None)]
    monkeypatch.setattr(my_sections, "MY_SECTIONS", sections)
    page = sign_in().get("/mijn")
    assert "Mijn regels" in page.text
    assert "Nog niet" not in page.text


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        (None, {"/initiatieven/mijn", "/volgen"}),
        (
            Role.AANJAAGTEAM_MEMBER,
            {
                "/initiatieven/mijn",
                "/volgen",
                "/aanjaagteam",
                "/aanjaagteam/voor-mij",
                "/aanjaagteam/meedenken",
                "/aanjaagteam/verbeteringen",
                "/initiatieven/clusters",
            },
        ),
        (
            Role.LOTTERY_ADMINISTRATOR,
            {
                "/initiatieven/mijn",
                "/volgen",
                "/panels",
                "/aanjaagteam/meedenken",
                "/aanjaagteam/verbeteringen",
            },
        ),
    ],
)
def test_tasks_of_a_role(sign_in: SignIn, role: Role | None, wanted: set[str]) -> None:
    page = sign_in(*([role] if role else [])).get("/mijn").text
    section = page.split('id="sections-title"')[1].split("</section>")[0]
    assert {path.split('"')[0] for path in section.split('href="')[1:]} == wanted


def test_no_way_to_an_empty_beheer(sign_in: SignIn) -> None:
    client = sign_in(Role.AANJAAGTEAM_MEMBER)
    assert 'href="/beheer"' not in client.get("/mijn").text
    assert client.get("/beheer").location == "/mijn"


def test_change_name(app: Flask, sign_in: SignIn) -> None:
    client = sign_in()
    assert 'value="Kees Jansen"' in client.get("/mijn/naam").text
    assert client.post("/mijn/naam", data={"name": "Şeyma  O’Brien"}).location == "/mijn"
    with app.app_context():
        assert get().name == "Şeyma O’Brien"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Vul uw naam in"),
        ("  ", "Vul uw naam in"),
        ("x" * 101, "maximaal 100"),
        ("K\u202eees", "teken dat niet kan"),
        ("K\x07ees", "teken dat niet kan"),
    ],
)
def test_strange_name_is_explained(sign_in: SignIn, name: str, sentence: str) -> None:
    answer = sign_in().post("/mijn/naam", data={"name": name})
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{ 7*7 }}", "😀", "'; DROP TABLE user; --", "%(x)s %s"]
)
def test_strange_name_is_only_text(app: Flask, sign_in: SignIn, name: str) -> None:
    client = sign_in()
    assert client.post("/welkom", data={"name": name}).status_code == 303
    page = client.get("/mijn").text
    assert "<script>alert" not in page
    with app.app_context():
        assert get().name == name


def test_welcome_refuses_nothing(sign_in: SignIn) -> None:
    client = sign_in()
    assert client.get("/welkom").status_code == 200
    assert client.post("/welkom", data={"name": ""}).status_code == 422


def test_sign_out(app: Flask, client: FlaskClient) -> None:
    sign_in_by_mail(app, client)
    assert client.post("/uitloggen").location == "/"
    assert client.get("/mijn").status_code == 302
    assert client.post("/uitloggen").status_code == 303


def _after_sign_out(app: Flask, client: FlaskClient) -> int:
    """What somebody sees who kept a copy of the cookie from before signing out."""
    with client.session_transaction() as session:
        before = dict(session)
    client.post("/uitloggen")
    replay = app.test_client()
    with replay.session_transaction() as session:
        session.update(before)
    return replay.get("/mijn").status_code


def test_copied_cookie_of_staff_ends_with_signing_out(app: Flask, sign_in: SignIn) -> None:
    assert _after_sign_out(app, sign_in(Role.AANJAAGTEAM_MEMBER)) == 302


def test_residents_stay_signed_in_elsewhere(app: Flask, sign_in: SignIn) -> None:
    assert _after_sign_out(app, sign_in()) == 200


def test_sign_out_everywhere(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in_by_mail(app, client)
    sign_in_by_mail(app, other)
    assert other.get("/mijn").status_code == 200
    assert client.post("/mijn/overal-uitloggen").location == "/inloggen"
    assert client.get("/mijn").status_code == 302
    assert other.get("/mijn").status_code == 302
    assert "signed_out_everywhere" in actions(app)


def test_sign_out_everywhere_leaves_others_alone(app: Flask, sign_in: SignIn) -> None:
    other = sign_in(email="ander@example.nl")
    assert sign_in().post("/mijn/overal-uitloggen").status_code == 303
    assert other.get("/mijn").status_code == 200


def test_erased_person_is_out(app: Flask, sign_in: SignIn) -> None:
    from civic.db import now

    client = sign_in()
    with app.app_context():
        get().erased_at = now()
        db.session.commit()
    assert client.get("/mijn").status_code == 302


@pytest.mark.parametrize("identity", ["", "x", "1", "1.", "999.0", "1.0.0", "9" * 30 + ".0", "²."])
def test_forged_identity_is_nobody(app: Flask, client: FlaskClient, identity: str) -> None:
    with app.app_context():
        make_user()
        db.session.commit()
    with client.session_transaction() as session:
        session["_user_id"] = identity
    assert client.get("/mijn").status_code == 302

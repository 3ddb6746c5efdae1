"""/beheer and /beheer/mensen: the list, finding somebody, reading a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.admin_links import ADMIN_LINKS
from civic.accounts.queries import PAGE_SIZE
from civic.accounts.states import Role
from civic.db import db
from tests.accounts.helpers import actions, get
from tests.factories import make_user

SignIn = Callable[..., FlaskClient]
ADMIN = "marit@example.nl"


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.ADMINISTRATOR, email=ADMIN, name="Marit")


def _add(app: Flask, count: int, *roles: Role, start: int = 0) -> None:
    with app.app_context():
        for number in range(start, start + count):
            make_user(*roles, email=f"p{number}@example.nl", name=f"Persoon {number}")
        db.session.commit()


def _id(app: Flask, email: str) -> int:
    with app.app_context():
        return get(email).id


@pytest.mark.parametrize(
    "path", ["/beheer", "/beheer/mensen", "/beheer/mensen/1", "/beheer/mensen/uitnodigen"]
)
def test_anonymous_and_residents_stay_out(client: FlaskClient, sign_in: SignIn, path: str) -> None:
    assert client.get(path).location == f"/inloggen?verder={path}"
    assert sign_in().get(path).status_code == 403


def test_admin_of_one_municipality_stays_out(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMINISTRATOR, code="GM0995").get("/beheer/mensen").status_code == 403


def test_index_shows_what_a_person_may_open(admin: FlaskClient, sign_in: SignIn) -> None:
    page = admin.get("/beheer").text
    assert "/beheer/mensen" in page
    assert "/beheer/regels" in page
    griffie = sign_in(Role.COUNCIL_OFFICE, email="jan@example.nl", code="GM0995").get("/beheer").text
    assert "/beheer/mensen" not in griffie
    assert "/beheer/regels" in griffie
    assert sign_in(Role.EDITOR, email="noor@example.nl").get("/beheer").location == "/mijn"


def test_index_skips_what_does_not_exist(admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    missing = replace(ADMIN_LINKS[0], endpoint="nowhere.index", label="Bestaat niet")
    monkeypatch.setattr("civic.accounts.admin_links.ADMIN_LINKS", [*ADMIN_LINKS, missing])
    assert "Bestaat niet" not in admin.get("/beheer").text


def test_list_shows_staff_only(app: Flask, admin: FlaskClient) -> None:
    _add(app, 1, Role.EDITOR)
    _add(app, 1, start=1)
    page = admin.get("/beheer/mensen").text
    assert "Persoon 0" in page
    assert "Persoon 1" not in page


def test_pages_of_people(app: Flask, admin: FlaskClient) -> None:
    _add(app, PAGE_SIZE + 5, Role.EDITOR)
    first = admin.get("/beheer/mensen")
    assert f"Persoon {PAGE_SIZE + 4}<" in first.text
    link = first.text.split('rel="next" href="')[1].split('"')[0]
    second = admin.get(link.replace("&amp;", "&"))
    assert "Persoon 0<" in second.text
    assert "Marit" in second.text
    assert 'rel="prev"' in second.text


@pytest.mark.parametrize("query", ["voor=x", "na=-1", "voor=99999999999999999999", "na=²", "voor=1&na=1"])
def test_strange_page_numbers(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/beheer/mensen?{query}").status_code == 200


def test_statements_do_not_grow_with_the_list(
    app: Flask, admin: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    _add(app, 2, Role.EDITOR)
    with count_statements() as few:
        admin.get("/beheer/mensen")
    _add(app, 18, Role.EDITOR, start=2)
    with count_statements() as many:
        admin.get("/beheer/mensen")
    assert len(many) == len(few)


def test_find_by_address(app: Flask, admin: FlaskClient) -> None:
    _add(app, 1)
    answer = admin.post("/beheer/mensen/zoeken", data={"email": " P0@example.nl "})
    assert answer.location == f"/beheer/mensen/{_id(app, 'p0@example.nl')}"


@pytest.mark.parametrize("email", ["", "niemand@example.nl", "p0", "%@example.nl", "x" * 10_000])
def test_find_nobody(app: Flask, admin: FlaskClient, email: str) -> None:
    _add(app, 1)
    answer = admin.post("/beheer/mensen/zoeken", data={"email": email})
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert admin.get("/beheer/mensen/zoeken").status_code == 405


def test_reading_somebody_is_noted(app: Flask, admin: FlaskClient) -> None:
    _add(app, 1)
    page = admin.get(f"/beheer/mensen/{_id(app, 'p0@example.nl')}")
    assert page.status_code == 200
    assert "p0@example.nl" in page.text
    assert "We schrijven op" in page.text
    assert actions(app) == ["person_read"]


def test_unknown_person(admin: FlaskClient) -> None:
    assert admin.get("/beheer/mensen/999").status_code == 404
    assert admin.get("/beheer/mensen/99999999999999999999").status_code == 404
    assert admin.get("/beheer/mensen/-1").status_code == 404


def test_own_page_offers_no_change(app: Flask, admin: FlaskClient) -> None:
    page = admin.get(f"/beheer/mensen/{_id(app, ADMIN)}").text
    assert "Dit bent u zelf" in page
    assert "Geef deze rol" not in page


def test_erased_person_can_be_read_not_changed(app: Flask, admin: FlaskClient) -> None:
    from civic.db import now

    _add(app, 1, Role.EDITOR)
    person_id = _id(app, "p0@example.nl")
    with app.app_context():
        person = get("p0@example.nl")
        person.erased_at, person.name, person.email, person.email_index = now(), None, None, None
        db.session.commit()
    assert "Dit account is gewist" in admin.get(f"/beheer/mensen/{person_id}").text
    answer = admin.post(
        f"/beheer/mensen/{person_id}/rollen", data={"role": "auditor", "municipality": "region"}
    )
    assert answer.status_code == 403
    assert "Persoon 0" not in admin.get("/beheer/mensen").text

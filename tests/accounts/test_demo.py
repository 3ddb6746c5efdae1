"""/demo: one click, only in demo mode, only on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic import create_app
from civic.accounts import demo
from civic.config import SettingsError
from civic.db import db
from tests.conftest import NOW, TEST_SECRET, close, configuration

SIGN_IN = "/demo/inloggen/admin"


@pytest.fixture
def demo_app(app: Flask) -> Iterator[Flask]:
    app.config["DEMO"] = True
    with app.app_context():
        demo.load(NOW)
        db.session.commit()
    return app


@pytest.fixture
def visitor(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


def test_list_says_what_people_can_do(visitor: FlaskClient) -> None:
    page = visitor.get("/demo")
    assert page.status_code == 200
    for one in demo.PERSONAS:
        assert one.name in page.text
    assert "tweede stap" in page.text
    assert "/demo" in visitor.get("/inloggen").text


@pytest.mark.parametrize("key", [one.key for one in demo.PERSONAS])
def test_everyone_can_be_tried(visitor: FlaskClient, key: str) -> None:
    answer = visitor.post(f"/demo/inloggen/{key}?verder=/mijn")
    assert answer.location == "/mijn"
    page = visitor.get("/mijn")
    assert next(one.name for one in demo.PERSONAS if one.key == key) in page.text


def test_second_step_is_given_for_this_session(visitor: FlaskClient) -> None:
    visitor.post(SIGN_IN)
    assert visitor.get("/beheer").status_code == 200


def test_unknown_person(visitor: FlaskClient) -> None:
    assert visitor.post("/demo/inloggen/burgemeester").status_code == 404
    assert visitor.get(SIGN_IN).status_code == 405


def test_demo_people_not_loaded(app: Flask, client: FlaskClient) -> None:
    app.config["DEMO"] = True
    assert client.post(SIGN_IN).status_code == 404


def _is_closed(client: FlaskClient, **options: object) -> bool:
    answers = [client.get("/demo", **options), client.post(SIGN_IN, **options)]
    with client.session_transaction() as session:
        assert "_user_id" not in session
    return (
        all(answer.status_code == 404 for answer in answers)
        and "/demo" not in client.get("/inloggen", **options).text
    )


def test_demo_off(demo_app: Flask, visitor: FlaskClient) -> None:
    demo_app.config["DEMO"] = False
    assert _is_closed(visitor)


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "", "::2", "127.0.0.2.example"])
def test_from_elsewhere(visitor: FlaskClient, address: str) -> None:
    assert _is_closed(visitor, environ_overrides={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1"]
)
def test_by_a_foreign_name(visitor: FlaskClient, host: str) -> None:
    """A page elsewhere whose name was made to point to this machine (DNS rebinding)."""
    for answer in (
        visitor.get("/demo", headers={"Host": host}),
        visitor.post(SIGN_IN, headers={"Host": host}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"])
def test_behind_a_proxy(visitor: FlaskClient, header: str) -> None:
    assert _is_closed(visitor, headers={header: "192.0.2.1"})


def test_not_in_production(demo_app: Flask, visitor: FlaskClient) -> None:
    demo_app.config["ENVIRONMENT"] = "production"
    assert _is_closed(visitor)


def test_not_when_listening_to_the_world(demo_app: Flask, visitor: FlaskClient) -> None:
    demo_app.config["BIND"] = "0.0.0.0"  # noqa: S104  # the very thing that is refused
    assert _is_closed(visitor)


def test_production_refuses_demo_mode(tmp_path: Path) -> None:
    values = {
        **configuration(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite3'}"),
        "ENVIRONMENT": "production",
        "DEMO": True,
        "SMTP_HOST": "mail.example.nl",
        "CONTACT_EMAIL": "hulp@example.nl",
        "SITE_URL": "https://example.nl",
        "PEPPER": TEST_SECRET + "-pepper",
        "LOG_KEY": "0123456789abcdef" * 4,
    }
    with pytest.raises(SettingsError, match="CIVIC_DEMO"):
        create_app(values)
    values["DATA_KEYS"] = "k1:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    close(create_app({**values, "DEMO": False}))


def test_demo_replaces_the_session(visitor: FlaskClient) -> None:
    visitor.post("/demo/inloggen/resident")
    with visitor.session_transaction() as session:
        session["planted"] = "x"
    visitor.post(SIGN_IN)
    with visitor.session_transaction() as session:
        assert "planted" not in session
    assert "Marit Hoekstra" in visitor.get("/mijn").text

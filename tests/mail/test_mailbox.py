"""The mailbox page: on a demo, from this machine, and nowhere else."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from civic.db import db
from civic.mail.delivery import deliver
from civic.mail.models import OutgoingMail
from tests.conftest import NOW
from tests.mail.letters import queued


@pytest.fixture
def demo(app: Flask) -> FlaskClient:
    app.config.update(DEMO=True)
    return app.test_client()


def test_it_shows_what_was_sent(app: Flask, demo: FlaskClient) -> None:
    with app.app_context():
        queued("test:1", name="Eerste")
        queued("test:2", to="piet@example.nl", name="Tweede")
        deliver(NOW)
    page = demo.get("/demo/postvak").get_data(as_text=True)
    assert page.index("Beste Tweede,") < page.index("Beste Eerste,")
    assert 'href="https://regio.example.nl/initiatieven/12"' in page
    assert "kees@example.nl" in page


def test_waiting_mail_is_there_too(app: Flask, demo: FlaskClient) -> None:
    with app.app_context():
        queued()
    assert "staat nog in de rij" in demo.get("/demo/postvak").get_data(as_text=True)


def test_per_address(app: Flask, demo: FlaskClient) -> None:
    with app.app_context():
        queued("test:1", name="Eerste")
        queued("test:2", to="piet@example.nl", name="Tweede")
    page = demo.get("/demo/postvak?adres=Piet%2Btag@Example.nl").get_data(as_text=True)
    assert "Beste Tweede," in page
    assert "Beste Eerste," not in page


def test_empty(demo: FlaskClient) -> None:
    assert "Nog geen post" in demo.get("/demo/postvak").get_data(as_text=True)
    assert "Geen post voor dit adres" in demo.get("/demo/postvak?adres=x@example.nl").get_data(as_text=True)


@pytest.mark.parametrize(
    "address", ["x" * 10_000, "🎉", "<script>alert(1)</script>", "يوسف@example.nl", "@", "%00"]
)
def test_strange_addresses(demo: FlaskClient, address: str) -> None:
    response = demo.get("/demo/postvak", query_string={"adres": address})
    assert response.status_code == 200
    assert "<script>alert" not in response.get_data(as_text=True)


def test_one_mail(app: Flask, demo: FlaskClient) -> None:
    with app.app_context():
        number = queued(name="<script>alert(1)</script>").id
    response = demo.get(f"/demo/postvak/{number}")
    assert response.status_code == 200
    assert "&lt;script&gt;" in response.get_data(as_text=True)
    assert demo.get("/demo/postvak/999999").status_code == 404


def test_an_unreadable_mail_breaks_nothing(app: Flask, demo: FlaskClient) -> None:
    with app.app_context():
        number = queued().id
        db.session.execute(update(OutgoingMail).values(subject_sealed="kapot", text_sealed="v1.k9.a.b"))
        db.session.commit()
    assert "niet te lezen" in demo.get("/demo/postvak").get_data(as_text=True)
    assert demo.get(f"/demo/postvak/{number}").status_code == 200


@pytest.mark.parametrize(
    "settings",
    [{"DEMO": False}, {"ENVIRONMENT": "production"}, {"BIND": "0.0.0.0"}],  # noqa: S104 - the refused case
)
def test_not_on_a_site_that_others_can_reach(app: Flask, settings: dict[str, object]) -> None:
    app.config.update({"DEMO": True, **settings})
    with app.app_context():
        number = queued().id
    for path in ("/demo/postvak", f"/demo/postvak/{number}"):
        assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"Host": "rebind.example.com"}},
    ],
)
def test_not_for_another_machine(demo: FlaskClient, options: dict[str, dict[str, str]]) -> None:
    assert demo.get("/demo/postvak", **options).status_code == 404  # type: ignore[arg-type]  # werkzeug's options


def test_post_is_refused(demo: FlaskClient) -> None:
    assert demo.post("/demo/postvak").status_code == 405

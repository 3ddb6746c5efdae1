"""The pages about the log: for everybody, without personal data, as many statements for a long log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.states import Role
from civic.db import db
from civic.seal import service
from tests.conftest import NOW
from tests.seal.makers import DRONTEN, LELYSTAD, cosign, newest, publish, record, seal_all, signed_log
from tests.statements import counting

Signed = Callable[..., FlaskClient]


def test_before_anything_happened(client: FlaskClient) -> None:
    for path in ("/verifieer", "/verifieer/checkpoints"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Er is nog geen controlepunt" in page.text
    assert "Er zijn nog geen getuigen" in client.get("/verifieer").text


def test_the_page_says_how_many_are_public(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        checkpoint = signed_log(12)
        assert (checkpoint.size, checkpoint.public_size) == (12, 4)
    page = client.get("/verifieer").text
    assert 'stat__value">12<' in page
    assert 'stat__value">4<' in page
    assert 'stat__value">8<' in page


def test_who_signed_what(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD, email="griffie@example.nl")
        publish(DRONTEN)
        cosign(LELYSTAD, signed_log(3))
    page = client.get("/verifieer").text
    assert "Griffie Lelystad" in page
    assert "Tekende het nieuwste nog niet" in page
    assert "griffie@example.nl" not in page
    assert "griffie@example.nl" not in client.get("/verifieer/getuigen/1").text
    assert "griffie@example.nl" not in client.get("/verifieer/getuigen.json").text


def test_the_witness_page_shows_the_way_from_its_last(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        publish(LELYSTAD)
        old = signed_log(3).size
    assert "Er is dus nog niets om mee te vergelijken" in client.get("/verifieer/getuigen/1").text
    with app.app_context():
        cosign(LELYSTAD, newest())
    assert "sindsdien niets bij gekomen" in client.get("/verifieer/getuigen/1").text
    with app.app_context():
        new = signed_log(5).size
    page = client.get("/verifieer/getuigen/1").text
    assert f"een logboek van {old} regels. Nu zijn het er {new}" in page
    steps = client.get(f"/verifieer/consistentie?van={old}&tot={new}").json["proof"]
    assert steps
    assert all(step in page for step in steps)


def test_pages_are_kept_for_strangers_only(app: Flask, client: FlaskClient, sign_in: Signed) -> None:
    with app.app_context():
        publish(LELYSTAD)
        signed_log(3)
    administrator = sign_in(Role.ADMINISTRATOR)
    for path in ("/verifieer", "/verifieer/checkpoints"):
        assert client.get(path).headers["Cache-Control"] == "public, max-age=10"
        assert client.get(path).headers["Vary"] == "Cookie"
        assert "no-store" in administrator.get(path).headers["Cache-Control"]
    page = client.get("/verifieer/getuigen/1")
    assert page.headers["Cache-Control"] == "no-store", "it holds a form"


def test_the_list_in_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for number in range(53):
            record(1)
            seal_all()
            service.sign_checkpoint(NOW + timedelta(hours=number))
        db.session.commit()
        engine = db.engine
    first = client.get("/verifieer/checkpoints")
    assert first.text.count("<tr>") == 51
    assert "Volgende pagina" in first.text
    second = client.get("/verifieer/checkpoints?voor=4")
    assert second.text.count("<tr>") == 4
    with counting(engine) as many:
        client.get("/verifieer/checkpoints")
    with counting(engine) as few:
        client.get("/verifieer/checkpoints?voor=4")
    assert len(many) == len(few)


def test_the_page_asks_as_much_of_a_long_log(app: Flask, client: FlaskClient) -> None:
    counts = []
    for more in (3, 600):
        with app.app_context():
            if more == 3:
                publish(LELYSTAD)
                publish(DRONTEN)
            checkpoint = signed_log(more)
            cosign(LELYSTAD, checkpoint)
            cosign(DRONTEN, checkpoint)
            engine = db.engine
        with counting(engine) as seen:
            client.get("/verifieer")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_strange_addresses(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        signed_log(3)
    for path in (
        "getuigen/0",
        "getuigen/x",
        "getuigen/99999999999",
        "checkpoints/x",
        "bewijs/-1",
        "tile/x/0",
    ):
        assert client.get(f"/verifieer/{path}").status_code == 404
    assert client.get("/verifieer/checkpoints?voor=%F0%9F%8E%89").status_code == 200
    assert client.post("/verifieer").status_code == 405

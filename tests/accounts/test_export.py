"""My data: everything the site holds, to read and for machines; also for a support without an account."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from civic.db import db, now
from civic.initiatives import service as initiatives
from civic.initiatives.models import Support
from civic.initiatives.service.supports import token_of
from civic.retention import apply_retention
from tests.accounts.helpers import actions
from tests.accounts.someone import EMAIL, NAME, POSTCODE, someone
from tests.initiatives.factories import published, supporter

SignIn = Callable[..., FlaskClient]


def opened(content: bytes) -> tuple[str, dict]:  # type: ignore[type-arg]  # JSON
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert sorted(names) == ["mijn-gegevens.json", "mijn-gegevens.txt"]
        text = archive.read("mijn-gegevens.txt").decode("utf-8-sig")
        return text, json.loads(archive.read("mijn-gegevens.json"))


def test_everything_of_one_person(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        someone()
    client = sign_in(email=EMAIL, name=NAME)
    page = client.get("/mijn/gegevens").text
    assert "Uw steun" in page
    assert "Aanmeldingen voor een panel" in page
    answer = client.post("/mijn/gegevens/download")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    text, content = opened(answer.data)
    data = content["data"]
    assert {name: len(rows) for name, rows in data.items() if name not in ("log", "mail")} == {
        "account": 1,
        "initiatives": 2,
        "co_writing": 1,
        "home": 1,
        "joining": 1,
        "supports": 2,
        "follows": 1,
        "comments": 1,
        "reports": 1,
    }
    assert data["account"][0]["Mailadres"] == EMAIL
    assert {row["Postcode"] for row in data["supports"]} == {POSTCODE}
    assert len(data["mail"]) >= 2
    assert "Wat hier niet bij zit" in text
    assert f"Naam: {NAME}" in text
    assert "Ik ben Zonneroos" in text
    assert any("panel" in line for line in content["not_included"])
    assert "data_exported" in actions(app)


def test_nothing_of_others(app: Flask, sign_in: SignIn) -> None:
    with app.app_context():
        someone()
    text, content = opened(
        sign_in(email="vreemde@example.nl", name="Vreemde").post("/mijn/gegevens/download").data
    )
    assert "Zonneroos" not in text
    assert set(content["data"]) <= {"account", "log", "mail"}


def test_only_signed_in_and_not_too_often(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/mijn/gegevens").status_code == 302
    assert client.post("/mijn/gegevens/download").status_code == 302
    mine = sign_in()
    assert mine.get("/mijn/gegevens/download").status_code == 405
    codes = [mine.post("/mijn/gegevens/download").status_code for _n in range(11)]
    assert codes == [200] * 10 + [429]


def test_a_support_without_account(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        initiative = published()
        initiatives.ask(initiative, supporter(7), at=now())
        support = db.session.scalars(db.select(Support)).one()
        initiatives.confirm(support, at=now())
        db.session.commit()
        url = f"/steun/{token_of(support)}/gegevens"
    page = client.get(url).text
    assert "steun7@example.nl" in page
    assert "/intrekken" in page
    _text, content = opened(client.post(f"{url}/download").data)
    assert content["data"]["support"][0]["Mailadres"] == "steun7@example.nl"
    assert actions(app, "support") == ["data_exported"]
    for other in ("0" * 64, "x", "é"):
        assert client.get(f"/steun/{other}/gegevens").status_code == 404
        assert client.post(f"/steun/{other}/gegevens/download").status_code == 404


def test_the_link_of_a_support_ends_with_its_data(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        initiatives.ask(published(), supporter(7), at=now())
        support = db.session.scalars(db.select(Support)).one()
        initiatives.confirm(support, at=now())
        support.confirmed_at = now().replace(year=now().year - 2)
        db.session.commit()
        token = token_of(support)
        apply_retention(now())
    for page in ("", "/gegevens", "/intrekken"):
        assert client.get(f"/steun/{token}{page}").status_code == 404
    assert client.post(f"/steun/{token}/intrekken").status_code == 404


def test_looking_is_limited_too(app: Flask, sign_in: SignIn) -> None:
    """Every look opens the sealed addresses of all mails of a month."""
    client = sign_in(email=EMAIL, name=NAME)
    assert [client.get("/mijn/gegevens").status_code for _ in range(21)] == [200] * 20 + [429]

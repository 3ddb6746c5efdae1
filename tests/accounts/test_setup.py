"""`flask setup`: the first administrator and region, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from civic import create_app
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.regions.models import Municipality, Region
from tests.accounts.helpers import actions, get, mails
from tests.conftest import NOW, close, configuration
from tests.databases import Databases
from tests.factories import make_user

OPTIONS = ("--region", "flevoland", "--name", "Marit  Hoekstra", "--email", "Marit@Example.nl")


@pytest.fixture
def bare(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database without tables."""
    url = databases.create()
    application = create_app(configuration(tmp_path, url))
    yield application
    close(application)
    databases.drop(url)


@pytest.fixture
def migrated(bare: Flask) -> Flask:
    with bare.app_context():
        db.create_all()
    return bare


def _setup(app: Flask, *options: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["setup", *options], input=typed)


def test_on_an_empty_database(migrated: Flask) -> None:
    result = _setup(migrated, *OPTIONS)
    assert result.exit_code == 0, result.output
    assert "Flevoland" in result.output
    assert "/beheer/mensen" in result.output
    with migrated.app_context():
        user = get("marit@example.nl")
        assert user.name == "Marit Hoekstra"
        assert user.has_role(Role.ADMINISTRATOR)
        assert db.session.query(Municipality).count() == 6
    assert actions(migrated) == ["account_created", "role_given"]
    assert mails(migrated, "role_given")[0][0] == "Marit@example.nl"


def test_asks_what_is_not_given(migrated: Flask) -> None:
    result = _setup(migrated, typed="\nMarit\ngeen adres\nmarit@example.nl\n")
    assert result.exit_code == 0, result.output
    assert "Schrijf een mailadres" in result.output
    with migrated.app_context():
        assert get("marit@example.nl").name == "Marit"


def test_administrator_can_sign_in(migrated: Flask) -> None:
    from tests.accounts.helpers import sign_in_by_mail

    _setup(migrated, *OPTIONS)
    client = migrated.test_client()
    sign_in_by_mail(migrated, client, "marit@example.nl")
    assert client.get("/beheer").location == "/inloggen/tweede-stap?verder=/beheer"


def test_refuses_a_second_time(migrated: Flask) -> None:
    _setup(migrated, *OPTIONS)
    result = _setup(migrated, "--region", "flevoland", "--name", "Ander", "--email", "ander@example.nl")
    assert result.exit_code == 1
    assert "Er is al een beheerder" in result.output
    with migrated.app_context():
        assert db.session.query(User).count() == 1


def test_region_is_loaded_once_and_known_people_stay(app: Flask) -> None:
    with app.app_context():
        make_user(email="marit@example.nl", name="Oude Naam")
        db.session.commit()
    assert _setup(app, *OPTIONS).exit_code == 0
    with app.app_context():
        assert db.session.query(Region).count() == 1
        assert db.session.query(User).count() == 1


def test_erased_administrator_does_not_block(app: Flask) -> None:
    with app.app_context():
        gone = make_user(Role.ADMINISTRATOR, email="oud@example.nl")
        gone.erased_at, gone.email, gone.email_index = NOW, None, None
        db.session.commit()
    assert _setup(app, *OPTIONS).exit_code == 0


def test_without_tables(bare: Flask) -> None:
    result = _setup(bare, *OPTIONS)
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--region", "atlantis", "Kies flevoland"),
        ("--region", "/nergens/x.json", "Kies flevoland"),
        ("--name", "   ", "Schrijf een naam"),
        ("--name", "x" * 101, "Schrijf een naam"),
        ("--email", "geen adres", "Schrijf een mailadres"),
    ],
)
def test_wrong_options(migrated: Flask, option: str, value: str, sentence: str) -> None:
    result = _setup(migrated, *OPTIONS, option, value)
    assert result.exit_code == 2
    assert sentence in result.output
    with migrated.app_context():
        assert db.session.query(User).count() == 0


def test_broken_region_file_keeps_nothing(migrated: Flask, tmp_path: Path) -> None:
    path = tmp_path / "streek.json"
    for text in ("{", '{"slug": "streek"}', '{"slug": "s", "name": "S", "municipalities": [{}]}'):
        path.write_text(text, encoding="utf-8")
        result = _setup(migrated, *OPTIONS, "--region", str(path))
        assert result.exit_code == 1
        assert "klopt niet" in result.output
        with migrated.app_context():
            assert db.session.query(Region).count() == 0
            assert db.session.query(User).count() == 0

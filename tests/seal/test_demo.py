"""The demo's witnesses: they exist, they can sign, and nowhere but in a demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from civic.accounts import demo as people
from civic.db import db
from civic.seal import demo, queries, verify
from tests.conftest import NOW, close, configuration, make_app
from tests.databases import Databases
from tests.seal.makers import newest, signed_log


@pytest.fixture
def demo_app(databases: Databases, template_database: str, tmp_path: Path) -> Iterator[Flask]:
    url = databases.copy(template_database)
    app = make_app({**configuration(tmp_path, url), "DEMO": True})
    with app.app_context():
        people.load(NOW)
        demo.load(NOW)
        db.session.commit()
    yield app
    close(app)
    databases.drop(url)


def test_two_witnesses_signed_the_log_of_the_demo(demo_app: Flask) -> None:
    with demo_app.app_context():
        signed = {one.witness.name for one in queries.cosignatures_of(newest())}
        assert signed == {"Griffie Lelystad", "Gemeente Dronten"}
        assert list(verify.everything()) == []


def test_the_private_keys_are_the_owners_alone(demo_app: Flask) -> None:
    paths = list((Path(demo_app.config["INSTANCE"]) / "getuigen").iterdir())
    assert len(paths) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_sign_the_newest(demo_app: Flask) -> None:
    with demo_app.app_context():
        checkpoint = signed_log(4, at=NOW + timedelta(hours=1))
        assert demo.cosign_newest(NOW + timedelta(hours=1)) == 2
        assert demo.cosign_newest(NOW + timedelta(hours=1)) == 2
        db.session.commit()
        assert len(queries.cosignatures_of(checkpoint)) == 2


def test_by_command(demo_app: Flask) -> None:
    with demo_app.app_context():
        signed_log(4)
    done = demo_app.test_cli_runner().invoke(args=["log", "demo-sign"])
    assert done.exit_code == 0, done.output
    assert "Getekend door 2 getuigen" in done.output
    with demo_app.app_context():
        assert len(queries.cosignatures_of(newest())) == 2


def test_not_outside_a_demo(app: Flask) -> None:
    with app.app_context():
        signed_log(4)
        with pytest.raises(demo.NoDemo):
            demo.cosign_newest(NOW)
    done = app.test_cli_runner().invoke(args=["log", "demo-sign"])
    assert done.exit_code == 1
    assert "alleen met CIVIC_DEMO=1" in done.output


def test_nothing_to_sign_yet(databases: Databases, template_database: str, tmp_path: Path) -> None:
    url = databases.copy(template_database)
    app = make_app({**configuration(tmp_path, url), "DEMO": True})
    with app.app_context():
        assert demo.cosign_newest(NOW) == 0
    close(app)
    databases.drop(url)

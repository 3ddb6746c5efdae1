"""Fixtures that every room uses: a real database per test, a client, people who are signed in.

Rule of the house: enter `app.app_context()` only round set-up and assertions, never round a request.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic import create_app
from civic.db import db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
TEST_SECRET = "only-for-tests-0123456789-abcdefghij"


def configuration(directory: Path, database_url: str) -> dict[str, object]:
    return {
        "TESTING": True,
        "ENVIRONMENT": "testing",
        "SECRET_KEY": TEST_SECRET,
        "PEPPER": TEST_SECRET + "-pepper",
        "DATA_KEYS": "k1:" + "ab" * 32,
        "INSTANCE": str(directory),
        "DATABASE_URL": database_url,
        "WTF_CSRF_ENABLED": False,
        "SERVER_NAME": None,
    }


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the demo region; each test works on a copy."""
    directory = tmp_path_factory.mktemp("template")
    path = directory / "civic.sqlite3"
    app = create_app(configuration(directory, f"sqlite:///{path}"))
    with app.app_context():
        db.create_all()
        from civic.regions.service import load_region

        load_region("flevoland", at=NOW)
        db.session.commit()
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    return path


@pytest.fixture
def app(template_database: Path, tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "civic.sqlite3"
    shutil.copy(template_database, path)
    application = create_app(configuration(tmp_path, f"sqlite:///{path}"))
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """`sign_in("resident")`, `sign_in(Role.ADMINISTRATOR, municipality="GM0034", email=…)`: a client."""
    from tests.factories import signed_in_client

    def _sign_in(*roles: object, **options: object) -> FlaskClient:
        return signed_in_client(app, *roles, **options)

    return _sign_in

"""The whole site in one database, made once per worker and copied per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from civic import create_app
from civic.db import db
from tests.access import Case
from tests.conftest import close
from tests.databases import Databases
from tests.web import site


@pytest.fixture(scope="session")
def full_template(
    databases: Databases, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Case]]:
    """(database with the rows of all rooms, who may reach what)."""
    url = databases.copy(template_database)
    app = create_app(site.settings(tmp_path_factory.mktemp("full"), url))
    with app.app_context():
        site.make_identities()
        cases = site.build_cases()
        db.session.commit()
    close(app)
    return url, cases


@pytest.fixture(scope="session")
def cases(full_template: tuple[str, dict[str, Case]]) -> dict[str, Case]:
    return full_template[1]


@pytest.fixture
def full_app(
    databases: Databases, full_template: tuple[str, dict[str, Case]], tmp_path: Path
) -> Iterator[Flask]:
    """The site with the rows of all rooms, fresh for this test."""
    url = databases.copy(full_template[0])
    app = create_app(site.settings(tmp_path, url))
    yield app
    close(app)
    databases.drop(url)


@pytest.fixture(scope="module")
def shared_app(
    databases: Databases, full_template: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The same, shared by the tests of a module that only look (GET)."""
    url = databases.copy(full_template[0])
    app = create_app(site.settings(tmp_path_factory.mktemp("shared"), url))
    yield app
    close(app)
    databases.drop(url)

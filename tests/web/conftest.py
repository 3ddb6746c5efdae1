"""The whole site in one database, made once per worker and copied per test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from civic.db import db
from tests.access import Case
from tests.conftest import close, make_app
from tests.databases import Databases
from tests.web import site

# (database with the rows of all rooms, who may reach what)
Template = tuple[str, dict[str, Case]]


@pytest.fixture(scope="session")
def full_template(
    databases: Databases, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """Every room makes its rows, once per worker."""
    url = databases.copy(template_database)
    app = make_app(site.settings(tmp_path_factory.mktemp("full"), url))
    with app.app_context():
        site.make_identities()
        cases = site.build_cases()
        db.session.commit()
    close(app)
    return url, cases


@pytest.fixture(scope="session")
def cases(full_template: Template) -> dict[str, Case]:
    return full_template[1]


@contextmanager
def running(databases: Databases, url: str, directory: Path, **options: object) -> Iterator[Flask]:
    """The site on a copy of this database."""
    copy = databases.copy(url)
    app = make_app({**site.settings(directory, copy), **options})
    yield app
    close(app)
    databases.drop(copy)


@pytest.fixture(scope="session")
def common_full_app(
    databases: Databases, full_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One app for a worker: making one is a quarter of a test that asks a page."""
    with running(databases, full_template[0], tmp_path_factory.mktemp("common")) as app:
        yield app


@pytest.fixture
def full_app(common_full_app: Flask, databases: Databases, full_template: Template) -> Iterator[Flask]:
    """The site with the rows of all rooms, fresh for this test."""
    settings = dict(common_full_app.config)
    yield common_full_app
    close(common_full_app)
    common_full_app.config.clear()
    common_full_app.config.update(settings)
    databases.renew(settings["DATABASE_URL"], full_template[0])


@pytest.fixture(scope="module")
def steady_app(
    databases: Databases, full_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The same, for tests of a module that change nothing (refused requests)."""
    with running(databases, full_template[0], tmp_path_factory.mktemp("steady")) as app:
        yield app


@pytest.fixture(scope="module")
def shared_app(
    databases: Databases, full_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """As people meet it, with the CSRF check on, for tests that only look."""
    with running(
        databases, full_template[0], tmp_path_factory.mktemp("shared"), WTF_CSRF_ENABLED=True
    ) as app:
        yield app

"""Fixtures that every room uses: a real database per test, a client, people who are signed in.

Rule of the house: enter `app.app_context()` only round set-up and assertions, never round a request.
The suite runs on SQLite; `--database postgresql` (or CIVIC_TEST_BACKEND=postgresql) runs it on PostgreSQL.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from sqlalchemy import inspect
from werkzeug.routing import Rule

from civic import create_app
from civic.db import Base, db
from civic.search.models import is_own_index
from tests import kept
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases
from tests.statements import Statements, counting

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
TEST_SECRET = "only-for-tests-0123456789-abcdefghij"
# how long an example takes is for the benchmarks: on a busy machine it would be a test of the machine
settings.register_profile("civic", deadline=None)
settings.load_profile("civic")
SERVER = pytest.StashKey[Any]()
SERVER_URL = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    backend = os.environ.get("CIVIC_TEST_BACKEND", "sqlite")
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default=backend, help="where the tests run"
    )


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run: the controller starts it, xdist workers get its address."""
    if hasattr(config, "workerinput"):
        config.stash[SERVER_URL] = config.workerinput["server_url"]
    elif config.getoption("--database") == "postgresql" and not config.getoption("--collect-only"):
        from tests.pg import Server

        config.stash[SERVER] = Server()
        config.stash[SERVER_URL] = config.stash[SERVER].url


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["server_url"] = node.config.stash.get(SERVER_URL, "")


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


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
        "PAGE_CACHE": False,  # a test looks at what it just changed; tests/web/test_page_cache.py has it on
        "RENDER_CACHE": False,
    }


class CompiledTemplates(FileSystemBytecodeCache):
    """Every test may have its own app; compiling its templates again would be half of the time.

    Kept on disk too, where a changed template is another one to Jinja; but compiled in is also what filters
    make of constants, so it is kept with the code.
    """

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}
        super().__init__(str(kept.place("templates")))

    def load_bytecode(self, bucket: Bucket) -> None:
        name = f"{bucket.key}-{bucket.checksum}"
        if name in self._known:
            bucket.bytecode_from_string(self._known[name])
            return
        super().load_bytecode(bucket)
        if bucket.code is not None:
            self._known[name] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[f"{bucket.key}-{bucket.checksum}"] = bucket.bytecode_to_string()
        super().dump_bytecode(bucket)


COMPILED = CompiledTemplates()


def remember_compiled_rules() -> None:
    """Werkzeug writes a small program for every address of every app: 30 ms a test, always the same.

    The program depends on the rule alone, not on the app (converters are found through `self`).
    """
    known: dict[tuple[Any, ...], Any] = {}
    compile_builder = Rule._compile_builder

    def _compile_once(self: Rule, append_unknown: bool = True) -> Any:
        key = (self.rule, self.endpoint, repr(self.defaults), self.subdomain, self.host, append_unknown)
        if key not in known:
            known[key] = compile_builder(self, append_unknown)
        return known[key]

    Rule._compile_builder = _compile_once  # type: ignore[method-assign]  # for the time of the tests


remember_compiled_rules()


class WholeAnswers(FlaskClient):
    """Reads every answer to its end, as a server does: a stream left open keeps its request open."""

    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{"buffered": True, **options})


def make_app(settings: Mapping[str, object]) -> Flask:
    application = create_app(settings)
    application.test_client_class = WholeAnswers
    application.jinja_env.bytecode_cache = COMPILED
    return application


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long starts first: as the last one it would keep one worker busy and the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is imported now stays: looking through all of it again and again was a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def no_foreign_sockets() -> None:
    """Nothing outside this machine is part of a test. (An audit hook sees every thread and library.)"""
    sys.addaudithook(_refuse_foreign_sockets)


@pytest.fixture(scope="session", autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """It is NOW, and time goes on from there: a test may not start to fail because months went by."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def _refuse_foreign_sockets(happening: str, arguments: tuple[Any, ...]) -> None:
    if happening == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "unix"
    elif happening == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in {"unix", "localhost", "::1", "", None} and not str(host).startswith("127."):
        raise RuntimeError(f"a test wants to talk to {host}")


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Makes empty databases, and copies of them: the same few verbs on SQLite and PostgreSQL."""
    if pytestconfig.getoption("--database") == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        made: Databases = PostgresqlDatabases(pytestconfig.stash[SERVER_URL], worker)
    else:
        made = SqliteDatabases()
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def template_database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database with the demo region; each test works on a copy."""
    from civic.regions.service import load_region

    url = databases.create()
    app = create_app(configuration(tmp_path_factory.mktemp("template"), url))
    with app.app_context():
        upgrade()
        refuse_old_migrations()
        load_region("flevoland", at=NOW)
        db.session.commit()
    close(app)
    return url


def refuse_old_migrations() -> None:
    """One clear sentence instead of a thousand times "no such column"."""
    seen = inspect(db.engine)
    known = {
        name: {one["name"] for one in seen.get_columns(name) if not is_own_index(one["name"])}
        for name in seen.get_table_names()
    }
    wanted = {table.name: {column.name for column in table.columns} for table in Base.metadata.sorted_tables}
    different = sorted(name for name in wanted if known.get(name) != wanted[name])
    if different:
        command = ".venv/bin/flask db revision --autogenerate"
        pytest.exit(f"The migrations lag behind the models: {', '.join(different)}. Type: {command}")


@pytest.fixture(scope="session")
def common_app(
    databases: Databases, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """One app for all tests of a worker: making one, with all its statements, is half of a test."""
    url = databases.copy(template_database)
    application = make_app(configuration(tmp_path_factory.mktemp("instance"), url))
    yield application
    close(application)
    databases.drop(url)


@pytest.fixture
def app(request: pytest.FixtureRequest, databases: Databases, template_database: str) -> Iterator[Flask]:
    """The app with a fresh copy of the database, at NOW. A test marked `own_app` may change the app."""
    request.getfixturevalue("clock").move_to(NOW, tick=True)  # however long the tests before it took
    if request.node.get_closest_marker("own_app"):
        yield from _own_app(databases, template_database, request.getfixturevalue("tmp_path"))
        return
    application = request.getfixturevalue("common_app")
    settings, instance = dict(application.config), Path(application.config["INSTANCE"])
    yield application
    application.config.clear()
    application.config.update(settings)
    renew(application, databases, template_database)
    for left in instance.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _own_app(databases: Databases, template: str, directory: Path) -> Iterator[Flask]:
    url = databases.copy(template)
    application = make_app(configuration(directory, url))
    yield application
    close(application)
    databases.drop(url)


def renew(application: Flask, databases: Databases, template: str) -> None:
    """Back to the template: its database, and what tests keep with the app."""
    application.extensions.pop("test_logins", None)  # tests.web.site keeps them there
    with application.app_context():
        db.session.remove()
        is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite:
        close(application)  # nobody may be connected to a file that is replaced
    if databases.renew(str(application.config["DATABASE_URL"]), template):
        close(application)


def close(application: Flask) -> None:
    """Let go of every connection, so that the database can be copied or dropped."""
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


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], Any]:
    """`with count_statements() as seen: client.get(…)`, then `len(seen)` is the number of SQL statements."""

    def _count() -> Any:
        with app.app_context():
            return counting(db.engine)

    return _count


__all__ = ["NOW", "Statements", "close", "configuration", "make_app"]

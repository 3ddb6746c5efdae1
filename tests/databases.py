"""Databases for tests, cheap enough to have one per test: create one, copy it many times.

Rolling back instead is not enough here: the code under test commits, and SQLite ignores savepoints in
legacy mode. A copied file takes a millisecond, a copied PostgreSQL database forty.
"""

from __future__ import annotations

import shutil
import sqlite3
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.pg import database_url


class Databases(Protocol):
    def create(self) -> str:
        """An empty database; its URL."""

    def copy(self, url: str) -> str:
        """A copy of a database that nobody is connected to; its URL."""

    def renew(self, url: str, source: str) -> None:
        """Make the database at `url` a copy of `source` again; nobody is connected to it."""

    def drop(self, url: str) -> None: ...

    def drop_all(self) -> None: ...


class SqliteDatabases:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count()

    def create(self) -> str:
        return f"sqlite:///{self._directory / f'{next(self._numbers)}.sqlite3'}"

    def copy(self, url: str) -> str:
        fresh = self.create()
        self.renew(fresh, url)
        return fresh

    def renew(self, url: str, source: str) -> None:
        origin = _path(source)
        if origin.with_name(origin.name + "-wal").exists():
            _empty_log(origin)
        self.drop(url)
        shutil.copyfile(origin, _path(url))

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_path(url)}{suffix}").unlink(missing_ok=True)

    def drop_all(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _empty_log(path: Path) -> None:
    """Move what is still in the write-ahead log into the file."""
    handle = sqlite3.connect(path)
    handle.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    handle.close()


class PostgresqlDatabases:
    def __init__(self, server_url: str, worker: str) -> None:
        self._server_url = server_url
        self._prefix = f"civic_test_{worker}"
        self._numbers = count()
        self._made: set[str] = set()
        # one connection for all of it: opening one costs the server a process
        engine = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._server = engine.connect()
        left = self._server.scalars(
            text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"),
            {"prefix": self._prefix + "_"},
        )
        self._made.update(left)
        self._drop_left()

    def create(self) -> str:
        return self._create(f"{self._prefix}_{next(self._numbers)}", "template0")

    def _create(self, name: str, template: str) -> str:
        # since version 15 the default writes every page to the log: twice the work of copying files
        strategy = "STRATEGY file_copy" if self._version >= (15,) else ""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\' {strategy}')
        self._made.add(name)
        return database_url(self._server_url, name)

    def renew(self, url: str, source: str) -> None:
        self._drop(_name(url))
        self._create(_name(url), _name(source))

    def copy(self, url: str) -> str:
        return self._create(f"{self._prefix}_{next(self._numbers)}", _name(url))

    def drop(self, url: str) -> None:
        self._drop(_name(url))

    def drop_all(self) -> None:
        self._drop_left()
        self._server.close()

    def _drop_left(self) -> None:
        for name in sorted(self._made):
            self._drop(name)

    @property
    def _version(self) -> tuple[int, ...]:
        return self._server.dialect.server_version_info or (0,)

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.discard(name)

    def _run(self, statement: str) -> None:
        self._server.execute(text(statement))


def _name(url: str) -> str:
    return url.split("?")[0].rpartition("/")[2]

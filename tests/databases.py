"""Databases for tests, cheap enough to have one per test: create one, copy it many times.

Rolling back instead is not enough here: the code under test commits, and SQLite ignores savepoints in
legacy mode. A copied file takes a millisecond, a copied PostgreSQL database forty.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.pg import database_url, memory


class Databases(Protocol):
    def create(self) -> str:
        """An empty database; its URL."""

    def copy(self, url: str) -> str:
        """A copy of a database that nobody is connected to; its URL."""

    def renew(self, url: str, source: str) -> bool:
        """Make the database at `url` a copy of `source` again. True when it is another one: connect anew."""

    def drop(self, url: str) -> None: ...

    def drop_all(self) -> None: ...


class SqliteDatabases:
    def __init__(self) -> None:
        # a commit waits for the disk otherwise: a sixth of the time
        self._directory = Path(tempfile.mkdtemp(prefix="civic-sqlite-", dir=memory()))
        self._numbers = count()

    def create(self) -> str:
        return f"sqlite:///{self._directory / f'{next(self._numbers)}.sqlite3'}"

    def copy(self, url: str) -> str:
        fresh = self.create()
        self.renew(fresh, url)
        return fresh

    def renew(self, url: str, source: str) -> bool:
        origin = _path(source)
        if origin.with_name(origin.name + "-wal").exists():
            _empty_log(origin)
        self.drop(url)
        shutil.copyfile(origin, _path(url))
        return True

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
        self._sources: dict[str, Source] = {}
        self._cleaners: dict[str, Cleaner] = {}
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

    def renew(self, url: str, source: str) -> bool:
        """Wiping what a test wrote is five times as fast as another copy, and connections stay warm."""
        if source not in self._sources:
            self._sources[source] = Source(source)
        known = self._sources[source]
        if known.is_small:
            if url not in self._cleaners:
                self._cleaners[url] = Cleaner(url)
            if self._cleaners[url].wipe(known):
                return False
            self._cleaners.pop(url).close()
        self._drop(_name(url))
        self._create(_name(url), _name(source))
        return True

    def copy(self, url: str) -> str:
        return self._create(f"{self._prefix}_{next(self._numbers)}", _name(url))

    def drop(self, url: str) -> None:
        self._drop(_name(url))

    def drop_all(self) -> None:
        for cleaner in self._cleaners.values():
            cleaner.close()
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


class Source:
    """What a database holds that is copied: read once."""

    MOST = 12  # with more filled tables than this, comparing takes longer than copying

    def __init__(self, url: str) -> None:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as link:
            names = link.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            self.tables = sorted(names)
            filled = filled_tables(link, self.tables)
            self.is_small = len(filled) <= self.MOST
            self.contents = contents_of(link, filled) if self.is_small else {}
            self.positions = positions_of(link)
            self.schema = schema_of(link)
        engine.dispose()


class Cleaner:
    """Puts one PostgreSQL database back as its source is, by taking out what was written since.

    What the source holds (a region, its municipalities) is compared by its contents: changed there, and the
    database has to be copied anew. Triggers and foreign keys are off for this one connection.
    """

    LARGE = 65_536  # bytes from which a table is emptied at once instead of row by row

    def __init__(self, url: str) -> None:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._link = engine.connect()
        for setting in ("session_replication_role = replica", "lock_timeout = '2s'"):
            self._link.execute(text(f"SET {setting}"))

    def wipe(self, source: Source) -> bool:
        """False when this cannot be done here: a copy has to be made."""
        try:
            return self._wipe(source)
        except OperationalError:  # somebody still holds a lock
            return False

    def _wipe(self, source: Source) -> bool:
        busy = "state <> 'idle' AND datname = current_database() AND pid <> pg_backend_pid()"
        self._link.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {busy}"))
        if schema_of(self._link) != source.schema:
            return False
        if contents_of(self._link, sorted(source.contents)) != source.contents:
            return False
        others = [name for name in source.tables if name not in source.contents]
        steps = [self._emptying(name) for name in filled_tables(self._link, others)]
        steps += self._rewinding(source.positions)
        if steps:
            self._link.exec_driver_sql("; ".join(steps))
        return True

    def _emptying(self, name: str) -> str:
        size = self._link.scalar(
            text("SELECT pg_relation_size(CAST(:name AS regclass))"), {"name": f'"{name}"'}
        )
        return f'TRUNCATE "{name}" CASCADE' if (size or 0) > self.LARGE else f'DELETE FROM "{name}"'

    def _rewinding(self, before: dict[str, int | None]) -> list[str]:
        moved = [name for name, last in positions_of(self._link).items() if last != before.get(name)]
        return [f'ALTER SEQUENCE "{name}" RESTART WITH {(before.get(name) or 0) + 1}' for name in moved]

    def close(self) -> None:
        self._link.close()
        self._link.engine.dispose()


def schema_of(link: Connection) -> str:
    """A hash of all tables, indexes and triggers: some tests take a trigger away, or add a table."""
    public = "relnamespace = CAST('public' AS regnamespace)"
    parts = (
        f"SELECT concat(relname, relkind, relnatts) AS one FROM pg_class WHERE {public}",
        "SELECT concat(tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal",
    )
    rows = " UNION ALL ".join(parts)
    return str(link.scalar(text(f"SELECT md5(string_agg(one, ',' ORDER BY one)) FROM ({rows}) found")))


def filled_tables(link: Connection, names: list[str]) -> list[str]:
    parts = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names]
    return list(link.scalars(text(" UNION ALL ".join(parts)))) if parts else []


def contents_of(link: Connection, names: list[str]) -> dict[str, str]:
    """One hash of all rows per table."""
    rows = "SELECT '{0}', md5(string_agg(CAST(one AS text), '' ORDER BY CAST(one AS text))) FROM \"{0}\" one"
    parts = [rows.format(name) for name in names]
    return {row[0]: row[1] or "" for row in link.execute(text(" UNION ALL ".join(parts)))} if parts else {}


def positions_of(link: Connection) -> dict[str, int | None]:
    """How far the numbering of every table is; None where nothing was numbered yet."""
    found = link.execute(
        text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
    )
    return {row[0]: row[1] for row in found}


def _name(url: str) -> str:
    return url.split("?")[0].rpartition("/")[2]

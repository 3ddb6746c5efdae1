"""Leadership: one jobs process works, the others wait (on any number of hosts)."""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import socket
from pathlib import Path
from typing import IO, Any

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from civic.db import db

log = logging.getLogger("civic.jobs")
LEADER_LOCK = 7_246_101
# a network that swallows packets must not make a leader believe in itself for long
IMPATIENT = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
UNLOCK = text("SELECT pg_advisory_unlock(:key)")
HOLDS_LOCK = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() "
    "AND granted AND classid = 0 AND objid = :key AND objsubid = 1"
)


class Leader:
    """Holds leadership for as long as the process lives: an advisory lock, or `flock` on SQLite."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._file: IO[str] | None = None
        self._connection: Any = None

    def acquire(self) -> bool:
        """Try once; True when this process leads now."""
        with self._app.app_context():
            if db.engine.dialect.name == "sqlite":
                return self._lock_file()
            try:
                return self._lock_database()
            except SQLAlchemyError:
                log.exception("cannot reach the database yet")
                return False

    def _lock_file(self) -> bool:
        path = Path(self._app.config["INSTANCE"]) / "jobs.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._file = handle  # the kernel frees the lock when the process dies, also by kill -9
        return True

    def _lock_database(self) -> bool:
        # its own connection, outside the pool: the lock lives exactly as long as this connection
        engine = create_engine(
            db.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=IMPATIENT
        )
        connection = engine.connect()
        if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER_LOCK}):
            self._connection = connection
            return True
        connection.close()
        return False

    def is_alive(self) -> bool:
        """A lost database connection is lost leadership."""
        if self._connection is None:
            return self._file is not None
        try:
            return bool(self._connection.scalar(HOLDS_LOCK, {"key": LEADER_LOCK}))
        except SQLAlchemyError:
            log.exception("lost the leader's connection")
            return False

    def release(self) -> None:
        """Give leadership up (a process that ends does so anyhow)."""
        self._unlock()
        for held in (self._file, self._connection):
            if held is not None:
                held.close()
        self._file = self._connection = None

    def _unlock(self) -> None:
        """Now: after a close the server frees the lock only when it notices, and the next one had to wait."""
        if self._connection is None:
            return
        try:
            self._connection.execute(UNLOCK, {"key": LEADER_LOCK})
        except SQLAlchemyError:
            log.info("the leader's connection was lost already")


_WORKER = f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(3)}"


def worker_name() -> str:
    """Unique per process, also in a container where every process has the same host and number."""
    return _WORKER

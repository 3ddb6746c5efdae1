"""Leadership: one jobs process works, the others wait (on any number of hosts)."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
from pathlib import Path
from typing import IO, Any

from flask import Flask
from sqlalchemy import text

from civic.db import db

log = logging.getLogger("civic.jobs")
LEADER_LOCK = 7_246_101


class Leader:
    """Holds leadership for as long as the process lives: an advisory lock, or `flock` on SQLite."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._file: IO[str] | None = None
        self._connection: Any = None

    def acquire(self) -> bool:
        with self._app.app_context():
            if db.engine.dialect.name == "sqlite":
                return self._lock_file()
            return self._lock_database()

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
        connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
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
            held = self._connection.scalar(
                text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            )
        except Exception:
            log.exception("lost the leader's connection")
            return False
        return bool(held)


def worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"

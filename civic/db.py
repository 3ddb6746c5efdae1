"""The database wall: one Base, one session, one way to commit, one way to claim work.

SQLite runs in WAL with explicit BEGIN. A transaction that will write starts with BEGIN IMMEDIATE:
in WAL a read-then-write transaction otherwise fails at once when someone else wrote in between.
Within one process writers also take a lock, because SQLite's own busy handler is unfair.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Enum,
    Integer,
    MetaData,
    Select,
    String,
    Text,
    event,
    select,
    update,
)
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 15
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
R = TypeVar("R")

_writing: ContextVar[bool] = ContextVar("civic_writing", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments only; stored as UTC. SQLite would otherwise return naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use civic.db.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    # on the registry, not as class attributes: Flask-SQLAlchemy derives a class from this one
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime,
            date: Date,
            str: Text,
            dict[str, Any]: JSON,
            list[Any]: JSON,
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                length=30,
                values_callable=lambda kind: [member.value for member in kind],
            ),
        },
    )


BigId = BigInteger().with_variant(Integer(), "sqlite")
db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def committing() -> Iterator[None]:
    """The edge owns the transaction: commit, or roll back and let the error through."""
    _leave_read_transaction()
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


def _leave_read_transaction() -> None:
    """In WAL a transaction that began as a read cannot write once someone else wrote: begin again."""
    if db.session().in_transaction() and not will_write():
        db.session.commit()


def add_first(row: Any) -> bool:
    """Insert a row that can be there once. False when somebody was faster: the unique key decides, not a look
    before. What else is in the transaction stays."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def add_or_find(row: R, find: Callable[[], R | None]) -> tuple[R, bool]:
    """Insert a row that can be there once, or find the one that was faster; and is it ours?

    What else is in the transaction stays. Where nothing is, all of it may go: that spares a savepoint, two
    ways to the database and back.
    """
    has_more = db.session().in_transaction() or db.session.new or db.session.dirty
    try:
        with db.session.begin_nested() if has_more else _undone_if_refused():
            db.session.add(row)
    except IntegrityError:
        known = find()
        if known is None:  # it was another rule of the table that refused
            raise
        return known, False
    return row, True


@contextmanager
def _undone_if_refused() -> Iterator[None]:
    try:
        yield
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise


def each_by_itself() -> None:
    """Where a request only reads, or writes with one statement: PostgreSQL then needs no BEGIN and no end,
    two ways to it and back. Where a transaction has begun (somebody is signed in) nothing changes.

    Nothing is lost by it: at READ COMMITTED every statement looks at the data of its own moment anyway. And
    something is won: after a ROLLBACK, which ends a transaction that only read, psycopg forgets what it
    prepared, so each page would have each of its statements parsed and planned anew.
    """
    if db.engine.dialect.name == "postgresql" and not db.session().in_transaction():
        db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def will_write() -> bool:
    """True where the transaction that now begins may write (so it must begin IMMEDIATE)."""
    if _writing.get():
        return True
    if not has_request_context():
        return False
    if request.method not in SAFE_METHODS:
        return True
    from flask import current_app  # local: avoids a cycle at import of the app factory

    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "logs_read", False))


class _WriterLock:
    """Held by the connection that writes, from BEGIN IMMEDIATE until it returns to the pool."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self, record: dict[Any, Any]) -> None:
        if record.get("civic_writer"):
            return
        record["civic_writer"] = self._lock.acquire(timeout=BUSY_SECONDS)

    def give(self, record: dict[Any, Any] | None) -> None:
        if record and record.pop("civic_writer", False):
            self._lock.release()


def prepare_engine(engine: Engine) -> None:
    """Install the SQLite behaviour this house relies on; does nothing for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    lock = _WriterLock()

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we emit BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_size_limit=67108864",
            "secure_delete=ON",  # what was destroyed does not stay in free pages
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if will_write():
            lock.take(connection.connection.record_info)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "checkin")
    def _checkin(connection: Any, record: ConnectionPoolEntry) -> None:
        lock.give(record.record_info)


class Claimable:
    """Work is a row that one worker claims (W6); a crash leaves a claim that goes stale."""

    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


def claim(kind: type[Any], due: Select[Any], worker: str, at: datetime) -> int | None:
    """Claim the first free row of `due` (a select of ids) for `worker`; None when nothing is due.

    On PostgreSQL rows locked by another claimer are skipped; on SQLite the transaction is
    IMMEDIATE, so only one claimer looks at a time. The conditional UPDATE decides either way.
    """
    is_free = (kind.claimed_by.is_(None)) | (kind.claimed_at < at - STALE_AFTER)
    due = due.where(is_free).limit(1)
    if db.engine.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True, of=kind)
    row_id = db.session.scalar(due)
    if row_id is None:
        return None
    result: Any = db.session.execute(
        update(kind)
        .where(kind.id == row_id, is_free)
        .values(claimed_by=worker, claimed_at=at, attempts=kind.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return row_id if result.rowcount == 1 else None


STALE_AFTER = timedelta(seconds=60)


def heartbeat(kind: type[Any], row_id: int, worker: str, at: datetime) -> bool:
    """Say that `worker` is still at it; False when the claim was lost."""
    result: Any = db.session.execute(
        update(kind)
        .where(kind.id == row_id, kind.claimed_by == worker)
        .values(claimed_at=at)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def release_claims(kind: type[Any], worker: str) -> int:
    """Free the rows that other (dead) workers held; called once by a new leader."""
    result: Any = db.session.execute(
        update(kind)
        .where(kind.claimed_by.is_not(None), kind.claimed_by != worker)
        .values(claimed_by=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)


def move(row: Any, old: enum.Enum, new: enum.Enum, *, column: str = "state", **facts: Any) -> None:
    """Apply one transition: UPDATE … WHERE id AND state = old; someone faster means `NotAllowedNow`.

    `column` names where the state stands, for a row with more than one.
    """
    from civic.errors import NotAllowedNow

    kind = type(row)
    db.session.flush()
    result: Any = db.session.execute(
        update(kind)
        .where(kind.id == row.id, getattr(kind, column) == old)
        .values({column: new, **facts})
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(row)


def exists(statement: Select[Any]) -> bool:
    return db.session.scalar(select(statement.exists())) is True

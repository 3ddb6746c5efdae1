"""Rate limits in the database: fixed windows, so that all web processes count together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import String, bindparam, delete, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from civic.crypto import blind_index
from civic.db import Base, db
from civic.errors import TooMany

DAY_SECONDS = 86_400


class RateWindow(Base):
    """How often something happened in one window. `bucket` is a keyed hash: no address is stored."""

    __tablename__ = "rate_window"

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True)
class Limit:
    """At most `most` times per `seconds` (a day or less) for one key of this `name`."""

    name: str
    most: int
    seconds: int

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= DAY_SECONDS:
            raise ValueError("the key changes every day, so a window cannot be longer")


def hit(limit: Limit, key: str, at: datetime) -> int:
    """Count one use; raises `TooMany` above the limit. Returns the count in this window.

    Commit it on its own where what follows may be refused (a wrong code): a rollback uncounts it.
    """
    return hit_each([(limit, key)], at)[0]


def has_room(limit: Limit, key: str, at: datetime) -> bool:
    """Count one use; False above the limit, for where nobody needs to hear that there was no more."""
    try:
        hit(limit, key, at)
    except TooMany:
        return False
    return True


def hit_each(uses: Sequence[tuple[Limit, str]], at: datetime) -> list[int]:
    """Count one use of several limits (of different names) in one statement; the counts, in that order."""
    places = [_place(limit, key, at) for limit, key in uses]
    counts = _increment(places)
    for place, (limit, _key) in zip(places, uses, strict=True):
        if counts[place[0]] > limit.most:
            raise TooMany("too_many", minutes=max(1, limit.seconds // 60))
    return [counts[bucket] for bucket, _window in places]


def _place(limit: Limit, key: str, at: datetime) -> tuple[str, datetime]:
    """Bucket and window."""
    stamp = int(at.timestamp()) // limit.seconds * limit.seconds
    window = datetime.fromtimestamp(stamp, tz=UTC)
    # the day is part of the key, so the hashes of one address differ from day to day
    return blind_index(f"limit:{limit.name}:{window:%Y-%m-%d}", key), window


def _increment(places: list[tuple[str, datetime]]) -> dict[str, int]:
    """The counts by bucket. In one order for everybody: two at once then never wait for each other."""
    given: dict[str, Any] = {}
    for number, (bucket, window) in enumerate(sorted(places)):
        given |= {f"bucket_{number}": bucket, f"window_{number}": window}
    statement = _counting(len(places), db.engine.dialect.name)
    return {str(bucket): int(count) for bucket, count in db.session.execute(statement, given)}


@lru_cache
def _counting(rows: int, dialect: str) -> Any:
    """From a select: an insert with several VALUES is compiled anew each time, which takes a millisecond."""
    one_each = [
        select(
            bindparam(f"bucket_{number}", type_=RateWindow.bucket.type),
            bindparam(f"window_{number}", type_=RateWindow.window.type),
            literal(1),
        )
        for number in range(rows)
    ]
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table = RateWindow.__table__
    statement = insert(table).from_select(["bucket", "window", "count"], union_all(*one_each))
    more = {"count": table.c.count + 1}
    counted = statement.on_conflict_do_update(index_elements=["bucket", "window"], set_=more)
    return counted.returning(table.c.bucket, table.c.count)


class Fleeting:
    """A limit that is counted in this process only and written nowhere: for what may leave no trace at all.

    Each web process counts for itself, so with four of them somebody gets four times as much.
    """

    MOST_KEYS = 100_000  # then it forgets them all: somebody with that many addresses is not stopped by this

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._window = 0
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def hit(self, key: str, at: datetime) -> None:
        """Count one use; raises `TooMany` above the limit."""
        window = int(at.timestamp()) // self.limit.seconds
        with self._lock:
            if window != self._window or len(self._counts) > self.MOST_KEYS:
                self._window, self._counts = window, {}
            count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > self.limit.most:
            raise TooMany("too_many", minutes=max(1, self.limit.seconds // 60))


def forget_old_windows(at: datetime) -> int:
    result: Any = db.session.execute(delete(RateWindow).where(RateWindow.window < at - timedelta(days=1)))
    return int(result.rowcount)

"""Rate limits in the database: fixed windows, so that all web processes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import String, delete
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
    stamp = int(at.timestamp()) // limit.seconds * limit.seconds
    window = datetime.fromtimestamp(stamp, tz=UTC)
    # the day is part of the key, so the hashes of one address differ from day to day
    bucket = blind_index(f"limit:{limit.name}:{window:%Y-%m-%d}", key)
    count = _increment(bucket, window)
    if count > limit.most:
        raise TooMany("too_many", minutes=max(1, limit.seconds // 60))
    return count


def _increment(bucket: str, window: datetime) -> int:
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(RateWindow).values(bucket=bucket, window=window, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=[RateWindow.bucket, RateWindow.window], set_={"count": RateWindow.count + 1}
    ).returning(RateWindow.count)
    return int(db.session.execute(statement).scalar_one())


def forget_old_windows(at: datetime) -> int:
    result: Any = db.session.execute(delete(RateWindow).where(RateWindow.window < at - timedelta(days=1)))
    return int(result.rowcount)

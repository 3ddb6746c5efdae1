"""What waits for an official, in one mail: only for who asked for it, in office hours, and never empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from civic.aanjaagteam.models import WorkDigest
from civic.aanjaagteam.queries.inbox import Item, late_count, waiting_for
from civic.aanjaagteam.queries.units import unit_ids_of
from civic.aanjaagteam.states.queue import Rhythm
from civic.aanjaagteam.wording.inbox import KINDS
from civic.accounts.models import User
from civic.calendar import Calendar, today
from civic.db import add_or_find, db
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder

MOST_LINES = 25  # more is no overview; the page has them all
BATCH = 100


def choose_rhythm(user: User, rhythm: Rhythm | None, *, at: datetime) -> None:
    """From the next round on, never today; `None` is no more mails. Twice is once."""
    known = db.session.get(WorkDigest, user.id)
    if rhythm is None:
        if known is not None:
            db.session.delete(known)
        return
    fresh = WorkDigest(user_id=user.id, rhythm=rhythm, sent_on=today(at))
    row = known or add_or_find(fresh, lambda: db.session.get(WorkDigest, user.id))[0]
    row.rhythm = rhythm


def rhythm_of(user: User) -> Rhythm | None:
    row = db.session.get(WorkDigest, user.id)
    return row.rhythm if row is not None else None


def due(at: datetime, after: int) -> list[int]:
    """Who gets one now, by number, at most a batch; in office hours only."""
    if not Calendar().is_office_time(at):
        return []
    later = select(WorkDigest.user_id).where(WorkDigest.user_id > after, _is_due(today(at)))
    return list(db.session.scalars(later.order_by(WorkDigest.user_id).limit(BATCH)))


def _is_due(on: date) -> ColumnElement[bool]:
    """Daily: not looked at today. Weekly: not since this week began."""
    monday = on - timedelta(days=on.weekday())
    return or_(
        WorkDigest.sent_on.is_(None),
        (WorkDigest.rhythm == Rhythm.DAILY) & (WorkDigest.sent_on < on),
        (WorkDigest.rhythm == Rhythm.WEEKLY) & (WorkDigest.sent_on < monday),
    )


@dataclass(frozen=True)
class Line:
    """As it stands in the mail."""

    what: str
    title: str
    due_on: date | None
    is_late: bool
    url: str


def send(user_id: int, at: datetime) -> str:
    """One person's mail; a second time on the same day, also of another process, does nothing."""
    on = today(at)
    taken: Any = db.session.execute(
        update(WorkDigest)
        .where(WorkDigest.user_id == user_id, _is_due(on))
        .values(sent_on=on)
        .execution_options(synchronize_session=False)
    )
    user = db.session.get_one(User, user_id)
    if taken.rowcount != 1 or not user.email or not user.is_staff:
        return ""
    items = waiting_for(user, unit_ids_of(user, on), at)
    if not items:
        return ""
    lines = [_line(item, on) for item in items[:MOST_LINES]]
    context = {
        "name": user.name,
        "count": len(items),
        "late": late_count(items, at),
        "lines": lines,
        "more": len(items) - len(lines),
        "url": absolute("aanjaagteam.inbox"),
    }
    queue_reminder(Letter(user.email, "work_digest", f"work-digest:{user.id}:{on}", context), at=at)
    return "mails"


def _line(item: Item, on: date) -> Line:
    what = str(KINDS.get(item.kind, item.badge[1]))
    return Line(what, item.title, item.due_on, item.is_late(on), absolute(item.endpoint, **item.arguments))

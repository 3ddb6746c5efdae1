"""What waits for an official, in one mail: only for who asked for it, in office hours, and never empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

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


def send_due(at: datetime) -> dict[str, Any]:
    """In office hours; a second run on the same day finds nothing left to do."""
    if not Calendar().is_office_time(at):
        return {"mails": 0}
    on = today(at)
    rows = list(db.session.scalars(_due(on).order_by(WorkDigest.user_id).limit(BATCH)))
    return {"mails": sum(_send(row, at) for row in rows)}


def _due(on: date) -> Any:
    """Daily: not looked at today. Weekly: not since this week began."""
    monday = on - timedelta(days=on.weekday())
    return select(WorkDigest).where(
        or_(
            WorkDigest.sent_on.is_(None),
            (WorkDigest.rhythm == Rhythm.DAILY) & (WorkDigest.sent_on < on),
            (WorkDigest.rhythm == Rhythm.WEEKLY) & (WorkDigest.sent_on < monday),
        )
    )


@dataclass(frozen=True)
class Line:
    """As it stands in the mail."""

    what: str
    title: str
    due_on: date | None
    is_late: bool
    url: str


def _send(row: WorkDigest, at: datetime) -> int:
    on, before = today(at), row.sent_on
    taken: Any = db.session.execute(
        update(WorkDigest)
        .where(WorkDigest.user_id == row.user_id, WorkDigest.sent_on.is_not_distinct_from(before))
        .values(sent_on=on)
        .execution_options(synchronize_session=False)
    )
    user = db.session.get_one(User, row.user_id)
    if taken.rowcount != 1 or not user.email or not user.is_staff:
        return 0
    items = waiting_for(user, unit_ids_of(user, on), at)
    if not items:
        return 0
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
    return 1


def _line(item: Item, on: date) -> Line:
    what = str(KINDS.get(item.kind, item.badge[1]))
    return Line(what, item.title, item.due_on, item.is_late(on), absolute(item.endpoint, **item.arguments))

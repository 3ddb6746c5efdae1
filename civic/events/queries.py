"""Reading the log: timelines, the history page, open promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from civic.calendar import ZONE
from civic.db import db
from civic.events.models import Deadline, DeadlineExtension, DeadlinePause, Event, Visibility
from civic.keyset import Cursor, Part, fetch

PAGE = 50
EXPORT_BATCH = 1000
MOST_AT_ONCE = 100
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Filter:
    """What the history page looks for; empty means everything. Days are Dutch days, both included."""

    subject_type: str = ""
    subject_id: int | None = None
    action: str = ""
    actor_kind: str = ""
    from_on: date | None = None
    until_on: date | None = None


def history(wanted: Filter, cursor: Cursor) -> Part[Event]:
    """A page of the log, newest first."""
    return fetch(_matching(wanted), Event.id, cursor, PAGE)


def history_rows(wanted: Filter) -> Iterator[Event]:
    """The whole log that matches, newest first, read in batches so that it never fills the memory."""
    cursor = Cursor()
    while True:
        part = fetch(_matching(wanted), Event.id, cursor, EXPORT_BATCH)
        yield from part.rows
        if not part.has_older:
            return
        cursor = Cursor(older_than=part.rows[-1].id)
        db.session.expunge_all()


def _matching(wanted: Filter) -> Select[Event]:
    statement = select(Event)
    if wanted.subject_type:
        statement = statement.where(Event.subject_type == wanted.subject_type)
    if wanted.subject_id is not None:
        statement = statement.where(Event.subject_id == wanted.subject_id)
    if wanted.action:
        statement = statement.where(Event.action == wanted.action)
    if wanted.actor_kind:
        statement = statement.where(Event.actor_kind == wanted.actor_kind)
    if wanted.from_on:
        statement = statement.where(Event.at >= _start_of(wanted.from_on))
    if wanted.until_on:
        statement = statement.where(Event.at < _start_of(wanted.until_on) + timedelta(days=1))
    return statement


def _start_of(day: date) -> datetime:
    """Midnight in the Netherlands; a day that no clock can hold in UTC becomes the nearest one that fits."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, tzinfo=ZONE)


def subject_types() -> list[str]:
    """The kinds of subject that occur in the log."""
    return list(db.session.scalars(select(Event.subject_type).distinct().order_by(Event.subject_type)))


def actions(subject_type: str = "") -> list[str]:
    """The actions that occur in the log (on this kind of subject)."""
    statement = select(Event.action).distinct().order_by(Event.action)
    if subject_type:
        statement = statement.where(Event.subject_type == subject_type)
    return list(db.session.scalars(statement))


def timeline(subject: Any, visible: Iterable[Visibility] = (Visibility.PUBLIC,)) -> list[Event]:
    """The subject's events, oldest first, that a reader with this view may see."""
    return list(
        db.session.scalars(
            select(Event)
            .where(
                Event.subject_type == subject.__tablename__,
                Event.subject_id == subject.id,
                Event.visibility.in_(list(visible)),
            )
            .order_by(Event.id)
        )
    )


def deadlines_of(subject: Any) -> list[Deadline]:
    return list(
        db.session.scalars(
            select(Deadline)
            .where(Deadline.subject_type == subject.__tablename__, Deadline.subject_id == subject.id)
            .order_by(Deadline.due_on)
        )
    )


def deadline_of(subject: Any, kind: str) -> Deadline | None:
    return db.session.scalar(
        select(Deadline).where(
            Deadline.subject_type == subject.__tablename__,
            Deadline.subject_id == subject.id,
            Deadline.kind == kind,
        )
    )


def passed_deadlines(today: date, limit: int = 100) -> list[Deadline]:
    """Promises whose date is gone, not kept and not yet noticed."""
    return list(
        db.session.scalars(
            select(Deadline)
            .where(
                Deadline.met_at.is_(None),
                Deadline.passed_at.is_(None),
                Deadline.due_on < today,
                ~stands_still(),
            )
            .order_by(Deadline.due_on, Deadline.id)
            .limit(limit)
        )
    )


def stands_still() -> ColumnElement[bool]:
    """In a statement over deadlines: this clock is paused, so its date says nothing now."""
    is_open = DeadlinePause.until_at.is_(None)
    return select(DeadlinePause.id).where(DeadlinePause.deadline_id == Deadline.id, is_open).exists()


def open_pause(row: Deadline) -> DeadlinePause | None:
    return db.session.scalar(
        select(DeadlinePause).where(DeadlinePause.deadline_id == row.id, DeadlinePause.until_at.is_(None))
    )


def pauses_of(row: Deadline) -> list[DeadlinePause]:
    statement = select(DeadlinePause).where(DeadlinePause.deadline_id == row.id)
    return list(db.session.scalars(statement.order_by(DeadlinePause.from_at)))


def extension_of(row: Deadline) -> DeadlineExtension | None:
    """Of the round that runs now."""
    is_it = (DeadlineExtension.deadline_id == row.id, DeadlineExtension.starts_on == row.starts_on)
    return db.session.scalar(select(DeadlineExtension).where(*is_it))


def open_pauses(deadline_ids: Iterable[int]) -> dict[int, DeadlinePause]:
    """The pause of each of these clocks that stands still now; one statement."""
    rows = db.session.scalars(
        select(DeadlinePause).where(
            DeadlinePause.deadline_id.in_(list(deadline_ids)), DeadlinePause.until_at.is_(None)
        )
    )
    return {row.deadline_id: row for row in rows}


def still_missed(
    kinds: Iterable[str], before: datetime, last_level: int, *, not_about: Iterable[str] = ()
) -> list[Deadline]:
    """Missed promises of these kinds that nobody was asked to take over, or that lie there since `before`."""
    waits = or_(
        Deadline.escalation == 0,
        and_(Deadline.escalation < last_level, Deadline.escalated_at <= before),
    )
    return list(
        db.session.scalars(
            select(Deadline)
            .where(
                Deadline.met_at.is_(None),
                Deadline.passed_at.is_not(None),
                Deadline.kind.in_(list(kinds)),
                Deadline.subject_type.not_in(list(not_about)),
                waits,
                ~stands_still(),
            )
            .order_by(Deadline.due_on, Deadline.id)
            .limit(MOST_AT_ONCE)
        )
    )

"""Reading the log: timelines, counts, open promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from civic.db import db
from civic.events.models import Deadline, Event, Visibility


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
            .where(Deadline.met_at.is_(None), Deadline.passed_at.is_(None), Deadline.due_on < today)
            .order_by(Deadline.due_on)
            .limit(limit)
        )
    )

"""Writing the log. `record` is the only way in, and refuses anything that could hold personal data."""

from __future__ import annotations

import math
import re
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from flask_babel import force_locale

from civic.calendar import Answer, Calendar, Pause, deadline, today
from civic.db import add_first, db
from civic.errors import NotAllowedNow
from civic.events.models import Deadline, DeadlineExtension, DeadlinePause, Event, Visibility

CODE = re.compile(r"[\w.:/+=-]{0,100}\Z", re.ASCII)
FREE_DAYS = 15  # more than ever follow each other
NAME = re.compile(r"[\w.:-]{1,60}\Z", re.ASCII)


class Identified(Protocol):
    id: Any


class Subject(Identified, Protocol):
    __tablename__: str


class Reference:
    """A subject known by its table and id only, where the row itself is another room's business."""

    def __init__(self, subject_type: str, subject_id: int) -> None:
        self.__tablename__ = subject_type
        self.id = subject_id


@dataclass(frozen=True)
class What:
    """One thing that happened. `data` holds codes, numbers and ids only."""

    action: str
    from_state: Any = None
    to_state: Any = None
    reason_code: str | None = None
    visibility: Visibility = Visibility.INTERNAL
    data: dict[str, Any] = field(default_factory=dict)


def record(subject: Any, what: What, *, actor: Any, at: datetime, anonymous: bool = False) -> Event:
    """Append one event. `actor` is a user, or None for the system (or an anonymous visitor)."""
    _refuse_free_text(what.data)
    if not NAME.match(what.action) or (what.reason_code and not NAME.match(what.reason_code)):
        raise ValueError("an action and a reason are codes of at most 60 signs")
    _give_id(subject)
    kind = "user" if actor is not None else ("anonymous" if anonymous else "system")
    event = Event(
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        action=what.action,
        from_state=_value(what.from_state),
        to_state=_value(what.to_state),
        actor_id=actor.id if actor is not None else None,
        actor_kind=kind,
        at=at,
        reason_code=what.reason_code,
        data=what.data,
        visibility=what.visibility,
        salt=secrets.token_hex(16),
    )
    db.session.add(event)
    return event


def _give_id(subject: Any) -> None:
    """A new row has none yet. Else nothing is sent now: what is new goes together, in as few ways to the
    database as it can."""
    if subject.id is None:
        db.session.flush()


def _value(state: Any) -> str | None:
    value = getattr(state, "value", state)
    return None if value is None else str(value)


def _refuse_free_text(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_free_text(key)
            _refuse_free_text(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_free_text(item)
    elif isinstance(value, str):
        if not CODE.match(value):
            raise ValueError(f"free text in an event: {value[:20]!r}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no such number")
    elif not isinstance(value, int | float | bool | None):
        raise TypeError(f"{type(value).__name__} in an event")


@dataclass(frozen=True)
class Promise:
    """A date that is promised: `kind` names it, `term` says how long ("8 weken").

    `owner_id` is the person who gets a mail when the date passes.
    """

    kind: str
    term: str
    starts_on: date
    is_public: bool = False
    owner_id: int | None = None


def promise(subject: Any, what: Promise, calendar: Calendar | None = None) -> Deadline:
    """Store a deadline with the date it falls on and the explanation of that date."""
    _give_id(subject)
    answer = _promised(what.starts_on, what.term, calendar or Calendar())
    row = Deadline(
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        kind=what.kind,
        starts_on=what.starts_on,
        term=what.term,
        due_on=answer.on,
        explanation=answer.explanation,
        is_public=what.is_public,
        owner_id=what.owner_id,
    )
    db.session.add(row)
    return row


@lru_cache(maxsize=256)
def _promised(start: date, term: str, calendar: Calendar) -> Answer:
    """Most that is promised on a day is promised by the same terms."""
    with force_locale("nl"):  # kept in the database: the Dutch text is the one that counts
        return deadline(start, term, calendar)


def promise_again(subject: Any, what: Promise, calendar: Calendar | None = None) -> Deadline:
    """The same promise for a new round: its clock starts anew. What happened before is in the log."""
    from civic.events.queries import deadline_of

    row = deadline_of(subject, what.kind)
    if row is None:
        return promise(subject, what, calendar)
    with db.session.no_autoflush:  # the old day belongs to the old start
        row.starts_on, row.term, row.is_public = what.starts_on, what.term, what.is_public
        row.owner_id, row.met_at = what.owner_id, None
        _calm_down(row)
        _fix_date(row, calendar)
    return row


def keep_promise(subject: Any, kind: str, at: datetime, *, runs_on: bool = False) -> None:
    """Mark a deadline as met; a second time changes nothing. A pause ends with what it stopped.

    With `runs_on` the term itself goes on, and so does its pause: signing does not end with enough support.
    """
    from civic.events.queries import deadline_of, open_pause

    row = deadline_of(subject, kind)
    if row is None or row.met_at is not None:
        return
    row.met_at = at
    stop = None if runs_on else open_pause(row)
    if stop is not None:
        stop.until_at = max(at, stop.from_at)


def pause(row: Deadline, reason: str, *, actor: Any, at: datetime) -> DeadlinePause:
    """Stop this clock. `reason` is a code; `actor` is answerable for it. Twice is once."""
    from civic.events.queries import open_pause

    known = open_pause(row)
    if known is not None:
        return known
    stop = DeadlinePause(deadline_id=row.id, from_at=at, reason=reason, owner_id=actor.id)
    if not add_first(stop):
        raise NotAllowedNow("changed_meanwhile")
    _note_clock(row, "clock_paused", reason, actor, at)
    return stop


def resume(row: Deadline, *, actor: Any, at: datetime, calendar: Calendar | None = None) -> None:
    """Let the clock run on: the date moves by the time it stood still, and says so. Twice is once."""
    from civic.events.queries import open_pause

    stop = open_pause(row)
    if stop is None:
        return
    stop.until_at = max(at, stop.from_at)  # a clock that went back ends no pause before it began
    db.session.flush()
    _fix_date(row, calendar)
    if row.due_on >= today(at):
        _calm_down(row)
    _note_clock(row, "clock_resumed", stop.reason, actor, at)


def extend(
    row: Deadline, until: date, reason: str, *, actor: Any, at: datetime, calendar: Calendar | None = None
) -> DeadlineExtension:
    """Take more time, up to and including `until`: a working day after the promised one. Once per round."""
    least = max(1, (until - row.due_on).days)  # or a bit more, where free days moved the promised date
    days = next(d for d in range(least, least + FREE_DAYS) if _answer(row, calendar, d).on >= until)
    more = DeadlineExtension(
        deadline_id=row.id, starts_on=row.starts_on, days=days, at=at, reason=reason, owner_id=actor.id
    )
    if not add_first(more):
        raise NotAllowedNow("changed_meanwhile")
    _fix_date(row, calendar)
    _calm_down(row)
    _note_clock(row, "clock_extended", reason, actor, at)
    return more


def _fix_date(row: Deadline, calendar: Calendar | None) -> None:
    from civic.events.queries import extension_of

    more = extension_of(row)
    answer = _answer(row, calendar, more.days if more is not None else 0)
    row.due_on, row.explanation = answer.on, answer.explanation


def _answer(row: Deadline, calendar: Calendar | None, extra: int) -> Answer:
    from civic.events.queries import pauses_of

    pauses = [_whole_days(stop) for stop in pauses_of(row) if stop.until_at is not None]
    with force_locale("nl"):
        return deadline(row.starts_on, row.term, calendar, pauses, extra)


def _whole_days(stop: DeadlinePause) -> Pause:
    """A day that was begun is given back whole: nobody loses time by a pause."""
    until = stop.until_at or stop.from_at
    days = math.ceil((until - stop.from_at) / timedelta(days=1))
    start = today(stop.from_at)
    return Pause(start, start + timedelta(days=days))


def _calm_down(row: Deadline) -> None:
    row.passed_at, row.escalated_to_id, row.escalated_at, row.escalation = None, None, None, 0


def _note_clock(row: Deadline, action: str, reason: str, actor: Any, at: datetime) -> None:
    visibility = Visibility.PUBLIC if row.is_public else Visibility.INTERNAL
    data = {"deadline": row.id, "kind": row.kind, "due_on": row.due_on.isoformat()}
    what = What(action, reason_code=reason, visibility=visibility, data=data)
    record(Reference(row.subject_type, row.subject_id), what, actor=actor, at=at)


def escalate(row: Deadline, to: Any, level: int, *, at: datetime) -> None:
    """Nobody did it in time: from now on this person is asked. Who that is stays inside the house."""
    row.escalated_to_id, row.escalated_at, row.escalation = to.id, at, level
    data = {"deadline": row.id, "kind": row.kind, "level": level, "user": to.id}
    what = What("deadline_escalated", data=data)
    record(Reference(row.subject_type, row.subject_id), what, actor=None, at=at)


def notice_passed(row: Deadline, at: datetime) -> None:
    """The promised date is gone: say so in the log, once, where the promise was public publicly."""
    row.passed_at = at
    visibility = Visibility.PUBLIC if row.is_public else Visibility.INTERNAL
    data = {"deadline": row.id, "kind": row.kind, "due_on": row.due_on.isoformat()}
    what = What("deadline_passed", visibility=visibility, data=data)
    record(Reference(row.subject_type, row.subject_id), what, actor=None, at=at)

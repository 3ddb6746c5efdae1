"""Nothing dies because nobody looks: who takes over when a promised date has passed.

A feature says, per kind of promise, who can act (its ladder): on the first step colleagues of the owner, on
the second who answers for the region. Each step is one named person, who gets a mail in office hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.calendar import ZONE, Calendar, today
from civic.db import db
from civic.events import queries, service
from civic.events.models import Deadline
from civic.events.presentation import deadline_name, subject_link, subject_name
from civic.mail import service as mail

Ladder = Callable[[Deadline], list[list[User]]]  # people per step, the best first
LADDERS: dict[str, Ladder] = {}  # per kind of promise
OWN_WAY: set[str] = set()  # subjects whose room asks other people itself
STEPS = 2
PATIENCE = 5  # working days for each step


def register_ladder(kinds: Iterable[str], ladder: Ladder) -> None:
    """Say who takes over promises of these kinds."""
    LADDERS.update(dict.fromkeys(kinds, ladder))


def leave_to_its_own(subject_type: str) -> None:
    """Promises about these subjects climb another ladder; nobody is asked twice for one promise."""
    OWN_WAY.add(subject_type)


def escalate_deadlines(at: datetime) -> dict[str, Any]:
    """Ask the next person, in office hours only; a second run finds nothing left to do."""
    if not Calendar().is_office_time(at):
        return {"escalated": 0}
    missed = queries.still_missed(LADDERS, _patient_until(at), STEPS, not_about=OWN_WAY)
    return {"escalated": sum(_ask_next(row, at) for row in missed)}


def _patient_until(at: datetime) -> datetime:
    """Whoever was asked before this moment had all the working days of a step."""
    calendar, day = Calendar(), today(at)
    local = at.astimezone(ZONE)
    while calendar.working_days_between(day, today(at)) < PATIENCE:
        day = day.fromordinal(day.toordinal() - 1)
    return datetime.combine(day, local.time(), tzinfo=ZONE)


def _ask_next(row: Deadline, at: datetime) -> bool:
    """The first step above the present one where somebody is who was not asked yet."""
    steps = LADDERS[row.kind](row)
    asked = {row.owner_id, row.escalated_to_id}
    for level, people in enumerate(steps, start=1):
        free = [one for one in people if one.id not in asked and one.email]
        if level > row.escalation and free:
            service.escalate(row, free[0], level, at=at)
            _tell(row, free[0], at)
            return True
    return False


def _tell(row: Deadline, person: User, at: datetime) -> None:
    owner = db.session.get(User, row.owner_id) if row.owner_id is not None else None
    context = {
        "name": person.name,
        "owner": owner.name if owner is not None else "",
        "subject": subject_name(row.subject_type),
        "number": row.subject_id,
        "what": deadline_name(row.kind),
        "due_on": row.due_on,
        "explanation": row.explanation,
        "url": subject_link(row.subject_type, row.subject_id),
    }
    key = f"deadline-escalated:{row.id}:{row.starts_on}:{row.escalation}"
    mail.queue_reminder(mail.Letter(person.email or "", "deadline_escalated", key, context), at=at)

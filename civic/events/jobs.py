"""Promises whose date is gone: noted in the log, and told to whoever has to act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.events import escalation, queries, service
from civic.events.models import Deadline
from civic.events.presentation import deadline_name, subject_link, subject_name
from civic.jobs import Job
from civic.mail import service as mail


def notice_passed_deadlines(at: datetime) -> dict[str, Any]:
    """Mark what passed, once each; the mail to the owner goes out in office hours."""
    passed = queries.passed_deadlines(today(at))
    told = 0
    for row in passed:
        service.notice_passed(row, at)
        told += _tell_owner(row, at)
    return {"passed": len(passed), "mails": told}


def _tell_owner(row: Deadline, at: datetime) -> bool:
    owner = db.session.get(User, row.owner_id) if row.owner_id is not None else None
    address = owner.email if owner is not None else None
    if owner is None or address is None:  # nobody owns it, or that person was erased
        return False
    letter = mail.Letter(
        to=address,
        template="deadline_passed",
        key=f"deadline-passed:{row.id}:{row.due_on}",
        context={
            "name": owner.name,
            "subject": subject_name(row.subject_type),
            "number": row.subject_id,
            "what": deadline_name(row.kind),
            "due_on": row.due_on,
            "explanation": row.explanation,
            "url": subject_link(row.subject_type, row.subject_id),
        },
    )
    mail.queue_reminder(letter, at=at)
    return True


JOBS = (
    Job("notice_passed_deadlines", 600, notice_passed_deadlines),
    Job("escalate_deadlines", 900, escalation.escalate_deadlines),
)

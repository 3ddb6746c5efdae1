"""A day that the team promises the reporter (S16d): made, kept, or broken; each is counted from the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.knots import overdue_promises
from civic.aanjaagteam.queries.one import owner_or
from civic.aanjaagteam.service.days import refuse_bad_day, term_until
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.wording.knots import REQUIRED
from civic.accounts.models import User
from civic.calendar import Calendar, today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline
from civic.links import absolute
from civic.mail import service as mail

PROMISE = "promise"
BROKEN_REASON = "broken_promise"
OWN_OWNER = "process_change"  # somebody else can have promised this one


def make_promise(report: Report, due_on: date | None, *, actor: User, at: datetime) -> Deadline:
    """Tell the reporter by which day they hear more. One at a time; a new one only after the old one."""
    if due_on is None:
        raise Invalid({"due_on": [str(REQUIRED["due_on"])]})
    if errors := refuse_bad_day(due_on, at):
        raise Invalid({"due_on": errors})
    db.session.refresh(report, with_for_update=True)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    known = event_queries.deadline_of(report, PROMISE)
    if known is not None and known.met_at is None:
        if known.due_on >= today(at):
            raise NotAllowedNow("changed_meanwhile")
        break_promise(known, at)
    owner_id = owner_or(report, actor)
    row = events.promise_again(
        report, events.Promise(PROMISE, term_until(due_on, at), today(at), owner_id=owner_id)
    )
    _note(report, "promise_made", row, actor, at)
    if letter := _letter(report, "report_promise", row):
        mail.queue(letter, at=at)
    return row


def settle(report: Report, *, actor: User | None, at: datetime) -> bool:
    """The reporter heard what happens. False when nothing was promised, or it was settled before."""
    row = event_queries.deadline_of(report, PROMISE)
    if row is None or row.met_at is not None:
        return False
    if row.due_on < today(at):  # broken, but nobody above is asked for what is there now
        _mark_broken(row, report, at)
    events.keep_promise(report, PROMISE, at)
    if row.due_on >= today(at):
        _note(report, "promise_kept", row, actor, at)
    return True


def break_promise(row: Deadline, at: datetime) -> bool:
    """The day went by. Once for each promise: false where it was done before, or where it was kept."""
    report = db.session.get_one(Report, row.subject_id)
    if not _mark_broken(row, report, at):
        return False
    if letter := _letter(report, "report_promise_broken", row):
        mail.queue_reminder(letter, at=at)
    _escalate(report, at)
    return True


def _mark_broken(row: Deadline, report: Report, at: datetime) -> bool:
    """In the columns of the house's own ladder, which leaves reports alone; a new promise clears them."""
    result: Any = db.session.execute(
        update(Deadline)
        .where(Deadline.id == row.id, Deadline.escalation == 0, Deadline.met_at.is_(None))
        .values(escalation=1, escalated_at=at, escalated_to_id=row.owner_id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(row)
    if result.rowcount != 1:
        return False
    _note(report, "promise_broken", row, None, at)
    return True


def break_promises(at: datetime) -> dict[str, int]:
    """Every promised day that went by, in office hours; a second run finds nothing left to do."""
    if not Calendar().is_office_time(at):
        return {"broken": 0}
    return {"broken": sum(break_promise(row, at) for row in overdue_promises(today(at)))}


def follow_owner(report: Report) -> None:
    """Another owner: what the old one still had to do for this report is now theirs."""
    db.session.execute(
        update(Deadline)
        .where(
            Deadline.subject_type == "report",
            Deadline.subject_id == report.id,
            Deadline.kind != OWN_OWNER,
            Deadline.met_at.is_(None),
        )
        .values(owner_id=report.owner_id)
        .execution_options(synchronize_session="fetch")
    )


def _letter(report: Report, template: str, row: Deadline) -> mail.Letter | None:
    """Without an address the reporter reads it with the code."""
    if not report.contact:
        return None
    facts = {"report": report, "follow_url": absolute("aanjaagteam.follow"), "due_on": row.due_on}
    return mail.Letter(report.contact, template, f"{template}:{row.id}:{row.starts_on}:{row.due_on}", facts)


def _escalate(report: Report, at: datetime) -> None:
    """Somebody higher up looks at it from now on."""
    if report.state in FINAL:
        return
    from civic.aanjaagteam.service.ladder import escalate_for  # it stands on steps that stand on this

    escalate_for(report, BROKEN_REASON, at=at)


def _note(report: Report, action: str, row: Deadline, actor: Any, at: datetime) -> None:
    data = {"due_on": row.due_on.isoformat(), "late": max(0, (today(at) - row.due_on).days)}
    events.record(report, events.What(action, data=data), actor=actor, at=at)

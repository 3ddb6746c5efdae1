"""Sealing every ten seconds, checking every day, and the daily checkpoint by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts import queries as accounts
from civic.accounts.states import Role
from civic.calendar import Calendar, today
from civic.db import committing, db
from civic.jobs import STOPPING, Job
from civic.links import absolute
from civic.mail import service as mail
from civic.seal import letters, queries, service
from civic.seal.models import LogCheck
from civic.seal.tree import LogBroken
from civic.seal.verify import Part, todays_part


def seal_log(at: datetime) -> dict[str, Any]:
    """All that waits, in batches that each commit; then the hourly checkpoint."""
    sealed = 0
    while not STOPPING.is_set():
        with committing():
            batch = service.seal(at)
        sealed += batch
        if batch < service.BATCH:
            break
    with committing():
        signed = service.sign_when_due(at)
    return {"sealed": sealed, "checkpoint": int(signed is not None)}


def check_log(at: datetime) -> dict[str, Any]:
    """Today's part of the log against its tree; what is wrong is mailed, and shown on the status page."""
    part = todays_part(at)
    with committing():
        _keep(part, at)
    if part.problem is not None:
        raise LogBroken(part.problem.code, part.problem.place)
    return {"checked": part.size}


def _keep(part: Part, at: datetime) -> None:
    problem = part.problem
    db.session.add(
        LogCheck(
            at=at,
            size=part.size,
            again_to=part.again_to,
            problem=problem.code if problem else None,
            place=problem.place if problem else None,
        )
    )
    if problem is None:
        return
    for person in accounts.people_with(Role.ADMINISTRATOR, in_region=True):
        mail.queue(
            mail.Letter(
                to=person.email or "",
                template="log_alarm",
                key=f"log-alarm:{today(at)}:{person.id}",
                context={"name": person.name, "problem": letters.in_dutch(problem)},
            ),
            at=at,
        )


def mail_checkpoints(at: datetime) -> dict[str, Any]:
    """Once a working day, to every witness with an address and every council office."""
    checkpoint = queries.newest_checkpoint()
    if checkpoint is None or not Calendar().is_office_time(at):
        return {"mails": 0}
    context = {
        "day": today(at),
        "note": letters.note_of(checkpoint),
        "size": checkpoint.size,
        "url": absolute("seal.index"),
    }
    receivers = letters.receivers()
    for one in receivers:
        letter = mail.Letter(
            to=one.email,
            template="checkpoint",
            key=f"checkpoint:{today(at)}:{one.key}",
            context={**context, "name": one.name, "sign_url": one.sign_url},
        )
        mail.queue_reminder(letter, at=at)
    return {"mails": len(receivers)}


JOBS = (
    Job("seal_log", 10, seal_log, owns_transactions=True),
    Job("check_log", 24 * 3600, check_log, owns_transactions=True),
    Job("mail_checkpoints", 3600, mail_checkpoints),
)

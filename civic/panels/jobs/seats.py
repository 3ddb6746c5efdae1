"""After a draw: telling everybody, reminding, and taking back seats that nobody answered for.

Each batch is one short transaction that marks its rows and queues their mails: killed in between, the next
run goes on where the last commit stood, and nobody hears anything twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from civic.db import committing
from civic.jobs import STOPPING, Job
from civic.panels.service import seats_answers, seats_mail

HOUR_SECONDS = 3600


def tell_everybody(at: datetime) -> dict[str, Any]:
    """The drawn first: they have something to answer."""
    invited = _all(seats_mail.send_invitations, at)
    return {"invited": invited, "thanked": _all(seats_mail.send_thanks, at)}


def look_after_seats(at: datetime) -> dict[str, Any]:
    reminded = _all(seats_mail.send_reminders, at)
    return {"reminded": reminded, "lapsed": _all(seats_answers.lapse_overdue, at)}


def _all(batch: Callable[[datetime], int], at: datetime) -> int:
    done = 0
    while not STOPPING.is_set():
        with committing():
            count = batch(at)
        done += count
        if count < seats_mail.BATCH:
            break
    return done


JOBS = (
    Job("tell_the_drawn", 10, tell_everybody, owns_transactions=True),
    Job("look_after_seats", HOUR_SECONDS, look_after_seats, owns_transactions=True),
)

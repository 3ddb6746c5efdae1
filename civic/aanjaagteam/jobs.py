"""What the aanjaagteam does without anybody pressing a button."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from civic.aanjaagteam.queries import ladder_due as due
from civic.aanjaagteam.queries.clocks import ids_without_clock
from civic.aanjaagteam.service import clocks, digests, knot_ends, ladder_climb, promises, waits
from civic.calendar import today
from civic.db import committing, db
from civic.events.escalation import leave_to_its_own
from civic.jobs import Job

log = logging.getLogger("civic.aanjaagteam")


def climb_ladder(at: datetime) -> dict[str, Any]:
    """Give every undecided report a clock, open what has to be opened, then let climb what was not taken
    or answered in time.

    Each row has a transaction of its own: one bad row blocks nobody, and a leader that is killed loses only
    what it was doing, which the next one does again.
    """
    done: Counter[str] = Counter({"opened": 0, "climbed": 0, "ended": 0})
    for report in _all(ids_without_clock):
        _alone(done, partial(clocks.begin_missing, report, at))
    for promise in _all(partial(due.broken_promises, today(at))):
        _alone(done, partial(ladder_climb.open_for_promise, promise, at))
    for wait in _all(partial(due.unanswered_waits, today(at))):
        _alone(done, partial(ladder_climb.open_for_wait, wait, at))
    for run in _all(partial(due.runs_to_look_at, at, today(at))):
        _alone(done, partial(ladder_climb.look_at, run, at))
    return dict(done)


def send_work_digests(at: datetime) -> dict[str, Any]:
    """Each mail in a transaction of its own: what cannot be read for one person keeps it from nobody else."""
    done: Counter[str] = Counter({"mails": 0})
    for user in _all(partial(digests.due, at)):
        _alone(done, partial(digests.send, user, at))
    return dict(done)


def _all(batch: Callable[[int], list[int]]) -> Iterator[int]:
    """Every row once, in batches: a row that cannot be done does not stand in the way of the next batch."""
    after = 0
    while rows := batch(after):
        db.session.rollback()  # the list is read; each row begins its own transaction
        yield from rows
        after = rows[-1]
    db.session.rollback()


def _alone(done: Counter[str], step: Callable[[], str]) -> None:
    try:
        with committing():
            what = step()
    except Exception:
        log.exception("one row failed")  # and is tried again at the next look
        what = "failed"
    if what:
        done[what] += 1


# a report has a ladder of its own: the house's two steps keep off
leave_to_its_own("report")

JOBS = (
    Job("climb_ladder", 300, climb_ladder, owns_transactions=True),
    Job("remind_of_waits", 1800, waits.remind),
    Job("break_promises", 600, promises.break_promises),
    Job("send_work_digests", 900, send_work_digests, owns_transactions=True),
    Job("tell_of_ends", 1800, knot_ends.tell_of_ends),
)

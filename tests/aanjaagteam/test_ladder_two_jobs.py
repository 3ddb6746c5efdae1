"""Two job processes at once, and a leader that is killed: each rung exactly once, on both databases."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

from flask import Flask

from civic.aanjaagteam.jobs import JOBS
from civic.aanjaagteam.states import State
from civic.calendar import Calendar
from civic.db import db
from civic.events.service import Promise, promise
from civic.jobs import run_job
from tests.aanjaagteam.ladder_makers import (
    asked_mails,
    climb,
    commit,
    full_ladder,
    levels,
    local,
    opened,
    run_of,
)
from tests.aanjaagteam.makers import report_in
from tests.jobs.processes import ROOT, environment

MONDAY = local(2026, 11, 23, 10, 0)
LATER = MONDAY + timedelta(days=2)
RUNS = 4
JOB = next(job for job in JOBS if job.name == "climb_ladder")

# the process dies when the effect is in the database and not committed: at the third run that climbs
KILLED = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from civic import create_app
from civic.db import db
from civic.jobs import run_job
from civic.aanjaagteam.jobs import JOBS
from civic.aanjaagteam.models import EscalationRung
app = create_app()
made = []
@event.listens_for(EscalationRung, "after_insert")
def _count(mapper, connection, row):
    made.append(row)
@event.listens_for(db.session, "before_commit")
def _die(session):
    if len(made) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
job = next(job for job in JOBS if job.name == "climb_ladder")
run_job(app, job, datetime.fromisoformat(sys.argv[1]))
"""


def start() -> list[int]:
    full_ladder()
    numbers = [opened(MONDAY).id for _one in range(RUNS)]
    late = report_in(State.TAKEN_UP, at=MONDAY - timedelta(days=20))
    row = promise(late, Promise("promise", "3 werkdagen", (MONDAY - timedelta(days=10)).date()), Calendar())
    row.passed_at = MONDAY
    commit()
    return [*numbers, late.id]


def check(numbers: list[int]) -> None:
    """Every run climbed one rung, the broken promise opened one run, nobody was asked twice."""
    for number in numbers[:-1]:
        assert levels(number) == [(1, "not_accepted"), (2, "asked")]
    assert levels(run_of(numbers[-1]).id) == [(1, "asked")]
    assert Counter(asked_mails()) == {"uitvoering": RUNS + 1, "manager": RUNS}


def test_two_at_the_same_time(app: Flask) -> None:
    with app.app_context():
        numbers = start()
    barrier, failed = Barrier(2), []

    def lead(minutes: int) -> None:
        """In slots of their own: the mark of a slot that was done does not help here."""
        barrier.wait()
        if not run_job(app, JOB, LATER + timedelta(minutes=minutes)):
            failed.append(minutes)

    threads = [Thread(target=lead, args=(minutes,)) for minutes in (0, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with app.app_context():
        check(numbers)


def test_a_leader_that_is_killed_before_it_commits(app: Flask) -> None:
    with app.app_context():
        numbers = start()
        db.session.remove()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, LATER.isoformat()],
        cwd=ROOT,
        env=environment(app),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    with app.app_context():
        climbed = [number for number in numbers[:-1] if len(levels(number)) == 2]
        assert 0 < len(climbed) < RUNS, "killed in the middle, not before or after"
        done = climb(LATER + timedelta(minutes=5))
        assert done["climbed"] == RUNS - len(climbed)
        check(numbers)
        assert climb(LATER + timedelta(minutes=10)) == {"opened": 0, "climbed": 0, "ended": 0}

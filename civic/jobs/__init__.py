"""Work in the background (W6), done by one process: `python -m civic.jobs`.

Features declare their jobs (`<feature>/jobs.py`, a list JOBS); web processes read this module for the status
page only and never run a job. One leader runs them. `job_run(job, slot)` is written in the transaction of
the effect, so that two leaders, or a restart within a slot, do the effect once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from civic.db import committing, db, now
from civic.jobs.models import JobRun

log = logging.getLogger("civic.jobs")
ROOMS = ("events", "accounts", "mail", "seal", "files", "initiatives", "panels", "aanjaagteam")
KEEP_RUNS = timedelta(days=400)
KEEP_FREQUENT_RUNS = timedelta(hours=1)
KEEP_FREQUENT_ERRORS = timedelta(days=14)
FREQUENT_SECONDS = 3600

# set when the process has to stop: a job that works in batches looks at it between two of them
STOPPING = threading.Event()


@dataclass(frozen=True)
class Job:
    """`run(at)` is idempotent and returns counts to show on the status page.

    With `owns_transactions` the function commits in batches itself (mail, draws); otherwise its whole
    effect commits together with the `job_run` row.
    """

    name: str
    seconds: int
    run: Callable[[datetime], dict[str, Any]]
    owns_transactions: bool = False


def declared_jobs() -> list[Job]:
    """Every feature's JOBS, and the house's own."""
    jobs = list(OWN_JOBS)
    for room in ROOMS:
        try:
            module = import_module(f"civic.{room}.jobs")
        except ModuleNotFoundError as error:
            if error.name != f"civic.{room}.jobs":
                raise
            continue
        jobs += module.JOBS
    return jobs


def slot_of(job: Job, at: datetime) -> datetime:
    """The start of the period of `job.seconds` that contains `at`."""
    return datetime.fromtimestamp(int(at.timestamp()) // job.seconds * job.seconds, tz=UTC)


def run_job(app: Flask, job: Job, at: datetime) -> bool:
    """Do one slot of a job; False when that slot was already done. Errors are kept and logged."""
    with app.app_context():
        try:
            if job.owns_transactions:
                return _run_in_batches(job, at)
            return _run_once(job, at)
        except Exception as error:
            log.exception("job %s failed", job.name)
            _note_failure(job, at, error)
            return False


def _run_once(job: Job, at: datetime) -> bool:
    try:
        with committing():
            row = JobRun(job=job.name, slot=slot_of(job, at), finished_at=at)
            db.session.add(row)
            db.session.flush()
            row.outcome = job.run(at)
            row.finished_at = now()
    except IntegrityError:
        if _was_done(job, at):
            return False
        raise
    return True


def _run_in_batches(job: Job, at: datetime) -> bool:
    if _was_done(job, at):
        return False
    outcome = job.run(at)
    _note(job, at, outcome=outcome, error=None)
    return True


def _was_done(job: Job, at: datetime) -> bool:
    return db.session.get(JobRun, (job.name, slot_of(job, at))) is not None


def _note_failure(job: Job, at: datetime, error: Exception) -> None:
    try:
        db.session.rollback()  # what the job left half done, also outside `committing`
        _note(job, at, outcome={}, error=type(error).__name__)
    except Exception:
        # the database itself may be away; the log has the cause and the next slot tries again
        log.exception("could not note the failure of %s", job.name)


def _note(job: Job, at: datetime, *, outcome: dict[str, Any], error: str | None) -> None:
    with committing():
        db.session.merge(
            JobRun(job=job.name, slot=slot_of(job, at), finished_at=now(), outcome=outcome, error=error)
        )


def forget_old_runs(at: datetime) -> dict[str, Any]:
    """Keep a year of nightly runs; of those that run every few seconds an hour, and two weeks of failures."""
    frequent = JobRun.job.in_([job.name for job in declared_jobs() if job.seconds < FREQUENT_SECONDS])
    is_old = (
        (JobRun.slot < at - KEEP_RUNS)
        | (frequent & JobRun.error.is_(None) & (JobRun.slot < at - KEEP_FREQUENT_RUNS))
        | (frequent & (JobRun.slot < at - KEEP_FREQUENT_ERRORS))
    )
    result: Any = db.session.execute(
        delete(JobRun).where(is_old).execution_options(synchronize_session=False)
    )
    return {"job_run": int(result.rowcount)}


def clean_up(at: datetime) -> dict[str, Any]:
    """Retention and rate windows: the promise that data does not stay longer than said."""
    from civic.limits import forget_old_windows
    from civic.retention import RetentionError, apply_retention

    outcomes = apply_retention(at)
    with committing():
        windows = forget_old_windows(at)
    failed = sorted({one.table for one in outcomes if one.error})
    if failed:
        raise RetentionError(", ".join(failed))
    return {**{f"{one.table}_{one.action}": one.rows for one in outcomes if one.rows}, "rate_window": windows}


def beat(_at: datetime) -> dict[str, Any]:
    """Say who leads; the status page and /gezond read from this row that the process lives."""
    from civic.jobs.leader import worker_name

    return {"worker": worker_name()}


OWN_JOBS = (
    Job("heartbeat", 10, beat),
    Job("forget_old_runs", 1800, forget_old_runs),
    Job("clean_up", 6 * 3600, clean_up, owns_transactions=True),
)

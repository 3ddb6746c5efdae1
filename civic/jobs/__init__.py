"""`python -m civic.jobs`: the one process that does work in the background (W6).

Features declare their jobs (`<feature>/jobs.py`, a list JOBS); web workers never import this module.
One leader runs them. `job_run(job, slot)` is written in the transaction of the effect, so that two
leaders, or a restart within a slot, do the effect once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from civic.db import Base, committing, db, now

log = logging.getLogger("civic.jobs")
ROOMS = ("events", "accounts", "mail", "initiatives", "panels", "aanjaagteam")
KEEP_RUNS = timedelta(days=400)
KEEP_FREQUENT_RUNS = timedelta(days=1)
FREQUENT_SECONDS = 3600


class JobRun(Base):
    """One row per job and slot: the proof that this slot's work was done, and its outcome."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    finished_at: Mapped[datetime]
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(String(200))


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
    """Keep a year of nightly runs, and a day of those that run every few seconds."""
    frequent = [job.name for job in declared_jobs() if job.seconds < FREQUENT_SECONDS]
    old = (JobRun.slot < at - KEEP_RUNS) | (
        JobRun.job.in_(frequent) & (JobRun.slot < at - KEEP_FREQUENT_RUNS)
    )
    result: Any = db.session.execute(delete(JobRun).where(old))
    return {"job_run": int(result.rowcount)}


def clean_up(at: datetime) -> dict[str, Any]:
    """Retention and rate windows: the nightly promise that data does not stay longer than said."""
    from civic.limits import forget_old_windows
    from civic.retention import apply_retention

    outcome = {f"{one.table}_{one.action}": one.rows for one in apply_retention(at)}
    return {**outcome, "rate_window": forget_old_windows(at), **forget_old_runs(at)}


OWN_JOBS = (Job("clean_up", 6 * 3600, clean_up),)

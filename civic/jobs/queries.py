"""How the jobs do: the last run of each, whether it is late, who leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, text

from civic import __version__
from civic.db import Base, Claimable, db
from civic.jobs import Job, declared_jobs, slot_of
from civic.jobs.models import JobRun

HEARTBEAT = "heartbeat"
LEADER_SILENT_AFTER = timedelta(seconds=60)
SLACK = timedelta(seconds=60)


@dataclass(frozen=True)
class JobLine:
    """One job on the status page."""

    name: str
    seconds: int
    last_run_at: datetime | None
    outcome: dict[str, Any]
    last_error: str | None
    last_error_at: datetime | None
    next_due: datetime | None
    is_late: bool
    has_failed: bool


@dataclass(frozen=True)
class Leadership:
    """The jobs process that works: its name and when it last said so."""

    worker: str
    seen_at: datetime | None
    is_alive: bool


def job_lines(at: datetime) -> list[JobLine]:
    """Every declared job with its last run; two statements, however many jobs and runs there are."""
    latest, failures = _latest_runs(), _latest_runs(only_failures=True)
    return [_line(job, latest.get(job.name), failures.get(job.name), at) for job in declared_jobs()]


def _latest_runs(*, only_failures: bool = False) -> dict[str, JobRun]:
    newest = select(JobRun.job, func.max(JobRun.slot).label("slot")).group_by(JobRun.job)
    if only_failures:
        newest = newest.where(JobRun.error.is_not(None))
    found = newest.subquery()
    is_newest = and_(JobRun.job == found.c.job, JobRun.slot == found.c.slot)
    return {run.job: run for run in db.session.scalars(select(JobRun).join(found, is_newest))}


def _line(job: Job, last: JobRun | None, failure: JobRun | None, at: datetime) -> JobLine:
    period = timedelta(seconds=job.seconds)
    return JobLine(
        name=job.name,
        seconds=job.seconds,
        last_run_at=last.finished_at if last else None,
        outcome=last.outcome if last else {},
        last_error=failure.error if failure else None,
        last_error_at=failure.finished_at if failure else None,
        next_due=slot_of(job, last.slot) + period if last else None,
        is_late=last is None or last.slot + 2 * period + SLACK < at,
        has_failed=last is not None and last.error is not None,
    )


def leadership(at: datetime) -> Leadership:
    last = db.session.scalar(
        select(JobRun).where(JobRun.job == HEARTBEAT).order_by(JobRun.slot.desc()).limit(1)
    )
    if last is None:
        return Leadership("", None, is_alive=False)
    is_alive = last.finished_at > at - LEADER_SILENT_AFTER
    return Leadership(str(last.outcome.get("worker", "")), last.finished_at, is_alive)


def claimed_work() -> dict[str, int]:
    """{table: rows that a worker is at} for every kind of work that is claimed."""
    classes: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    kinds = {one.__tablename__: one for one in classes if issubclass(one, Claimable)}
    return {name: _claimed(kinds[name]) for name in sorted(kinds)}


def rooms_of_tables() -> dict[str, str]:
    """{table: the room it belongs to}."""
    classes: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    return {one.__tablename__: str(one.__module__).split(".")[1] for one in classes}


def _claimed(kind: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(kind.claimed_by.is_not(None))) or 0


def machinery() -> dict[str, str]:
    """The versions of the site and of the database."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    version = db.session.scalar(text("SELECT sqlite_version()" if is_sqlite else "SHOW server_version"))
    return {"site": __version__, "database": f"{'SQLite' if is_sqlite else 'PostgreSQL'} {version}"}

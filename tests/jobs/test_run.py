"""One slot of one job is done once, together with its effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic.db import committing, db
from civic.errors import NotAllowedNow
from civic.jobs import Job, beat, clean_up, declared_jobs, forget_old_runs, run_job, slot_of
from civic.jobs.models import JobRun
from civic.limits import RateWindow
from tests.conftest import NOW


def write(name: str) -> None:
    db.session.add(RateWindow(bucket=name, window=NOW, count=1))


def written() -> int:
    return len(list(db.session.scalars(select(RateWindow))))


def runs(app: Flask) -> list[JobRun]:
    with app.app_context():
        return list(db.session.scalars(select(JobRun).order_by(JobRun.slot)))


def effect(at: datetime) -> dict[str, Any]:
    write(f"{at.timestamp()}")
    return {"rows": 1}


def test_a_slot_is_done_once(app: Flask) -> None:
    job = Job("effect", 60, effect)
    assert run_job(app, job, NOW)
    assert not run_job(app, job, NOW)
    assert not run_job(app, job, NOW + timedelta(seconds=59))
    assert run_job(app, job, NOW + timedelta(seconds=60))
    assert [run.outcome for run in runs(app)] == [{"rows": 1}, {"rows": 1}]
    with app.app_context():
        assert written() == 2


@pytest.mark.parametrize("owns_transactions", [False, True])
def test_an_error_is_kept_and_leaves_nothing_half_done(app: Flask, owns_transactions: bool) -> None:
    def fails(_at: datetime) -> dict[str, Any]:
        write("half")
        raise NotAllowedNow("changed_meanwhile")

    job = Job("fails", 60, fails, owns_transactions=owns_transactions)
    assert not run_job(app, job, NOW)
    (run,) = runs(app)
    assert (run.error, run.outcome) == ("NotAllowedNow", {})
    with app.app_context():
        assert written() == 0
    assert not run_job(app, job, NOW + timedelta(seconds=60))  # the next slot tries again
    assert len(runs(app)) == 2


def test_an_error_of_the_database_is_no_double_run(app: Flask) -> None:
    def breaks(_at: datetime) -> dict[str, Any]:
        write("same")
        db.session.flush()
        db.session.expunge_all()
        write("same")
        db.session.flush()
        return {}

    assert not run_job(app, Job("breaks", 60, breaks), NOW)
    assert [run.error for run in runs(app)] == ["IntegrityError"]


def test_batches_keep_what_was_committed_before_an_error(app: Flask) -> None:
    def in_batches(_at: datetime) -> dict[str, Any]:
        with committing():
            write("first")
        with committing():
            write("second")
            raise RuntimeError("stopped")

    assert not run_job(app, Job("batches", 60, in_batches, owns_transactions=True), NOW)
    with app.app_context():
        assert written() == 1
    assert [run.error for run in runs(app)] == ["RuntimeError"]


def test_two_leaders_at_once_do_it_once(app: Flask) -> None:
    job, start = Job("effect", 60, effect), Barrier(5)
    done: list[bool] = []

    def lead() -> None:
        start.wait()
        done.append(run_job(app, job, NOW))

    threads = [Thread(target=lead) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 4 + [True]
    assert len(runs(app)) == 1
    with app.app_context():
        assert written() == 1


@pytest.mark.parametrize("seconds", [2, 60, 600, 3600, 21_600, 86_400])
def test_slots_cover_time_without_gap_or_overlap(seconds: int) -> None:
    job = Job("any", seconds, effect)
    for moment in (
        NOW,
        datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    ):
        slot = slot_of(job, moment)
        assert slot <= moment < slot + timedelta(seconds=seconds)
        assert slot_of(job, slot) == slot
        assert slot_of(job, slot + timedelta(seconds=seconds)) == slot + timedelta(seconds=seconds)


def test_declared_jobs(app: Flask) -> None:
    with app.app_context():
        jobs = declared_jobs()
    names = [job.name for job in jobs]
    assert len(set(names)) == len(names)
    assert {"heartbeat", "clean_up", "forget_old_runs", "deliver_mail", "notice_passed_deadlines"} <= set(
        names
    )
    assert all(len(name) <= 60 for name in names)
    assert all(86_400 % job.seconds == 0 for job in jobs), "a period that divides the day"


def test_every_declared_job_runs_on_an_empty_site(app: Flask) -> None:
    with app.app_context():
        jobs = declared_jobs()
    for job in jobs:
        assert run_job(app, job, NOW), job.name


def test_the_heartbeat_says_who(app: Flask) -> None:
    with app.app_context():
        assert beat(NOW)["worker"].count(":") == 2


def _put(name: str, at: datetime, error: str | None = None) -> None:
    db.session.add(JobRun(job=name, slot=at, finished_at=at, outcome={}, error=error))


def test_old_runs_are_forgotten(app: Flask) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    with app.app_context():
        _put("deliver_mail", NOW)
        _put("deliver_mail", NOW - 2 * hour)
        _put("deliver_mail", NOW - 3 * hour, error="OSError")
        _put("deliver_mail", NOW - 20 * day, error="OSError")
        _put("clean_up", NOW - 300 * day)
        _put("clean_up", NOW - 401 * day)
        _put("gone_job", NOW - 30 * day)
        db.session.commit()
        assert forget_old_runs(NOW) == {"job_run": 3}
        db.session.commit()
    kept = {(run.job, NOW - run.slot) for run in runs(app)}
    assert kept == {
        ("deliver_mail", 0 * hour),
        ("deliver_mail", 3 * hour),
        ("clean_up", 300 * day),
        ("gone_job", 30 * day),
    }


def test_cleaning_up_forgets_rate_windows(app: Flask) -> None:
    with app.app_context():
        db.session.add(RateWindow(bucket="old", window=NOW - timedelta(days=2), count=3))
        write("fresh")
        db.session.commit()
        assert clean_up(NOW)["rate_window"] == 1
        assert written() == 1

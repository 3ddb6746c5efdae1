"""One leader, whatever happens: two real processes, kill -9, SIGTERM."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from civic.db import db
from civic.jobs.leader import LEADER_LOCK, Leader, worker_name
from civic.jobs.models import JobRun
from tests.jobs.processes import jobs_process, wait_until


@pytest.mark.slow
def test_two_processes_have_one_leader_and_the_other_takes_over(app: Flask, tmp_path: Path) -> None:
    with jobs_process(app, tmp_path / "one.log") as one:
        wait_until(lambda: one.leads, what="first leads")
        with jobs_process(app, tmp_path / "two.log") as two:
            wait_until(lambda: _heartbeats(app) >= 1, what="a heartbeat")
            # the second one is past its start when it waits for the lock
            wait_until(
                lambda: two.process.poll() is None and _is_waiting(app, two.process.pid), what="second waits"
            )
            assert not two.leads
            one.kill()
            took = wait_until(lambda: two.leads, seconds=10, what="second leads")
            assert took < 3
            two.process.send_signal(signal.SIGTERM)
            assert two.process.wait(30) == 0
            assert "Traceback" not in two.text


def _heartbeats(app: Flask) -> int:
    with app.app_context():
        return len(list(db.session.scalars(select(JobRun).where(JobRun.job == "heartbeat"))))


def _is_waiting(app: Flask, process: int) -> bool:
    """A standby has finished its imports: it sleeps between tries and holds no jobs thread."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return True  # not Linux; the test is then only less sharp
    threads = next(line for line in status.read_text().splitlines() if line.startswith("Threads:"))
    mapped = Path(f"/proc/{process}/maps").read_text()
    return "_sqlite3" in mapped and int(threads.split()[1]) >= 1


@pytest.mark.slow
def test_sigterm_stops_a_leader_and_a_standby(app: Flask, tmp_path: Path) -> None:
    with (
        jobs_process(app, tmp_path / "one.log") as one,
        jobs_process(app, tmp_path / "two.log") as two,
    ):
        wait_until(lambda: one.leads or two.leads, what="somebody leads")
        for process in (one.process, two.process):
            process.send_signal(signal.SIGTERM)
        for process in (one.process, two.process):
            assert process.wait(30) in {0, -signal.SIGTERM}  # the standby may still have been starting


def test_only_one_at_a_time_and_again_after_release(app: Flask) -> None:
    first, second = Leader(app), Leader(app)
    assert first.acquire()
    assert first.is_alive()
    assert not second.acquire()
    assert not second.is_alive()
    first.release()
    assert not first.is_alive()
    assert second.acquire()
    second.release()


def test_a_lost_connection_is_lost_leadership(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("a file lock has no connection to lose")
        leader, other = Leader(app), Leader(app)
        assert leader.acquire()
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key "
            # only here: other tests have leaders of their own, in databases of the same server
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        db.session.execute(cut, {"key": LEADER_LOCK})
        db.session.commit()
        assert not leader.is_alive()
        wait_until(other.acquire, what="the server frees the lock of the connection it cut")
        other.release()


def test_another_advisory_lock_is_not_leadership(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("PostgreSQL only")
        leader = Leader(app)
        assert leader.acquire()
        connection = leader._connection
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LEADER_LOCK})
        assert not leader.is_alive()
        leader.release()


def test_a_database_that_is_away_is_no_crash(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("PostgreSQL only")
        url = db.engine.url
        db.engine.url = url.set(database="does_not_exist")
        try:
            assert not Leader(app).acquire()
        finally:
            db.engine.url = url


def test_the_worker_name_fits_and_is_unique_per_process() -> None:
    assert len(worker_name()) <= 80 - 9  # a room may add a suffix of its own
    assert worker_name() == worker_name()

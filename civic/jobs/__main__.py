"""`python -m civic.jobs`: wait for leadership, then run every job at its period until told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from civic import create_app
from civic.db import Base, Claimable, committing, now, release_claims
from civic.jobs import STOPPING, Job, declared_jobs, log, run_job, slot_of
from civic.jobs.leader import Leader, worker_name

RETRY_SECONDS = 1.0
GRACE_SECONDS = 4.0


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # a job that takes longer than its period is normal here (mail, a draw), and not worth a line each time
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _stop)
    app = create_app()
    leader = Leader(app)
    while not leader.acquire():
        if STOPPING.wait(RETRY_SECONDS):
            return 0
    log.info("leader %s", worker_name())
    return _lead(app, leader)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    STOPPING.set()


def _lead(app: Flask, leader: Leader) -> int:
    _free_stale_claims(app)
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in declared_jobs():
        _schedule(scheduler, app, job)
    scheduler.start()
    while not STOPPING.wait(RETRY_SECONDS):
        if not leader.is_alive():
            log.error("leadership lost; stopping, the supervisor starts a new one")
            _exit(1)  # at once: someone else may lead already
    _finish(scheduler)
    return 0


def _schedule(scheduler: BackgroundScheduler, app: Flask, job: Job) -> None:
    """Runs at the start of each slot, and now for the slot we are in; a late run is made, never skipped."""
    scheduler.add_job(
        run_slot,
        "interval",
        args=(app, job),
        seconds=job.seconds,
        next_run_time=slot_of(job, now()),
        misfire_grace_time=None,
        max_instances=1,
        coalesce=True,
        id=job.name,
    )


def run_slot(app: Flask, job: Job) -> None:
    run_job(app, job, now())


def _finish(scheduler: BackgroundScheduler) -> None:
    """Let what runs come to an end, but not for long: everything can be cut off and resumed (W6)."""
    waiting = threading.Thread(target=scheduler.shutdown, daemon=True)
    waiting.start()
    waiting.join(GRACE_SECONDS)
    if waiting.is_alive():
        log.info("cut off what was still running; it is resumed at the next start")
        _exit(0)


def _exit(code: int) -> None:
    """Leave without waiting for the threads that still work (the interpreter would)."""
    logging.shutdown()
    os._exit(code)


def _free_stale_claims(app: Flask) -> None:
    """A new leader takes back what a dead one had claimed: nobody else can be at it."""
    with app.app_context(), committing():
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Claimable):
                release_claims(mapper.class_, worker_name())


if __name__ == "__main__":
    sys.exit(main())

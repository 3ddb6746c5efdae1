"""`python -m civic.jobs`: wait for leadership, then run every job at its period until told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from civic import create_app
from civic.db import Base, Claimable, committing, now, release_claims
from civic.jobs import declared_jobs, log, run_job
from civic.jobs.leader import Leader, worker_name

RETRY_SECONDS = 1.0


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    app = create_app()
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    leader = Leader(app)
    while not leader.acquire():
        if stop.wait(RETRY_SECONDS):
            return 0
    log.info("leader %s", worker_name())
    return _lead(app, leader, stop)


def _lead(app: Flask, leader: Leader, stop: threading.Event) -> int:
    _free_stale_claims(app)
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in declared_jobs():
        scheduler.add_job(
            lambda job=job: run_job(app, job, now()),
            "interval",
            seconds=job.seconds,
            next_run_time=now(),
            max_instances=1,
            coalesce=True,
            id=job.name,
        )
    scheduler.start()
    while not stop.wait(RETRY_SECONDS):
        if not leader.is_alive():
            scheduler.shutdown(wait=False)
            return 1  # the supervisor starts a new one, which waits for its turn
    scheduler.shutdown(wait=False)
    return 0


def _free_stale_claims(app: Flask) -> None:
    """A new leader takes back what a dead one had claimed: nobody else can be at it."""
    with app.app_context(), committing():
        for mapper in Base.registry.mappers:
            if issubclass(mapper.class_, Claimable):
                release_claims(mapper.class_, worker_name())

if __name__ == "__main__":
    sys.exit(main())

"""Computing draws. No transaction is open while the engine works: each step is one short commit (W6, W10)."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from civic.db import committing, db, now
from civic.errors import NotAllowedNow
from civic.jobs import STOPPING, Job
from civic.jobs.leader import worker_name
from civic.panels.jobs import letters, pool, public_draws, seats
from civic.panels.models import Draw
from civic.panels.service import draws, panels
from civic.panels.service.child import Child
from civic.panels.service.draws import Order, Progress

log = logging.getLogger("civic.panels")
BEAT_SECONDS = 1.0


def run_draws(at: datetime) -> dict[str, Any]:
    """Compute every draw that waits, one after another."""
    worker = worker_name()
    computed = 0
    while not STOPPING.is_set() and (order := _claim(worker)) is not None:
        _compute(order, worker)
        computed += 1
    return {"draws": computed}


def _claim(worker: str) -> Order | None:
    with committing():
        return draws.claim_draw(worker, now())


def _compute(order: Order, worker: str) -> None:
    child = Child(order)
    try:
        outcome = _watch(child, order, worker)
    finally:
        child.stop()
    if outcome is not None:
        _publish(order, outcome)


def _watch(child: Child, order: Order, worker: str) -> dict[str, Any] | None:
    """Follow the child until it has an outcome; None when it died, was cancelled, or we are stopping."""
    next_beat, latest = 0.0, None
    while True:
        messages = child.messages(BEAT_SECONDS)
        for message in messages:
            if message and "outcome" in message:
                return dict(message["outcome"])
            latest = Progress(**message["progress"]) if message else latest
        if None in messages or STOPPING.is_set():
            _give_back(order, worker)
            return None
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + BEAT_SECONDS
            if not _beat(order, worker, latest):
                return None


def _beat(order: Order, worker: str, latest: Progress | None) -> bool:
    with committing():
        return draws.note_progress(order.draw_id, worker, latest, now())


def _give_back(order: Order, worker: str) -> None:
    was_stopped = STOPPING.is_set()
    log.warning("draw %s: the computation %s", order.draw_id, "is stopped" if was_stopped else "died")
    with committing():
        draws.give_back(order.draw_id, worker, was_stopped=was_stopped)


def _publish(order: Order, outcome: dict[str, Any]) -> None:
    try:
        with committing():
            draw = db.session.get_one(Draw, order.draw_id, populate_existing=True)
            if "error" in outcome:
                draws.fail_draw(draw, outcome["error"], outcome["details"], at=now())
            else:
                members = outcome["lottery"] if order.panels else outcome["members"]
                draws.finish_draw(draw, outcome["result"], members, at=now())
    except NotAllowedNow:
        log.info("draw %s was cancelled, or computed by another process", order.draw_id)


def close_panels(at: datetime) -> dict[str, Any]:
    return {"panels": panels.close_panels_without_data(at)}


JOBS = (
    Job("run_draws", 2, run_draws, owns_transactions=True),
    Job("close_panels_without_data", 3600, close_panels),
    *letters.JOBS,
    *pool.JOBS,
    *public_draws.JOBS,
    *seats.JOBS,
)

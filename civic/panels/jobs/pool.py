"""Counting pools that changed, every few seconds; all of them at night; and the engine's look at a pool."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from flask import current_app

from civic.db import committing, db, heartbeat, now
from civic.jobs import STOPPING, Job
from civic.jobs.leader import worker_name
from civic.panels.models import Panel, PoolCheck
from civic.panels.service import pool_check, pool_count, pool_flags
from civic.panels.service.pool_engine import GaveUp, ask

log = logging.getLogger("civic.panels")
DAY_SECONDS = 86_400


def count_changed(at: datetime) -> dict[str, Any]:
    """Count every pool in which a registration changed. Reading happens outside a write."""
    panels = pool_count.dirty_panels()
    db.session.commit()  # the read transaction ends here: the next one begins with what is true then
    raised = sum(_count(panel_id, at)[1] for panel_id in panels if not STOPPING.is_set())
    return {"panels": len(panels), "flags": raised}


def count_all(at: datetime) -> dict[str, Any]:
    """Once a night: count every pool again, look at everybody, and say where the figures were others (W5)."""
    panels = pool_count.panels_with_registrations()
    db.session.commit()
    differences = raised = 0
    for panel_id in panels:
        if not STOPPING.is_set():
            is_other, new = _count(panel_id, at, everybody=True)
            differences, raised = differences + is_other, raised + new
    return {"panels": len(panels), "differences": differences, "flags": raised}


def _count(panel_id: int, at: datetime, *, everybody: bool = False) -> tuple[bool, int]:
    reading = pool_count.read_pool(panel_id)
    changed = [row.id for row in (reading.rows if everybody else reading.dirty)]
    found = pool_flags.find(reading.rows, changed, panel_id)
    if everybody:
        found += pool_flags.former_members_of(db.session.get_one(Panel, panel_id), at)
    db.session.commit()
    with committing():
        is_other = pool_count.store_count(panel_id, reading, _smallest_shown(), at)
        raised = pool_flags.raise_flags(panel_id, found, at)
        # what changed since the last count is no difference: the next count shows it
        is_wrong = everybody and is_other and not reading.dirty
        if is_wrong:
            log.error("pool of panel %s: the nightly count differs", panel_id)
            pool_count.record_difference(panel_id, reading, at)
    return is_wrong, raised


def _smallest_shown() -> int:
    return int(current_app.config["SMALL_NUMBER"])


def check_pools(at: datetime) -> dict[str, Any]:
    """Let the engine look at every pool for which somebody asked."""
    worker, done = worker_name(), 0
    while not STOPPING.is_set() and (check_id := _claim(worker)) is not None:
        _check(check_id, worker)
        done += 1
    return {"checks": done}


def _claim(worker: str) -> int | None:
    with committing():
        return pool_check.claim_check(worker, now())


def _check(check_id: int, worker: str) -> None:
    work = pool_check.work_of(check_id)
    db.session.commit()
    try:
        answer = ask(work.question, lambda: _beat(check_id, worker))
    except GaveUp as error:
        log.warning("check %s: %s", check_id, error)
        with committing():
            pool_check.fail_check(db.session.get_one(PoolCheck, check_id), at=now())
        return
    with committing():
        pool_check.finish_check(work, answer, at=now())


def _beat(check_id: int, worker: str) -> None:
    with committing():
        heartbeat(PoolCheck, check_id, worker, now())


JOBS = (
    Job("count_pools", 5, count_changed, owns_transactions=True),
    Job("count_pools_nightly", DAY_SECONDS, count_all, owns_transactions=True),
    Job("check_pools", 2, check_pools, owns_transactions=True),
)

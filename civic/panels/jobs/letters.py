"""Typesetting letters. No transaction is open while typst works: each batch is one short commit (W6, W10)."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from civic.db import committing, db, heartbeat, now
from civic.errors import NotAllowedNow
from civic.jobs import STOPPING, Job
from civic.jobs.leader import worker_name
from civic.panels.models import LetterOrder
from civic.panels.service import letters
from civic.panels.service.letters import Work
from civic.panels.typeset import render
from civic.panels.typeset.processes import CannotTypeset, Typesetters

log = logging.getLogger("civic.panels")
PROCESSES = 2
BEAT_SECONDS = 10.0


def typeset_letters(at: datetime) -> dict[str, Any]:
    """Make the letters of every order that waits, one order after another."""
    worker = worker_name()
    orders = 0
    while not STOPPING.is_set() and (work := _claim(worker)) is not None:
        _typeset(work, worker)
        orders += 1
    return {"orders": orders}


def _claim(worker: str) -> Work | None:
    with committing():
        return letters.claim_order(worker, now())


def _typeset(work: Work, worker: str) -> None:
    if not render.is_available():
        _fail(work, "no_typst")
        return
    try:
        ended = _make_batches(work, worker)
    except CannotTypeset as error:
        log.warning("letters %s: typst refused (%s)", work.order_id, error)
        _fail(work, "cannot_typeset")
        return
    if ended:
        _finish(work)


def _make_batches(work: Work, worker: str) -> bool:
    """True when all batches are kept; False when the order is gone, or we are stopping."""
    if not work.missing:
        return True
    with Typesetters(min(PROCESSES, len(work.missing))) as setters:
        for made in setters.run(work.missing, work.batch_data, BEAT_SECONDS):
            if not _keep(work, made, worker):
                return False
            if STOPPING.is_set():
                with committing():
                    letters.give_back(work.order_id, worker)
                return False
    return True


def _keep(work: Work, made: tuple[int, bytes] | None, worker: str) -> bool:
    with committing():
        if made is None:
            return heartbeat(LetterOrder, work.order_id, worker, now())
        return letters.keep_batch(work, *made, worker=worker, at=now())


def _finish(work: Work) -> None:
    try:
        with committing():
            letters.finish_order(work.order_id, at=now())
    except NotAllowedNow:
        log.info("letters %s were destroyed while they were made", work.order_id)


def _fail(work: Work, code: str) -> None:
    try:
        with committing():
            order = db.session.get_one(LetterOrder, work.order_id, populate_existing=True)
            letters.fail_order(order, code, at=now())
    except NotAllowedNow:
        log.info("letters %s were destroyed while they were made", work.order_id)


def destroy_expired_letters(at: datetime) -> dict[str, Any]:
    return {"orders": letters.destroy_expired_orders(at)}


JOBS = (
    Job("typeset_letters", 2, typeset_letters, owns_transactions=True),
    Job("destroy_expired_letters", 300, destroy_expired_letters),
)

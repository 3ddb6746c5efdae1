"""Erasing who asked for it: one room at a time, each in its own transaction; a crash is resumed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.accounts.service import my_data as service
from civic.db import committing
from civic.errors import NotAllowedNow
from civic.jobs import STOPPING, Job


def erase_people(at: datetime) -> dict[str, Any]:
    steps = 0
    while not STOPPING.is_set() and _step(at):
        steps += 1
    with committing():
        closed = service.close_receipts(at=at)
    return {"steps": steps, "closed": closed}


def _step(at: datetime) -> bool:
    """False when there is nothing to do."""
    try:
        with committing():
            found = service.next_step()
            if found is not None:
                service.take_step(*found, at=at)
    except NotAllowedNow:
        with committing():
            if not service.cancel_unstarted():
                raise
    return found is not None


JOBS = (Job("erase_people", 10, erase_people, owns_transactions=True),)

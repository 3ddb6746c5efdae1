"""Counting every few seconds, ending what is over, and a nightly look at whether the counts are right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from civic.calendar import today
from civic.initiatives import queries, service
from civic.jobs import Job

# Confirming stops at midnight; ending waits an hour, so that no confirmation is then still under way.
GRACE = timedelta(hours=1)


def count_supports(at: datetime) -> dict[str, Any]:
    return dict(service.count_dirty(at=at))


def expire_collections(at: datetime) -> dict[str, Any]:
    due = queries.due_for_expiry(today(at - GRACE))
    return {"expired": sum(service.expire(initiative, at=at) for initiative in due)}


def reconcile_counts(at: datetime) -> dict[str, Any]:
    return service.reconcile(at=at)


JOBS = (
    Job("count_supports", 3, count_supports),
    Job("expire_collections", 3600, expire_collections),
    Job("reconcile_counts", 24 * 3600, reconcile_counts),
)

"""Counting, ending what is over, telling who supported, and a nightly look at the counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from civic.calendar import today
from civic.events.escalation import register_ladder
from civic.initiatives import queries, service
from civic.initiatives.queries import council as council_queries
from civic.initiatives.queries import merge as merge_queries
from civic.initiatives.service import (
    council,
    desk,
    digest,
    merge,
    merge_supports,
    news,
    sheets,
    talk,
    talk_moderation,
)
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


def tell_supporters(at: datetime) -> dict[str, Any]:
    return {"told": news.tell_supporters(at=at)}


def tell_followers(at: datetime) -> dict[str, Any]:
    return {"told": digest.tell_followers(at=at)}


def send_digests(at: datetime) -> dict[str, Any]:
    return dict(digest.send_digests(at=at))


def ask_merged_supporters(at: datetime) -> dict[str, Any]:
    return {"told": merge_supports.ask_supporters(at=at)}


def expire_merges(at: datetime) -> dict[str, Any]:
    lapsed = merge_queries.lapsed(today(at))
    for proposal in lapsed:
        merge.expire(proposal, at=at)
    return {"expired": len(lapsed)}


def hand_in_left_behind(at: datetime) -> dict[str, Any]:
    """The collection is over, and there is enough: nothing dies because nobody pressed a button."""
    places = council_queries.left_behind(today(at - GRACE))
    for place in places:
        council.submit(place, actor=None, at=at)
    return {"submitted": len(places)}


def look_after_repairs(at: datetime) -> dict[str, Any]:
    return dict(desk.look_after_repairs(at=at))


# every clock of a griffie: when it has passed, somebody else is asked
register_ladder(("desk_check", "formal_check", "formal_check_again", "council"), desk.ladder)
register_ladder((sheets.SHEET_CHECK,), sheets.ladder)
register_ladder((talk.LOOK, talk.OBJECTION), talk_moderation.ladder)

JOBS = (
    Job("desk_repairs", 3600, look_after_repairs),
    Job("count_supports", 3, count_supports),
    Job("expire_collections", 3600, expire_collections),
    Job("tell_supporters", 10, tell_supporters),
    Job("ask_merged_supporters", 10, ask_merged_supporters),
    Job("expire_merges", 3600, expire_merges),
    Job("tell_followers", 10, tell_followers),
    Job("send_digests", 60, send_digests),
    Job("hand_in_initiatives", 3600, hand_in_left_behind),
    Job("reconcile_counts", 24 * 3600, reconcile_counts),
)

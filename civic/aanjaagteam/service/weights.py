"""Who counts once in a group, and when it became a pattern: looked at each time a group changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.aanjaagteam.models import Report, ReportClusterItem, ReportFollower
from civic.aanjaagteam.queries.clusters import head_of, members_of, recent_counts, threshold
from civic.aanjaagteam.queries.me_too import person_key_of
from civic.db import db, exists
from civic.events import service as events
from civic.events.models import Event


def group_of(report_id: int) -> list[Report]:
    """All reports of its group (or only itself), the head first."""
    ids = members_of(head_of([report_id]).get(report_id, report_id))
    rows = {row.id: row for row in db.session.scalars(select(Report).where(Report.id.in_(ids)))}
    return [rows[number] for number in ids]


def reporters_of_group(report: Report) -> set[str]:
    """The keys of the reporters of its group who left an address."""
    return {person_key_of(one.contact) for one in group_of(report.id) if one.contact}


def recount(report_id: int) -> int:
    """Mark in its group who counts already as another; returns the head.

    An address that was erased meanwhile cannot be compared any more: there the mark stays as it is.
    """
    group = group_of(report_id)
    seen: set[str] = set()
    items = _items_of(group[0].id)
    for report in group:
        key = person_key_of(report.contact) if report.contact else None
        item = items.get(report.id)
        if item is not None and (key is not None or report.is_anonymous):
            item.is_double = key in seen
        if key is not None:
            seen.add(key)
    for follower in _followers_of([one.id for one in group]):
        if follower.person_key is not None:
            follower.is_double = follower.person_key in seen
            seen.add(follower.person_key)
    db.session.flush()
    return group[0].id


def _items_of(head_id: int) -> dict[int, ReportClusterItem]:
    rows = db.session.scalars(select(ReportClusterItem).where(ReportClusterItem.head_id == head_id))
    return {row.report_id: row for row in rows}


def _followers_of(ids: list[int]) -> list[ReportFollower]:
    statement = select(ReportFollower).where(
        ReportFollower.report_id.in_(ids), ReportFollower.confirmed_at.is_not(None)
    )
    return list(db.session.scalars(statement.order_by(ReportFollower.id)))


def note_pattern(head_id: int, at: datetime) -> bool:
    """Once: from here on it is no exception any more (S19a)."""
    count, least = recent_counts([head_id], at).get(head_id, 0), threshold()
    known = select(Event.id).where(
        Event.subject_type == Report.__tablename__,
        Event.subject_id == head_id,
        Event.action == "pattern_reached",
    )
    if count < least or exists(known):
        return False
    what = events.What("pattern_reached", data={"count": count, "threshold": least})
    events.record(events.Reference(Report.__tablename__, head_id), what, actor=None, at=at)
    return True

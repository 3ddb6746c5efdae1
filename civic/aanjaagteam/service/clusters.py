"""Groups of like reports (S14e, S19a). Every report keeps its own state, conversation and mails.

    put_together(head, other, actor=, at=)      the groups of both become one, under `head`
    take_out(report, actor=, at=)               undone: what came along with it goes along again
    make_head(report, actor=, at=)              another one in front
    share_decision(head, actor=, at=)           tell who reports or follows the others; their states stay
    set_threshold(threshold, region_id)         from how many in 90 days it is a pattern

Taking out deletes one row. Nothing of a report moves when it is put in a group, so nothing is lost.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.aanjaagteam.models import Decision, DecisionShare, PatternSetting, Report, ReportClusterItem
from civic.aanjaagteam.policy import may_read_case
from civic.aanjaagteam.queries.clusters import head_of, members_of
from civic.aanjaagteam.queries.one import current_decision
from civic.aanjaagteam.service.group_news import tell_followers, tell_owners, tell_reporter
from civic.aanjaagteam.service.weights import note_pattern, recount
from civic.aanjaagteam.states import OPEN
from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_or_find, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events


def put_together(head: Report, other: Report, *, actor: User, at: datetime) -> list[int]:
    """The whole group of `other` comes under `head`; returns what moved. Putting it there twice is once."""
    _lock(head.id, other.id)
    tops = head_of([head.id, other.id])
    if head.id in tops:
        raise NotAllowedNow("changed_meanwhile")
    under_id = tops.get(other.id, other.id)
    if under_id == head.id:
        return []
    _lock(under_id)
    if under_id in head_of([under_id]):
        raise NotAllowedNow("changed_meanwhile")
    moved = _items(under_id)
    for item in moved:
        item.head_id, item.via_id = head.id, item.via_id or under_id
    db.session.add(_item(under_id, head.id, actor, at))
    db.session.flush()
    ids = [under_id, *(item.report_id for item in moved)]
    _note("clustered", ids, head.id, actor, at)
    recount(head.id)
    note_pattern(head.id, at)
    tell_owners(head.id, ids, actor, at)
    return ids


def take_out(report: Report, *, actor: User, at: datetime) -> list[int]:
    """Out of its group, with what once came along with it; returns what left."""
    item = db.session.get(ReportClusterItem, report.id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotAllowedNow("changed_meanwhile")
    old_head = item.head_id
    along = _came_along(report.id, _items(old_head))
    db.session.delete(item)
    for one in along:
        one.head_id, one.via_id = report.id, None if one.via_id == report.id else one.via_id
    db.session.flush()
    _note("unclustered", [report.id], old_head, actor, at)
    _note("clustered", [one.report_id for one in along], report.id, actor, at)
    recount(old_head)
    recount(report.id)
    return [report.id, *(one.report_id for one in along)]


def make_head(report: Report, *, actor: User, at: datetime) -> None:
    """Another report in front; the one that was, becomes one of the others."""
    item = db.session.get(ReportClusterItem, report.id, with_for_update=True, populate_existing=True)
    if item is None:
        raise NotAllowedNow("changed_meanwhile")
    old_head = item.head_id
    others = [one for one in _items(old_head) if one.report_id != report.id]
    db.session.delete(item)
    for one in others:
        one.head_id, one.via_id = report.id, None if one.via_id == report.id else one.via_id
    db.session.flush()
    db.session.add(_item(old_head, report.id, actor, at))
    db.session.flush()
    _note("unclustered", [report.id], old_head, actor, at)
    _note("clustered", [old_head, *(one.report_id for one in others)], report.id, actor, at)
    recount(report.id)


def share_decision(head: Report, *, actor: User, at: datetime) -> list[int]:
    """Tell reporters and followers of the others what was decided here; nobody is told twice.

    Those of a report that the actor may not read are told by the system, and only what anybody may read.
    """
    decision = current_decision(head)
    if decision is None or decision.has_expired(today(at)):
        raise NotAllowedNow("not_in_this_state")
    others = db.session.scalars(
        select(Report)
        .where(Report.id.in_(members_of(head.id)[1:]), Report.state.in_(OPEN))
        .order_by(Report.id)
    )
    in_reach = [report for report in others if head.is_public or may_read_case(actor, report)]
    told = [report for report in in_reach if _share(report, decision, actor, at)]
    for report in told:
        _note("decision_shared", [report.id], head.id, actor if may_read_case(actor, report) else None, at)
        tell_reporter(report, decision, at)
    tell_followers(head, told, decision, at)
    return [report.id for report in told]


def _share(report: Report, decision: Decision, actor: User, at: datetime) -> bool:
    row = DecisionShare(decision_id=decision.id, report_id=report.id, shared_at=at, shared_by_id=actor.id)
    key = {"decision_id": decision.id, "report_id": report.id}
    if db.session.get(DecisionShare, key) is not None:
        return False
    return add_or_find(row, lambda: db.session.get(DecisionShare, key))[1]


def set_threshold(threshold: int, region_id: int) -> None:
    if not 2 <= threshold <= 100:
        raise Invalid({"threshold": [_("Kies een getal van 2 tot 100.")]})
    row = PatternSetting(region_id=region_id, threshold=threshold)
    row, is_new = add_or_find(row, lambda: db.session.get(PatternSetting, region_id))
    if not is_new:
        row.threshold = threshold


# --- the rows -------------------------------------------------------------------------------------------


def _lock(*ids: int) -> None:
    """Two officials who put the same reports together the other way round take turns."""
    statement = select(Report.id).where(Report.id.in_(ids)).order_by(Report.id).with_for_update()
    db.session.execute(statement).all()


def _items(head_id: int) -> list[ReportClusterItem]:
    statement = select(ReportClusterItem).where(ReportClusterItem.head_id == head_id)
    return list(db.session.scalars(statement.order_by(ReportClusterItem.report_id).with_for_update()))


def _item(report_id: int, head_id: int, actor: User, at: datetime) -> ReportClusterItem:
    return ReportClusterItem(report_id=report_id, head_id=head_id, added_at=at, added_by_id=actor.id)


def _came_along(report_id: int, items: list[ReportClusterItem]) -> list[ReportClusterItem]:
    """What was put under this report, and what came along with that."""
    found: list[ReportClusterItem] = []
    wanted = {report_id}
    while new := [one for one in items if one.via_id in wanted and one not in found]:
        found += new
        wanted = {one.report_id for one in new}
    return found


def _note(action: str, ids: list[int], head_id: int, actor: User | None, at: datetime, **more: Any) -> None:
    for number in ids:
        what = events.What(action, data={"head": head_id, **more})
        events.record(events.Reference(Report.__tablename__, number), what, actor=actor, at=at)

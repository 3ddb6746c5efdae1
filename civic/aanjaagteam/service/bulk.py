"""The same thing to many reports at once. Each stands alone: one that cannot is left as it is, and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam import policy
from civic.aanjaagteam.findable import keep_findable
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service.clocks import mark_decide_now
from civic.aanjaagteam.service.ladder import follow_unit
from civic.aanjaagteam.service.moves import assign
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL, Action, State, is_possible
from civic.aanjaagteam.states.queue import Bulk, Skip
from civic.accounts.models import User
from civic.db import db
from civic.errors import DomainError, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility

MOST = 100  # reports at once


@dataclass(frozen=True)
class BulkOrder:
    """What must be done; `owner` and `unit_id` belong to their own action."""

    action: Bulk
    owner: User | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class Chosen:
    """A report and the version of it that was seen in the list."""

    report_id: int
    revision: int


@dataclass(frozen=True)
class Preview:
    report: Report
    revision: int
    skip: Skip | None


@dataclass(frozen=True)
class Done:
    report_id: int
    skip: Skip | None


def preview(order: BulkOrder, chosen: Iterable[Chosen], *, actor: User) -> list[Preview]:
    """What will happen to each, and what not. Reports this person may not see are not in the answer."""
    wanted = {one.report_id: one.revision for one in chosen}
    rows = db.session.scalars(select(Report).where(Report.id.in_(list(wanted)[:MOST])).order_by(Report.id))
    return [
        Preview(report, wanted[report.id], _why_not(report, wanted[report.id], order, actor))
        for report in rows
        if policy.may_read_case(actor, report)
    ]


def apply_to_all(order: BulkOrder, chosen: Iterable[Chosen], *, actor: User, at: datetime) -> list[Done]:
    """Each in its own savepoint, with the version that was seen; one event per report that changed."""
    done = []
    for one in preview(order, chosen, actor=actor):
        skip = one.skip
        if skip is None:
            try:
                with db.session.begin_nested():
                    _CHANGES[order.action](one.report, order, one.revision, actor, at)
            except NotAllowedNow as error:
                skip = Skip.CHANGED if error.code == "changed_meanwhile" else Skip.STATE
            except DomainError:
                skip = Skip.STATE
        done.append(Done(one.report.id, skip))
    return done


# --- why not -----------------------------------------------------------------------------------------------


def _why_not(report: Report, revision: int, order: BulkOrder, actor: User) -> Skip | None:
    action = Action.ASSIGN if order.action is Bulk.ASSIGN else Action.TRIAGE
    if not policy.may_do(actor, report, action):
        return Skip.RIGHTS
    if report.revision != revision:
        return Skip.CHANGED
    if report.state is State.NEW:
        return Skip.NOT_READ
    return _RULES[order.action](report, order)


def _not_assigned(report: Report, order: BulkOrder) -> Skip | None:
    if not is_possible(report.state, Action.ASSIGN):
        return Skip.STATE
    if order.owner is None or not policy.may_read_case(order.owner, report):
        return Skip.OWNER
    return Skip.ALREADY if report.owner_id == order.owner.id else None


def _not_placed(report: Report, order: BulkOrder) -> Skip | None:
    if report.state in FINAL:
        return Skip.STATE
    if report.unit_id is None:
        return None
    return Skip.ALREADY if report.unit_id == order.unit_id else Skip.ELSEWHERE


def _not_marked(report: Report, order: BulkOrder) -> Skip | None:
    if report.state not in BEFORE_DECISION:
        return Skip.STATE
    return Skip.ALREADY if report.decide_now is (order.action is Bulk.DECIDE_NOW) else None


def _not_shown(report: Report, order: BulkOrder) -> Skip | None:
    if not report.public_title:
        return Skip.NOT_READ
    return Skip.ALREADY if report.is_public is (order.action is Bulk.PUBLISH) else None


_RULES: dict[Bulk, Callable[[Report, BulkOrder], Skip | None]] = {
    Bulk.ASSIGN: _not_assigned,
    Bulk.UNIT: _not_placed,
    Bulk.DECIDE_NOW: _not_marked,
    Bulk.NOT_DECIDE_NOW: _not_marked,
    Bulk.PUBLISH: _not_shown,
    Bulk.UNPUBLISH: _not_shown,
}


# --- what happens ------------------------------------------------------------------------------------------


def _assign(report: Report, order: BulkOrder, revision: int, actor: User, at: datetime) -> None:
    if order.owner is None:
        raise NotAllowedNow("not_in_this_state")
    assign(report, order.owner, revision, actor=actor, at=at)


def _place(report: Report, order: BulkOrder, revision: int, actor: User, at: datetime) -> None:
    touch(report, revision, unit_id=order.unit_id)
    follow_unit(report)
    events.record(report, events.What("unit_given", data={"unit": order.unit_id}), actor=actor, at=at)


def _mark(report: Report, order: BulkOrder, revision: int, actor: User, at: datetime) -> None:
    was, is_marked = report.decide_now, order.action is Bulk.DECIDE_NOW
    touch(report, revision, decide_now=is_marked)
    mark_decide_now(report, was, at)
    name = "decide_now_marked" if is_marked else "decide_now_unmarked"
    events.record(report, events.What(name), actor=actor, at=at)


def _show(report: Report, order: BulkOrder, revision: int, actor: User, at: datetime) -> None:
    is_public = order.action is Bulk.PUBLISH
    published_at: Any = report.published_at or (at if is_public else None)
    touch(report, revision, is_public=is_public, published_at=published_at)
    keep_findable(report, at)
    what = events.What("published" if is_public else "unpublished", visibility=Visibility.PUBLIC)
    events.record(report, what, actor=actor, at=at)


_CHANGES: dict[Bulk, Callable[[Report, BulkOrder, int, User, datetime], None]] = {
    Bulk.ASSIGN: _assign,
    Bulk.UNIT: _place,
    Bulk.DECIDE_NOW: _mark,
    Bulk.NOT_DECIDE_NOW: _mark,
    Bulk.PUBLISH: _show,
    Bulk.UNPUBLISH: _show,
}

"""Groups of like reports: which is the head, how heavy it weighs, and when an exception is a pattern.

    select(Report.id, weight_of_report().label("weight"), recent_of_report(at).label("recent"))

Weight is the number of distinct people: every reporter of the group and everybody who confirmed "me too",
over the head and what hangs under it. Nobody can look up reporters by address, so who counts twice is found
where a group changes and every address of it is opened anyway (service/clusters.py: `is_double`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Decision, Report
from civic.aanjaagteam.models.clusters import DecisionShare, PatternSetting, ReportClusterItem, ReportFollower
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.db import db
from civic.keyset import Order, Page, Place, page_of
from civic.regions import queries as regions
from civic.regions.models import Municipality
from civic.search import queries as search

PATTERN_DAYS = timedelta(days=90)
# "elke week wel één of twee" is a pattern; five in a quarter is the first that nobody calls bad luck
DEFAULT_THRESHOLD = 5


def weight_of_report() -> ColumnElement[int]:
    """For a select over `Report`: the distinct people behind it and what hangs under it; at least 1."""
    others: ColumnElement[int] = _items() + _own_followers() + _item_followers()
    return 1 + others


weight_subquery = weight_of_report


def recent_of_report(at: datetime) -> ColumnElement[int]:
    """For a select over `Report`: how often a like one came in the last 90 days (S19a)."""
    since = at - PATTERN_DAYS
    like = aliased(Report)
    is_recent = ReportFollower.confirmed_at >= since
    itself = select(func.count()).where(like.id == Report.id, like.created_at >= since)
    people: ColumnElement[int] = _own_followers(is_recent) + _item_followers(is_recent)
    likes: ColumnElement[int] = itself.correlate(Report).scalar_subquery() + _items(since)
    return likes + people


def is_pattern(at: datetime) -> ColumnElement[bool]:
    """For a select over `Report`: above the threshold. One statement more, for the threshold."""
    return recent_of_report(at) >= threshold()


def head_of_report() -> Any:
    """For a select over `Report`: the number of the head above it, or NULL."""
    return (
        select(ReportClusterItem.head_id)
        .where(ReportClusterItem.report_id == Report.id)
        .correlate(Report)
        .scalar_subquery()
    )


def is_head() -> ColumnElement[bool]:
    """For a select over `Report`: something hangs under it."""
    return (
        select(ReportClusterItem.report_id)
        .where(ReportClusterItem.head_id == Report.id)
        .correlate(Report)
        .exists()
    )


def _items(since: datetime | None = None) -> Any:
    item = aliased(ReportClusterItem)
    statement = select(func.count()).where(item.head_id == Report.id, item.is_double.is_(False))
    if since is not None:
        like = aliased(Report)
        statement = statement.join_from(item, like, like.id == item.report_id).where(like.created_at >= since)
    return statement.correlate(Report).scalar_subquery()


def _counts(*more: Any) -> ColumnElement[bool]:
    return and_(ReportFollower.confirmed_at.is_not(None), ReportFollower.is_double.is_(False), *more)


def _own_followers(*more: Any) -> Any:
    statement = select(func.count()).where(ReportFollower.report_id == Report.id, _counts(*more))
    return statement.correlate(Report).scalar_subquery()


def _item_followers(*more: Any) -> Any:
    item = aliased(ReportClusterItem)
    statement = (
        select(func.count())
        .select_from(item)
        .join(ReportFollower, ReportFollower.report_id == item.report_id)
        .where(item.head_id == Report.id, _counts(*more))
    )
    return statement.correlate(Report).scalar_subquery()


def weights(ids: Iterable[int]) -> dict[int, int]:
    """Distinct people behind each of these reports; one statement."""
    statement = select(Report.id, weight_of_report().label("weight")).where(Report.id.in_(list(ids)))
    return {row.id: row.weight for row in db.session.execute(statement)}


def group_weight(report_id: int) -> int:
    """Of the group this report is in: everybody who is stuck on it; two statements."""
    head_id = head_of([report_id]).get(report_id, report_id)
    return weights([head_id])[head_id]


def recent_counts(ids: Iterable[int], at: datetime) -> dict[int, int]:
    """How often a like one came in the last 90 days, of each of these; one statement."""
    statement = select(Report.id, recent_of_report(at).label("recent")).where(Report.id.in_(list(ids)))
    return {row.id: row.recent for row in db.session.execute(statement)}


def patterns(ids: Iterable[int], at: datetime) -> frozenset[int]:
    """Those of these reports that are a pattern; two statements."""
    least = threshold()
    return frozenset(number for number, count in recent_counts(ids, at).items() if count >= least)


def head_of(ids: Iterable[int]) -> dict[int, int]:
    """The head above each of these reports; a report without one is not in the answer. One statement."""
    statement = select(ReportClusterItem.report_id, ReportClusterItem.head_id).where(
        ReportClusterItem.report_id.in_(list(ids))
    )
    return {row.report_id: row.head_id for row in db.session.execute(statement)}


def threshold() -> int:
    """From how many in 90 days it is a pattern in this region."""
    region = regions.the_region()
    row = db.session.get(PatternSetting, region.id) if region else None
    return row.threshold if row is not None else DEFAULT_THRESHOLD


def members_of(head_id: int) -> list[int]:
    """The head and what hangs under it, the head first."""
    items = db.session.scalars(
        select(ReportClusterItem.report_id)
        .where(ReportClusterItem.head_id == head_id)
        .order_by(ReportClusterItem.added_at, ReportClusterItem.report_id)
    )
    return [head_id, *items]


# --- the list of groups, and one group ------------------------------------------------------------------

PAGE_SIZE = 25
BY_SINCE = Order(Report.since_on, Report.id, "since_on", date.fromisoformat)
MOST_ALIKE = 8


@dataclass(frozen=True)
class Member:
    """One report of a group. `is_mine` says whether the reader may open the case."""

    id: int
    title: str
    municipality: str
    state: State
    since_on: date
    is_mine: bool


@dataclass(frozen=True)
class Group:
    """A head with what hangs under it (`members`, the head first), for one reader."""

    head: Member
    members: list[Member]
    weight: int
    recent: int
    is_pattern: bool

    @property
    def first_since(self) -> date:
        return min(one.since_on for one in self.members)

    @property
    def states(self) -> dict[State, int]:
        """How many stand where, in the order of the work."""
        counts = {state: sum(one.state is state for one in self.members) for state in State}
        return {state: count for state, count in counts.items() if count}


def groups(user: User, place: Place | None, at: datetime, size: int = PAGE_SIZE) -> Page:
    """The groups whose head this reader may see, longest waiting first; statements whatever the size."""
    statement = select(Report.id, Report.since_on).where(is_head())
    places = covered_municipalities(user)
    if places is not None:
        statement = statement.where(Report.municipality_id.in_(places))
    page = page_of(statement, BY_SINCE, place, size)
    return replace(page, rows=groups_of([row.id for row in page.rows], user, at))


def group_of(report_id: int, user: User, at: datetime) -> Group:
    """The group this report is in, under its head; alone where there is none."""
    return groups_of([head_of([report_id]).get(report_id, report_id)], user, at)[0]


def groups_of(head_ids: list[int], user: User, at: datetime) -> list[Group]:
    """In the order of the numbers; four statements."""
    found = _members(head_ids, covered_municipalities(user))
    weight, recent, least = weights(head_ids), recent_counts(head_ids, at), threshold()
    return [
        Group(
            head=found[number][0],
            members=found[number],
            weight=weight[number],
            recent=recent[number],
            is_pattern=recent[number] >= least,
        )
        for number in head_ids
        if found.get(number)
    ]


def _members(head_ids: list[int], places: set[int] | None) -> dict[int, list[Member]]:
    head = func.coalesce(ReportClusterItem.head_id, Report.id).label("head")
    statement = (
        select(
            Report.id,
            Report.public_title,
            Report.state,
            Report.since_on,
            Report.municipality_id,
            Municipality.name.label("municipality"),
            head,
        )
        .outerjoin(ReportClusterItem, ReportClusterItem.report_id == Report.id)
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .where(or_(Report.id.in_(head_ids), ReportClusterItem.head_id.in_(head_ids)))
        .order_by(Report.id)
    )
    found: dict[int, list[Member]] = {number: [] for number in head_ids}
    for row in db.session.execute(statement):
        found.setdefault(row.head, []).append(_member(row, places))
    return {number: sorted(rows, key=lambda one: one.id != number) for number, rows in found.items()}


def _member(row: Any, places: set[int] | None) -> Member:
    return Member(
        id=row.id,
        title=row.public_title,
        municipality=row.municipality or "",
        state=row.state,
        since_on=row.since_on,
        is_mine=places is None or row.municipality_id in places,
    )


def untold(decision: Decision, group: Group) -> list[Member]:
    """The others whose reporters were not told of this decision of the head."""
    told = set(db.session.scalars(_told(decision)))
    return [one for one in group.members[1:] if one.id not in told]


def _told(decision: Decision) -> Any:
    return select(DecisionShare.report_id).where(DecisionShare.decision_id == decision.id)


def alike_for(report: Report, user: User, at: datetime) -> list[Member]:
    """Reports like this one that this reader may see and that are not in its group, the most alike first."""
    words = "\n".join(filter(None, (report.public_title, report.process_guess, report.story)))
    found = [one.subject_id for one in search.similar(words, (Report.__tablename__,), 2 * MOST_ALIKE)]
    if report.process_guess:
        same = select(Report.id).where(Report.process_guess == report.process_guess).limit(2 * MOST_ALIKE)
        found += db.session.scalars(same.order_by(Report.id.desc()))
    places = covered_municipalities(user)
    rows = _members(found, places)
    near = {one.id for one in group_of(report.id, user, at).members}
    members = {one.id: one for group in rows.values() for one in group}
    alike = [members[number] for number in dict.fromkeys(found) if number in members]
    return [one for one in alike if one.is_mine and one.id not in near][:MOST_ALIKE]

"""Reads. Lists take explicit columns and keyset pages: the number of statements never depends on the size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import lazyload

from civic.aanjaagteam.models import Decision, InternalNote, Report
from civic.aanjaagteam.policy import covered_municipalities, may_read_case
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL, HAS_DECISION, OPEN, TEAM, Outcome, State
from civic.accounts.models import RoleGrant, User
from civic.calendar import Calendar, today
from civic.db import db, now
from civic.events import queries as events
from civic.events.models import Deadline
from civic.regions.models import Municipality

PAGE_SIZE = 25


# One report ------------------------------------------------------------------------------------------


def report_of_hash(code_hash: str) -> Report | None:
    return db.session.scalar(select(Report).where(Report.receipt_code_hash == code_hash))


def first_answer(report: Report) -> Deadline | None:
    return events.deadline_of(report, "first_answer")


def decisions_of(report: Report) -> list[Decision]:
    """Newest first; all but the first were replaced."""
    statement = select(Decision).where(Decision.report_id == report.id).order_by(Decision.id.desc())
    return list(db.session.scalars(statement))


def current_decision(report: Report) -> Decision | None:
    return next(iter(decisions_of(report)), None)


@dataclass(frozen=True)
class Note:
    text: str | None
    at: datetime
    by: str


def notes_of(report: Report) -> list[Note]:
    statement = select(InternalNote).where(InternalNote.report_id == report.id).order_by(InternalNote.id)
    notes = list(db.session.scalars(statement))
    names = people({note.author_id for note in notes})
    return [Note(note.text, note.created_at, names.get(note.author_id, "")) for note in notes]


def people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, in one statement."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.scalars(select(User).where(User.id.in_(wanted)).options(lazyload(User.grants)))
    return {row.id: row.display_name for row in rows}


def members_for(report: Report) -> list[User]:
    """Members of the team whose scope covers this report, by name."""
    team = select(RoleGrant.user_id).where(RoleGrant.role.in_(list(TEAM)))
    users = db.session.scalars(select(User).where(User.id.in_(team), User.erased_at.is_(None)))
    return sorted((user for user in users if may_read_case(user, report)), key=lambda user: user.display_name)


def place_name(municipality_id: int | None) -> str:
    place = db.session.get(Municipality, municipality_id) if municipality_id else None
    return place.name if place else ""


# Waiting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waited:
    """How long: from since it drags on (not from the report) up to today, or the day it closed."""

    days: int
    working_days: int
    is_over: bool


def last_day(closed_at: datetime | None, on: date) -> date:
    return today(closed_at) if closed_at else on


def waited_days(since_on: date, closed_at: datetime | None, on: date) -> int:
    return max(0, (last_day(closed_at, on) - since_on).days)


def waited(report: Report, on: date) -> Waited:
    end = last_day(report.closed_at, on)
    return Waited(
        days=waited_days(report.since_on, report.closed_at, on),
        working_days=Calendar().working_days_between(report.since_on, end),
        is_over=report.closed_at is not None,
    )


# Pages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a page begins: after (or before) the row with this key and id. None is the first page."""

    key: Any
    id: int
    is_before: bool = False


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    total: int
    before: Place | None = None
    after: Place | None = None


@dataclass(frozen=True)
class Order:
    """A column that sorts, then the id; `key` is the name of the column in the row."""

    column: Any
    key: str
    is_descending: bool = False


def _page(statement: Any, order: Order, place: Place | None, size: int) -> Page:
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    is_before = place is not None and place.is_before
    goes_down = order.is_descending != is_before
    columns = (order.column, Report.id)
    if place is not None:
        statement = statement.where(_beyond(order, place, goes_down))
    statement = statement.order_by(*(one.desc() if goes_down else one.asc() for one in columns))
    rows = list(db.session.execute(statement.limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    if is_before:
        rows.reverse()
    has_previous, has_next = (has_more, True) if is_before else (place is not None, has_more)
    page = Page(rows, total)
    if rows and has_previous:
        page = replace(page, before=Place(getattr(rows[0], order.key), rows[0].id, is_before=True))
    if rows and has_next:
        page = replace(page, after=Place(getattr(rows[-1], order.key), rows[-1].id))
    return page


def _beyond(order: Order, place: Place, goes_down: bool) -> Any:
    if goes_down:
        return or_(order.column < place.key, and_(order.column == place.key, Report.id < place.id))
    return or_(order.column > place.key, and_(order.column == place.key, Report.id > place.id))


# The queue of the team -------------------------------------------------------------------------------


@dataclass(frozen=True)
class QueueFilter:
    """`states` empty means open ones; `owner` is "mine", "nobody" or nothing."""

    states: tuple[State, ...] = OPEN
    owner: str = ""
    municipality_id: int | None = None
    decide_now: bool = False
    is_late: bool = False
    text: str = ""


@dataclass(frozen=True)
class QueueRow:
    id: int
    title: str
    municipality: str
    state: State
    since_on: date
    waited_days: int
    owner: str
    decide_now: bool
    due_on: date | None
    is_late: bool


def queue(user: User, wanted: QueueFilter, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The reports this member may see, longest waiting first."""
    statement = _in_scope(_queue_statement(), user)
    statement = statement.where(*_queue_conditions(wanted, user, on))
    page = _page(statement, Order(Report.since_on, "since_on"), place, size)
    names = people({row.owner_id for row in page.rows})
    return replace(page, rows=[_queue_row(row, names, on) for row in page.rows])


def _queue_statement() -> Any:
    deadline = and_(
        Deadline.subject_type == "report", Deadline.subject_id == Report.id, Deadline.kind == "first_answer"
    )
    return (
        select(
            Report.id,
            Report.public_title,
            Report.state,
            Report.since_on,
            Report.closed_at,
            Report.owner_id,
            Report.decide_now,
            Municipality.name.label("municipality"),
            Deadline.due_on,
            Deadline.met_at,
        )
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .outerjoin(Deadline, deadline)
    )


def _in_scope(statement: Any, user: User) -> Any:
    places = covered_municipalities(user)
    return statement if places is None else statement.where(Report.municipality_id.in_(places))


def _queue_conditions(wanted: QueueFilter, user: User, on: date) -> list[Any]:
    conditions: list[Any] = [Report.state.in_(wanted.states)]
    if wanted.owner == "mine":
        conditions.append(Report.owner_id == user.id)
    elif wanted.owner == "nobody":
        conditions.append(Report.owner_id.is_(None))
    if wanted.municipality_id is not None:
        conditions.append(Report.municipality_id == wanted.municipality_id)
    if wanted.decide_now:
        conditions.append(and_(Report.decide_now.is_(True), Report.state.in_(BEFORE_DECISION)))
    if wanted.is_late:
        conditions.append(and_(Deadline.met_at.is_(None), Deadline.due_on < on))
    if wanted.text:
        conditions.append(func.lower(Report.public_title).contains(wanted.text.lower(), autoescape=True))
    return conditions


def _queue_row(row: Any, names: dict[int, str], on: date) -> QueueRow:
    return QueueRow(
        id=row.id,
        title=row.public_title,
        municipality=row.municipality or "",
        state=row.state,
        since_on=row.since_on,
        waited_days=waited_days(row.since_on, row.closed_at, on),
        owner=names.get(row.owner_id, ""),
        decide_now=row.decide_now,
        due_on=row.due_on if row.met_at is None else None,
        is_late=row.met_at is None and row.due_on is not None and row.due_on < on,
    )


# What the public sees --------------------------------------------------------------------------------

GROUPS: dict[str, tuple[State, ...]] = {
    "open": BEFORE_DECISION,
    "besloten": HAS_DECISION,
    "afgerond": tuple(FINAL),
}


@dataclass(frozen=True)
class PublicFilter:
    group: str = ""
    municipality_id: int | None = None


@dataclass(frozen=True)
class PublicRow:
    id: int
    title: str
    municipality: str
    state: State
    waited_days: int
    is_over: bool
    outcome: Outcome | None
    decision: str
    decided_on: date | None


def published(wanted: PublicFilter, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The reports on the site, newest first. Nothing that the reporter wrote."""
    statement = _public_statement().where(Report.is_public.is_(True))
    if wanted.group in GROUPS:
        statement = statement.where(Report.state.in_(GROUPS[wanted.group]))
    if wanted.municipality_id is not None:
        statement = statement.where(Report.municipality_id == wanted.municipality_id)
    page = _page(statement, Order(Report.published_at, "published_at", is_descending=True), place, size)
    return replace(page, rows=[_public_row(row, on) for row in page.rows])


def _newest_decision() -> Any:
    """Joins the decision that holds: the last one, which nothing replaced."""
    others = Decision.__table__.alias("newest")
    newest = select(func.max(others.c.id)).where(others.c.report_id == Report.id).scalar_subquery()
    return and_(Decision.report_id == Report.id, Decision.id == newest)


def _public_statement() -> Any:
    return (
        select(
            Report.id,
            Report.public_title,
            Report.state,
            Report.since_on,
            Report.closed_at,
            Report.published_at,
            Report.outcome,
            Municipality.name.label("municipality"),
            Decision.decision,
            Decision.decided_on,
        )
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .outerjoin(Decision, _newest_decision())
    )


def _public_row(row: Any, on: date) -> PublicRow:
    return PublicRow(
        id=row.id,
        title=row.public_title,
        municipality=row.municipality or "",
        state=row.state,
        waited_days=waited_days(row.since_on, row.closed_at, on),
        is_over=row.closed_at is not None,
        outcome=row.outcome,
        decision=row.decision or "",
        decided_on=row.decided_on,
    )


@dataclass(frozen=True)
class RecentDecision:
    """For the front page. `waited_days` is how long it took until the knot was cut."""

    id: int
    title: str
    waited_days: int
    decision: str
    decided_on: date


def recent_decisions(limit: int = 3) -> list[RecentDecision]:
    """The last decisions on reports that are on the site, newest first."""
    statement = (
        select(Report.id, Report.public_title, Report.since_on, Decision.decision, Decision.decided_on)
        .join(Decision, _newest_decision())
        .where(Report.is_public.is_(True))
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(limit)
    )
    return [
        RecentDecision(
            id=row.id,
            title=row.public_title,
            waited_days=max(0, (row.decided_on - row.since_on).days),
            decision=row.decision,
            decided_on=row.decided_on,
        )
        for row in db.session.execute(statement)
    ]


@dataclass(frozen=True)
class Figures:
    """All reports, published or not. `median_waited_days` is over those that still wait; None without any."""

    total: int
    open: int
    decided: int
    closed: int
    solved: int
    median_waited_days: int | None
    by_state: dict[State, int] = field(default_factory=dict)


def figures(on: date | None = None) -> Figures:
    on = on or today(now())
    counted = db.session.execute(select(Report.state, func.count()).group_by(Report.state))
    by_state: dict[State, int] = {state: number for state, number in counted}  # noqa: C416  # rows are not pairs
    since = list(db.session.scalars(select(Report.since_on).where(Report.state.in_(OPEN))))
    decided = db.session.scalar(select(func.count(Decision.report_id.distinct()))) or 0
    solved = db.session.scalar(select(func.count()).where(Report.outcome == Outcome.SOLVED)) or 0
    closed = sum(by_state.get(state, 0) for state in FINAL)
    return Figures(
        total=sum(by_state.values()),
        open=len(since),
        decided=decided,
        closed=closed,
        solved=solved,
        median_waited_days=int(median((on - day).days for day in since)) if since else None,
        by_state=by_state,
    )

"""The queue of the team: explicit columns, one statement per page whatever its size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.one import people, waited_days
from civic.aanjaagteam.states import BEFORE_DECISION, OPEN, State
from civic.accounts.models import User
from civic.events.models import Deadline
from civic.keyset import Order, Page, Place, page_of
from civic.regions.models import Municipality

PAGE_SIZE = 25
BY_WAITING = Order(Report.since_on, Report.id, "since_on", date.fromisoformat)


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
    page = page_of(statement, BY_WAITING, place, size)
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

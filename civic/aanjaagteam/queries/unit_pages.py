"""What lies with a unit and waits on it; and the units and their people for who keeps the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, func, or_, select
from sqlalchemy.orm import lazyload

from civic.aanjaagteam.models import Report, ReportWait, Unit, UnitMember
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.one import shown_since, since_month, waited_days
from civic.aanjaagteam.queries.waits import lies_with
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.keyset import Order, Page, Place, page_of, parse_number
from civic.regions.models import Municipality

UNIT_PAGE = 50
BY_MONTH = Order(since_month(), Report.id, "since_month", parse_number)


@dataclass(frozen=True)
class UnitRow:
    """A report as a unit sees it: the title that the team wrote, and what is asked. Nobody's name."""

    id: int
    title: str
    state: State
    waited_days: int
    lies_here: bool
    asked_days: int | None
    due_on: date | None
    is_late: bool


def unit_rows(unit_id: int, team_member: User | None, place: Place | None, on: date) -> Page:
    """Open reports that lie with this unit or wait on it. A member of the team sees those in reach only."""
    waits = (
        select(
            ReportWait.report_id,
            func.min(ReportWait.began_at).label("began_at"),
            func.min(ReportWait.due_on).label("due_on"),
        )
        .where(ReportWait.unit_id == unit_id, ReportWait.ended_at.is_(None))
        .group_by(ReportWait.report_id)
        .subquery("waits")
    )
    lies_here = and_(Report.unit_id == unit_id, Report.state != State.NEW)  # see lies_with
    statement = (
        select(
            Report.id,
            Report.public_title,
            Report.state,
            Report.since_on,
            Report.closed_at,
            Report.unit_id,
            since_month().label("since_month"),
            waits.c.began_at,
            waits.c.due_on,
        )
        .outerjoin(waits, waits.c.report_id == Report.id)
        .where(Report.closed_at.is_(None), or_(lies_here, waits.c.report_id.is_not(None)))
    )
    places = covered_municipalities(team_member) if team_member is not None else None
    if places is not None:
        statement = statement.where(Report.municipality_id.in_(places))
    page = page_of(statement, BY_MONTH, place, UNIT_PAGE)
    return replace(page, rows=[_unit_row(row, unit_id, on) for row in page.rows])


def _unit_row(row: Any, unit_id: int, on: date) -> UnitRow:
    return UnitRow(
        id=row.id,
        title=row.public_title,
        state=row.state,
        waited_days=waited_days(shown_since(row.since_on), row.closed_at, on),
        lies_here=row.unit_id == unit_id,
        asked_days=max(0, (on - today(row.began_at)).days) if row.began_at else None,
        due_on=row.due_on,
        is_late=row.due_on is not None and row.due_on < on,
    )


def concerns(report: Report, unit_id: int) -> bool:
    """Does the report lie with this unit, or does it wait on it? Once answered, it is no longer theirs."""
    if lies_with(report, (unit_id,)):
        return True
    statement = select(ReportWait.id).where(
        ReportWait.report_id == report.id,
        ReportWait.unit_id == unit_id,
        ReportWait.ended_at.is_(None),
    )
    return db.session.scalar(statement.limit(1)) is not None


@dataclass(frozen=True)
class UnitLine:
    id: int
    name: str
    municipality: str
    municipality_id: int | None
    headcount: int | None
    is_active: bool
    members: int
    open_reports: int


def unit_lines(on: date) -> list[UnitLine]:
    """Every unit, with how many people work there today and what lies with it; one statement."""
    works_there = and_(
        UnitMember.unit_id == Unit.id,
        UnitMember.from_on <= on,
        or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on),
    )
    members = select(func.count()).where(works_there).correlate(Unit).scalar_subquery()
    lies_there = and_(Report.unit_id == Unit.id, Report.closed_at.is_(None), Report.state != State.NEW)
    reports = select(func.count()).where(lies_there).correlate(Unit).scalar_subquery()
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.name,
            Municipality.name,
            Unit.municipality_id,
            Unit.headcount,
            Unit.is_active,
            members.cast(Integer),
            reports.cast(Integer),
        )
        .outerjoin(Municipality, Municipality.id == Unit.municipality_id)
        .order_by(Unit.is_active.desc(), Municipality.name, Unit.name, Unit.id)
    )
    return [UnitLine(row[0], row[1], row[2] or "", *row[3:]) for row in rows]


@dataclass(frozen=True)
class MemberLine:
    row: UnitMember
    name: str
    is_now: bool


def members_of_unit(unit: Unit, on: date) -> list[MemberLine]:
    """Who works or worked here, by name; who is here now first."""
    rows = db.session.execute(
        select(UnitMember, User)
        .join(User, User.id == UnitMember.user_id)
        .where(UnitMember.unit_id == unit.id)
        .options(lazyload(User.grants))
    ).all()
    lines = [MemberLine(row, user.display_name, _is_now(row, on)) for row, user in rows]
    return sorted(lines, key=lambda line: (not line.is_now, line.name.casefold()))


def _is_now(row: UnitMember, on: date) -> bool:
    return row.from_on <= on and (row.until_on is None or row.until_on >= on)

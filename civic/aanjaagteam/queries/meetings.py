"""Talks about a report, and the tables it was on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.models.meetings import ContentMeeting, TableItem
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, exists
from civic.events.models import Event
from civic.keyset import Order, Page, Place, page_of
from civic.regions.models import Municipality

REFERENCE_DAYS = 2  # "twee dagen later in het managementoverleg gebruikt" (S15d)
PAGE_SIZE = 50
BY_DAY = Order(TableItem.table_on, TableItem.id, "table_on", date.fromisoformat)
BY_DAY_BACK = Order(TableItem.table_on, TableItem.id, "table_on", date.fromisoformat, is_descending=True)


def had_content_meeting(report: Report) -> bool:
    """Did those who know the case talk about it? Without that it may not go above management (S16e)."""
    return exists(
        select(ContentMeeting.id).where(
            ContentMeeting.report_id == report.id, ContentMeeting.knows_case.is_(True)
        )
    )


def meetings_of(report: Report) -> list[ContentMeeting]:
    """Newest first."""
    statement = select(ContentMeeting).where(ContentMeeting.report_id == report.id)
    return list(db.session.scalars(statement.order_by(ContentMeeting.held_on.desc(), ContentMeeting.id)))


def table_item_on(report_id: int, organ: TableBody, on: date) -> TableItem | None:
    statement = select(TableItem).where(
        TableItem.report_id == report_id, TableItem.organ == organ, TableItem.table_on == on
    )
    return db.session.scalar(statement)


def tables_of(report: Report) -> list[TableItem]:
    """Oldest first."""
    statement = select(TableItem).where(TableItem.report_id == report.id)
    return list(db.session.scalars(statement.order_by(TableItem.table_on, TableItem.id)))


def days_to_management(report_ids: Iterable[int]) -> dict[int, int]:
    """Days from the report to the first time that management talked about it; from the log, as the figures.

    A report that was only on the agenda is not in it. One statement.
    """
    rows = db.session.execute(
        select(Report.id, Report.created_at, Event.data)
        .join(Event, Event.subject_id == Report.id)
        .where(
            Report.id.in_(list(report_ids)),
            Event.subject_type == "report",
            Event.action == "table_discussed",
        )
    )
    first: dict[int, int] = {}
    for report_id, created_at, data in rows:
        if data.get("body") == TableBody.MANAGEMENT.value:
            start, on = today(created_at), date.fromisoformat(data["on"])
            days = max(0, (on - start).days)
            first[report_id] = min(days, first.get(report_id, days))
    return first


@dataclass(frozen=True)
class AgendaRow:
    """One line of an agenda: public title and question, nothing of the reporter."""

    id: int
    report_id: int
    organ: TableBody
    table_on: date
    title: str
    municipality: str
    state: State
    since_on: date
    asked: str
    result: TableResult | None
    said: str


def agenda(user: User, on: date, place: Place | None, *, is_past: bool = False) -> Page:
    """What is on the tables from this day on, or what was, newest first. In the reach of this member."""
    statement = _in_reach(_agenda_statement(), user)
    if is_past:
        statement = statement.where(TableItem.table_on < on)
    else:
        statement = statement.where(TableItem.table_on >= on)
    page = page_of(statement, BY_DAY_BACK if is_past else BY_DAY, place, PAGE_SIZE)
    return replace(page, rows=[_agenda_row(row) for row in page.rows])


def table_agenda(user: User, organ: TableBody, on: date) -> list[AgendaRow]:
    """The agenda of one body on one day."""
    statement = _in_reach(_agenda_statement(), user).where(TableItem.organ == organ, TableItem.table_on == on)
    return [_agenda_row(row) for row in db.session.execute(statement.order_by(TableItem.id))]


def _agenda_statement() -> Any:
    return (
        select(
            TableItem.id,
            TableItem.report_id,
            TableItem.organ,
            TableItem.table_on,
            TableItem.asked,
            TableItem.result,
            TableItem.said,
            Report.public_title,
            Report.state,
            Report.since_on,
            Municipality.name.label("municipality"),
        )
        .join(Report, Report.id == TableItem.report_id)
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
    )


def _in_reach(statement: Any, user: User) -> Any:
    covered = covered_municipalities(user)
    return statement if covered is None else statement.where(Report.municipality_id.in_(covered))


def _agenda_row(row: Any) -> AgendaRow:
    return AgendaRow(
        id=row.id,
        report_id=row.report_id,
        organ=row.organ,
        table_on=row.table_on,
        title=row.public_title,
        municipality=row.municipality or "",
        state=row.state,
        since_on=row.since_on,
        asked=row.asked,
        result=row.result,
        said=row.said,
    )

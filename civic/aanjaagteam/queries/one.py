"""One report: its decisions, notes, people, and how long it waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, extract, or_, select
from sqlalchemy.orm import lazyload

from civic.aanjaagteam.models import Decision, InternalNote, Report
from civic.aanjaagteam.policy import may_read_case
from civic.aanjaagteam.states import TEAM
from civic.accounts.models import RoleGrant, User
from civic.calendar import Calendar, today
from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline
from civic.regions.models import Municipality


def report_of_hash(code_hash: str) -> Report | None:
    return db.session.scalar(select(Report).where(Report.receipt_code_hash == code_hash))


def first_answer(report: Report) -> Deadline | None:
    return events.deadline_of(report, "first_answer")


def clocks_of(report: Report) -> dict[str, Deadline]:
    """Every promised day of it, by its kind."""
    return {row.kind: row for row in events.deadlines_of(report)}


def decisions_of(report: Report) -> list[Decision]:
    """Newest first; all but the first were replaced."""
    statement = select(Decision).where(Decision.report_id == report.id).order_by(Decision.id.desc())
    return list(db.session.scalars(statement))


def current_decision(report: Report) -> Decision | None:
    return next(iter(decisions_of(report)), None)


def may_group(user: User, report_id: int) -> bool:
    """May this official put the report with others that are like it? Public ones, or in reach."""
    report = db.session.get(Report, report_id)
    return report is not None and (report.is_public or may_read_case(user, report))


def contacts_of(ids: Iterable[int]) -> dict[int, str]:
    """Where reporters can be mailed, for a letter that they can refuse; nobody is shown these."""
    rows = db.session.scalars(select(Report).where(Report.id.in_(list(ids))))
    return {row.id: row.contact for row in rows if row.contact}


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


def caretakers(report: Report) -> list[User]:
    """Who has to act for it: its owner; without one, or when that person left, the team of that place."""
    team = members_for(report)
    return [one for one in team if one.id == report.owner_id] or team


def owner_or(report: Report, actor: User) -> int:
    """Its owner; or, where that person cannot act for it any more, who does something with it now."""
    owner = db.session.get(User, report.owner_id) if report.owner_id is not None else None
    return owner.id if owner is not None and may_read_case(owner, report) else actor.id


def has_no_owner() -> ColumnElement[bool]:
    """For a select over `Report`: nobody looks after it. Also where its owner left the team, or where it went
    to a place of which that person is no member."""
    here = or_(RoleGrant.municipality_id.is_(None), RoleGrant.municipality_id == Report.municipality_id)
    mine = (RoleGrant.user_id == Report.owner_id, RoleGrant.role.in_(list(TEAM)), here)
    return ~select(RoleGrant.id).where(*mine).correlate(Report).exists()


def place_name(municipality_id: int | None) -> str:
    place = db.session.get(Municipality, municipality_id) if municipality_id else None
    return place.name if place else ""


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


def shown_since(since_on: date) -> date:
    """For whoever is outside the team: where nobody knew since when, `since_on` is the day of the report, and
    the number of days would tell who was at a keyboard then. Anything that was filled in begins a month."""
    return since_on.replace(day=1)


def since_month() -> Any:
    """The same as a number to sort by: a place in an address, or a guess at one, tells no day either."""
    year, month = extract("year", Report.since_on), extract("month", Report.since_on)
    return cast(year, Integer) * 100 + cast(month, Integer)


def waited(report: Report, on: date) -> Waited:
    return _waited(report, report.since_on, on)


def shown_waited(report: Report, on: date) -> Waited:
    return _waited(report, shown_since(report.since_on), on)


def _waited(report: Report, since_on: date, on: date) -> Waited:
    end = last_day(report.closed_at, on)
    return Waited(
        days=waited_days(since_on, report.closed_at, on),
        working_days=Calendar().working_days_between(since_on, end),
        is_over=report.closed_at is not None,
    )

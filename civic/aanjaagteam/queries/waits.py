"""Whom reports wait for: on one case, on one unit, on one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select

from civic.aanjaagteam.models import Report, ReportWait, Unit, UnitMember
from civic.aanjaagteam.queries import asked, inbox
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.public import is_nameable, open_to_all
from civic.aanjaagteam.queries.units import unit_ids_of, unit_names
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import WaitKind
from civic.accounts.models import User
from civic.accounts.queries import is_official
from civic.calendar import Calendar, today
from civic.db import db


def managers_of(unit_id: int, on: date) -> list[User]:
    """Who answers for a unit on that day."""
    statement = (
        select(User)
        .join(UnitMember, UnitMember.user_id == User.id)
        .where(
            UnitMember.unit_id == unit_id,
            UnitMember.is_manager.is_(True),
            UnitMember.from_on <= on,
            or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on),
            User.erased_at.is_(None),
            is_official(User.id),
        )
        .order_by(User.id)
    )
    return list(db.session.scalars(statement))


def member_names(unit_ids: Iterable[int], on: date) -> dict[int, str]:
    """The people who work at these units on that day: whom a question can be put to by name."""
    statement = select(UnitMember.user_id).where(
        UnitMember.unit_id.in_(list(unit_ids)),
        UnitMember.from_on <= on,
        or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on),
        is_official(UnitMember.user_id),
    )
    return people(db.session.scalars(statement))


@dataclass(frozen=True)
class Wait:
    """A wait as it is read: `unit`, `person`, `party` are names, one of them or none is filled."""

    row: ReportWait
    unit: str
    person: str
    ended_by: str
    working_days: int

    @property
    def is_open(self) -> bool:
        return self.row.ended_at is None


def waits_of(report: Report, on: date) -> list[Wait]:
    """Open ones first, then the newest; what was a mistake is not shown."""
    statement = (
        select(ReportWait)
        .where(ReportWait.report_id == report.id, ReportWait.is_mistake.is_(False))
        .order_by(ReportWait.ended_at.is_not(None), ReportWait.began_at.desc(), ReportWait.id.desc())
    )
    rows = list(db.session.scalars(statement))
    if not rows:
        return []
    units = unit_names(row.unit_id for row in rows)
    names = people([one for row in rows for one in (row.user_id, row.ended_by_id)])
    return [_wait(row, units, names, on) for row in rows]


def _wait(row: ReportWait, units: dict[int, str], names: dict[int, str], on: date) -> Wait:
    until = today(row.ended_at) if row.ended_at else on
    return Wait(
        row=row,
        unit=units.get(row.unit_id or 0, ""),
        person=names.get(row.user_id or 0, ""),
        ended_by=names.get(row.ended_by_id or 0, ""),
        working_days=Calendar().working_days_between(today(row.began_at), until),
    )


@dataclass(frozen=True)
class PublicWait:
    """What everybody may know: the kind, the unit, and since which day."""

    kind: WaitKind
    unit: str
    since: date


def public_waits(report: Report) -> list[PublicWait]:
    """Never a person, a question or the name of an organisation outside the house; and no name of a unit that
    is only a few people."""
    statement = (
        select(ReportWait.kind, ReportWait.began_at, Unit.name)
        .join(Report, Report.id == ReportWait.report_id)
        .outerjoin(Unit, and_(Unit.id == ReportWait.unit_id, is_nameable()))
        .where(ReportWait.report_id == report.id, *open_to_all())
        .order_by(ReportWait.began_at, ReportWait.id)
    )
    rows = db.session.execute(statement)
    return [PublicWait(row.kind, row.name or "", today(row.began_at)) for row in rows]


def lies_with(report: Report, unit_ids: Iterable[int]) -> bool:
    """Not before the team looked at it: whoever chose a unit was told that only the team sees that."""
    if report.state is State.NEW or report.unit_id is None:
        return False
    return report.unit_id in unit_ids


def is_asked(user: User, report: Report, on: date) -> bool:
    """Waits something of this report on this official or on their unit, or does it stand on their name?"""
    units = unit_ids_of(user, on)
    if user.id == report.adopter_id or lies_with(report, units):
        return True
    return user.is_staff and _has_wait(user, report, units, ReportWait.ended_at.is_(None))


def was_asked(user: User, report: Report, on: date) -> bool:
    """Did it ever wait on them? Who answered reads that again, and nothing that is written later."""
    return user.is_staff and _has_wait(user, report, unit_ids_of(user, on))


def _has_wait(user: User, report: Report, units: frozenset[int], *conditions: Any) -> bool:
    statement = select(func.count()).where(
        ReportWait.report_id == report.id,
        ReportWait.is_mistake.is_(False),
        or_(ReportWait.user_id == user.id, ReportWait.unit_id.in_(units)),
        *conditions,
    )
    return bool(db.session.scalar(statement))


def _waiting_lines(user: User, unit_ids: frozenset[int], at: datetime) -> Iterable[inbox.Item]:
    """Questions to this official or to a unit where this official works."""
    statement = (
        select(
            ReportWait.report_id,
            ReportWait.user_id,
            ReportWait.unit_id,
            ReportWait.began_at,
            ReportWait.due_on,
            Report.public_title,
        )
        .join(Report, Report.id == ReportWait.report_id)
        .where(
            ReportWait.ended_at.is_(None),
            or_(
                ReportWait.user_id == user.id,
                ReportWait.unit_id.in_(unit_ids) & ReportWait.user_id.is_(None),
            ),
        )
        .order_by(ReportWait.id)
    )
    rows = db.session.execute(statement).all()
    return [_line(row, user, today(at)) for row in rows]


def _line(row: Any, user: User, on: date) -> inbox.Item:
    is_late = row.due_on is not None and row.due_on < on
    return inbox.Item(
        kind="wait",
        report_id=row.report_id,
        title=row.public_title or _("Melding %(id)s", id=row.report_id),
        badge=("negative", _("Te laat")) if is_late else ("warning", _("Wacht op antwoord")),
        since=row.began_at,
        due_on=row.due_on,
        endpoint="aanjaagteam.asked",
        arguments={"report_id": row.report_id},
        is_mine=row.user_id == user.id,
    )


inbox.SOURCES.append(_waiting_lines)
asked.RELATIONS.append(is_asked)
asked.PAST_RELATIONS.append(was_asked)

"""Lists of what was brought up the ladder: for the team, for one person, for a unit, for everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, select

from civic.aanjaagteam.models import Escalation, EscalationPerson, EscalationRung, Report
from civic.aanjaagteam.policy.core import covered_municipalities
from civic.aanjaagteam.queries.inbox import SOURCES, Item
from civic.aanjaagteam.states.ladder import HAS_IT, LEVELS, EscalationReason, RungState, RunState
from civic.aanjaagteam.wording import ladder as words
from civic.accounts.models import User
from civic.calendar import OFFICE_DAY, today, working_time_between
from civic.db import db
from civic.keyset import Order, Page, Place, page_of, parse_moment

PAGE = 50
# opened first: what climbs longest stands on top
BY_AGE = Order(Escalation.opened_at, Escalation.id, "opened_at", parse_moment)


@dataclass(frozen=True)
class OpenRun:
    """One run that is open, and the rung that has it; without one nobody is named on the ladder."""

    id: int
    report_id: int
    title: str
    level: int
    reason: EscalationReason
    opened_at: datetime
    state: RungState | None
    accept_by: datetime | None
    answer_by: datetime | None
    table_on: date | None
    unit_id: int | None
    misses_meeting: bool

    @property
    def until(self) -> datetime | None:
        """When something has to have happened."""
        return self.accept_by if self.state is RungState.ASKED else self.answer_by

    def is_late(self, at: datetime) -> bool:
        return self.until is not None and self.until <= at

    def age(self, at: datetime) -> float:
        """In working days, with one decimal."""
        return working_days(self.opened_at, at)


def working_days(start: datetime, end: datetime) -> float:
    return round(working_time_between(start, end) / OFFICE_DAY, 1)


def _open() -> Any:
    has_it = and_(EscalationRung.escalation_id == Escalation.id, EscalationRung.state.in_(HAS_IT))
    return (
        select(
            Escalation.id,
            Escalation.report_id,
            Report.public_title.label("title"),
            Escalation.level,
            Escalation.reason,
            Escalation.opened_at,
            EscalationRung.state,
            EscalationRung.accept_by,
            EscalationRung.answer_by,
            Escalation.table_on,
            Escalation.unit_id,
            EscalationRung.misses_meeting,
        )
        .join(Report, Report.id == Escalation.report_id)
        .outerjoin(EscalationRung, has_it)
        .where(Escalation.state == RunState.OPEN)
    )


def open_runs(user: User, level: int | None, place: Place | None, size: int = PAGE) -> Page:
    """What is on the ladder, of the reports this member sees; one statement, two where a page is empty."""
    statement = _in_reach(_open(), user)
    if level is not None:
        statement = statement.where(Escalation.level == level)
    page = page_of(statement, BY_AGE, place, size)
    return Page([OpenRun(*row) for row in page.rows], page.total, page.before, page.after)


def _in_reach(statement: Any, user: User) -> Any:
    covered = covered_municipalities(user)
    return statement if covered is None else statement.where(Report.municipality_id.in_(covered))


def counts_per_level(user: User) -> dict[int, int]:
    """How many stand on each rung: of rungs, never of people."""
    statement = (
        select(Escalation.level, func.count())
        .join(Report, Report.id == Escalation.report_id)
        .where(Escalation.state == RunState.OPEN)
        .group_by(Escalation.level)
    )
    found = {row[0]: row[1] for row in db.session.execute(_in_reach(statement, user))}
    return {level: found.get(level, 0) for level in LEVELS}


def open_escalations_of_units(unit_ids: Iterable[int]) -> list[OpenRun]:
    """What waits on these units and was brought up: longest first; one statement."""
    wanted = list(unit_ids)
    if not wanted:
        return []
    rows = db.session.execute(
        _open().where(Escalation.unit_id.in_(wanted)).order_by(Escalation.opened_at, Escalation.id)
    )
    return [OpenRun(*row) for row in rows]


def open_run_of(report_id: int) -> OpenRun | None:
    """Where a report lies now, without any name."""
    row = db.session.execute(_open().where(Escalation.report_id == report_id)).first()
    return OpenRun(*row) if row is not None else None


def last_answer_of(report_id: int) -> tuple[int, date] | None:
    """Which level answered the last run of a report, and on which day; None where it ended in another way."""
    statement = (
        select(Escalation.level, Escalation.ended_at, Escalation.state)
        .where(Escalation.report_id == report_id)
        .order_by(Escalation.round.desc())
        .limit(1)
    )
    row = db.session.execute(statement).first()
    if row is None or row.state is not RunState.ANSWERED:
        return None
    return row.level, today(row.ended_at)


def asked_of(user: User) -> list[OpenRun]:
    """What this person was asked on the rung that has it now, and nobody else took."""
    mine = (
        select(EscalationPerson.id)
        .where(EscalationPerson.rung_id == EscalationRung.id, EscalationPerson.user_id == user.id)
        .exists()
    )
    free = EscalationRung.accepted_by_id.is_(None) | (EscalationRung.accepted_by_id == user.id)
    rows = db.session.execute(_open().where(mine, free).order_by(Escalation.opened_at, Escalation.id))
    return [OpenRun(*row) for row in rows]


def _waiting(user: User, unit_ids: frozenset[int], _at: datetime) -> list[Item]:
    if not user.is_staff:
        return []
    mine = asked_of(user)
    known = {one.id for one in mine}
    of_unit = [one for one in open_escalations_of_units(unit_ids) if one.id not in known]
    return [_item(one, is_mine=True) for one in mine] + [_item(one, is_mine=False) for one in of_unit]


def _item(one: OpenRun, *, is_mine: bool) -> Item:
    return Item(
        kind="escalation",
        report_id=one.report_id,
        title=one.title or str(_("Melding %(id)s", id=one.report_id)),
        badge=("warning" if one.level < LEVELS[-1] else "negative", words.LEVELS[one.level]),
        since=one.opened_at,
        due_on=today(one.until) if one.until is not None else None,
        endpoint="aanjaagteam.escalated",
        arguments={"escalation_id": one.id},
        is_mine=is_mine,
    )


SOURCES.append(_waiting)

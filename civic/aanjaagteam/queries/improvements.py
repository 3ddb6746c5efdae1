"""Reading improvements: the list of the region, one of them, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from civic.aanjaagteam.models import Improvement, ImprovementThanks, Unit, UnitMember
from civic.aanjaagteam.policy.improvements import Standing
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import label_columns, label_of, unit_ids_of
from civic.aanjaagteam.states.improvements import ImprovementState
from civic.aanjaagteam.wording.improvements import IMPROVEMENT_KINDS, IMPROVEMENT_STATES
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, exists
from civic.keyset import Order, Page, Place, page_of, parse_number
from civic.regions.models import Municipality

PAGE_SIZE = 25
BY_NUMBER = Order(Improvement.id, Improvement.id, "id", parse_number, is_descending=True)


@dataclass(frozen=True)
class ImprovementFilter:
    unit_id: int | None = None
    state: ImprovementState | None = None
    text: str = ""
    proposer_id: int | None = None


@dataclass(frozen=True)
class ImprovementRow:
    id: int
    process: str
    proposal: str
    result: str
    state: ImprovementState
    unit: str
    proposer: str
    created_at: datetime
    thanks: int


def improvements(wanted: ImprovementFilter, place: Place | None, size: int = PAGE_SIZE) -> Page:
    """Newest first. Nobody is ranked: there is no order by thanks or by person."""
    statement = _statement()
    if wanted.unit_id is not None:
        statement = statement.where(Improvement.unit_id == wanted.unit_id)
    if wanted.state is not None:
        statement = statement.where(Improvement.state == wanted.state)
    if wanted.proposer_id is not None:
        statement = statement.where(Improvement.proposer_id == wanted.proposer_id)
    if wanted.text:
        statement = statement.where(_has_word(wanted.text.lower()))
    page = page_of(statement, BY_NUMBER, place, size)
    names = people({row.proposer_id for row in page.rows})
    return replace(page, rows=[_row(row, names) for row in page.rows])


def on_table(report_id: int) -> Improvement | None:
    """The proposal that waits for what becomes of this report."""
    waits = Improvement.report_id == report_id, Improvement.state == ImprovementState.ON_TABLE
    return db.session.scalar(select(Improvement).where(*waits))


def _statement() -> Any:
    thanks = select(func.count()).where(ImprovementThanks.improvement_id == Improvement.id).scalar_subquery()
    return (
        select(
            Improvement.id,
            Improvement.process,
            Improvement.proposal,
            Improvement.result,
            Improvement.state,
            Improvement.proposer_id,
            Improvement.created_at,
            *label_columns(),
            thanks.label("thanks"),
        )
        .join(Unit, Unit.id == Improvement.unit_id)
        .outerjoin(Municipality, Municipality.id == Unit.municipality_id)
    )


def _has_word(word: str) -> Any:
    columns = (Improvement.process, Improvement.proposal, Improvement.result)
    return or_(*(func.lower(column).contains(word, autoescape=True) for column in columns))


def _row(row: Any, names: dict[int, str]) -> ImprovementRow:
    return ImprovementRow(
        id=row.id,
        process=row.process,
        proposal=row.proposal,
        result=row.result,
        state=row.state,
        unit=label_of(row),
        proposer=names.get(row.proposer_id, ""),
        created_at=row.created_at,
        thanks=row.thanks,
    )


def standing_of(user: User | None, unit_id: int, on: date) -> Standing:
    if user is None or not user.is_staff:
        return Standing()
    return Standing(unit_ids_of(user, on, only_managed=True), has_manager(unit_id, on))


def _manages(on: date) -> Any:
    is_now = and_(UnitMember.from_on <= on, or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on))
    return and_(UnitMember.is_manager.is_(True), is_now)


def has_manager(unit_id: int, on: date) -> bool:
    return exists(select(UnitMember.id).where(UnitMember.unit_id == unit_id, _manages(on)))


def same_as(row: Improvement) -> Improvement | None:
    """The same proposal of the same person that still runs: a second press of the button."""
    statement = select(Improvement).where(
        Improvement.proposer_id == row.proposer_id,
        Improvement.unit_id == row.unit_id,
        Improvement.process == row.process,
        Improvement.proposal == row.proposal,
        Improvement.ended_at.is_(None),
    )
    return db.session.scalars(statement.limit(1)).first()


def thanks_of(row: Improvement) -> list[int]:
    """Who said thank you; each once."""
    statement = select(ImprovementThanks.user_id).where(ImprovementThanks.improvement_id == row.id)
    return list(db.session.scalars(statement.order_by(ImprovementThanks.thanked_at)))


def improvement_of_report(report_id: int) -> Improvement | None:
    return db.session.scalar(select(Improvement).where(Improvement.report_id == report_id))


def _inbox(user: User, unit_ids: frozenset[int], at: datetime) -> Iterable[inbox.Item]:
    """A manager's yes or no; and for the proposer, from the promised day, how it went."""
    if not user.is_staff:
        return []
    on = today(at)
    managed = unit_ids_of(user, on, only_managed=True) or {0}
    waits = and_(Improvement.state == ImprovementState.PROPOSED, Improvement.unit_id.in_(managed))
    tells = and_(
        Improvement.state == ImprovementState.STARTED,
        Improvement.proposer_id == user.id,
        Improvement.tell_on <= on + timedelta(days=1),
    )
    rows = db.session.scalars(select(Improvement).where(or_(waits, tells)).order_by(Improvement.id))
    return [_item(row) for row in rows]


def _item(row: Improvement) -> inbox.Item:
    return inbox.Item(
        kind="improvement",
        report_id=None,
        title=row.process,
        badge=(IMPROVEMENT_KINDS[row.state], IMPROVEMENT_STATES[row.state]),
        since=row.started_at or row.created_at,
        due_on=row.tell_on,
        endpoint="aanjaagteam.improvement",
        arguments={"improvement_id": row.id},
    )


inbox.SOURCES.append(_inbox)

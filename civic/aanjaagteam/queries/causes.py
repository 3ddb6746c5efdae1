"""The register of wrong incentives, and the reports that each of them causes (S3b)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from civic.aanjaagteam.models import Incentive, Report
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.one import waited_days
from civic.aanjaagteam.states import OPEN, State
from civic.aanjaagteam.states.facts import IncentiveKind
from civic.accounts.models import User
from civic.db import db
from civic.keyset import Order, Page, Place, page_of

PAGE_SIZE = 50
BY_WAITING = Order(Report.since_on, Report.id, "since_on", date.fromisoformat)


@dataclass(frozen=True)
class IncentiveRow:
    """`reports` counts what this reader may see; `open` those that still go on."""

    id: int
    kind: IncentiveKind
    description: str
    owner: str
    retired_at: datetime | None
    reports: int
    open: int


def _in_reach(user: User) -> list[ColumnElement[bool]]:
    places = covered_municipalities(user)
    return [] if places is None else [Report.municipality_id.in_(places)]


def incentives(user: User) -> list[IncentiveRow]:
    """What stands first causes most; what was taken away comes last. One statement."""
    mine = [Report.incentive_id == Incentive.id, *_in_reach(user)]
    count = select(func.count(Report.id)).where(*mine).correlate(Incentive).scalar_subquery()
    going_on = (
        select(func.count(Report.id))
        .where(*mine, Report.state.in_(OPEN))
        .correlate(Incentive)
        .scalar_subquery()
    )
    statement = select(
        Incentive.id,
        Incentive.kind,
        Incentive.description,
        Incentive.owner,
        Incentive.retired_at,
        count.label("reports"),
        going_on.label("open"),
    ).order_by(Incentive.retired_at.is_not(None), count.desc(), Incentive.id)
    return [IncentiveRow(*row) for row in db.session.execute(statement)]


def to_choose_from(present_id: int | None) -> list[Incentive]:
    """What can be linked: what is not taken away, and the one that is linked now."""
    statement = select(Incentive).where(or_(Incentive.retired_at.is_(None), Incentive.id == present_id))
    return list(db.session.scalars(statement.order_by(Incentive.description, Incentive.id)))


@dataclass(frozen=True)
class CausedRow:
    id: int
    title: str
    state: State
    waited_days: int


def caused_by(user: User, incentive_id: int, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The reports of this incentive that this reader may see, longest waiting first."""
    statement = select(Report.id, Report.public_title, Report.state, Report.since_on, Report.closed_at).where(
        Report.incentive_id == incentive_id, *_in_reach(user)
    )
    page = page_of(statement, BY_WAITING, place, size)
    rows = [
        CausedRow(row.id, row.public_title, row.state, waited_days(row.since_on, row.closed_at, on))
        for row in page.rows
    ]
    return replace(page, rows=rows)

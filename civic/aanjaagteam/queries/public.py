"""What the public sees: published reports, the last decisions, a few figures. Nothing a reporter wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import and_, func, select

from civic.aanjaagteam.models import Decision, Report
from civic.aanjaagteam.queries.one import waited_days
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL, HAS_DECISION, OPEN, Outcome, State
from civic.db import db
from civic.keyset import Order, Page, Place, page_of, parse_moment
from civic.regions.models import Municipality

PAGE_SIZE = 25
BY_PUBLICATION = Order(Report.published_at, Report.id, "published_at", parse_moment, is_descending=True)
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
    page = page_of(statement, BY_PUBLICATION, place, size)
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
    """All reports, published or not. `median_waited_days` is over those that are open; None without a day."""

    total: int
    open: int
    decided: int
    closed: int
    solved: int
    median_waited_days: int | None
    by_state: dict[State, int] = field(default_factory=dict)


def figures(on: date | None = None) -> Figures:
    """The counts, and with a day also how long the open ones wait on that day."""
    counted = db.session.execute(select(Report.state, func.count()).group_by(Report.state))
    by_state: dict[State, int] = {row[0]: row[1] for row in counted}
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
        median_waited_days=int(median((on - day).days for day in since)) if since and on else None,
        by_state=by_state,
    )


@dataclass(frozen=True)
class Brief:
    """What other rooms may know of a published report."""

    id: int
    title: str
    decision: str


def briefs_of(ids: Iterable[int]) -> dict[int, Brief]:
    """Published reports by their id, with the decision that holds; one statement."""
    statement = _public_statement().where(Report.id.in_(list(ids)), Report.is_public.is_(True))
    return {
        row.id: Brief(row.id, row.public_title, row.decision or "") for row in db.session.execute(statement)
    }


def public_titles() -> list[tuple[int, str]]:
    """Of every report that is on the site."""
    rows = db.session.execute(
        select(Report.id, Report.public_title).where(Report.is_public.is_(True)).order_by(Report.id)
    )
    return [(row.id, row.public_title) for row in rows]

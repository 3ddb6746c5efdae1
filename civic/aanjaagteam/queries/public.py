"""What the public sees: published reports, whom they wait for, the last decisions, a few figures.

Nothing a reporter wrote, and nobody's name: a wait on a person is shown as a wait on a kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, repeat
from statistics import median
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Decision, Report, ReportWait, Unit
from civic.aanjaagteam.queries.one import shown_since, since_month, waited_days
from civic.aanjaagteam.states import BEFORE_DECISION, FINAL, HAS_DECISION, OPEN, Outcome, State
from civic.aanjaagteam.states.facts import WaitKind
from civic.aanjaagteam.states.intake import SMALL_UNIT
from civic.calendar import today
from civic.db import db
from civic.keyset import Order, Page, Place, page_of, parse_moment, parse_number
from civic.regions.models import Municipality
from civic.smallnumbers import Count, hide_small

PAGE_SIZE = 25
# peers.md part II, section 7: any public number, and what says something about one part of an organisation
SMALLEST_PUBLIC, SMALLEST_MEDIAN = 5, 10
# not what just came in: whoever keeps looking would know to the minute when somebody reported
LOOKED_AT = frozenset(OPEN) - {State.NEW}
BY_PUBLICATION = Order(Report.published_at, Report.id, "published_at", parse_moment, is_descending=True)
BY_SINCE = Order(since_month(), Report.id, "since_month", parse_number)
GROUPS: dict[str, tuple[State, ...]] = {
    "open": BEFORE_DECISION,
    "besloten": HAS_DECISION,
    "afgerond": tuple(FINAL),
}
WAIT_SLUGS: dict[str, WaitKind] = {
    "afdeling": WaitKind.UNIT,
    "leiding": WaitKind.MANAGEMENT,
    "raad": WaitKind.COUNCIL,
    "andere-organisatie": WaitKind.OTHER_ORGANISATION,
    "melder": WaitKind.REPORTER,
}


@dataclass(frozen=True)
class PublicFilter:
    """`waits_for` is a kind of wait or the number of a unit; `is_longest_first` sorts by since when."""

    group: str = ""
    municipality_id: int | None = None
    text: str = ""
    waits_for: WaitKind | int | None = None
    is_longest_first: bool = False

    @property
    def order(self) -> Order:
        return BY_SINCE if self.is_longest_first else BY_PUBLICATION


@dataclass(frozen=True)
class PublicWait:
    """For whom, since when, and how many others. `unit` is empty where it would name a person."""

    kind: WaitKind
    unit: str
    since_on: date
    others: int


@dataclass(frozen=True)
class PublicRow:
    id: int
    title: str
    municipality: str
    state: State
    since_on: date
    waited_days: int
    is_over: bool
    outcome: Outcome | None
    decision: str
    decided_on: date | None
    wait: PublicWait | None


def published(wanted: PublicFilter, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The reports on the site. Nothing that the reporter wrote. One statement."""
    statement = _public_statement().where(*_conditions(wanted))
    page = page_of(statement, wanted.order, place, size)
    return replace(page, rows=[_public_row(row, on) for row in page.rows])


def _conditions(wanted: PublicFilter) -> list[Any]:
    conditions: list[Any] = [Report.is_public.is_(True)]
    if wanted.group in GROUPS:
        conditions.append(Report.state.in_(GROUPS[wanted.group]))
    if wanted.municipality_id is not None:
        conditions.append(Report.municipality_id == wanted.municipality_id)
    if wanted.text:
        conditions.append(func.lower(Report.public_title).contains(wanted.text.lower(), autoescape=True))
    if wanted.waits_for is not None:
        conditions += [Report.state.in_(OPEN), _waits_for(wanted.waits_for)]
    return conditions


def _waits_for(what: WaitKind | int) -> Any:
    """A unit that may not be named is not found by its number either."""
    wait = ReportWait.__table__.alias("waits")  # apart from the one that the row shows
    waits = select(wait.c.id).where(wait.c.report_id == Report.id, *open_to_all(wait.c))
    if isinstance(what, WaitKind):
        return waits.where(wait.c.kind == what).exists()
    unit, chosen = aliased(Unit), aliased(Unit)
    name = select(chosen.name).where(chosen.id == what).scalar_subquery()
    named = select(unit.id).where(unit.name == name, is_nameable(unit))
    return waits.where(wait.c.unit_id.in_(named)).exists()


def is_nameable(unit: Any = Unit) -> Any:
    """Units large enough: the name of a unit of two is the name of two people."""
    return or_(unit.headcount.is_(None), unit.headcount >= SMALL_UNIT)


def open_to_all(wait: Any = ReportWait) -> tuple[Any, ...]:
    """Open waits that everybody may see, of a report in the same query.

    Never that an anonymous reporter has to answer: it would end the very minute that person writes, and who
    keeps looking would know when that person was at a keyboard.
    """
    is_known = or_(wait.kind != WaitKind.REPORTER, Report.is_anonymous.is_(False))
    return wait.ended_at.is_(None), wait.is_mistake.is_(False), is_known


def newest_decision() -> Any:
    """Joins the last decision, which nothing replaced; its last day may have gone by."""
    others = Decision.__table__.alias("newest")
    newest = select(func.max(others.c.id)).where(others.c.report_id == Report.id).scalar_subquery()
    return and_(Decision.report_id == Report.id, Decision.id == newest)


def oldest_wait() -> Any:
    """Joins the open wait that lasts longest."""
    others = ReportWait.__table__.alias("longest")
    longest = (
        select(others.c.id)
        .where(others.c.report_id == Report.id, *open_to_all(others.c))
        .order_by(others.c.began_at, others.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return and_(ReportWait.report_id == Report.id, ReportWait.id == longest, Report.state.in_(OPEN))


def wait_columns() -> tuple[Any, ...]:
    """Kind, since when, the name of the unit where it may be named, and how many open waits there are."""
    others = ReportWait.__table__.alias("open_waits")
    count = select(func.count()).where(others.c.report_id == Report.id, *open_to_all(others.c))
    return (
        ReportWait.kind.label("wait_kind"),
        ReportWait.began_at.label("wait_began_at"),
        case((is_nameable(), Unit.name), else_="").label("wait_unit"),
        count.scalar_subquery().label("wait_count"),
    )


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
            since_month().label("since_month"),
            Municipality.name.label("municipality"),
            Decision.decision,
            Decision.decided_on,
            *wait_columns(),
        )
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .outerjoin(Decision, newest_decision())
        .outerjoin(ReportWait, oldest_wait())
        .outerjoin(Unit, Unit.id == ReportWait.unit_id)
    )


def _public_row(row: Any, on: date) -> PublicRow:
    return PublicRow(
        id=row.id,
        title=row.public_title,
        municipality=row.municipality or "",
        state=row.state,
        since_on=shown_since(row.since_on),
        waited_days=waited_days(shown_since(row.since_on), row.closed_at, on),
        is_over=row.closed_at is not None,
        outcome=row.outcome,
        decision=row.decision or "",
        decided_on=row.decided_on,
        wait=wait_of(row),
    )


def wait_of(row: Any) -> PublicWait | None:
    if row.wait_kind is None:
        return None
    return PublicWait(row.wait_kind, row.wait_unit or "", today(row.wait_began_at), row.wait_count - 1)


def units_waited_for() -> list[tuple[int, str]]:
    """To choose from, by name: units that a published report waits for. No numbers, so no ranking.

    A name once: which municipality it is would tell the place of a report whose place was left out.
    """
    waits = (
        select(ReportWait.unit_id)
        .join(Report, Report.id == ReportWait.report_id)
        .where(
            Report.is_public.is_(True),
            Report.state.in_(OPEN),
            ReportWait.ended_at.is_(None),
            ReportWait.is_mistake.is_(False),
        )
    )
    rows = db.session.execute(
        select(func.min(Unit.id).label("id"), Unit.name)
        .where(Unit.id.in_(waits), is_nameable())
        .group_by(Unit.name)
        .order_by(Unit.name)
    )
    return [(row.id, row.name) for row in rows]


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
        .join(Decision, newest_decision())
        .where(Report.is_public.is_(True))
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(limit)
    )
    return [
        RecentDecision(
            id=row.id,
            title=row.public_title,
            waited_days=max(0, (row.decided_on - shown_since(row.since_on)).days),
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


def figures(on: date | None = None, as_open: Collection[State] = OPEN) -> Figures:
    """The counts, and with a day also how long the open ones wait on that day."""
    counted = db.session.execute(select(Report.state, func.count()).group_by(Report.state))
    by_state: dict[State, int] = {row[0]: row[1] for row in counted}
    since = db.session.execute(
        select(Report.since_on, func.count()).where(Report.state.in_(as_open)).group_by(Report.since_on)
    ).all()
    decided = db.session.scalar(select(func.count(Decision.report_id.distinct()))) or 0
    solved = db.session.scalar(select(func.count()).where(Report.outcome == Outcome.SOLVED)) or 0
    closed = sum(by_state.get(state, 0) for state in FINAL)
    return Figures(
        total=sum(by_state.values()),
        open=sum(count for _day, count in since),
        decided=decided,
        closed=closed,
        solved=solved,
        median_waited_days=_median_days(since, on) if since and on else None,
        by_state=by_state,
    )


def _median_days(since: Iterable[Any], on: date) -> int:
    """Reports begin in a month, so thousands of them have few days between them."""
    return int(median(chain.from_iterable(repeat((on - day).days, count) for day, count in since)))


@dataclass(frozen=True)
class PublicFigures:
    """As they may be published: None is hidden, because it is small."""

    open: Count
    decided: Count
    median_waited_days: int | None
    waits: list[tuple[WaitKind, Count]]


def public_figures(on: date) -> PublicFigures:
    """Five statements, whatever there is."""
    found = figures(on, LOOKED_AT)
    return PublicFigures(
        open=shown(found.open),
        decided=shown(found.decided),
        median_waited_days=found.median_waited_days if found.open >= SMALLEST_MEDIAN else None,
        waits=_waits_by_kind(),
    )


def shown(count: int, minimum: int = SMALLEST_PUBLIC) -> Count:
    return hide_small([count], minimum).cells[0]


def people_shown(count: int | None) -> int | None:
    """How many people wait, as the team estimated: from ten on, a few could be recognised."""
    return count if count is not None and count >= SMALLEST_MEDIAN else None


def _waits_by_kind() -> list[tuple[WaitKind, Count]]:
    """How many open reports wait for each kind, published or not; in a fixed order, never the most first."""
    statement = (
        select(ReportWait.kind, func.count(ReportWait.report_id.distinct()))
        .join(Report, Report.id == ReportWait.report_id)
        .where(Report.state.in_(OPEN), *open_to_all())
        .group_by(ReportWait.kind)
    )
    counts: dict[WaitKind, int] = {row[0]: row[1] for row in db.session.execute(statement)}
    kinds = list(WAIT_SLUGS.values())
    cells = hide_small([counts.get(kind, 0) for kind in kinds], SMALLEST_PUBLIC).cells
    return list(zip(kinds, cells, strict=True)) if counts else []


@dataclass(frozen=True)
class Brief:
    """What other rooms may know of a published report."""

    id: int
    title: str
    decision: str


def briefs_of(ids: Iterable[int]) -> dict[int, Brief]:
    """Published reports by their id, with the last decision; one statement."""
    statement = (
        select(Report.id, Report.public_title, Decision.decision)
        .outerjoin(Decision, newest_decision())
        .where(Report.id.in_(list(ids)), Report.is_public.is_(True))
    )
    return {
        row.id: Brief(row.id, row.public_title, row.decision or "") for row in db.session.execute(statement)
    }


def public_titles() -> list[tuple[int, str]]:
    """Of every report that is on the site."""
    rows = db.session.execute(
        select(Report.id, Report.public_title).where(Report.is_public.is_(True)).order_by(Report.id)
    )
    return [(row.id, row.public_title) for row in rows]

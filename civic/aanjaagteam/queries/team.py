"""The queue of the team: explicit columns, one statement for a page with its total, whatever its size.

The page itself (which reports, in what order) is chosen first, from an index where it can; only then the
facts of those reports are looked up. So sorting 10,000 reports never reads their stories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, func, literal, literal_column, or_, select, union_all

from civic.aanjaagteam.models import Report, ReportWait
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.clusters import recent_of_report, weight_of_report
from civic.aanjaagteam.queries.disputes import has_open_dispute
from civic.aanjaagteam.queries.firsts import first_asked, with_firsts
from civic.aanjaagteam.queries.one import has_no_owner, waited_days
from civic.aanjaagteam.states import BEFORE_DECISION, OPEN, Channel, State
from civic.aanjaagteam.states.facts import Cause, ReportKind, WaitKind
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.events.models import Deadline
from civic.events.queries import stands_still
from civic.keyset import Counted, Order, Page, Place, page_of, parse_number

PAGE_SIZE = 50
NEVER = date(9999, 12, 31)  # sorts after every promised day
WAIT_DUE = "wait"  # a day that somebody else promised us, beside the kinds of our own promises
DECIDE_NOW = "decide_now"

BY_WAITING = Order(Report.since_on, Report.id, "since_on", date.fromisoformat)


@dataclass(frozen=True)
class QueueFilter:
    """`states` empty means open ones; `owner` is "mine", "nobody" or nothing.

    `waits` is the value of a kind of wait, "any" or "none". `sort` is a name of SORTS. `pattern_from` is how
    often a like report must have come in lately.
    """

    states: tuple[State, ...] = OPEN
    owner: str = ""
    colleague_id: int | None = None
    municipality_id: int | None = None
    unit_id: int | None = None
    kind: ReportKind | None = None
    cause: Cause | None = None
    waits: str = ""
    channel: Channel | None = None
    weight_from: int | None = None
    pattern_from: int | None = None
    decide_now: bool = False
    is_late: bool = False
    has_due: bool = False
    text: str = ""
    sort: str = "wacht"


@dataclass(frozen=True)
class OpenWait:
    """For whom a report waits, and how long already."""

    kind: WaitKind
    unit_id: int | None
    party: str
    days: int


@dataclass(frozen=True)
class QueueRow:
    id: int
    revision: int
    title: str
    municipality_id: int | None
    unit_id: int | None
    state: State
    since_on: date
    waited_days: int
    age_days: int
    owner_id: int | None
    decide_now: bool
    weight: int
    due_on: date | None = None
    due_kind: str = ""
    is_late: bool = False
    wait: OpenWait | None = None
    is_public: bool = False
    is_disputed: bool = False
    waiting_people: int | None = None


# --- the orders --------------------------------------------------------------------------------------------


def open_deadline() -> Any:
    """Promised, not kept, and its clock runs."""
    return and_(Deadline.subject_type == "report", Deadline.met_at.is_(None), ~stands_still())


def _first_due(only: str = "") -> Any:
    """(report, first promised day), of all open promises and asked answers, or of one kind of promise."""
    deadlines = select(Deadline.subject_id.label("report_id"), Deadline.due_on).where(open_deadline())
    if only:
        parts = deadlines.where(Deadline.kind == only).subquery()
    else:
        asked = select(ReportWait.report_id, ReportWait.due_on).where(
            ReportWait.ended_at.is_(None), ReportWait.due_on.is_not(None)
        )
        parts = union_all(deadlines, asked).subquery()
    first = func.min(parts.c.due_on).label("due_on")
    return select(parts.c.report_id, first).group_by(parts.c.report_id).subquery("first_due")


@dataclass(frozen=True)
class _Sorted:
    """An order of the queue: its key, and what must be joined to have that key."""

    key: Any
    parse: Any
    is_descending: bool = False
    joined: Any = None


@lru_cache(maxsize=8)
def _sorted(name: str) -> _Sorted:
    if name in {"vervalt", "besluit"}:
        first = _first_due(DECIDE_NOW if name == "besluit" else "")
        return _Sorted(func.coalesce(first.c.due_on, NEVER), date.fromisoformat, joined=first)
    if name == "nieuw":
        return _Sorted(Report.id, parse_number, is_descending=True)
    if name == "gewicht":
        return _Sorted(weight_of_report(), parse_number, is_descending=True)
    return _Sorted(Report.since_on, date.fromisoformat)


SORTS = ("wacht", "vervalt", "nieuw", "gewicht")


def parse_key(sort: str) -> Any:
    """Reads the key of a place back from an address."""
    return _sorted(sort).parse


# --- which reports -----------------------------------------------------------------------------------------


def scope_of(user: User) -> tuple[int, ...] | None:
    places = covered_municipalities(user)
    return None if places is None else tuple(sorted(places))


@lru_cache(maxsize=256)
def conditions(wanted: QueueFilter, scope: tuple[int, ...] | None, user_id: int, on: date) -> tuple[Any, ...]:
    """What a report must be to stand in this list for this reader."""
    found: list[Any] = [_state_rule(wanted.states)]
    if scope is not None:
        found.append(Report.municipality_id.in_(scope))
    found += _equal(wanted) + _owner_rule(wanted, user_id) + _wait_rule(wanted.waits)
    if wanted.decide_now:
        found.append(and_(Report.decide_now.is_(True), Report.state.in_(BEFORE_DECISION)))
    if wanted.is_late:
        found.append(_has_due(on))
    if wanted.has_due:
        found.append(_has_due(None))
    if wanted.weight_from:
        found.append(weight_of_report() >= wanted.weight_from)
    if wanted.pattern_from:
        found.append(recent_of_report(start_of(on)) >= wanted.pattern_from)
    if wanted.text:
        found.append(func.lower(Report.public_title).contains(wanted.text.lower(), autoescape=True))
    return tuple(found)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)


def _state_rule(states: tuple[State, ...]) -> Any:
    """Open is the same as not closed; said like that, the index of what is open is used."""
    if not states or set(states) == set(OPEN):
        return Report.closed_at.is_(None)
    if set(states) == set(State):
        return literal(True)
    rule = Report.state.in_(states)
    return and_(Report.closed_at.is_(None), rule) if set(states) <= set(OPEN) else rule


def _equal(wanted: QueueFilter) -> list[Any]:
    pairs = (
        (Report.municipality_id, wanted.municipality_id),
        (Report.unit_id, wanted.unit_id),
        (Report.kind, wanted.kind),
        (Report.cause, wanted.cause),
        (Report.channel, wanted.channel),
    )
    return [column == value for column, value in pairs if value is not None]


def _owner_rule(wanted: QueueFilter, user_id: int) -> list[Any]:
    if wanted.owner == "mine":
        return [or_(Report.owner_id == user_id, Report.deputy_id == user_id)]
    if wanted.owner == "nobody":
        return [has_no_owner()]
    return [Report.owner_id == wanted.colleague_id] if wanted.colleague_id is not None else []


def _wait_rule(waits: str) -> list[Any]:
    if not waits:
        return []
    is_open = select(ReportWait.id).where(ReportWait.report_id == Report.id, ReportWait.ended_at.is_(None))
    if waits in {"any", "none"}:
        return [is_open.exists() if waits == "any" else ~is_open.exists()]
    return [is_open.where(ReportWait.kind == WaitKind(waits)).exists()]


def _has_due(before: date | None) -> Any:
    """Something was promised, or asked; with a day: before that day."""
    promised = select(Deadline.subject_id).where(open_deadline())
    asked = select(ReportWait.report_id).where(ReportWait.ended_at.is_(None))
    if before is None:
        asked = asked.where(ReportWait.due_on.is_not(None))
    else:
        promised, asked = promised.where(Deadline.due_on < before), asked.where(ReportWait.due_on < before)
    # one list of numbers: asking it again for each report takes ten times as long
    return Report.id.in_(union_all(promised, asked))


# --- the page ----------------------------------------------------------------------------------------------


def queue(user: User, wanted: QueueFilter, place: Place | None, on: date, size: int = PAGE_SIZE) -> Page:
    """The reports this member may see; one statement, two where a page is empty."""
    order = _sorted(wanted.sort)
    if place is None:
        counted = _first_page(wanted, scope_of(user), user.id, on, size)
    else:
        counted = _page(wanted, scope_of(user), user.id, on, (place, size))
    page = page_of(counted, Order(order.key, Report.id, "key", order.parse, order.is_descending), place, size)
    return replace(page, rows=[queue_row(row, on) for row in page.rows])


@lru_cache(maxsize=256)
def _first_page(
    wanted: QueueFilter, scope: tuple[int, ...] | None, user_id: int, on: date, size: int
) -> Counted:
    """To make the expression takes longer than to run it, and a first page is asked for again and again."""
    return _page(wanted, scope, user_id, on, (None, size))


def _page(
    wanted: QueueFilter,
    scope: tuple[int, ...] | None,
    user_id: int,
    on: date,
    where: tuple[Place | None, int],
) -> Counted:
    place, size = where
    order, rules = _sorted(wanted.sort), conditions(wanted, scope, user_id, on)
    goes_down = order.is_descending != (place is not None and place.is_before)
    inner = select(Report.id, order.key.label("key")).where(*rules)
    if order.joined is not None:
        inner = inner.outerjoin(order.joined, order.joined.c.report_id == Report.id)
    if place is not None:
        inner = inner.where(_beyond(order.key, place, goes_down))
    sort = [one.desc() if goes_down else one.asc() for one in (order.key, Report.id)]
    # the number itself, no parameter: a plan that is kept must know how short a page is
    page = with_firsts(inner.order_by(*sort).limit(literal_column(str(size + 1))).subquery("page"))
    count = select(func.count()).select_from(Report).where(*rules)
    outer = [one.desc() if goes_down else one.asc() for one in (page.c.key, page.c.id)]
    statement = with_facts(page, page.c.key).order_by(*outer)
    return Counted(statement.add_columns(count.scalar_subquery()), count)


def _beyond(key: Any, place: Place, goes_down: bool) -> Any:
    further = key < place.key if goes_down else key > place.key
    ties = Report.id < place.id if goes_down else Report.id > place.id
    return or_(further, and_(key == place.key, ties))


def with_facts(page: Any, *more: Any) -> Any:
    """What a line of the queue shows, of the reports whose ids are in `page` (made by `with_firsts`)."""
    return (
        select(
            *more,
            Report.id,
            Report.revision,
            Report.public_title,
            Report.municipality_id,
            Report.unit_id,
            Report.state,
            Report.since_on,
            Report.created_at,
            Report.closed_at,
            Report.owner_id,
            Report.decide_now,
            Report.is_public,
            Report.waiting_people,
            weight_of_report().label("weight"),
            has_open_dispute().label("is_disputed"),
            Deadline.due_on,
            Deadline.kind.label("due_kind"),
            first_asked(page).label("asked_on"),
            ReportWait.kind.label("wait_kind"),
            ReportWait.unit_id.label("wait_unit_id"),
            ReportWait.party,
            ReportWait.began_at,
        )
        .select_from(page)
        .join(Report, Report.id == page.c.id)
        .outerjoin(Deadline, Deadline.id == page.c.promise_id)
        .outerjoin(ReportWait, ReportWait.id == page.c.wait_id)
    )


def queue_row(row: Any, on: date) -> QueueRow:
    due_on, due_kind = _nearest(row)
    return QueueRow(
        id=row.id,
        revision=row.revision,
        title=row.public_title,
        municipality_id=row.municipality_id,
        unit_id=row.unit_id,
        state=row.state,
        since_on=row.since_on,
        waited_days=waited_days(row.since_on, row.closed_at, on),
        age_days=max(0, (on - today(row.created_at)).days),
        owner_id=row.owner_id,
        decide_now=row.decide_now,
        is_public=row.is_public,
        is_disputed=row.is_disputed,
        weight=row.weight,
        waiting_people=row.waiting_people,
        due_on=due_on,
        due_kind=due_kind,
        is_late=due_on is not None and due_on < on,
        wait=_open_wait(row, on),
    )


def _nearest(row: Any) -> tuple[date | None, str]:
    if row.asked_on is not None and (row.due_on is None or row.asked_on < row.due_on):
        return row.asked_on, WAIT_DUE
    return row.due_on, row.due_kind or ""


def _open_wait(row: Any, on: date) -> OpenWait | None:
    if row.wait_kind is None:
        return None
    days = max(0, (on - today(row.began_at)).days)
    return OpenWait(row.wait_kind, row.wait_unit_id, row.party, days)

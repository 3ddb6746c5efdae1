"""The event log as the figures read it: one statement, plain values, only what they count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, String, and_, case, cast, extract, func, select

from civic.aanjaagteam.flow.codes import (
    ACTIONS,
    MISTAKE,
    NEVER,
    NOT_SOLVED,
    OTHER,
    PROMISES,
    SOLVED,
    STATE_CODES,
    VERDICT,
    WAIT_CODES,
    WAIT_WITHDRAWN,
)
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states.facts import Cause, ReportKind
from civic.aanjaagteam.states.meetings import TableBody
from civic.db import db
from civic.events.models import Event
from civic.regions.models import Municipality

COUNTED = ("message_sent", "wait_started", "wait_ended", *PROMISES, VERDICT)


@dataclass(frozen=True)
class FlowFilter:
    """Which reports are counted. `places` None is the whole region; the rest None is everything."""

    places: Collection[int] | None = None
    municipality_id: int | None = None
    unit_id: int | None = None
    kind: ReportKind | None = None
    cause: Cause | None = None

    @property
    def is_everything(self) -> bool:
        others = (self.municipality_id, self.unit_id, self.kind, self.cause)
        return self.places is None and all(one is None for one in others)


# places in a row of the log as the figures read it
CASE, NUMBER, AT, ACTION, STATE, WAIT, DETAIL = range(7)
MOVES = (CASE, NUMBER, AT, ACTION, STATE)
WAITS = (CASE, NUMBER, AT, ACTION, WAIT, DETAIL)


@dataclass(frozen=True)
class FlowLog:
    """The events of the wanted reports: numbers as text for what is much, rows for what is little."""

    moves: str
    waits: str
    tables: list[tuple[int, int, int, str]]


def flow_log(wanted: FlowFilter) -> FlowLog:
    """Three statements, whatever the size of the log.

    The database writes the numbers as one text each: 100,000 events as Python objects take ten times as long.
    """
    numbers = (Event.subject_id, Event.id, _second())
    action = _code(Event.action, ACTIONS, OTHER)
    state = _code(Event.to_state, STATE_CODES, NEVER)
    is_wait = Event.action.in_(("wait_started", "wait_ended"))
    wait = case((is_wait, Event.data["wait"].as_integer()))
    kind = case((Event.action == "wait_started", Event.data["kind"].as_string()))
    detail = _code(kind, WAIT_CODES, NEVER)
    return FlowLog(
        moves=_text(
            wanted, (*numbers, action, state), Event.subject_type == "report", Event.to_state.is_not(None)
        ),
        waits=_text(wanted, (*numbers, _said(), func.coalesce(wait, NEVER), detail), *_others(*COUNTED)),
        tables=_tables(wanted),
    )


def _said() -> Any:
    """The code of an event that sets no state."""
    is_withdrawn = and_(Event.action == "wait_ended", Event.reason_code == MISTAKE)
    # as text: SQLite gives 1 for what is true, PostgreSQL the word
    is_solved = cast(Event.data["solved"].as_string(), String).in_(("1", "true"))
    return case(
        (is_withdrawn, WAIT_WITHDRAWN),
        (and_(Event.action == VERDICT, is_solved), SOLVED),
        (Event.action == VERDICT, NOT_SOLVED),
        else_=_code(Event.action, {**ACTIONS, **PROMISES}, OTHER),
    )


def _text(wanted: FlowFilter, columns: Iterable[Any], *conditions: Any) -> str:
    words = [cast(column, String) for column in columns]
    line: Any = words[0]
    for word in words[1:]:
        line = line + " " + word
    statement = select(func.aggregate_strings(line, " ")).where(*conditions, *_in_scope(wanted))
    return db.session.scalar(statement) or ""


def _tables(wanted: FlowFilter) -> list[tuple[int, int, int, str]]:
    on = Event.data["on"].as_string()
    statement = select(Event.subject_id, Event.id, _second(), on)
    is_management = Event.data["body"].as_string() == TableBody.MANAGEMENT.value
    discussed = (*_others("table_discussed"), is_management)
    rows = db.session.execute(statement.where(*discussed, *_in_scope(wanted)))
    return [(row[0], row[1], int(row[2]), row[3] or "") for row in rows]


def _others(*actions: str) -> tuple[Any, ...]:
    """Events that set no state, found by their action: SQLite would walk through all events of reports, were
    the first column of that index compared as it is."""
    is_report = (Event.subject_type + "") == "report"
    return (Event.action.in_(actions), Event.to_state.is_(None), is_report)


def _in_scope(wanted: FlowFilter) -> tuple[Any, ...]:
    if wanted.is_everything:
        return ()
    return (Event.subject_id.in_(_chosen(select(Report.id), wanted)),)


def _code(column: Any, codes: dict[str, int], otherwise: int) -> Any:
    return case(codes, value=column, else_=otherwise)


def _second() -> Any:
    """Whole seconds since 1970, cut off: both databases would round the last part of a second up."""
    if db.session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(extract("epoch", Event.at)), BigInteger)
    return func.strftime("%s", func.substr(Event.at, 1, len("2027-03-26 09:15:30")))


def _chosen(statement: Select[Any], wanted: FlowFilter) -> Select[Any]:
    if wanted.places is not None:
        statement = statement.where(Report.municipality_id.in_(wanted.places))
    if wanted.municipality_id is not None:
        statement = statement.where(Report.municipality_id == wanted.municipality_id)
    if wanted.unit_id is not None:
        statement = statement.where(Report.unit_id == wanted.unit_id)
    if wanted.kind is not None:
        statement = statement.where(Report.kind == wanted.kind)
    if wanted.cause is not None:
        statement = statement.where(Report.cause == wanted.cause)
    return statement


@dataclass(frozen=True)
class Named:
    """What a row of figures says about its report."""

    id: int
    title: str
    municipality: str


def named(ids: Iterable[int]) -> dict[int, Named]:
    """One statement; ids of reports that are gone are not in it."""
    statement = (
        select(Report.id, Report.public_title, Municipality.name)
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .where(Report.id.in_(list(ids)))
    )
    return {row[0]: Named(row[0], row[1], row[2] or "") for row in db.session.execute(statement)}


def waited_for(report_ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """Per wait that was begun on these reports: whom it is for, and the unit where it is one."""
    statement = select(Event.data).where(
        Event.subject_type == "report",
        Event.subject_id.in_(list(report_ids)),
        Event.action == "wait_started",
    )
    rows = [data for data in db.session.scalars(statement) if "wait" in data]
    return {data["wait"]: (str(data.get("kind", "")), data.get("unit")) for data in rows}


def unknown_owners(wanted: FlowFilter, states: Collection[Any]) -> int:
    """Open reports of which nobody knows yet who may decide (S16a)."""
    statement = select(func.count()).where(
        Report.decision_owner_unknown_since.is_not(None), Report.state.in_(states)
    )
    return db.session.scalar(_chosen(statement, wanted)) or 0


def without_owner(wanted: FlowFilter, states: Collection[Any]) -> dict[int, datetime]:
    """The reports of `unknown_owners`, and since when; the longest first."""
    since = Report.decision_owner_unknown_since
    found: Any = select(Report.id, since).where(since.is_not(None), Report.state.in_(states))
    rows = db.session.execute(_chosen(found, wanted).order_by(since, Report.id))
    return {row[0]: row[1] for row in rows}


def log_until(at: datetime) -> tuple[int, int]:
    """How long the log of reports is up to a moment, and its newest event: changes when it does."""
    statement = select(func.count(), func.max(Event.id)).where(Event.subject_type == "report", Event.at < at)
    count, newest = db.session.execute(statement).one()
    return count, newest or 0

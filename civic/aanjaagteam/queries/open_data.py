"""Published reports as records for open data: everything in explicit columns, read in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from civic.aanjaagteam.models import Decision, Report, ReportWait, Unit
from civic.aanjaagteam.queries.public import (
    PublicWait,
    newest_decision,
    oldest_wait,
    people_shown,
    wait_columns,
    wait_of,
)
from civic.aanjaagteam.states import DeclineReason, Outcome, State
from civic.aanjaagteam.states.facts import ReportKind, WaitKind
from civic.calendar import today
from civic.db import db
from civic.regions.models import Municipality

BATCH = 500
FEED_SIZE = 50


@dataclass(frozen=True)
class DecisionRecord:
    """One knot as everybody reads it on the page; `replaced_by_id` when it no longer holds."""

    id: int
    question: str
    decision: str
    reason: str
    decider: str
    mandate: str
    decided_on: date
    effective_on: date | None
    ends_on: date | None
    signed_until: date | None
    replaced_by_id: int | None


@dataclass(frozen=True)
class ReportRecord:
    """No story, no address, nobody's name; the moment of the report is a month."""

    id: int
    title: str
    kind: ReportKind
    state: State
    municipality_code: str | None
    municipality: str | None
    reported_in: date
    since_on: date
    is_since_known: bool
    published_on: datetime
    wait: PublicWait | None
    decided_on: date | None
    decision: str | None
    decider: str | None
    ends_on: date | None
    process_change: str
    outcome: Outcome | None
    outcome_text: str
    decline_reason: DeclineReason | None
    closed_on: datetime | None
    people_waiting: int | None


def records_after(number: int, size: int) -> list[ReportRecord]:
    """In the order of their numbers, so nothing shifts while somebody reads page by page. One statement."""
    statement = _statement().where(Report.id > number).order_by(Report.id).limit(size)
    return [_record(row) for row in db.session.execute(statement)]


def all_records() -> Iterator[ReportRecord]:
    """Everything, in batches, so that it never fills the memory."""
    number = 0
    while True:
        found = records_after(number, BATCH)
        yield from found
        if len(found) < BATCH:
            return
        number = found[-1].id


def record_of(report_id: int) -> ReportRecord | None:
    row = db.session.execute(_statement().where(Report.id == report_id)).first()
    return _record(row) if row is not None else None


def _statement() -> Any:
    return (
        select(
            Report.id,
            Report.public_title,
            Report.kind,
            Report.state,
            Report.created_at,
            Report.since_on,
            Report.is_since_known,
            Report.published_at,
            Report.process_change,
            Report.outcome,
            Report.outcome_text,
            Report.decline_reason,
            Report.closed_at,
            Report.waiting_people,
            Municipality.code.label("municipality_code"),
            Municipality.name.label("municipality"),
            Decision.decision,
            Decision.decider,
            Decision.decided_on,
            Decision.ends_on,
            *wait_columns(),
        )
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .outerjoin(Decision, newest_decision())
        .outerjoin(ReportWait, oldest_wait())
        .outerjoin(Unit, Unit.id == ReportWait.unit_id)
        .where(Report.is_public.is_(True))
    )


def _record(row: Any) -> ReportRecord:
    return ReportRecord(
        id=row.id,
        title=row.public_title,
        kind=row.kind,
        state=row.state,
        municipality_code=row.municipality_code,
        municipality=row.municipality,
        reported_in=today(row.created_at),
        since_on=row.since_on,
        is_since_known=row.is_since_known,
        published_on=row.published_at,
        wait=wait_of(row),
        decided_on=row.decided_on,
        decision=row.decision,
        decider=row.decider,
        ends_on=row.ends_on,
        process_change=row.process_change,
        outcome=row.outcome,
        outcome_text=row.outcome_text,
        decline_reason=row.decline_reason,
        closed_on=row.closed_at,
        people_waiting=people_shown(row.waiting_people),
    )


def decisions_of(report_id: int) -> list[DecisionRecord]:
    """The newest first; those that were replaced stay."""
    statement = (
        select(
            Decision.id,
            Decision.question,
            Decision.decision,
            Decision.reason,
            Decision.decider,
            Decision.mandate,
            Decision.decided_on,
            Decision.effective_on,
            Decision.ends_on,
            Decision.valid_until,
            Decision.supersedes_id,
        )
        .where(Decision.report_id == report_id)
        .order_by(Decision.id.desc())
    )
    rows = db.session.execute(statement).all()
    replaced = {row.supersedes_id: row.id for row in rows if row.supersedes_id is not None}
    return [
        DecisionRecord(
            id=row.id,
            question=row.question,
            decision=row.decision,
            reason=row.reason,
            decider=row.decider,
            mandate=row.mandate,
            decided_on=row.decided_on,
            effective_on=row.effective_on,
            ends_on=row.ends_on,
            signed_until=row.valid_until,
            replaced_by_id=replaced.get(row.id),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class NewDecision:
    """For the feed."""

    id: int
    report_id: int
    title: str
    question: str
    decision: str
    decider: str
    municipality: str
    at: datetime


def newest_decisions(limit: int = FEED_SIZE) -> list[NewDecision]:
    statement = (
        select(
            Decision.id,
            Decision.report_id,
            Report.public_title,
            Decision.question,
            Decision.decision,
            Decision.decider,
            Municipality.name.label("municipality"),
            Decision.created_at,
        )
        .join(Report, Report.id == Decision.report_id)
        .outerjoin(Municipality, Municipality.id == Report.municipality_id)
        .where(Report.is_public.is_(True))
        .order_by(Decision.id.desc())
        .limit(limit)
    )
    return [
        NewDecision(
            id=row.id,
            report_id=row.report_id,
            title=row.public_title,
            question=row.question,
            decision=row.decision,
            decider=row.decider,
            municipality=row.municipality or "",
            at=row.created_at,
        )
        for row in db.session.execute(statement)
    ]


def version_tag(on: date) -> str:
    """Changes when anything published changes. Not the newest event: its number would tell, to the minute,
    when somebody reported something that is not published."""
    published = db.session.execute(
        select(func.count(), func.sum(Report.revision), func.max(Report.published_at)).where(
            Report.is_public.is_(True)
        )
    ).one()
    # an anonymous reporter who answers changes nothing here: see open_to_all
    is_known = or_(ReportWait.kind != WaitKind.REPORTER, Report.is_anonymous.is_(False))
    waits = db.session.execute(
        select(func.count(), func.max(ReportWait.id), func.max(ReportWait.ended_at))
        .join(Report, Report.id == ReportWait.report_id)
        .where(Report.is_public.is_(True), is_known)
    ).one()
    # nobody does anything when the last day of a decision goes by
    decisions = db.session.execute(
        select(func.max(Decision.id), func.count().filter(Decision.ends_on < on))
        .join(Report, Report.id == Decision.report_id)
        .where(Report.is_public.is_(True))
    ).one()
    seen = (tuple(published), tuple(waits), tuple(decisions))
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:20]

"""Reads of the conversation with a reporter, and what of it waits for the team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Decision, DecisionShare, Report, ReportMessage, ReportVerdict
from civic.aanjaagteam.policy import covered_municipalities, may_see_queue
from civic.aanjaagteam.queries.inbox import SOURCES, Item
from civic.aanjaagteam.queries.one import has_no_owner, people
from civic.aanjaagteam.states import State
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.db import db
from civic.events.models import Deadline, Event

MOST_SHOWN = 200  # messages of one report on one page; MOST_A_DAY keeps it far below


@dataclass(frozen=True)
class Said:
    """One message as either side sees it. `at` is empty for an anonymous reporter."""

    id: int
    text: str | None
    by: str  # of an official; empty for the reporter
    is_from_reporter: bool
    on: date
    at: datetime | None
    read_on: date | None
    is_handled: bool


def conversation_of(report: Report) -> list[Said]:
    """Oldest first; two statements."""
    statement = select(ReportMessage).where(ReportMessage.report_id == report.id)
    rows = list(db.session.scalars(statement.order_by(ReportMessage.id.desc()).limit(MOST_SHOWN)))
    names = people({row.author_id for row in rows})
    return [_said(row, names) for row in reversed(rows)]


def _said(row: ReportMessage, names: dict[int, str]) -> Said:
    return Said(
        id=row.id,
        text=row.text,
        by=names.get(row.author_id or 0, ""),
        is_from_reporter=row.is_from_reporter,
        on=row.sent_on,
        at=row.sent_at,
        read_on=row.read_on,
        is_handled=row.handled_on is not None,
    )


def current_verdict(report: Report) -> ReportVerdict | None:
    """What the reporter says of the outcome that stands now; after a reopening the question is new."""
    if report.state is not State.DONE or report.closed_at is None:
        return None
    row = db.session.get(ReportVerdict, report.id)
    return row if row is not None and row.given_on >= today(report.closed_at) else None


def reason_to_reopen(report: Report) -> ReportVerdict | None:
    """Why the reporter said no to the outcome before: what the team works on once it is open again."""
    if current_verdict(report) is not None:
        return None
    row = db.session.get(ReportVerdict, report.id)
    return row if row is not None and row.reason else None


def public_verdict(report: Report, on: date) -> bool | None:
    """What everybody reads of it. Of an anonymous reporter as it was when the day began.

    Else the page would change the very minute that person answers, and who keeps looking would know when that
    person was at a keyboard.
    """
    if not report.is_anonymous:
        row = current_verdict(report)
        return row.is_solved if row is not None else None
    if report.state is not State.DONE or report.closed_at is None:
        return None
    statement = select(Event.data).where(
        Event.subject_type == Report.__tablename__,
        Event.subject_id == report.id,
        Event.action == "verdict_given",
        Event.at >= _morning(today(report.closed_at)),
        Event.at < _morning(on),
    )
    data = db.session.scalar(statement.order_by(Event.id.desc()).limit(1))
    return bool(data["solved"]) if data is not None else None


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)


def shared_decisions(report: Report) -> list[tuple[Decision, bool]]:
    """What was decided about like reports and told to this reporter, newest first; and: was it replaced?"""
    newer = aliased(Decision)
    is_replaced = select(newer.id).where(newer.supersedes_id == Decision.id).exists()
    statement = (
        select(Decision, is_replaced)
        .join(DecisionShare, DecisionShare.decision_id == Decision.id)
        .where(DecisionShare.report_id == report.id)
        .order_by(Decision.id.desc())
    )
    return [(decision, replaced) for decision, replaced in db.session.execute(statement)]


def open_messages(ids: Iterable[int]) -> dict[int, int]:
    """How many messages of the reporter wait for an answer, of each of these reports; one statement."""
    rows = db.session.execute(
        select(ReportMessage.report_id, func.count().label("number"))
        .where(ReportMessage.report_id.in_(list(ids)), *_is_open())
        .group_by(ReportMessage.report_id)
    )
    return {row.report_id: row.number for row in rows}


def _is_open() -> tuple[Any, Any]:
    return ReportMessage.author_id.is_(None), ReportMessage.handled_on.is_(None)


def lines_for(user: User, unit_ids: frozenset[int], at: datetime) -> list[Item]:
    """For the team: messages that nobody answered, and reporters who say that it is not solved.

    Of reports with an owner only for that owner; of the others for everyone whose scope covers them.
    """
    if not may_see_queue(user):
        return []
    return [*_message_lines(user), *_verdict_lines(user)]


def _mine(statement: Any, user: User) -> Any:
    places = covered_municipalities(user)
    if places is not None:
        statement = statement.where(Report.municipality_id.in_(places))
    return statement.where(or_(Report.owner_id == user.id, has_no_owner()))


def _message_lines(user: User) -> list[Item]:
    first = func.min(ReportMessage.sent_on).label("since")
    promised = and_(
        Deadline.subject_type == "report",
        Deadline.subject_id == Report.id,
        Deadline.kind == "message_answer",
        Deadline.met_at.is_(None),
    )
    statement = (
        select(Report.id, Report.public_title, Report.owner_id, Deadline.due_on, first)
        .join(ReportMessage, ReportMessage.report_id == Report.id)
        .outerjoin(Deadline, promised)
        .where(*_is_open())
        .group_by(Report.id, Report.public_title, Report.owner_id, Deadline.due_on)
        .order_by(first, Report.id)
    )
    return [
        _line(row, user, "message", ("info", _("Bericht van de melder")), row.since)
        for row in db.session.execute(_mine(statement, user))
    ]


def _verdict_lines(user: User) -> list[Item]:
    statement = (
        select(Report.id, Report.public_title, Report.owner_id, Deadline.due_on, ReportVerdict.given_on)
        .join(ReportVerdict, ReportVerdict.report_id == Report.id)
        .join(Deadline, and_(Deadline.subject_type == "report", Deadline.subject_id == Report.id))
        .where(
            Deadline.kind == "not_solved",
            Deadline.met_at.is_(None),
            ReportVerdict.is_solved.is_(False),
            Report.state == State.DONE,
        )
        .order_by(Deadline.due_on, Report.id)
    )
    return [
        _line(row, user, "not_solved", ("warning", _("Melder zegt: niet opgelost")), row.given_on)
        for row in db.session.execute(_mine(statement, user))
    ]


def _line(row: Any, user: User, kind: str, badge: tuple[str, Any], since: date) -> Item:
    return Item(
        kind=kind,
        report_id=row.id,
        title=row.public_title or _("Nog zonder titel (nummer %(id)s)", id=row.id),
        badge=badge,
        since=_morning(since),
        due_on=row.due_on,
        endpoint="aanjaagteam.talk",
        arguments={"report_id": row.id},
        is_mine=row.owner_id == user.id,
    )


SOURCES.append(lines_for)

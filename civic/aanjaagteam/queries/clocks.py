"""Which clocks run under a report, and what holds the clock of the decision."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Escalation, Report, ReportClusterItem, ReportWait
from civic.aanjaagteam.states import BEFORE_DECISION
from civic.aanjaagteam.states.facts import WaitKind
from civic.db import db
from civic.events.models import Deadline

DECISION = "decision"
ONE_IS_ENOUGH = ("first_answer", DECISION)
BATCH = 100


def without_clock() -> Select[Report]:
    """Reports that nobody decided, where neither the first answer nor the decision has a clock that runs.

    A day that passed and whose run ended (answered above, taken back) asks nobody any more: that is no clock.
    """
    is_spent = select(Escalation.id).where(
        Escalation.deadline_id == Deadline.id,
        Escalation.deadline_due_on == Deadline.due_on,
        Escalation.ended_at.is_not(None),
    )
    runs = select(Deadline.id).where(
        Deadline.subject_type == "report",
        Deadline.subject_id == Report.id,
        Deadline.kind.in_(ONE_IS_ENOUGH),
        Deadline.met_at.is_(None),
        ~is_spent.exists(),
    )
    return select(Report).where(Report.state.in_(BEFORE_DECISION), ~runs.exists())


def ids_without_clock(after: int) -> list[int]:
    statement = without_clock().with_only_columns(Report.id).where(Report.id > after)
    return list(db.session.scalars(statement.order_by(Report.id).limit(BATCH)))


def waits_for_reporter(report: Report, on: date) -> int | None:
    """Who asked the reporter something that may still be answered; None where nothing waits for that."""
    asked = select(ReportWait.began_by_id).where(
        ReportWait.report_id == report.id,
        ReportWait.kind == WaitKind.REPORTER,
        ReportWait.ended_at.is_(None),
        ReportWait.due_on >= on,  # a wait from before each got a day stops nothing
    )
    return db.session.scalar(asked.order_by(ReportWait.id).limit(1))


def grouped_under(head: Report) -> list[Report]:
    """What hangs under this one and is not decided itself."""
    under = select(ReportClusterItem.report_id).where(ReportClusterItem.head_id == head.id)
    mine = select(Report).where(Report.id.in_(under), Report.state.in_(BEFORE_DECISION))
    return list(db.session.scalars(mine.order_by(Report.id)))


def is_held(on: date) -> ColumnElement[bool]:
    """For a statement over `Report`: another clock runs, so that of the decision asks nobody now.

    The reporter was promised a day, somebody must answer by a day, or it hangs under one that is not decided.
    """
    other, wait, head = aliased(Deadline), aliased(ReportWait), aliased(Report)
    promised = select(other.id).where(
        other.subject_type == "report",
        other.subject_id == Report.id,
        other.kind == "promise",
        other.met_at.is_(None),
        other.due_on >= on,
    )
    asked = select(wait.id).where(wait.report_id == Report.id, wait.ended_at.is_(None), wait.due_on >= on)
    under = (
        select(ReportClusterItem.report_id)
        .join(head, head.id == ReportClusterItem.head_id)
        .where(ReportClusterItem.report_id == Report.id, head.state.in_(BEFORE_DECISION))
    )
    return or_(promised.exists(), asked.exists(), under.exists())


def asks_nobody(on: date) -> ColumnElement[bool]:
    """For a statement over deadlines of reports: the clock of a decision that is held."""
    return and_(Deadline.kind == DECISION, is_held(on))

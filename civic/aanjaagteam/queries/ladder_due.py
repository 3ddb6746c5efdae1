"""What the job of the ladder has to do: runs to look at, broken promises, answers that did not come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from civic.aanjaagteam.models import Decision, Escalation, EscalationRung, Report, ReportWait
from civic.aanjaagteam.queries.clocks import asks_nobody
from civic.aanjaagteam.states import OPEN, State
from civic.aanjaagteam.states.facts import INTERNAL_WAITS
from civic.aanjaagteam.states.ladder import (
    AFTER_DECISION_PROMISES,
    HAS_IT,
    REASON_OF_PROMISE,
    TOP,
    RungState,
    RunState,
)
from civic.calendar import OwnHours
from civic.db import db
from civic.events.models import Deadline
from civic.events.queries import stands_still

PATIENCE = 2  # working days after the reminder that a day went by without an answer
BATCH = 100


def runs_to_look_at(at: datetime, on: date, after: int) -> list[int]:
    """Ids of runs that may have to climb, end, or find people; at most a batch, in order."""
    in_hand = and_(EscalationRung.escalation_id == Escalation.id, EscalationRung.state.in_(HAS_IT))
    is_late = or_(
        and_(EscalationRung.state == RungState.ASKED, EscalationRung.accept_by <= at),
        EscalationRung.answer_by <= at,
    )
    due = or_(
        select(EscalationRung.id).where(in_hand, is_late, Escalation.level < TOP).exists(),
        ~select(EscalationRung.id).where(in_hand).exists(),
        and_(Escalation.level == TOP, or_(Escalation.table_on.is_(None), Escalation.table_on < on)),
        _may_be_over(),
    )
    statement = (
        select(Escalation.id)
        .join(Report, Report.id == Escalation.report_id)
        .where(Escalation.state == RunState.OPEN, Escalation.id > after, due)
    )
    return list(db.session.scalars(statement.order_by(Escalation.id).limit(BATCH)))


def _decided() -> ColumnElement[bool]:
    """Also again: after a reopening, or in the place of an older decision."""
    newer = (Decision.report_id == Escalation.report_id, Decision.created_at > Escalation.opened_at)
    return select(Decision.id).where(*newer).exists()


def was_decided(run: Escalation) -> bool:
    """Since it was opened."""
    return db.session.scalar(select(_decided()).where(Escalation.id == run.id)) is True


def _may_be_over() -> ColumnElement[bool]:
    moved = or_(Deadline.met_at.is_not(None), Deadline.due_on != Escalation.deadline_due_on)
    kept = select(Deadline.id).where(Deadline.id == Escalation.deadline_id, moved)
    ended = select(ReportWait.id).where(ReportWait.id == Escalation.wait_id, ReportWait.ended_at.is_not(None))
    return or_(
        Report.state.in_((State.DONE, State.DECLINED)),
        _decided(),
        kept.exists(),
        ended.exists(),
    )


def broken_promises(on: date, after: int) -> list[int]:
    """Ids of broken promises that no run was opened for, where no run is open."""
    known = select(Escalation.id).where(
        Escalation.deadline_id == Deadline.id, Escalation.deadline_due_on == Deadline.due_on
    )
    is_open = select(Escalation.id).where(Escalation.report_id == Report.id, Escalation.ended_at.is_(None))
    is_after = and_(Report.state == State.DONE, Deadline.kind.in_(AFTER_DECISION_PROMISES))
    rows = db.session.scalars(
        select(Deadline.id)
        .join(Report, and_(Deadline.subject_type == "report", Report.id == Deadline.subject_id))
        .where(
            Deadline.id > after,
            Deadline.kind.in_(REASON_OF_PROMISE),
            Deadline.met_at.is_(None),
            Deadline.passed_at.is_not(None),
            or_(Report.state.in_(OPEN), is_after),
            ~known.exists(),
            ~is_open.exists(),
            ~stands_still(),
            ~asks_nobody(on),
        )
        .order_by(Deadline.id)
        .limit(BATCH)
    )
    return list(rows)


def unanswered_waits(on: date, after: int) -> list[int]:
    """Ids of waits that the house left unanswered, also after a reminder, and that opened no run yet."""
    known = select(Escalation.id).where(Escalation.wait_id == ReportWait.id)
    is_open = select(Escalation.id).where(Escalation.report_id == Report.id, Escalation.ended_at.is_(None))
    rows = db.session.scalars(
        select(ReportWait.id)
        .join(Report, Report.id == ReportWait.report_id)
        .where(
            ReportWait.id > after,
            ReportWait.kind.in_(INTERNAL_WAITS),
            ReportWait.ended_at.is_(None),
            ReportWait.due_on <= _patient_until(on),
            Report.state.in_(OPEN),
            ~known.exists(),
            ~is_open.exists(),
        )
        .order_by(ReportWait.id)
        .limit(BATCH)
    )
    return list(rows)


def _patient_until(on: date) -> date:
    """The last day that lies more working days back than who was reminded gets."""
    day, calendar = on, OwnHours()
    while calendar.working_days_between(day, on) <= PATIENCE:
        day -= timedelta(days=1)
    return day

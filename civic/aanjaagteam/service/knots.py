"""The knot: a decision, written down with who took it and why that person may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.aanjaagteam import queries
from civic.aanjaagteam.models import Decision, Report
from civic.aanjaagteam.service.steps import Step, apply, note_move
from civic.aanjaagteam.service.telling import tell
from civic.aanjaagteam.states import Action
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid


@dataclass(frozen=True)
class Knot:
    """A decision as it is written down."""

    question: str
    decision: str
    reason: str
    decider: str
    mandate: str
    decided_on: date | None
    effective_on: date | None = None


def decide(report: Report, knot: Knot, revision: int, *, actor: User, at: datetime) -> Decision:
    """Record a decision. One that was there is replaced, and stays readable."""
    _check_days(knot, at)
    step = Step(Action.DECIDE, revision, actor, at)
    facts = {"decided_at": report.decided_at or at, "owner_id": report.owner_id or actor.id}
    old = apply(report, step, vars(knot), **facts)
    previous = queries.current_decision(report)
    row = Decision(
        report_id=report.id,
        decided_by_id=actor.id,
        created_at=at,
        supersedes_id=previous.id if previous else None,
        **vars(knot),
    )
    db.session.add(row)
    db.session.flush()
    note_move(report, step, old, "decision_replaced" if previous else "decide", data={"decision": row.id})
    tell(report, "report_decided", at, decision=row, is_new=previous is None)
    return row


def _check_days(knot: Knot, at: datetime) -> None:
    if knot.decided_on and knot.decided_on > today(at):
        raise Invalid({"decided_on": [_("Deze dag is nog niet geweest.")]})
    if knot.decided_on and knot.effective_on and knot.effective_on < knot.decided_on:
        raise Invalid({"effective_on": [_("Deze dag ligt vóór de dag van het besluit.")]})

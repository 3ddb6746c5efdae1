"""The end of a decision: which one ends soon, which has ended, and for whom that is a line of work.

A decision that was replaced ends nothing: only the newest of a report counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Decision, DecisionTerm, Report
from civic.aanjaagteam.policy import covered_municipalities, may_see_queue
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.one import has_no_owner
from civic.aanjaagteam.states.knots import TermChoice
from civic.accounts.models import User
from civic.calendar import ZONE, Calendar, today
from civic.config import setting
from civic.db import db

BATCH = 100


def soon(on: date) -> date:
    """What ends on this day or before it, ends soon."""
    return Calendar().add_working_days(on, int(setting("DECISION_END_DAYS")))


def is_newest() -> ColumnElement[bool]:
    """For a select over `Decision`: no other decision replaced it."""
    newer = aliased(Decision)
    return ~select(newer.id).where(newer.supersedes_id == Decision.id).correlate(Decision).exists()


def is_left() -> ColumnElement[bool]:
    """Somebody chose to let it come to its end."""
    chosen = select(DecisionTerm.id).where(
        DecisionTerm.decision_id == Decision.id, DecisionTerm.choice == TermChoice.LAPSES
    )
    return chosen.correlate(Decision).exists()


def ending_soon(on: date) -> list[Decision]:
    """Still holds, ends soon, nobody was reminded of this day and nobody chose."""
    is_new = or_(Decision.reminded_of.is_(None), Decision.reminded_of != Decision.ends_on)
    return _some(Decision.ends_on >= on, Decision.ends_on <= soon(on), is_new, ~is_left())


def newly_expired(on: date) -> list[Decision]:
    """Its last day has gone by, and the log does not say so yet."""
    is_new = or_(Decision.expired_of.is_(None), Decision.expired_of != Decision.ends_on)
    return _some(Decision.ends_on < on, is_new)


def _some(*rules: ColumnElement[bool]) -> list[Decision]:
    statement = select(Decision).where(*rules, is_newest()).order_by(Decision.ends_on, Decision.id)
    return list(db.session.scalars(statement.limit(BATCH)))


def terms_of(decision: Decision) -> list[DecisionTerm]:
    """Oldest first."""
    statement = select(DecisionTerm).where(DecisionTerm.decision_id == decision.id)
    return list(db.session.scalars(statement.order_by(DecisionTerm.number)))


def lines_for(user: User, _unit_ids: frozenset[int], at: datetime) -> Iterable[inbox.Item]:
    """On the inbox of who looks after it, or of the team where nobody does, until somebody chose."""
    if not may_see_queue(user):
        return []
    statement = (
        select(
            Report.id,
            Report.public_title,
            Report.owner_id,
            Report.deputy_id,
            Decision.ends_on,
            Decision.decided_on,
        )
        .join(Decision, Decision.report_id == Report.id)
        .where(
            Decision.ends_on <= soon(today(at)),
            is_newest(),
            ~is_left(),
            or_(Report.owner_id == user.id, Report.deputy_id == user.id, has_no_owner()),
            *_in_reach(user),
        )
        .order_by(Decision.ends_on, Decision.id)
        .limit(BATCH)
    )
    return [_line(row, user, today(at)) for row in db.session.execute(statement)]


def _in_reach(user: User) -> list[ColumnElement[bool]]:
    places = covered_municipalities(user)
    return [] if places is None else [Report.municipality_id.in_(places)]


def _line(row: Any, user: User, on: date) -> inbox.Item:
    is_over = row.ends_on < on
    return inbox.Item(
        kind="ended" if is_over else "ends",
        report_id=row.id,
        title=row.public_title or _("Melding %(id)s", id=row.id),
        badge=("negative", _("Verlopen")) if is_over else ("warning", _("Bijna verlopen")),
        since=datetime.combine(row.decided_on, time.min, tzinfo=ZONE),
        due_on=row.ends_on,
        endpoint="aanjaagteam.decision_term",
        arguments={"report_id": row.id},
        is_mine=user.id in (row.owner_id, row.deputy_id),
    )


inbox.SOURCES.append(lines_for)

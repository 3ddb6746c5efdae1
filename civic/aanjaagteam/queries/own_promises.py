"""On the inbox of an owner: what was promised about their reports and falls due soon, or is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.queries.knots import PAGES
from civic.aanjaagteam.queries.team import open_deadline
from civic.accounts.models import User
from civic.calendar import ZONE, today
from civic.db import db
from civic.events.models import Deadline
from civic.events.presentation import DEADLINES

SOON = timedelta(days=7)
MOST = 50


def promised_by(user: User, _unit_ids: frozenset[int], at: datetime) -> Iterable[inbox.Item]:
    """One statement; only of reports that this person owns or stands in for, and may still read."""
    on = today(at)
    statement = (
        select(Report.id, Report.public_title, Deadline.kind, Deadline.due_on, Deadline.starts_on)
        .join(Deadline, Deadline.subject_id == Report.id)
        .where(
            open_deadline(),
            ~_has_own_line(user),
            *_in_reach(user),
            Deadline.due_on <= on + SOON,
            Report.closed_at.is_(None),
            or_(Report.owner_id == user.id, Report.deputy_id == user.id),
        )
        .order_by(Deadline.due_on, Report.id)
        .limit(MOST)
    )
    for row in db.session.execute(statement):
        is_late = row.due_on < on
        yield inbox.Item(
            kind="promise",
            report_id=row.id,
            title=row.public_title or _("Melding %(id)s", id=row.id),
            badge=("negative" if is_late else "info", DEADLINES.get(row.kind, _("Beloofde dag"))),
            since=datetime.combine(row.starts_on, datetime.min.time(), tzinfo=ZONE),
            due_on=row.due_on,
            endpoint="aanjaagteam.case",
            arguments={"report_id": row.id},
        )


def _has_own_line(user: User) -> ColumnElement[bool]:
    """What another part puts on the inbox of this person, with the page where it is done."""
    of_knot = and_(Deadline.kind.in_(list(PAGES)), Deadline.owner_id.is_not_distinct_from(user.id))
    of_talk = and_(Deadline.kind == "message_answer", Report.owner_id.is_not_distinct_from(user.id))
    return or_(of_knot, of_talk)


def _in_reach(user: User) -> list[ColumnElement[bool]]:
    """An owner who left the team, or whose report went to another place, reads nothing of it any more."""
    places = covered_municipalities(user)
    return [] if places is None else [Report.municipality_id.in_(places)]


inbox.SOURCES.append(promised_by)

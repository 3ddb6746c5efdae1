"""What got stuck at a council is one click away from the aanjaagteam, and its answer comes back here."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from civic.aanjaagteam import service as reports
from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_first, db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative, InitiativePlace, InitiativeReport
from civic.initiatives.states import GONE, WITH_COUNCIL
from civic.links import absolute


def report_stuck(
    place: InitiativePlace, due_on: date | None, *, actor: User, at: datetime
) -> InitiativeReport:
    """Report it, once per municipality. Who reports gets the receipt by mail."""
    known = db.session.get(InitiativeReport, place.id)
    if known is not None:
        return known
    initiative = db.session.get_one(Initiative, place.initiative_id)
    refuse_where_nothing_lies(initiative, place)
    new = reports.NewReport(
        story=_story(initiative, place, due_on),
        token=reports.new_token(),
        since_on=today(place.submitted_at) if place.submitted_at else None,
        municipality_id=place.municipality_id,
        email=actor.email or "",
        origin=("initiative", initiative.id),
    )
    receipt = reports.submit(new, actor=actor, at=at)
    return _link(place, receipt.report.id, actor, at)


def is_reported(place: InitiativePlace) -> bool:
    return db.session.get(InitiativeReport, place.id) is not None


def refuse_where_nothing_lies(initiative: Initiative, place: InitiativePlace) -> None:
    if place.state not in WITH_COUNCIL or initiative.state in GONE:
        raise NotAllowedNow("not_in_this_state")


def _link(place: InitiativePlace, report_id: int, actor: User, at: datetime) -> InitiativeReport:
    row = InitiativeReport(place_id=place.id, report_id=report_id, reported_at=at)
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    what = events.What("report_stuck", visibility=Visibility.PUBLIC, data={"report": report_id})
    events.record(place, what, actor=actor, at=at)
    return row


def _story(initiative: Initiative, place: InitiativePlace, due_on: date | None) -> str:
    lines = [
        _(
            "Het initiatief “%(title)s” ligt bij de raad van %(place)s.",
            title=initiative.title,
            place=place.municipality.name,
        ),
    ]
    if due_on is not None:
        day = format_date(due_on, "d MMMM y")
        lines.append(_("Beloofd was een antwoord vóór of op %(day)s.", day=day))
    lines.append(absolute("initiatives.show", initiative_id=initiative.id))
    return "\n".join(lines)

"""Writing down talks about a report, and putting it on the table of those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.aanjaagteam.models import ContentMeeting, Report, TableItem
from civic.aanjaagteam.models.meetings import ASKED_LENGTH
from civic.aanjaagteam.queries.meetings import table_item_on
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.accounts.models import User
from civic.calendar import add_months, today
from civic.db import add_first, add_or_find, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events

FURTHEST_MONTHS = 12


@dataclass(frozen=True)
class Meeting:
    """`token` comes from the form: the same one again is the same meeting."""

    held_on: date
    attendees: str
    knows_case: bool
    outcome: str
    token: str


def log_meeting(report: Report, meeting: Meeting, *, actor: User, at: datetime) -> bool:
    """A talk with those who know the case (S16e). False when this very form was sent before."""
    errors = {}
    if meeting.held_on > today(at):
        errors["held_on"] = [_("Deze dag is nog niet geweest.")]
    if not meeting.attendees:
        errors["attendees"] = [_("Schrijf op wie erbij waren.")]
    if not meeting.outcome:
        errors["outcome"] = [_("Schrijf op wat eruit kwam.")]
    if errors:
        raise Invalid(errors)
    row = ContentMeeting(
        report_id=report.id,
        held_on=meeting.held_on,
        knows_case=meeting.knows_case,
        token=meeting.token,
        created_at=at,
        created_by_id=actor.id,
    )
    row.attendees, row.outcome = meeting.attendees, meeting.outcome
    if not add_first(row):
        return False
    data = {"meeting": row.id, "on": meeting.held_on.isoformat(), "knows_case": meeting.knows_case}
    events.record(report, events.What("content_meeting", data=data), actor=actor, at=at)
    return True


@dataclass(frozen=True)
class Slot:
    """A place on the agenda of a body: on which day, and in one line what is asked there."""

    organ: TableBody
    on: date
    asked: str


def put_on_table(report: Report, slot: Slot, *, actor: User, at: datetime) -> TableItem:
    """Put it on the agenda of a body. On the same agenda twice is once."""
    _check_slot(report, slot, at)
    row = TableItem(
        report_id=report.id,
        organ=slot.organ,
        table_on=slot.on,
        asked=slot.asked,
        created_at=at,
        created_by_id=actor.id,
    )
    kept, is_new = add_or_find(row, lambda: table_item_on(report.id, slot.organ, slot.on))
    if is_new:
        data = {"body": slot.organ.value, "on": slot.on.isoformat(), "item": kept.id}
        events.record(report, events.What("on_table", data=data), actor=actor, at=at)
    return kept


def _check_slot(report: Report, slot: Slot, at: datetime) -> None:
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    errors = {}
    if slot.on < today(at):
        errors["table_on"] = [_("Kies vandaag of een dag die nog komt.")]
    elif slot.on > add_months(today(at), FURTHEST_MONTHS):
        errors["table_on"] = [_("Kies een dag binnen een jaar.")]
    if not slot.asked or len(slot.asked) > ASKED_LENGTH:
        errors["asked"] = [_("Schrijf in één regel wat u van de tafel vraagt.")]
    if errors:
        raise Invalid(errors)


@dataclass(frozen=True)
class Said:
    """What came of it at the table."""

    result: TableResult
    text: str = ""


def note_result(item: TableItem, report: Report, said: Said, *, actor: User, at: datetime) -> None:
    """Write down what the body did with it, from the day itself; once."""
    if item.table_on > today(at):
        raise NotAllowedNow("not_in_this_state")
    if said.result is TableResult.DISCUSSED and not said.text:
        raise Invalid({"said": [_("Schrijf op wat eruit kwam.")]})
    db.session.refresh(item, with_for_update=True)
    if item.result is not None:
        raise NotAllowedNow("changed_meanwhile")
    item.result, item.said = said.result, said.text
    item.closed_at, item.closed_by_id = at, actor.id
    action = "table_discussed" if said.result is TableResult.DISCUSSED else "table_postponed"
    data = {"body": item.organ.value, "on": item.table_on.isoformat(), "item": item.id}
    events.record(report, events.What(action, data=data), actor=actor, at=at)

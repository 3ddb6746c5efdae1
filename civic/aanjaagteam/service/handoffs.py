"""Handing a report over to another unit. The chain is read from the log; going round is seen (S16b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from civic.aanjaagteam.models import TEXT_LENGTH, Report, Unit
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service.ladder import follow_unit
from civic.aanjaagteam.service.moves import add_note
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.facts import HandoverReason
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder


@dataclass(frozen=True)
class Handover:
    """To which unit, why, and what the team must know about it (internal)."""

    unit_id: int | None
    reason: HandoverReason | None
    note: str


def check_handover(report: Report, wanted: Handover) -> Unit:
    """The unit it goes to, or every mistake at once."""
    unit = db.session.get(Unit, wanted.unit_id) if wanted.unit_id else None
    errors: dict[str, list[str]] = {}
    if unit is None or not unit.is_active:
        errors["unit"] = [_("Kies naar welke afdeling de melding gaat.")]
    elif unit.id == report.unit_id:
        errors["unit"] = [_("De melding ligt al bij deze afdeling.")]
    if wanted.reason is None:
        errors["handover_reason"] = [_("Kies waarom de melding naar een andere afdeling gaat.")]
    if not wanted.note.strip():
        errors["note"] = [_("Schrijf op wat uw collega’s moeten weten.")]
    elif len(wanted.note) > TEXT_LENGTH:
        errors["note"] = [_("Maak deze tekst korter.")]
    if errors or unit is None:
        raise Invalid(errors)
    return unit


def hand_over(report: Report, wanted: Handover, revision: int, *, actor: User, at: datetime) -> None:
    """From now on this unit has it. Who answers for the unit gets a mail in office hours."""
    unit = check_handover(report, wanted)
    from_unit = report.unit_id
    touch(report, revision, unit_id=unit.id)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    follow_unit(report)
    code = wanted.reason.value if wanted.reason else None
    data = {"from_unit": from_unit, "to_unit": unit.id}
    row = events.record(report, events.What("handed_over", reason_code=code, data=data), actor=actor, at=at)
    add_note(report, wanted.note, actor=actor, at=at)
    db.session.flush()
    for person in managers_of(unit.id, today(at)):
        if person.email:
            key = f"report-handed-over:{report.id}:{row.id}:{person.id}"
            context = {
                "name": person.name,
                "title": report.public_title,
                "number": report.id,
                "unit": unit.name,
                "url": absolute("aanjaagteam.asked", report_id=report.id),
            }
            queue_reminder(Letter(person.email, "report_handed_over", key, context), at=at)

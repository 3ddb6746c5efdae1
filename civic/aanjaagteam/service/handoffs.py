"""Handing a report over to another unit, or to somebody outside them; going round is seen (S16b).

The chain is read from the log, which holds no words: the name of somebody outside is kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from civic.aanjaagteam.models import TEXT_LENGTH, HandoverParty, Report, Unit
from civic.aanjaagteam.models.disputes import PARTY_LENGTH
from civic.aanjaagteam.queries.handoffs import Place, outside
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service.ladder import follow_unit
from civic.aanjaagteam.service.moves import add_note
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.facts import HandoverReason, party_key
from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder


@dataclass(frozen=True)
class Handover:
    """To which unit, or to whom outside; why, and what the team must know about it (internal)."""

    unit_id: int | None
    reason: HandoverReason | None
    note: str
    party: str = ""


@dataclass(frozen=True)
class Target:
    """Where it goes: a unit, or somebody outside by name."""

    unit: Unit | None
    party: str

    @property
    def place(self) -> Place:
        return self.unit.id if self.unit is not None else party_key(self.party)


def check_handover(report: Report, wanted: Handover) -> Target:
    """Where it goes, or every mistake at once."""
    unit = db.session.get(Unit, wanted.unit_id) if wanted.unit_id else None
    errors = _check_unit(report, unit) if wanted.unit_id or not wanted.party.strip() else {}
    if wanted.party.strip():
        errors |= _check_party(report, wanted)
    if wanted.reason is None:
        errors["handover_reason"] = [_("Kies waarom de melding naar een ander gaat.")]
    if not wanted.note.strip():
        errors["note"] = [_("Schrijf op wat uw collega’s moeten weten.")]
    elif len(wanted.note) > TEXT_LENGTH:
        errors["note"] = [_("Maak deze tekst korter.")]
    if errors:
        raise Invalid(errors)
    return Target(unit, wanted.party.strip())


def _check_unit(report: Report, unit: Unit | None) -> dict[str, list[str]]:
    if unit is None or not unit.is_active:
        return {"unit": [_("Kies naar welke afdeling de melding gaat. Of vul in naar wie daarbuiten.")]}
    if unit.id == report.unit_id:
        return {"unit": [_("De melding ligt al bij deze afdeling.")]}
    return {}


def _check_party(report: Report, wanted: Handover) -> dict[str, list[str]]:
    if wanted.unit_id:
        return {"party": [_("Kies een afdeling of vul een naam in. Niet allebei.")]}
    if len(wanted.party) > PARTY_LENGTH:
        return {"party": [_("Maak deze tekst korter.")]}
    if party_key(wanted.party) == party_key(outside(report)):
        return {"party": [_("De melding ligt daar al.")]}
    return {}


def hand_over(report: Report, wanted: Handover, revision: int, *, actor: User, at: datetime) -> None:
    """From now on this unit has it, or somebody outside. Who answers for the unit gets a mail."""
    target = check_handover(report, wanted)
    from_unit, unit_id = report.unit_id, target.unit.id if target.unit is not None else None
    touch(report, revision, unit_id=unit_id)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    follow_unit(report)
    code = wanted.reason.value if wanted.reason else None
    data = {"from_unit": from_unit, "to_unit": unit_id}
    row = events.record(report, events.What("handed_over", reason_code=code, data=data), actor=actor, at=at)
    add_note(report, wanted.note, actor=actor, at=at)
    db.session.flush()
    if target.unit is None:
        db.session.add(HandoverParty(event_id=row.id, party=target.party))
        db.session.flush()
    else:
        _tell_managers(report, target.unit, row.id, at)


def _tell_managers(report: Report, unit: Unit, event_id: int, at: datetime) -> None:
    """In office hours."""
    for person in managers_of(unit.id, today(at)):
        if person.email:
            key = f"report-handed-over:{report.id}:{event_id}:{person.id}"
            context = {
                "name": person.name,
                "title": report.public_title,
                "number": report.id,
                "unit": unit.name,
                "url": absolute("aanjaagteam.asked", report_id=report.id),
            }
            queue_reminder(Letter(person.email, "report_handed_over", key, context), at=at)

"""The register of who knows about what: anybody of the staff enters it, the team says whom to trust with it.

add_specialist(person, NewSpecialist(domain, unit_id, hours), actor=, at=) -> Specialist
confirm_specialist(row, actor=, at=)     from now on also what is asked of whoever has time
remove_specialist(row, actor=, at=)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from civic.aanjaagteam.models import Specialist
from civic.aanjaagteam.policy.consults import may_confirm_specialist
from civic.aanjaagteam.states.consults import Domain
from civic.accounts.models import User
from civic.db import add_or_find, db
from civic.errors import Invalid
from civic.events import service as events


@dataclass(frozen=True)
class NewSpecialist:
    domain: Domain
    unit_id: int | None = None
    hours: str = ""


def add_specialist(person: User, what: NewSpecialist, *, actor: User, at: datetime) -> Specialist:
    """Put an official in the register; the same domain again changes the hours and the unit.

    Who is put there by the team is confirmed at once.
    """
    if not person.is_staff:
        raise Invalid({"email": [_("Deze persoon werkt niet bij de gemeente of de regio.")]})
    mine = select(Specialist).where(Specialist.user_id == person.id, Specialist.domain == what.domain)
    new = Specialist(user_id=person.id, domain=what.domain, added_at=at)
    row, is_new = add_or_find(new, lambda: db.session.scalar(mine))
    row.unit_id, row.hours = what.unit_id, what.hours
    _note(row, "specialist_added" if is_new else "specialist_changed", actor, at)
    if may_confirm_specialist(actor, person.id):
        confirm_specialist(row, actor=actor, at=at)
    return row


def confirm_specialist(row: Specialist, *, actor: User, at: datetime) -> None:
    """From now on, not of what was asked before; twice is once."""
    if row.confirmed_at is not None:
        return
    row.confirmed_at, row.confirmed_by_id = at, actor.id
    _note(row, "specialist_confirmed", actor, at)


def remove_specialist(row: Specialist, *, actor: User, at: datetime) -> None:
    """What was asked before stays as it is."""
    _note(row, "specialist_removed", actor, at)
    db.session.delete(row)


def _note(row: Specialist, action: str, actor: User, at: datetime) -> None:
    events.record(row, events.What(action, data={"domain": row.domain.value}), actor=actor, at=at)

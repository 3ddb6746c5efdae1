"""Parts of the organisation: add, rename, close; and who works there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from civic.aanjaagteam.models import Unit, UnitMember
from civic.aanjaagteam.wording import units as wording
from civic.accounts.models import User
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a unit. `municipality_id` None: it works for the whole region."""

    name: str
    municipality_id: int | None = None
    headcount: int | None = None
    discretion: str = ""


def add_unit(facts: UnitFacts, *, actor: User | None, at: datetime) -> Unit:
    _check(facts)
    unit = Unit(**vars(facts), is_active=True)
    db.session.add(unit)
    db.session.flush()
    events.record(unit, events.What("unit_added"), actor=actor, at=at)
    return unit


def change_unit(unit: Unit, facts: UnitFacts, *, actor: User, at: datetime) -> None:
    """Another name, number of people or discretion. Nothing changed: nothing is written down."""
    _check(facts, unit)
    before = (unit.name, unit.municipality_id, unit.headcount, unit.discretion)
    unit.name, unit.municipality_id = facts.name, facts.municipality_id
    unit.headcount, unit.discretion = facts.headcount, facts.discretion
    if before != (facts.name, facts.municipality_id, facts.headcount, facts.discretion):
        events.record(unit, events.What("unit_changed"), actor=actor, at=at)


def _check(facts: UnitFacts, unit: Unit | None = None) -> None:
    if not facts.name.strip():
        raise Invalid({"name": [_("Schrijf op hoe de afdeling heet.")]})
    same = select(Unit.id).where(func.lower(Unit.name) == facts.name.lower())
    same = same.where(Unit.municipality_id.is_not_distinct_from(facts.municipality_id))
    if unit is not None:
        same = same.where(Unit.id != unit.id)
    if db.session.scalar(same) is not None:
        raise Invalid({"name": [_("Er is al een afdeling met deze naam.")]})


def open_or_close(unit: Unit, is_active: bool, *, actor: User, at: datetime) -> None:
    """A closed unit keeps what lies with it, and cannot be chosen any more. Twice is once."""
    if unit.is_active is is_active:
        return
    unit.is_active = is_active
    events.record(unit, events.What("unit_opened" if is_active else "unit_closed"), actor=actor, at=at)


@dataclass(frozen=True)
class Membership:
    """Works there from and until and including these days; `is_manager` answers for the unit."""

    from_on: date
    until_on: date | None = None
    is_manager: bool = False


def add_member(unit: Unit, user: User, wanted: Membership, *, actor: User | None, at: datetime) -> UnitMember:
    """Somebody works here from now on; who was here before gets the new period."""
    _check_period(wanted)
    if not user.is_staff:
        raise Invalid({"email": [_("Deze persoon heeft hier geen rol. Vraag de beheerder om een rol.")]})
    known = member_of(unit, user)
    if known is not None:
        change_member(known, wanted, actor=actor, at=at)
        return known
    row = UnitMember(unit_id=unit.id, user_id=user.id, **vars(wanted))
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    data = {"member": row.id, "is_manager": row.is_manager}
    events.record(unit, events.What("member_added", data=data), actor=actor, at=at)
    return row


def member_of(unit: Unit, user: User) -> UnitMember | None:
    return db.session.scalar(
        select(UnitMember).where(UnitMember.unit_id == unit.id, UnitMember.user_id == user.id)
    )


def change_member(row: UnitMember, wanted: Membership, *, actor: User | None, at: datetime) -> None:
    """Another period, or answering for the unit or not any more."""
    _check_period(wanted)
    before = Membership(row.from_on, row.until_on, row.is_manager)
    if before == wanted:
        return
    row.from_on, row.until_on, row.is_manager = wanted.from_on, wanted.until_on, wanted.is_manager
    unit = db.session.get_one(Unit, row.unit_id)
    data = {"member": row.id, "is_manager": row.is_manager}
    events.record(unit, events.What("member_changed", data=data), actor=actor, at=at)


def _check_period(wanted: Membership) -> None:
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        raise Invalid({"until_on": [_("De laatste dag ligt vóór de eerste dag.")]})


__all__ = [
    "Membership",
    "UnitFacts",
    "add_member",
    "add_unit",
    "change_member",
    "change_unit",
    "member_of",
    "open_or_close",
    "wording",
]

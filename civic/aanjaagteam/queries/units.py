"""Parts of the organisation, and to which of them somebody belongs today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from civic.aanjaagteam.models import Unit, UnitMember
from civic.accounts.models import User
from civic.db import db
from civic.regions.models import Municipality


def unit_ids_of(user: User, on: date, *, only_managed: bool = False) -> frozenset[int]:
    """The units where this person works on that day. Nobody without a role of the staff works anywhere."""
    if not user.is_staff:
        return frozenset()
    statement = select(UnitMember.unit_id).where(
        UnitMember.user_id == user.id,
        UnitMember.from_on <= on,
        or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on),
    )
    if only_managed:
        statement = statement.where(UnitMember.is_manager.is_(True))
    return frozenset(db.session.scalars(statement))


@dataclass(frozen=True)
class NamedUnit:
    """A unit to choose. `label` is its name, with its municipality where another one has that name too."""

    id: int
    name: str
    municipality_id: int | None
    label: str


def unit_label(name: str, place: str | None, is_shared: bool) -> str:
    """For officials only: it would tell the public the place of a report whose place was left out."""
    return f"{name} ({place or _('regio')})" if is_shared else name


def active_units() -> list[NamedUnit]:
    """For a list to choose from, by name; one statement."""
    statement = named_units().where(Unit.is_active.is_(True))
    rows = db.session.execute(statement.order_by(Unit.name, Municipality.name, Unit.id))
    return [NamedUnit(row.id, row.unit, row.municipality_id, label_of(row)) for row in rows]


def unit_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Labels by id, in one statement; also of units that are gone."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {row.id: label_of(row) for row in db.session.execute(named_units().where(Unit.id.in_(wanted)))}


def named_units() -> Any:
    """Units with what their label needs."""
    return select(Unit.id, Unit.municipality_id, *label_columns()).outerjoin(
        Municipality, Municipality.id == Unit.municipality_id
    )


def label_columns() -> tuple[Any, ...]:
    """What `label_of` needs of a row of a statement that joins Unit and its Municipality."""
    other = aliased(Unit)
    same = func.lower(other.name) == func.lower(Unit.name)
    twin = select(other.id).where(same, other.id != Unit.id).correlate(Unit).exists()
    return Unit.name.label("unit"), Municipality.name.label("unit_place"), twin.label("is_shared")


def label_of(row: Any) -> str:
    return unit_label(row.unit, row.unit_place, row.is_shared)

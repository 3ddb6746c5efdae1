"""Parts of the organisation, and to which of them somebody belongs today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from civic.aanjaagteam.models import Unit, UnitMember
from civic.accounts.models import User
from civic.accounts.states import STAFF_ROLES
from civic.db import db


def unit_ids_of(user: User, on: date, *, only_managed: bool = False) -> frozenset[int]:
    """The units where this person works on that day. Nobody without a role of the staff works anywhere."""
    if not any(grant.role in STAFF_ROLES for grant in user.grants):
        return frozenset()
    statement = select(UnitMember.unit_id).where(
        UnitMember.user_id == user.id,
        UnitMember.from_on <= on,
        or_(UnitMember.until_on.is_(None), UnitMember.until_on >= on),
    )
    if only_managed:
        statement = statement.where(UnitMember.is_manager.is_(True))
    return frozenset(db.session.scalars(statement))


def active_units() -> list[Unit]:
    """For a list to choose from, by name."""
    return list(db.session.scalars(select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.name, Unit.id)))


def unit_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, in one statement; also of units that are gone."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))
    return {row.id: row.name for row in rows}

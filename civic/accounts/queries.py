"""Reading accounts: people with a task, one person with the names around their roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import STAFF_ROLES, Role
from civic.db import db
from civic.keyset import Cursor, Part, fetch

PAGE_SIZE = 25


def staff(cursor: Cursor, size: int = PAGE_SIZE) -> Part[User]:
    """People with at least one role, the newest account first (names are sealed: no sorting by name)."""
    statement = select(User).where(is_official(User.id), User.erased_at.is_(None))
    return fetch(statement.options(_grants_with_places()), User.id, cursor, size)


def is_official(user_id: Any) -> Any:
    """The condition that this person has a task now: who lost their roles is asked nothing any more."""
    return user_id.in_(select(RoleGrant.user_id).where(RoleGrant.role.in_(STAFF_ROLES)))


def reachable_staff() -> Select[User]:
    """Officials who can be mailed, with their roles."""
    return _reachable().where(is_official(User.id))


def reachable_staff_by_id(ids: Iterable[int]) -> dict[int, User]:
    """Those of these people who are officials and can be mailed; one statement, or none."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {one.id: one for one in db.session.scalars(reachable_staff().where(User.id.in_(wanted)))}


def person_with_roles(person_id: int) -> User | None:
    return db.session.scalar(
        select(User)
        .where(User.id == person_id)
        .options(_grants_with_places())
        .execution_options(populate_existing=True)
    )


def people_with(role: Role, *, in_region: bool = False, municipality_id: int | None = None) -> list[User]:
    """Everybody with this role who can be mailed: anywhere, for the whole region, or in one municipality."""
    grants = select(RoleGrant.user_id).where(RoleGrant.role == role)
    if in_region:
        grants = grants.where(RoleGrant.municipality_id.is_(None))
    if municipality_id is not None:
        grants = grants.where(RoleGrant.municipality_id == municipality_id)
    return list(db.session.scalars(_reachable().where(User.id.in_(grants)).order_by(User.id)))


def _reachable() -> Select[User]:
    can_be_mailed = select(User).where(User.erased_at.is_(None), User.email_sealed.is_not(None))
    return can_be_mailed.options(selectinload(User.grants))


def _grants_with_places() -> Any:
    return selectinload(User.grants).selectinload(RoleGrant.municipality)

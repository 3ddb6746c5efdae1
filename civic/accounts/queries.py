"""Reading accounts: people with a task, one person with the names around their roles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import STAFF_ROLES, Role
from civic.db import db
from civic.keyset import Cursor, Part, fetch

PAGE_SIZE = 25


def staff(cursor: Cursor, size: int = PAGE_SIZE) -> Part[User]:
    """People with at least one role, the newest account first (names are sealed: no sorting by name)."""
    has_role = User.grants.any(RoleGrant.role.in_(STAFF_ROLES))
    statement = select(User).where(has_role, User.erased_at.is_(None)).options(_grants_with_places())
    return fetch(statement, User.id, cursor, size)


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
    reachable = select(User).where(User.erased_at.is_(None), User.email_sealed.is_not(None))
    found = reachable.where(User.id.in_(grants)).options(selectinload(User.grants))
    return list(db.session.scalars(found.order_by(User.id)))


def _grants_with_places() -> Any:
    return selectinload(User.grants).selectinload(RoleGrant.municipality)

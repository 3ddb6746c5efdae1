"""Reading accounts: people with a task, one person with the names around their roles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import STAFF_ROLES
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


def _grants_with_places() -> Any:
    return selectinload(User.grants).selectinload(RoleGrant.municipality)

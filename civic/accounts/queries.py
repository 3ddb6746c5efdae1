"""Reading accounts: people with a task, one person with the names around their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from civic.accounts.models import RoleGrant, User
from civic.accounts.states import STAFF_ROLES
from civic.db import db

PAGE_SIZE = 25


@dataclass(frozen=True)
class StaffPage:
    """One page of people; the ids to go on from, or None at either end."""

    people: list[User]
    previous_id: int | None
    next_id: int | None


def staff(after: int = 0, before: int = 0, size: int = PAGE_SIZE) -> StaffPage:
    """People with at least one role, by id: those after an id, or those before one.

    Names are sealed, so the database cannot sort by them.
    """
    has_role = User.grants.any(RoleGrant.role.in_(STAFF_ROLES))
    statement = select(User).where(has_role, User.erased_at.is_(None)).options(_grants_with_places())
    if before:
        statement = statement.where(User.id < before).order_by(User.id.desc())
    else:
        statement = statement.where(User.id > after).order_by(User.id)
    people = list(db.session.scalars(statement.limit(size + 1)))
    has_more, people = len(people) > size, people[:size]
    if before:
        people.reverse()
    has_previous = has_more if before else after > 0
    has_next = True if before else has_more
    return StaffPage(
        people,
        previous_id=people[0].id if people and has_previous else None,
        next_id=people[-1].id if people and has_next else None,
    )


def person_with_roles(person_id: int) -> User | None:
    return db.session.scalar(
        select(User).where(User.id == person_id).options(_grants_with_places()).execution_options(populate_existing=True)
    )


def _grants_with_places() -> Any:
    return selectinload(User.grants).selectinload(RoleGrant.municipality)

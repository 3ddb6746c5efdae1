"""The members of the team and their mandates, now and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload

from civic.aanjaagteam.models import TeamMember
from civic.aanjaagteam.states import TEAM
from civic.accounts.models import RoleGrant, User
from civic.db import db


@dataclass(frozen=True)
class Row:
    member: TeamMember
    name: str
    is_now: bool


def members_on(on: date) -> list[TeamMember]:
    """Whoever is a member on that day, by function."""
    statement = select(TeamMember).where(
        TeamMember.from_on <= on, or_(TeamMember.until_on.is_(None), TeamMember.until_on >= on)
    )
    return list(db.session.scalars(statement.order_by(TeamMember.function, TeamMember.id)))


def all_members(on: date) -> list[Row]:
    """Those of now first, then by the day they began, newest first; one statement."""
    rows = db.session.execute(
        select(TeamMember, User)
        .join(User, User.id == TeamMember.user_id)
        .options(lazyload(User.grants))
        .order_by(TeamMember.from_on.desc(), TeamMember.id)
    )
    found = [Row(member, user.display_name, _is_now(member, on)) for member, user in rows]
    return sorted(found, key=lambda row: not row.is_now)


def _is_now(member: TeamMember, on: date) -> bool:
    return member.from_on <= on and (member.until_on is None or member.until_on >= on)


@dataclass(frozen=True)
class PublicMember:
    """The name only of who agreed to that."""

    function: str
    mandate: str
    name: str


def public_members(on: date) -> list[PublicMember]:
    return [
        PublicMember(row.member.function, row.member.mandate, row.name if row.member.is_name_public else "")
        for row in all_members(on)
        if row.is_now
    ]


def possible_members() -> list[User]:
    """Accounts with the role of the team, by name."""
    team = select(RoleGrant.user_id).where(RoleGrant.role.in_(list(TEAM)))
    users = db.session.scalars(select(User).where(User.id.in_(team), User.erased_at.is_(None)))
    return sorted(users, key=lambda user: user.display_name)

"""Who is in the team, with which mandate and for how long (S15c). A mandate that was used stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.aanjaagteam.models import TeamMember
from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid
from civic.events import service as events


@dataclass(frozen=True)
class Membership:
    """`is_name_public`: the member agreed that the name is on the site."""

    function: str
    mandate: str
    from_on: date
    until_on: date | None = None
    is_name_public: bool = False


def add_member(user: User, membership: Membership, *, actor: User, at: datetime) -> TeamMember:
    _check(membership)
    row = TeamMember(user_id=user.id, created_at=at, created_by_id=actor.id, **vars(membership))
    db.session.add(row)
    db.session.flush()
    events.record(row, events.What("member_added", data={"user": user.id}), actor=actor, at=at)
    return row


def change_member(row: TeamMember, membership: Membership, *, actor: User, at: datetime) -> None:
    """Mend a mistake, or end it. The words of a mandate in a decision do not change with it."""
    _check(membership)
    for name, value in vars(membership).items():
        setattr(row, name, value)
    events.record(row, events.What("member_changed", data={"user": row.user_id}), actor=actor, at=at)


def _check(membership: Membership) -> None:
    if membership.until_on and membership.until_on < membership.from_on:
        raise Invalid({"until_on": [_("Deze dag ligt vóór de eerste dag.")]})

"""Giving and taking roles. Every change is an event, ends the person's sessions, and is told by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import RoleGrant, User
from civic.accounts.service.people import add_user, find_user, raise_epoch
from civic.accounts.states import GIVEN_FOR, Reach, Role
from civic.accounts.wording import ROLE_NAMES, ROLE_TASKS
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.links import absolute
from civic.mail.service import Letter, queue
from civic.regions.models import Municipality


@dataclass(frozen=True)
class Task:
    """A role and where it counts; no municipality means the whole region."""

    role: Role
    municipality: Municipality | None = None

    @property
    def municipality_id(self) -> int | None:
        return self.municipality.id if self.municipality else None


def give_role(person: User, task: Task, *, actor: User | None, at: datetime) -> RoleGrant:
    """Give a role (by the system when there is no actor); giving it again changes nothing."""
    _refuse_wrong_reach(task)
    known = _grant_of(person, task)
    if known is not None:
        return known
    grant = RoleGrant(
        role=task.role,
        municipality_id=task.municipality_id,
        granted_by_id=actor.id if actor else None,
        granted_at=at,
    )
    try:
        with db.session.begin_nested():
            grant.user_id = person.id
            db.session.add(grant)
    except IntegrityError:  # somebody gave it at the same moment
        return _known(person, task)
    _changed(person, task, "role_given", actor=actor, at=at)
    return grant


def _known(person: User, task: Task) -> RoleGrant:
    grant = _grant_of(person, task)
    if grant is None:
        raise NotAllowedNow("changed_meanwhile")
    return grant


def _refuse_wrong_reach(task: Task) -> None:
    reaches = GIVEN_FOR.get(task.role)
    if reaches is None:
        raise Invalid({"role": [_("Deze rol heeft iedereen al.")]})
    reach = Reach.MUNICIPALITY if task.municipality else Reach.REGION
    if reach not in reaches:
        sentence = (
            _("Deze rol geldt altijd voor de hele regio. Kies de hele regio.")
            if reach is Reach.MUNICIPALITY
            else _("Deze rol geldt altijd voor één gemeente. Kies een gemeente.")
        )
        raise Invalid({"municipality": [sentence]})


def _grant_of(person: User, task: Task) -> RoleGrant | None:
    is_place = (
        RoleGrant.municipality_id == task.municipality_id
        if task.municipality
        else RoleGrant.municipality_id.is_(None)
    )
    return db.session.scalar(
        select(RoleGrant).where(RoleGrant.user_id == person.id, RoleGrant.role == task.role, is_place)
    )


def take_role(grant: RoleGrant, *, actor: User, at: datetime) -> None:
    """Take a role back. Raises `NotAllowedNow` for the last administrator."""
    if grant.role is Role.ADMINISTRATOR:
        refuse_last_administrator(grant.user_id)
    person, task = grant.user, Task(grant.role, grant.municipality)
    db.session.delete(grant)
    _changed(person, task, "role_taken", actor=actor, at=at)


def refuse_last_administrator(user_id: int) -> None:
    """Locks the administrators' rows: two who take each other's role at once must not both succeed."""
    grants = db.session.scalars(
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, User.erased_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    if all(one.user_id == user_id for one in grants):
        raise NotAllowedNow("last_administrator")


def invite(address: str, task: Task, *, actor: User | None, at: datetime) -> User:
    """Give a role to whoever owns this mailbox, with or without an account."""
    person = find_user(address)
    if person is not None and actor is not None and person.id == actor.id:
        raise Invalid({"email": [_("Dit is uw eigen adres. U kunt uzelf geen rol geven.")]})
    _refuse_wrong_reach(task)
    person = person or add_user(address, actor=actor, at=at)
    give_role(person, task, actor=actor, at=at)
    return person


def _changed(person: User, task: Task, action: str, *, actor: User | None, at: datetime) -> None:
    data: dict[str, Any] = {"role": task.role.value}
    if task.municipality:
        data["municipality"] = task.municipality.code
    event = events.record(person, events.What(action, data=data), actor=actor, at=at)
    db.session.flush()
    raise_epoch(person)  # refreshes the grants too
    if person.email is not None:
        letter = Letter(person.email, action, f"{action}:{event.id}", _words(person, task))
        queue(letter, at=at)


def _words(person: User, task: Task) -> dict[str, Any]:
    return {
        "name": person.name,
        "role": ROLE_NAMES[task.role],
        "task": ROLE_TASKS[task.role],
        "place": task.municipality.name if task.municipality else None,
        "url": absolute("accounts.sign_in"),
    }

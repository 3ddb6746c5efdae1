"""Who looks after an initiative: one named contact with a deputy, a buddy, help in kind, hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import InitiativeBuddy, InitiativeHelp, InitiativeHours
from civic.initiatives.queries import desk as queries
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states.desk import BUDDY_TRANSITIONS, BuddyAction, BuddyState, HoursKind
from civic.links import absolute
from civic.mail import service as mail

LONGEST_DAY = 24 * 60


# --- contact and deputy ---------------------------------------------------------------------------------


def name_contact(
    initiative: Initiative, contact_id: int, deputy_id: int | None, *, actor: User, at: datetime
) -> None:
    """One person of a desk, and who stands in. The same again changes nothing."""
    people = queries.people_around(initiative)
    errors: dict[str, list[str]] = {}
    if contact_id not in people:
        errors["contact_id"] = [_("Kies iemand van de griffie.")]
    if deputy_id is not None and (deputy_id not in people or deputy_id == contact_id):
        errors["deputy_id"] = [_("Kies iemand anders van de griffie.")]
    if errors:
        raise Invalid(errors)
    if (initiative.contact_id, initiative.deputy_id) == (contact_id, deputy_id):
        return
    is_new = initiative.contact_id != contact_id
    person, place = people[contact_id]
    initiative.contact_id, initiative.deputy_id = contact_id, deputy_id
    data = {"contact": contact_id, "deputy": deputy_id, "place": place.code}
    action = "name_contact" if is_new else "name_deputy"
    what = events.What(action, visibility=Visibility.PUBLIC if is_new else Visibility.INTERNAL, data=data)
    event = events.record(initiative, what, actor=actor, at=at)
    if is_new:
        db.session.flush()
        facts = {"contact": person.name, "office": place.name}
        tell_author(initiative, "initiative_contact", at=at, once=f":{event.id}", **facts)


# --- a buddy --------------------------------------------------------------------------------------------


def ask_buddy(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """The writer would like somebody who helps. Twice is once."""
    if queries.buddy_of(initiative) is None:
        _open(initiative, at)
        _note(initiative, "ask_buddy", actor=actor, at=at)


def invite_buddy(initiative: Initiative, person: User, *, actor: User, at: datetime) -> None:
    """Name somebody with an account, who then has to say yes."""
    if person.id == initiative.author_id:
        raise Invalid({"email": [_("De schrijver kan niet het eigen maatje zijn.")]})
    row = queries.buddy_of(initiative) or _open(initiative, at)
    if row.state is BuddyState.INVITED and row.invited_id == person.id:
        return
    facts = {"invited_id": person.id, "invited_by_id": actor.id, "invited_at": at}
    _step(row, BuddyAction.INVITE, **facts)
    what = events.What("invite_buddy", data={"user": person.id})
    event = events.record(initiative, what, actor=actor, at=at)
    db.session.flush()
    if person.email:
        context = {
            "name": person.name,
            "title": initiative.title,
            "url": absolute("initiatives.buddy", initiative_id=initiative.id),
        }
        key = f"buddy-invited:{initiative.id}:{event.id}"
        mail.queue(mail.Letter(person.email, "buddy_invited", key, context), at=at)


def accept_buddy(initiative: Initiative, *, actor: User, at: datetime) -> None:
    row = _invited(initiative, actor)
    if row.state is BuddyState.ACCEPTED:
        return  # pressed twice
    _step(row, BuddyAction.ACCEPT, accepted_at=at)
    initiative.buddy_id = actor.id
    _note(initiative, "accept_buddy", actor=actor, at=at)
    tell_author(initiative, "initiative_buddy", at=at, once=f":{row.id}:{actor.id}", buddy=actor.name)


def decline_buddy(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """No is fine: the desk looks for another."""
    row = _invited(initiative, actor)
    _step(row, BuddyAction.DECLINE, invited_id=None, invited_by_id=None, invited_at=None)
    events.record(initiative, events.What("decline_buddy"), actor=actor, at=at)


def end_buddy(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Done, or no longer needed. Twice is once."""
    row = queries.buddy_of(initiative)
    if row is None:
        return
    was_there = row.state is BuddyState.ACCEPTED
    _step(row, BuddyAction.END, ended_at=at)
    initiative.buddy_id = None
    if was_there:
        _note(initiative, "end_buddy", actor=actor, at=at)
    else:
        events.record(initiative, events.What("stop_buddy_search"), actor=actor, at=at)


def _invited(initiative: Initiative, person: User) -> InitiativeBuddy:
    row = queries.buddy_of(initiative)
    if row is None or row.invited_id != person.id:
        raise NotAllowedNow("not_in_this_state")
    return row


def _open(initiative: Initiative, at: datetime) -> InitiativeBuddy:
    row = InitiativeBuddy(initiative_id=initiative.id, state=BuddyState.ASKED, opened_at=at)
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")
    return row


def _step(row: InitiativeBuddy, action: BuddyAction, **facts: Any) -> None:
    new = BUDDY_TRANSITIONS.get((row.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(row, row.state, new, **facts)


def _note(initiative: Initiative, action: str, *, actor: User, at: datetime, **data: Any) -> None:
    what = events.What(action, visibility=Visibility.PUBLIC, data=data)
    events.record(initiative, what, actor=actor, at=at)


# --- help and hours -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hours:
    """Time that was put in: whose, how long, when, and what for."""

    kind: HoursKind
    minutes: int
    worked_on: date
    what: str


def add_help(
    initiative: Initiative, what: str, amount_eur: int | None, given_on: date, *, actor: User, at: datetime
) -> InitiativeHelp:
    """Something that the municipality gave: a room, coffee, printing, a small budget."""
    row = InitiativeHelp(
        initiative_id=initiative.id,
        what=what,
        amount_eur=amount_eur,
        given_on=given_on,
        added_by_id=actor.id,
        added_at=at,
    )
    db.session.add(row)
    db.session.flush()
    _note(initiative, "add_help", actor=actor, at=at, help=row.id, amount=amount_eur)
    return row


def drop_help(row: InitiativeHelp, *, actor: User, at: datetime) -> None:
    """A mistake: the line goes, the fact that it stood there stays in the log."""
    initiative = db.session.get_one(Initiative, row.initiative_id)
    what = events.What("drop_help", data={"help": row.id, "amount": row.amount_eur})
    events.record(initiative, what, actor=actor, at=at)
    db.session.delete(row)


def log_hours(initiative: Initiative, new: Hours, *, actor: User, at: datetime) -> InitiativeHours:
    """Hours of the municipality are written by officials only."""
    errors: dict[str, list[str]] = {}
    if new.kind is HoursKind.MUNICIPAL and not actor.is_staff:
        errors["kind"] = [_("Uren van de gemeente schrijft een medewerker op.")]
    if new.worked_on > today(at):
        errors["worked_on"] = [_("Deze dag moet nog komen.")]
    if not 0 < new.minutes <= LONGEST_DAY:
        errors["hours"] = [_("Schrijf een aantal uren van 0,25 tot 24.")]
    if errors:
        raise Invalid(errors)
    row = InitiativeHours(
        initiative_id=initiative.id,
        kind=new.kind,
        minutes=new.minutes,
        worked_on=new.worked_on,
        what=new.what,
        logged_by_id=actor.id,
        logged_at=at,
    )
    db.session.add(row)
    db.session.flush()
    data = {"hours": row.id, "minutes": row.minutes, "kind": row.kind.value}
    events.record(initiative, events.What("log_hours", data=data), actor=actor, at=at)
    return row


def drop_hours(row: InitiativeHours, *, actor: User, at: datetime) -> None:
    initiative = db.session.get_one(Initiative, row.initiative_id)
    what = events.What("drop_hours", data={"hours": row.id, "minutes": row.minutes})
    events.record(initiative, what, actor=actor, at=at)
    db.session.delete(row)

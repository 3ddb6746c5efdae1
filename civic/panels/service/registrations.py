"""Registering for a panel, changing it, and taking it back.

One person, one place. Who that is, is the keyed hash of name, date of birth and postcode; it is unique per
panel. What happens when somebody registers a person who is in the panel already, was weighed like this:

- The same letter code, with the same person: they proved to be that person. They get the same receipt.
- The same letter code, with another person: 409. The letter is personal and it was used.
- Another letter code (two registers, a second wave, or a neighbour with a letter of their own): the answer is
  the ordinary receipt, so that nobody learns who registered. The new row has no place of its own
  (`person_index` is empty) and is flagged: a person decides before the freeze which of the two stays.
  Everybody reads that we check that people are in the group once.
- Without a letter: the page says "look in your mail" to all. A mailbox that registered this person before
  gets its own link again; another mailbox can confirm, and is then flagged in the same way. The place is
  taken at that moment, so nobody can hold the place of somebody else with a form alone.

Somebody who withdraws hands their place to the registration that was flagged beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import email_index
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Constituency, InvitationCode, Panel, Registration, Source
from civic.panels.models.registrations import KEEP_PENDING
from civic.panels.policy import registrations as policy
from civic.panels.queries import composition
from civic.panels.queries import registrations as queries
from civic.panels.service import receipts
from civic.panels.service import registrations_flags as flags
from civic.panels.service import registrations_mail as letters
from civic.panels.service import registrations_store as store
from civic.panels.service.registrations_mail import token_of
from civic.panels.service.registrations_rules import (
    Application,
    Asking,
    Person,
    address_index,
    index_of,
    person_index,
    problems,
    subject_of,
)
from civic.panels.service.registrations_store import Act
from civic.panels.service.registrations_withdraw import withdraw, withdraw_consent
from civic.panels.states import REGISTRATION_TRANSITIONS, Channel, RegistrationAction, RegistrationState


@dataclass(frozen=True)
class Receipt:
    """`token` opens the person's own page."""

    registration: Registration
    token: str


@dataclass(frozen=True)
class Entrance:
    """Through which door somebody comes in: a letter, or an open registration."""

    panel: Panel
    constituency: Constituency
    source: Source
    municipality_id: int
    code_id: int | None = None
    wave_id: int | None = None


def asking_of(panel_id: int, constituency: Constituency) -> Asking:
    """What is asked of people in this constituency."""
    found = composition.composition_of(panel_id)
    if found is None:
        raise NotAllowedNow("registration_closed")
    return Asking(constituency, composition.features_of(panel_id), found.minimum_age)


def entrance_of(code_id: int, at: datetime) -> Entrance:
    """What a letter opens, while it is open; whether it was used is judged when somebody registers."""
    letter = queries.letter_of(code_id)
    if letter is None:
        raise NotAllowedNow("registration_closed")
    is_closed = letter.code.blocked_at is not None or letter.wave.closes_on < today(at)
    if is_closed or not policy.is_open(letter.panel):
        raise NotAllowedNow("registration_closed")
    place = letter.municipality.id
    return Entrance(letter.panel, letter.constituency, letter.source, place, letter.code.id, letter.wave.id)


def open_entrance(panel_id: int, source_id: int, municipality_id: int) -> Entrance:
    """The door for somebody without a letter."""
    panel = db.session.get_one(Panel, panel_id)
    for source, constituency in queries.open_entrances(panel_id):
        if source.id == source_id:
            return Entrance(panel, constituency, source, municipality_id)
    raise NotAllowedNow("registration_closed")


def register_with_code(
    code: InvitationCode, application: Application, *, channel: Channel, actor: User | None, at: datetime
) -> Receipt:
    """Register the person of a letter. Sending twice gives the same receipt."""
    used = queries.registration_of_code(code.id)
    if used is not None:
        return _same_again(used, application)
    return _register(entrance_of(code.id, at), application, Act(channel, actor, at))


def register_at_entrance(
    panel: Panel,
    source: Source,
    municipality_id: int,
    application: Application,
    *,
    channel: Channel,
    actor: User | None,
    at: datetime,
) -> Receipt:
    """Register without a letter: by oneself (then the mail must be confirmed), by staff or by nomination."""
    constituency = db.session.get_one(Constituency, source.constituency_id)
    if constituency.panel_id != panel.id or not policy.is_open(panel):
        raise NotAllowedNow("registration_closed")
    act = Act(channel, actor, at)
    if actor is None:
        if not policy.is_self_registration(constituency):
            raise NotAllowedNow("registration_closed")
        known = _of_this_mailbox(panel, application.person)
        if known is not None:
            return _remind(known, panel, at)
    return _register(Entrance(panel, constituency, source, municipality_id), application, act)


def _of_this_mailbox(panel: Panel, person: Person) -> Registration | None:
    """The same person from the same mailbox; one mailbox can serve a whole family."""
    if not person.email:
        raise Invalid({"email": [letters.needs_mailbox()]})
    index = index_of(panel.id, person)
    for one in queries.of_mailbox(panel.id, email_index(person.email)):
        known = queries.person_of(one)
        if known is not None and one.state in policy.LIVING and index_of(panel.id, known) == index:
            return one
    return None


def _remind(known: Registration, panel: Panel, at: datetime) -> Receipt:
    if known.state is RegistrationState.PENDING:
        letters.send_confirm(known, panel, at)
    else:
        letters.send_known(known, panel, at)
    return Receipt(known, token_of(known))


def _same_again(used: Registration, application: Application) -> Receipt:
    known = queries.person_of(used)
    is_same = known is not None and (
        index_of(used.panel_id, known) == index_of(used.panel_id, application.person)
    )
    if not is_same:
        raise NotAllowedNow("code_used")
    return Receipt(used, token_of(used))


def _register(entrance: Entrance, application: Application, act: Act) -> Receipt:
    asking = asking_of(entrance.panel.id, entrance.constituency)
    _require_good(application, asking, act.at)
    registration = _insert(entrance, application, asking, act)
    if registration is None:  # somebody with the same code was faster: perhaps the same person
        used = queries.registration_of_code(entrance.code_id or 0)
        if used is None:
            raise NotAllowedNow("changed_meanwhile")
        return _same_again(used, application)
    store.keep_consents(registration, application, asking, act.at)
    store.record(registration, "registered", act)
    if registration.state is RegistrationState.PENDING:
        letters.send_confirm(registration, entrance.panel, act.at)
    else:
        flags.raise_flags(registration, entrance.panel, application.person, at=act.at)
        is_known = _is_known_here(registration, application.person)
        letters.send_received(registration, entrance.panel, is_known=is_known, at=act.at)
    return Receipt(registration, token_of(registration))


def _require_good(application: Application, asking: Asking, at: datetime) -> None:
    found = problems(application, asking, today(at))
    if found:
        raise Invalid(found)


def _insert(entrance: Entrance, application: Application, asking: Asking, act: Act) -> Registration | None:
    """With the person's place; without it when that is taken. None when the code was used meanwhile."""
    index = index_of(entrance.panel.id, application.person)
    for place in (index, None):
        registration = _new(entrance, act)
        store.fill(registration, application, asking, act.at)
        if application.letter_code:
            receipts.keep_code(registration, application.letter_code)
        is_counted = registration.state is RegistrationState.CONFIRMED
        registration.person_index = place if is_counted else None
        if not add_first(registration):
            continue
        return registration
    return None


def _new(entrance: Entrance, act: Act) -> Registration:
    is_pending = act.actor is None and entrance.code_id is None
    registration = Registration(
        panel_id=entrance.panel.id,
        constituency_id=entrance.constituency.id,
        source_id=entrance.source.id,
        municipality_id=entrance.municipality_id,
        code_id=entrance.code_id,
        wave_id=entrance.wave_id,
        channel=act.channel,
        state=RegistrationState.PENDING if is_pending else RegistrationState.CONFIRMED,
        is_nominated=act.channel is Channel.NOMINATION,
        registered_at=act.at,
    )
    registration.secrets = receipts.fresh_secrets()
    registration.access_index = queries.access_index_of(token_of(registration))
    return registration


def _is_known_here(registration: Registration, person: Person) -> bool:
    """Whether the mailbox that gets the receipt has a registration of the same person already."""
    if registration.person_index is not None or not person.email:
        return False
    twin = flags.twin_of(registration, index_of(registration.panel_id, person))
    return twin is not None and twin.email_index == registration.email_index


def confirm(registration: Registration, *, at: datetime) -> None:
    """The person pressed the button behind the link in their mail. A second time is the same success."""
    if registration.state is RegistrationState.CONFIRMED:
        return
    new = REGISTRATION_TRANSITIONS.get((registration.state, RegistrationAction.CONFIRM))
    panel = db.session.get_one(Panel, registration.panel_id)
    person = queries.person_of(registration)
    if new is None or person is None or registration.registered_at < at - KEEP_PENDING:
        raise NotAllowedNow("link_lapsed")
    if not policy.is_open(panel):
        raise NotAllowedNow("registration_closed")
    move(registration, registration.state, new, is_dirty=True)
    store.take_place(registration, person)
    flags.raise_flags(registration, panel, person, at=at)
    store.record(registration, "registration_confirmed", Act(registration.channel, None, at))


def change(registration: Registration, application: Application, *, actor: User | None, at: datetime) -> None:
    """Other answers, until the freeze is proposed."""
    panel = db.session.get_one(Panel, registration.panel_id)
    if not policy.can_change(registration, panel) or registration.name_sealed is None:
        raise NotAllowedNow("registration_fixed")
    asking = asking_of(panel.id, db.session.get_one(Constituency, registration.constituency_id))
    _require_good(application, asking, at)
    if registration.state is RegistrationState.PENDING:
        # the link was sent to this mailbox: another one would be confirmed by nobody
        application = replace(application, person=replace(application.person, email=registration.email or ""))
    store.fill(registration, application, asking, at)
    store.keep_consents(registration, application, asking, at)
    if registration.state is RegistrationState.CONFIRMED:
        store.take_place(registration, application.person)
        flags.raise_again(registration, panel, application.person, at=at)
    store.record(registration, "registration_changed", Act(registration.channel, actor, at))


__all__ = [
    "Application",
    "Entrance",
    "Person",
    "Receipt",
    "address_index",
    "asking_of",
    "change",
    "confirm",
    "entrance_of",
    "open_entrance",
    "person_index",
    "register_at_entrance",
    "register_with_code",
    "subject_of",
    "token_of",
    "withdraw",
    "withdraw_consent",
]

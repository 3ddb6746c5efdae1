"""Writing a registration: its columns, the place of its person, its consents, its events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import email_index
from civic.db import db
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Consent, Registration
from civic.panels.service.registrations_rules import (
    Application,
    Asking,
    Person,
    address_index,
    consent_texts,
    index_of,
    kept_answers,
    kept_needs,
)
from civic.panels.states import Channel, RegistrationState


@dataclass(frozen=True)
class Act:
    channel: Channel
    actor: User | None
    at: datetime


def fill(registration: Registration, application: Application, asking: Asking, at: datetime) -> None:
    person = application.person
    registration.name = person.name
    registration.birth_date = person.birth_date.isoformat()
    address = {name: getattr(person, name) for name in ("street", "number", "postcode", "place")}
    registration.address = json.dumps(address, ensure_ascii=False)
    registration.address_index = address_index(registration.panel_id, person.postcode, person.number)
    registration.email = person.email or None
    registration.email_index = email_index(person.email) if person.email else None
    registration.phone = person.phone or None
    registration.answers = kept_answers(application, asking, today(registration.registered_at))
    registration.needs = kept_needs(application.needs)
    registration.honorarium = application.honorarium
    registration.changed_at = at
    registration.is_dirty = True


def keep_consents(registration: Registration, application: Application, asking: Asking, at: datetime) -> None:
    """The words that were agreed to; a consent that was not given again is withdrawn."""
    texts = consent_texts(asking)
    if not texts:
        return
    kept = {
        one.subject: one
        for one in db.session.scalars(select(Consent).where(Consent.registration_id == registration.id))
    }
    for subject, text in texts.items():
        held = kept.get(subject)
        if subject not in application.consents:
            if held is not None and held.withdrawn_at is None:
                held.withdrawn_at = at
        elif held is None:
            db.session.add(Consent(registration_id=registration.id, subject=subject, text=text, given_at=at))
        elif held.withdrawn_at is not None:
            held.text, held.given_at, held.withdrawn_at = text, at, None


def take_place(registration: Registration, person: Person) -> None:
    """The place of the person they now say to be; none when somebody else has it."""
    index = index_of(registration.panel_id, person)
    if registration.person_index == index:
        return
    db.session.flush()
    try:
        with db.session.begin_nested():
            registration.person_index = index
    except IntegrityError:
        db.session.refresh(registration)
        registration.person_index = None


def record(registration: Registration, action: str, act: Act, old: RegistrationState | None = None) -> None:
    """Without group or place: who was in a small group at that minute could be guessed from it."""
    what = events.What(
        action,
        from_state=old,
        to_state=registration.state,
        visibility=Visibility.PRIVATE,
        data={"channel": act.channel.value},
    )
    events.record(registration, what, actor=act.actor, at=act.at, anonymous=act.actor is None)

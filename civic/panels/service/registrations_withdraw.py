"""Taking a registration back, or one consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from civic.accounts.models import User
from civic.db import db, move
from civic.panels.models import Consent, Registration
from civic.panels.models.registrations import PERSONAL
from civic.panels.queries import registrations as queries
from civic.panels.service import public_draws_pool, receipts, stages
from civic.panels.service import registrations_flags as flags
from civic.panels.service import registrations_mail as letters
from civic.panels.service import registrations_store as store
from civic.panels.service import seats_answers as seats
from civic.panels.service.registrations_rules import CONSTITUENCY
from civic.panels.service.registrations_store import Act
from civic.panels.states import REGISTRATION_TRANSITIONS, RegistrationAction, RegistrationState


def withdraw(registration: Registration, *, actor: User | None, at: datetime) -> None:
    """Take it back: everything personal goes at once, the code can be used again. Twice is once."""
    stages.hold(registration.panel_id)
    # as it is now: the pool may have been frozen since this row was read, and the leaf needs its hashes
    # the row alone: PostgreSQL locks no row that an outer join may not find
    db.session.refresh(registration, with_for_update={"of": Registration})
    if registration.state is RegistrationState.WITHDRAWN:
        return
    old = registration.state
    new = REGISTRATION_TRANSITIONS[old, RegistrationAction.WITHDRAW]
    twins = flags.forget(registration)
    flags.forget_words(registration)
    letters.forget(registration)
    seats.give_up(registration, actor=actor, at=at)
    db.session.execute(delete(Consent).where(Consent.registration_id == registration.id))
    # what is left opens the leaf of a frozen pool to its hashes only, so that its public root keeps holding
    kept = receipts.closed(registration.secrets) if registration.frozen_at else {}
    blank: dict[str, Any] = dict.fromkeys(PERSONAL)
    move(registration, old, new, withdrawn_at=at, changed_at=at, code_id=None, is_dirty=True, **blank)
    if kept:
        registration.secrets = kept
        public_draws_pool.forget(registration)
    hand_over(twins)
    store.record(registration, "registration_withdrawn", Act(registration.channel, actor, at), old)


def hand_over(twins: list[int]) -> None:
    """The place of a person goes to the registration that stood beside it, if it counts."""
    for registration_id in twins:
        other = db.session.get(Registration, registration_id)
        if other is None or other.state is not RegistrationState.CONFIRMED or other.person_index:
            continue
        person = queries.person_of(other)
        if person is not None:
            store.take_place(other, person)
            return


def withdraw_consent(
    registration: Registration, consent: Consent, *, actor: User | None, at: datetime
) -> None:
    """The answer goes with the consent. Without the one for a sensitive group there is no registration."""
    if consent.subject == CONSTITUENCY:
        withdraw(registration, actor=actor, at=at)
        return
    if consent.withdrawn_at is not None:
        return
    stages.hold(registration.panel_id)
    consent.withdrawn_at = at
    registration.answers = {**registration.answers, consent.subject.removeprefix("feature:"): None}
    if registration.frozen_at:  # the receipt holds the answer too; without it the leaf opens to hashes only
        registration.secrets = receipts.closed(registration.secrets) or registration.secrets
        public_draws_pool.forget(registration)
    registration.changed_at, registration.is_dirty = at, True
    store.record(registration, "consent_withdrawn", Act(registration.channel, actor, at))

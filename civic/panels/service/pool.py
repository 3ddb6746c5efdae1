"""What staff does to the registrations of a pool: removing and restoring one, noting that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, Registration
from civic.panels.policy import pool as policy
from civic.panels.queries.registrations import person_of
from civic.panels.service import registrations_flags as flags
from civic.panels.service import registrations_store as store
from civic.panels.service import stages
from civic.panels.service.registrations_withdraw import hand_over
from civic.panels.states import (
    REGISTRATION_TRANSITIONS,
    RegistrationAction,
    RegistrationState,
    StageAction,
)

SHORTEST_REASON, LONGEST_REASON = 5, 1000
# why a registration does not count: a code for the log, words for colleagues
REMOVAL_CODES = ("duplicate", "former_member", "lives_elsewhere", "too_young", "asked", "not_real", "other")


@dataclass(frozen=True)
class Removal:
    """Why somebody does not take part."""

    code: str
    reason: str


def remove(panel: Panel, registration: Registration, removal: Removal, *, actor: User, at: datetime) -> None:
    """This registration counts no more. It can be put back until its data are wiped, four weeks later."""
    if not policy.can_change_pool(panel):
        raise NotAllowedNow("not_in_this_state")
    _check(removal)
    if registration.state is RegistrationState.REMOVED:
        return
    new = _next(registration, RegistrationAction.REMOVE)
    old = registration.state
    twins = flags.forget(registration)  # open questions about somebody who does not count
    registration.removed_note = " ".join(removal.reason.split())[:LONGEST_REASON]
    move(registration, old, new, removed_at=at, removed_reason=removal.code, changed_at=at, is_dirty=True)
    _give_place(registration, twins)
    what = events.What("removed", from_state=old, to_state=new, reason_code=removal.code)
    events.record(registration, what, actor=actor, at=at)


def _give_place(registration: Registration, twins: list[int]) -> None:
    """The one that stays holds the place of the person; otherwise they could come in once more, unseen."""
    index = registration.person_index
    if index is None or not twins:
        return
    registration.person_index = None
    db.session.flush()
    hand_over(twins)
    if flags.twin_of(registration, index) is None:
        registration.person_index = index


def _check(removal: Removal) -> None:
    errors: dict[str, list[str]] = {}
    if removal.code not in REMOVAL_CODES:
        errors["code"] = [_("Kies waarom deze aanmelding niet meedoet.")]
    if len(" ".join(removal.reason.split())) < SHORTEST_REASON:
        errors["reason"] = [_("Schrijf in een zin waarom. Noem geen namen.")]
    if errors:
        raise Invalid(errors)


def restore(panel: Panel, registration: Registration, *, actor: User, at: datetime) -> None:
    """The registration counts again."""
    if registration.state is RegistrationState.CONFIRMED:
        return
    if not policy.can_restore(registration, panel):
        raise NotAllowedNow("not_in_this_state")
    new = _next(registration, RegistrationAction.RESTORE)
    old = registration.state
    flags.forget(registration)  # open questions about somebody who does not count
    registration.removed_note = None
    move(registration, old, new, removed_at=None, removed_reason=None, changed_at=at, is_dirty=True)
    if (person := person_of(registration)) is not None:
        store.take_place(registration, person)
        flags.raise_again(registration, panel, person, at=at)
    events.record(registration, events.What("restored", from_state=old, to_state=new), actor=actor, at=at)


def _next(registration: Registration, action: RegistrationAction) -> RegistrationState:
    new = REGISTRATION_TRANSITIONS.get((registration.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    return new


def note_correction(
    panel: Panel, registration: Registration, reason: str, *, actor: User, at: datetime
) -> None:
    """The words behind a correction; the change itself is `registrations.change`."""
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        raise Invalid({"reason": [_("Schrijf in een zin wat u verbetert. Noem geen namen.")]})
    events.record(registration, events.What("corrected", reason_code="typo"), actor=actor, at=at)


def log_read(registration: Registration, *, actor: User, at: datetime) -> None:
    what = events.What("registration_read", visibility=Visibility.PRIVATE)
    events.record(registration, what, actor=actor, at=at)


def log_flags_read(panel: Panel, people: list[int], *, actor: User, at: datetime) -> None:
    """One event for a page of people."""
    what = events.What("flags_read", visibility=Visibility.PRIVATE, data={"registrations": people})
    events.record(panel, what, actor=actor, at=at)


def close_registration(panel: Panel, *, actor: User, at: datetime) -> None:
    """Nobody can register any more. A second time changes nothing."""
    stages.advance(panel, StageAction.CLOSE_REGISTRATION, actor=actor, at=at)


def reopen_registration(panel: Panel, reason: str, *, actor: User, at: datetime) -> None:
    stages.advance(panel, StageAction.REOPEN_REGISTRATION, actor=actor, at=at, reason=reason)

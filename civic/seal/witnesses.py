"""Whose keys count: proposed by one administrator and published by another (four eyes), and stopping.

Publishing and stopping stand in the log, and everybody who watches it gets a mail. Stopping takes one person:
a key that was stolen must stop at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Event
from civic.links import absolute
from civic.mail import service as mail
from civic.seal import letters, queries, service
from civic.seal.models import Witness, WitnessProposal
from civic.seal.service import NewWitness


def propose(new: NewWitness, *, actor: User, at: datetime) -> WitnessProposal:
    """Ask another administrator to publish this key; nothing is public yet. Raises `Invalid`."""
    service.refuse_known(new)
    _refuse_proposed(new)
    row = WitnessProposal(name=new.name, public_key=new.public_key, proposed_by_id=actor.id, proposed_at=at)
    row.email = new.email or None
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # somebody else was first
        _refuse_proposed(new)
        raise
    _record(row, "propose_witness", actor, at)
    _ask_others(row, actor, at)
    return row


def _refuse_proposed(new: NewWitness) -> None:
    errors = {}
    for name, value in (("name", new.name), ("public_key", new.public_key)):
        column = getattr(WitnessProposal, name)
        waiting = select(WitnessProposal.id).where(column == value, WitnessProposal.decided_at.is_(None))
        if db.session.scalar(waiting) is not None:
            errors[name] = [_("Er is al een voorstel hiervoor. Een andere beheerder moet besluiten.")]
    if errors:
        raise Invalid(errors)


def confirm(proposal: WitnessProposal, *, actor: User, at: datetime) -> Witness:
    """The second administrator: the key is public from now on. Raises `NotAllowedNow`, `Invalid`."""
    if actor.id == proposal.proposed_by_id:
        raise NotAllowedNow("own_witness")
    new = NewWitness(proposal.name, proposal.public_key, proposal.email)
    _take(proposal)
    witness = service.publish_witness(new, actor=actor, at=at)
    db.session.flush()
    _decide(proposal, actor, at, is_agreed=True, witness_id=witness.id)
    _tell(witness, service.PUBLISHED, at)
    return witness


def drop(proposal: WitnessProposal, *, actor: User, at: datetime) -> None:
    """Taken back by who proposed it, or refused by another. Twice is once."""
    if proposal.is_agreed is False:
        return
    _take(proposal)
    _decide(proposal, actor, at, is_agreed=False)
    _record(proposal, "drop_witness", actor, at)


def _take(proposal: WitnessProposal) -> None:
    """Of two who decide at the same time the second waits here (PostgreSQL), and then sees the decision."""
    db.session.refresh(proposal, with_for_update=True)
    if proposal.decided_at is not None:
        raise NotAllowedNow("changed_meanwhile")


def _decide(proposal: WitnessProposal, actor: User, at: datetime, **facts: Any) -> None:
    """The address lives on with the witness, or not at all."""
    result: Any = db.session.execute(
        update(WitnessProposal)
        .where(WitnessProposal.id == proposal.id, WitnessProposal.decided_at.is_(None))
        .values(decided_by_id=actor.id, decided_at=at, email_sealed=None, **facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(proposal)


def retire(witness: Witness, *, actor: User, at: datetime) -> None:
    """From now on this key signs nothing. Once, and everybody who watches the log is told."""
    if witness.retired_at is not None:
        return
    service.retire_witness(witness, actor=actor, at=at)
    _tell(witness, service.RETIRED, at)


# --- words to others -------------------------------------------------------------------------------------


def _record(proposal: WitnessProposal, action: str, actor: User, at: datetime) -> Event:
    what = events.What(action, data={"key": proposal.public_key})
    db.session.flush()
    return events.record(proposal, what, actor=actor, at=at)


def _administrators() -> list[User]:
    return accounts.people_with(Role.ADMINISTRATOR, in_region=True)


def _ask_others(proposal: WitnessProposal, actor: User, at: datetime) -> None:
    context = {"witness": proposal.name, "key": proposal.public_key, "url": absolute("seal.manage")}
    for person in _administrators():
        if person.id != actor.id:
            key = f"witness-proposed:{proposal.id}:{person.id}"
            mine = {**context, "name": person.name}
            mail.queue(mail.Letter(person.email or "", "witness_proposed", key, mine), at=at)


def _tell(witness: Witness, action: str, at: datetime) -> None:
    """Whoever watches the log can object before the key counts for a draw, or before it is missed."""
    context = {
        "action": action,
        "witness": witness.name,
        "key": witness.public_key,
        "counts_from": queries.counts_from(witness),
        "url": absolute("seal.witness", witness_id=witness.id),
    }
    found = {one.email: (one.key, one.name) for one in letters.receivers()}
    found |= {one.email or "": (f"user:{one.id}", one.name or "") for one in _administrators()}
    if witness.email:
        found.setdefault(witness.email, (f"witness:{witness.id}", witness.name))
    for address, (who, name) in found.items():
        key = f"{action.replace('_', '-')}:{witness.id}:{who}"
        mail.queue(mail.Letter(address, "witness_changed", key, {**context, "name": name}), at=at)

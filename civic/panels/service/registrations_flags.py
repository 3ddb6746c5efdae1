"""What a person must look at later: the same person twice, a former member, an address elsewhere.

Two registrations at one address are found when the pool is counted: there the whole pool is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from civic.calendar import today
from civic.db import db
from civic.panels.models import Panel, PoolFlag, Registration
from civic.panels.service import former_members
from civic.panels.service.registrations_rules import Person, index_of
from civic.panels.states import FlagKind
from civic.regions import queries as regions

RAISED_HERE = (FlagKind.SAME_PERSON, FlagKind.FORMER_MEMBER, FlagKind.OTHER_MUNICIPALITY)


def twin_of(registration: Registration, index: str) -> Registration | None:
    """The registration that has the place of this person in this panel, when it is another one."""
    found = db.session.scalar(
        select(Registration).where(
            Registration.panel_id == registration.panel_id, Registration.person_index == index
        )
    )
    return None if found is None or found.id == registration.id else found


def raise_flags(registration: Registration, panel: Panel, person: Person, *, at: datetime) -> None:
    """For a new registration that counts."""
    db.session.add_all(
        PoolFlag(
            panel_id=panel.id, kind=kind, registration_id=registration.id, other_id=other_id, raised_at=at
        )
        for kind, other_id in _reasons(registration, panel, person, at)
    )


def raise_again(registration: Registration, panel: Panel, person: Person, *, at: datetime) -> None:
    """After a change: what nobody looked at yet is judged anew, what was decided stays decided."""
    db.session.execute(
        delete(PoolFlag).where(
            PoolFlag.registration_id == registration.id,
            PoolFlag.kind.in_(RAISED_HERE),
            PoolFlag.decision.is_(None),
        )
    )
    decided = {
        (flag.kind, flag.other_id)
        for flag in db.session.scalars(select(PoolFlag).where(PoolFlag.registration_id == registration.id))
    }
    # the same question the other way round
    decided |= {
        (flag.kind, flag.registration_id)
        for flag in db.session.scalars(select(PoolFlag).where(PoolFlag.other_id == registration.id))
    }
    db.session.add_all(
        PoolFlag(
            panel_id=panel.id, kind=kind, registration_id=registration.id, other_id=other_id, raised_at=at
        )
        for kind, other_id in _reasons(registration, panel, person, at)
        if (kind, other_id) not in decided
    )


def _reasons(
    registration: Registration, panel: Panel, person: Person, at: datetime
) -> Iterator[tuple[FlagKind, int | None]]:
    index = index_of(panel.id, person)
    if registration.person_index != index and (twin := twin_of(registration, index)) is not None:
        yield FlagKind.SAME_PERSON, twin.id
    if former_members.is_former(person, panel.region_id, today(at)):
        yield FlagKind.FORMER_MEMBER, None
    place = regions.municipality_of_postcode(person.postcode)
    if place is None or place.id != registration.municipality_id:
        yield FlagKind.OTHER_MUNICIPALITY, None


def forget(registration: Registration) -> list[int]:
    """Drop the open questions about somebody who is gone; returns who may have been the same person."""
    about = or_(PoolFlag.registration_id == registration.id, PoolFlag.other_id == registration.id)
    twins = db.session.scalars(
        select(PoolFlag.registration_id)
        .where(PoolFlag.kind == FlagKind.SAME_PERSON, PoolFlag.other_id == registration.id)
        .order_by(PoolFlag.registration_id)
    ).all()
    db.session.execute(delete(PoolFlag).where(about, PoolFlag.decision.is_(None)))
    return list(twins)


def forget_words(registration: Registration) -> None:
    """What officials wrote when they decided about somebody who withdraws; the decisions stay."""
    about = or_(PoolFlag.registration_id == registration.id, PoolFlag.other_id == registration.id)
    db.session.execute(update(PoolFlag).where(about).values(reason=""))

"""Members of earlier panels: who was drawn once makes room for others, until an agreed day.

The list holds keyed hashes of name and date of birth, nothing else. Its key is its own and sealed, so
that the list can be made unreadable alone; retention blanks it when nobody is on it any more.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from civic.accounts.models import User
from civic.db import db
from civic.events import service as events
from civic.panels.models import ExclusionList, FormerMember, Panel, Registration
from civic.panels.service.registrations_rules import Person, canonical_name

KEY_BYTES = 32


def add_members(
    panel: Panel, registrations: Iterable[Registration], until: date, *, actor: User | None, at: datetime
) -> int:
    """Put members on the list of their region; who is on it already stays longer. Returns how many."""
    people = [
        (one.name, date.fromisoformat(one.birth_date))
        for one in registrations
        if one.name is not None and one.birth_date is not None
    ]
    if not people:
        return 0
    listed = _list_of(panel.region_id, until, at)
    hashes = {_hash(listed, name, birth_date) for name, birth_date in people}
    known = {
        one.person_hash: one
        for one in db.session.scalars(
            select(FormerMember).where(
                FormerMember.list_id == listed.id, FormerMember.person_hash.in_(sorted(hashes))
            )
        )
    }
    for member in known.values():
        member.excluded_until = max(member.excluded_until, until)
    db.session.add_all(
        FormerMember(list_id=listed.id, panel_id=panel.id, person_hash=one, excluded_until=until, added_at=at)
        for one in sorted(hashes - known.keys())
    )
    data = {"members": len(hashes), "until": until.isoformat()}
    events.record(panel, events.What("former_members_added", data=data), actor=actor, at=at)
    return len(hashes)


def excluded_until(person: Person, region_id: int, on: date) -> date | None:
    """The day up to and including which this person cannot be drawn again; None when they can."""
    listed = db.session.scalar(select(ExclusionList).where(ExclusionList.region_id == region_id))
    if listed is None or listed.key_sealed is None:
        return None
    return db.session.scalar(
        select(FormerMember.excluded_until).where(
            FormerMember.list_id == listed.id,
            FormerMember.person_hash == _hash(listed, person.name, person.birth_date),
            FormerMember.excluded_until >= on,
        )
    )


def is_former(person: Person, region_id: int, on: date) -> bool:
    return excluded_until(person, region_id, on) is not None


def _list_of(region_id: int, until: date, at: datetime) -> ExclusionList:
    listed = db.session.scalar(select(ExclusionList).where(ExclusionList.region_id == region_id))
    if listed is None:
        listed = ExclusionList(region_id=region_id, created_at=at, ends_on=until)
        db.session.add(listed)
    if listed.key_sealed is None:  # new, or blanked because everybody's day had passed
        listed.key = secrets.token_hex(KEY_BYTES)
    listed.ends_on = max(listed.ends_on, until)
    db.session.flush()
    return listed


def _hash(listed: ExclusionList, name: str, birth_date: date) -> str:
    text = f"{canonical_name(name)}\0{birth_date.isoformat()}"
    return hmac.new(bytes.fromhex(listed.key or ""), text.encode(), hashlib.sha256).hexdigest()

"""Flags: what a person must look at before the pool is frozen. Counting raises them; only people decide."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import KeyRing, key_ring
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.panels.models import ExclusionList, FormerMember, Panel, PoolFlag, Registration
from civic.panels.policy import pool as policy
from civic.panels.queries.registrations import person_of
from civic.panels.service import former_members
from civic.panels.service import pool as registrants
from civic.panels.service.pool_answers import opened
from civic.panels.service.pool_files import exempt_addresses
from civic.panels.service.registrations_rules import canonical_name
from civic.panels.states import FlagDecision, FlagKind, RegistrationState
from civic.regions.models import PostcodeArea

SHORTEST_REASON, LONGEST_REASON = 5, 300
DUPLICATE = "duplicate"  # the reason code of a removal that a flag led to
NO_MEMBER, NO_MOVE = "former_member", "lives_elsewhere"
REMOVAL_CODES = {
    FlagKind.SAME_PERSON: DUPLICATE,
    FlagKind.SAME_ADDRESS: DUPLICATE,
    FlagKind.FORMER_MEMBER: NO_MEMBER,
    FlagKind.OTHER_MUNICIPALITY: NO_MOVE,
}


@dataclass(frozen=True)
class Found:
    """Something to look at: about one registration, or about one and another that came before it."""

    kind: FlagKind
    registration_id: int
    other_id: int | None = None


@dataclass(frozen=True)
class Judgement:
    """What somebody decides about a flag. `remove_id` says whose registration goes, for REMOVE."""

    decision: FlagDecision
    reason: str
    remove_id: int | None = None


def find(rows: Sequence[Any], changed: Iterable[int], panel_id: int) -> list[Found]:
    """What stands out among the rows that count (see `pool_count.read_pool`).

    Addresses and mailboxes are compared for everybody; where a postcode lies only for `changed` rows.
    """
    ring, some = key_ring(), set(changed)
    return [
        *_same_addresses(rows, exempt_addresses(panel_id)),
        *_same_people(rows, ring),
        *_elsewhere((row for row in rows if row.id in some), ring),
    ]


def _same_addresses(rows: Sequence[Any], exempt: set[str]) -> Iterator[Found]:
    """Everybody at an address against the first of it: a house of forty gives 39 flags, not 780."""
    for group in _groups(rows, lambda row: row.address_index):
        if group[0].address_index not in exempt:
            for row in group[1:]:
                yield Found(FlagKind.SAME_ADDRESS, row.id, group[0].id)


def _same_people(rows: Sequence[Any], ring: KeyRing) -> Iterator[Found]:
    """The same date of birth, and something else that is the same."""
    seen: set[tuple[int, int]] = set()
    for group in _alike(rows, ring):
        for twins in _groups(group, lambda row: _born_on(row, ring)):
            for row in twins[1:]:
                if (row.id, twins[0].id) not in seen:
                    seen.add((row.id, twins[0].id))
                    yield Found(FlagKind.SAME_PERSON, row.id, twins[0].id)


def _alike(rows: Sequence[Any], ring: KeyRing) -> Iterator[list[Any]]:
    """One mailbox, one address; or one name, where no letter tells two people apart."""
    yield from _groups(rows, lambda row: row.email_index)
    yield from _groups(rows, lambda row: row.address_index)
    without_letter = [row for row in rows if row.code_id is None]
    yield from _groups(without_letter, lambda row: _name(row, ring))


def _name(row: Any, ring: KeyRing) -> str:
    return canonical_name(opened(ring, row.uid, "name_sealed", row.name_sealed) or "")


def _born_on(row: Any, ring: KeyRing) -> str | None:
    return opened(ring, row.uid, "birth_date_sealed", row.birth_date_sealed)


def _elsewhere(rows: Iterable[Any], ring: KeyRing) -> Iterator[Found]:
    """The postcode lies in another municipality than the letter came from; unknown ones are let be."""
    wanted = list(rows)
    if not wanted:
        return
    known = {
        row.postcode4: row.municipality_id
        for row in db.session.execute(select(PostcodeArea.postcode4, PostcodeArea.municipality_id))
    }
    for row in wanted:
        digits = _digits(opened(ring, row.uid, "address_sealed", row.address_sealed))
        if known.get(digits, row.municipality_id) != row.municipality_id:
            yield Found(FlagKind.OTHER_MUNICIPALITY, row.id)


def _digits(address: str | None) -> str:
    try:
        return str(json.loads(address or "{}").get("postcode", ""))[:4]
    except (ValueError, AttributeError):
        return ""


def former_members_of(panel: Panel, at: datetime) -> list[Found]:
    """Everybody against the list of earlier members, which may have grown since. Slow: for the night."""
    has_list = db.session.scalar(
        select(FormerMember.id)
        .join(ExclusionList, ExclusionList.id == FormerMember.list_id)
        .where(ExclusionList.region_id == panel.region_id)
        .limit(1)
    )
    if has_list is None:
        return []
    people = db.session.scalars(
        select(Registration).where(
            Registration.panel_id == panel.id, Registration.state == RegistrationState.CONFIRMED
        )
    )
    return [
        Found(FlagKind.FORMER_MEMBER, one.id)
        for one in people
        if (person := person_of(one)) and former_members.is_former(person, panel.region_id, today(at))
    ]


def _groups(rows: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[list[Any]]:
    """Rows with the same key, where there are two or more; an empty key is nobody else's."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        if value := key(row):
            groups[value].append(row)
    return (group for group in groups.values() if len(group) > 1)


def raise_flags(panel_id: int, found: Sequence[Found], at: datetime) -> int:
    """Add what nobody raised yet; a flag that was decided on is not raised again.

    An open one about an address goes when they do not live together any more: it was corrected, exempted,
    or one of them is gone.
    """
    rows = db.session.execute(
        select(
            PoolFlag.id, PoolFlag.kind, PoolFlag.registration_id, PoolFlag.other_id, PoolFlag.decided_at
        ).where(PoolFlag.panel_id == panel_id)
    ).all()
    wanted = {(one.kind, one.registration_id, one.other_id) for one in found}
    gone = [
        row.id
        for row in rows
        if row.kind is FlagKind.SAME_ADDRESS
        and row.decided_at is None
        and (row.kind, row.registration_id, row.other_id) not in wanted
    ]
    if gone:
        db.session.execute(delete(PoolFlag).where(PoolFlag.id.in_(gone), PoolFlag.decided_at.is_(None)))
    known = {(row.kind, row.registration_id, row.other_id) for row in rows}
    known |= {(kind, other, one) for kind, one, other in known}  # the other way round is the same
    new = [one for one in dict.fromkeys(found) if (one.kind, one.registration_id, one.other_id) not in known]
    for one in new:
        db.session.add(
            PoolFlag(
                panel_id=panel_id,
                kind=one.kind,
                registration_id=one.registration_id,
                other_id=one.other_id,
                raised_at=at,
            )
        )
    return len(new)


def decide(panel: Panel, flag: PoolFlag, judgement: Judgement, *, actor: User, at: datetime) -> None:
    """Keep both, exempt the address, or remove one; with a reason. Nothing happens by itself."""
    if not policy.can_change_pool(panel) or flag.decided_at is not None:
        raise NotAllowedNow("changed_meanwhile" if flag.decided_at else "not_in_this_state")
    _check(flag, judgement)
    # decided first: removing somebody drops the open questions about them
    _settle(flag, judgement.decision, " ".join(judgement.reason.split()), actor, at)
    if judgement.decision is FlagDecision.REMOVE:
        _remove(panel, flag, judgement, actor, at)
    what = events.What(
        "flag_decided",
        reason_code=judgement.decision.value,
        data={"flag": flag.id, "kind": flag.kind.value, "registration": flag.registration_id},
    )
    events.record(panel, what, actor=actor, at=at)


def _check(flag: PoolFlag, judgement: Judgement) -> None:
    errors: dict[str, list[str]] = {}
    words = " ".join(judgement.reason.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        errors["reason"] = [_("Schrijf in 5 tot 300 tekens waarom u dit besluit.")]
    if judgement.decision is FlagDecision.EXEMPT and flag.kind is not FlagKind.SAME_ADDRESS:
        errors["decision"] = [_("Dit kan alleen bij twee aanmeldingen op één adres.")]
    people = {flag.registration_id, flag.other_id} - {None}
    if judgement.decision is FlagDecision.REMOVE and judgement.remove_id not in people:
        errors["decision"] = [_("Kies welke aanmelding niet meedoet.")]
    if errors:
        raise Invalid(errors)


def _remove(panel: Panel, flag: PoolFlag, judgement: Judgement, actor: User, at: datetime) -> None:
    registration = db.session.get_one(Registration, judgement.remove_id)
    removal = registrants.Removal(REMOVAL_CODES[flag.kind], judgement.reason)
    registrants.remove(panel, registration, removal, actor=actor, at=at)


def _settle(
    flag: PoolFlag, decision: FlagDecision | None, reason: str, actor: User | None, at: datetime | None
) -> None:
    """A conditional update: two people who decide at once do not overwrite each other."""
    is_free = PoolFlag.decided_at.is_(None) if decision else PoolFlag.decided_at.is_not(None)
    db.session.flush()
    result: Any = db.session.execute(
        update(PoolFlag)
        .where(PoolFlag.id == flag.id, is_free)
        .values(decision=decision, reason=reason, decided_by_id=actor.id if actor else None, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(flag)


def undo(panel: Panel, flag: PoolFlag, *, actor: User, at: datetime) -> None:
    """Take a decision back while the pool can change. Who was removed by it counts again."""
    if not policy.can_change_pool(panel):
        raise NotAllowedNow("not_in_this_state")
    if flag.decided_at is None:
        return
    if flag.decision is FlagDecision.REMOVE:
        for registration in _removed_by(flag):
            registrants.restore(panel, registration, actor=actor, at=at)
    _settle(flag, None, "", None, None)
    what = events.What("flag_reopened", data={"flag": flag.id, "kind": flag.kind.value})
    events.record(panel, what, actor=actor, at=at)


def _removed_by(flag: PoolFlag) -> list[Registration]:
    return list(
        db.session.scalars(
            select(Registration).where(
                Registration.id.in_([one for one in (flag.registration_id, flag.other_id) if one]),
                Registration.state == RegistrationState.REMOVED,
                Registration.removed_at == flag.decided_at,
            )
        )
    )

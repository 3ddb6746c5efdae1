"""The auditor's list of a draw in public: the openings of all leaves, in confidence.

It is made with the manifest and sealed beside it. Whoever withdraws afterwards is closed in it: only the
hashes stay, so that the root keeps holding and nothing about the person does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from civic.accounts.models import User
from civic.canonical import canonical
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.panels.models import PublicDraw, Registration, pack, unpack

KEPT = ("fixed", "frequency", "id", "leaf", "reason", "secret", "target")


def read_pool(draw: PublicDraw, *, actor: User, at: datetime) -> bytes:
    """pool.json, as the public script reads it. A privileged read, so it is one line in the log."""
    packed = draw.pool_packed
    if packed is None or draw.committed_at is None:
        raise NotAllowedNow("not_in_this_state")
    events.record(draw, events.What("pool_read", reason_code="auditor_list"), actor=actor, at=at)
    return unpack(packed)


def forget(registration: Registration) -> None:
    """Close this person in every list that was made of the pool. Costs a second per draw of 5,000 people.

    Two who leave at once each write the list anew, so the second waits and reads what the first wrote.
    """
    rows = db.session.scalars(
        select(PublicDraw)
        .where(PublicDraw.panel_id == registration.panel_id, PublicDraw.pool_sealed.is_not(None))
        .options(undefer(PublicDraw.pool_sealed))
        .with_for_update(of=PublicDraw, key_share=True)
        .execution_options(populate_existing=True)
    )
    for draw in rows:
        pool = unpack(draw.pool_packed or "")
        closed = close_in(pool, {registration.uid})
        if closed != pool:
            draw.pool_packed = pack(closed)


def close_in(pool: bytes, uids: Collection[str]) -> bytes:
    """The same list, in which of these people only the hashes are left."""
    content = json.loads(pool)
    members = [_closed(one) if one["id"] in uids else one for one in content["members"]]
    return canonical({**content, "members": members})


def _closed(member: Mapping[str, Any]) -> dict[str, Any]:
    if "person_hash" in member:
        return dict(member)
    attributes = canonical({"address": member["address"], "answers": member["answers"]})
    return {
        **{name: member[name] for name in KEPT},
        "attributes_hash": _hash(bytes.fromhex(member["salt_attributes"]) + attributes),
        "person_hash": _hash(bytes.fromhex(member["salt_person"]) + canonical(member["person"])),
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""What an event looks like in the sealed log. Pure: the same row gives the same bytes, for ever.

A public event is written out; of any other only a salted hash is in the log, so that nobody can guess it.
The person who acted is a salted hash in both: erasing that person changes no entry.
"""

from __future__ import annotations

import hashlib
from typing import Any

from civic.canonical import LARGEST_NUMBER, Json, canonical
from civic.events.models import Visibility
from civic.merkle import leaf_hash

OPEN, HIDDEN = "civic-event/1", "civic-event-hidden/1"


def entry_of(event: Any) -> bytes:
    """The entry of a row of `event` (or of the columns of one)."""
    content, salt = canonical(_content(event)), bytes.fromhex(event.salt)
    if event.visibility is Visibility.PUBLIC:
        return content
    return canonical({"format": HIDDEN, "hash": hashlib.sha256(salt + content).hexdigest()})


def leaf_of(event: Any) -> bytes:
    return leaf_hash(entry_of(event))


def _content(event: Any) -> dict[str, Json]:
    actor = str(event.actor_id or event.actor_kind).encode()
    return {
        "action": event.action,
        "actor": hashlib.sha256(bytes.fromhex(event.salt) + actor).hexdigest(),
        "at": int(event.at.timestamp()),
        "data": _plain(event.data),
        "format": OPEN,
        "from": event.from_state or "",
        "reason": event.reason_code or "",
        "subject": event.subject_type,
        "subject_id": event.subject_id,
        "to": event.to_state or "",
    }


def _plain(value: Any) -> Json:
    """Numbers that cannot be written in one way only become text; refusing one would stop the log."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    is_odd = isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST_NUMBER)
    return repr(value) if is_odd else value

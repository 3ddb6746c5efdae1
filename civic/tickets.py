"""Secrets in links that nobody can guess and that end by themselves; nothing is stored for them.

A ticket names a row by its `uid`, the last day on which it works, and proves both with a keyed hash. The
purpose is part of the proof: a link that confirms cannot be used to stop.
"""

from __future__ import annotations

import hmac
import re
from datetime import date

from civic.crypto import blind_index

FORM = re.compile(r"([0-9a-f]{32})([0-9]{7})([0-9a-f]{64})\Z", re.ASCII)


def ticket(purpose: str, uid: str, until: date) -> str:
    """The secret for a link about the row `uid` that works up to and including `until`."""
    day = f"{until.toordinal():07d}"
    return uid + day + _proof(purpose, uid, day)


def holder(purpose: str, text: str, day: date) -> str | None:
    """The `uid` that a ticket is about; None when it is not ours, of another purpose, or over on `day`."""
    found = FORM.match(text)
    if found is None:
        return None
    uid, until, proof = found.groups()
    if not hmac.compare_digest(proof, _proof(purpose, uid, until)):
        return None
    return uid if day.toordinal() <= int(until) else None


def _proof(purpose: str, uid: str, day: str) -> str:
    return blind_index(f"ticket:{purpose}", uid + day)

"""Opening what registrants answered, for many of them at a time: columns, no objects."""

from __future__ import annotations

import json
from typing import Any

from civic.crypto import KeyRing, binding
from civic.panels.models import Registration

TABLE = Registration.__tablename__
Answered = dict[str, str | None]


def answers_of(ring: KeyRing, uid: str, sealed: str | None) -> Answered:
    """Feature id (as text) → value; None is "wil ik niet zeggen"."""
    return dict(json.loads(opened(ring, uid, "answers_sealed", sealed) or "{}"))


def needs_of(ring: KeyRing, uid: str, sealed: str | None) -> dict[str, Any]:
    return dict(json.loads(opened(ring, uid, "needs_sealed", sealed) or "{}"))


def opened(ring: KeyRing, uid: str, column: str, sealed: str | None) -> str | None:
    return None if sealed is None else ring.open(sealed, binding(TABLE, column, uid))

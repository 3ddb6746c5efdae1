"""What the public pages of a draw need beside `queries.public_draws`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from civic.db import db
from civic.panels.models import DrawNote, PublicDraw
from civic.panels.queries import public_draws as draws

COMMITMENT = "commitment"


def reasons_of(draw_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """{draw: {action: the newest reason in words}}; one statement."""
    found: dict[int, dict[str, str]] = {}
    notes = select(DrawNote).where(DrawNote.public_draw_id.in_(draw_ids)).order_by(DrawNote.id)
    for note in db.session.scalars(notes):
        found.setdefault(note.public_draw_id, {})[note.action] = note.reason
    return found


def commitment_record(draw: PublicDraw, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The proof that the commitment is in the sealed log, and who signed so far; None: not sealed yet."""
    steps = [one for one in draws.own_steps_of(draw) if one.action == COMMITMENT]
    return draws.proofs_of(steps, manifest)[0] if steps else None

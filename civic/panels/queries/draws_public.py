"""What the public pages of a draw need beside `queries.public_draws`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from civic.db import db, exists
from civic.panels.models import DrawNote, PublicDraw
from civic.panels.queries import public_draws as draws
from civic.panels.states import DrawPurpose

COMMITMENT = "commitment"


def reasons_of(draw_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """{draw: {action: the newest reason in words}}; one statement."""
    found: dict[int, dict[str, str]] = {}
    notes = select(DrawNote).where(DrawNote.public_draw_id.in_(draw_ids)).order_by(DrawNote.id)
    for note in db.session.scalars(notes):
        found.setdefault(note.public_draw_id, {})[note.action] = note.reason
    return found


def is_later(draw: PublicDraw) -> bool:
    """Whether an earlier draw of the panel has a table of nearly the same people; a rehearsal has not."""
    if draw.is_rehearsal:
        return False
    earlier = select(PublicDraw.id).where(
        PublicDraw.panel_id == draw.panel_id,
        PublicDraw.id < draw.id,
        PublicDraw.is_rehearsal.is_(False),
        PublicDraw.drawn_at.is_not(None),
    )
    return draw.purpose is not DrawPurpose.PANEL or exists(earlier)


def commitment_record(draw: PublicDraw, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The proof that the commitment is in the sealed log, and who signed so far; None: not sealed yet."""
    steps = [one for one in draws.own_steps_of(draw) if one.action == COMMITMENT]
    return draws.proofs_of(steps, manifest)[0] if steps else None

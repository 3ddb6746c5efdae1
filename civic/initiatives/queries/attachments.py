"""The images and documents of an initiative."""

from __future__ import annotations

from sqlalchemy import select

from civic.db import db
from civic.initiatives.models.attachments import InitiativeAttachment


def attachments_of(initiative_id: int) -> list[InitiativeAttachment]:
    """In the writer's order, without the bytes; one statement."""
    statement = (
        select(InitiativeAttachment)
        .where(InitiativeAttachment.initiative_id == initiative_id)
        .order_by(InitiativeAttachment.position, InitiativeAttachment.id)
    )
    return list(db.session.scalars(statement))

"""Sheets that are not through yet: their own module, because the end of a collection asks for it too."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from civic.initiatives.models import Initiative, SupportSheet
from civic.initiatives.states.ledger import SHEETS_WAITING


def waits_for_eyes() -> ColumnElement[bool]:
    """An initiative with a sheet that nobody looked at twice: its collection does not end before that."""
    return (
        select(SupportSheet.id)
        .where(SupportSheet.initiative_id == Initiative.id, SupportSheet.state.in_(SHEETS_WAITING))
        .exists()
    )

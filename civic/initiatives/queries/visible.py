"""What everybody may find: published, and not taken off the site. Every public list asks this."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from civic.initiatives.models import Initiative


def is_shown() -> ColumnElement[bool]:
    return and_(Initiative.published_at.is_not(None), Initiative.hidden_at.is_(None))

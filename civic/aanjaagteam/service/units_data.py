"""What is kept of an official beside the reports: where they work, and the views of the queue they kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from civic.aanjaagteam.models import SavedView, Unit, UnitMember, WorkDigest
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User) -> list[Section]:
    return [
        Section("units", _("Waar u werkt"), _memberships(user)),
        Section("saved_views", _("Uw weergaven van de werklijst"), _views(user)),
        Section("work_digest", _("Uw overzicht per mail"), _digest(user)),
    ]


def _memberships(user: User) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(UnitMember, Unit.name)
        .join(Unit, Unit.id == UnitMember.unit_id)
        .where(UnitMember.user_id == user.id)
        .order_by(UnitMember.id)
    )
    return [
        {
            _("Afdeling"): name,
            _("Geeft leiding"): row.is_manager,
            _("Vanaf"): row.from_on,
            _("Tot en met"): row.until_on,
        }
        for row, name in rows
    ]


def _views(user: User) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(SavedView).where(SavedView.owner_id == user.id).order_by(SavedView.id))
    return [{_("Naam"): one.name, _("Filter"): one.query} for one in rows]


def _digest(user: User) -> list[dict[str, Any]]:
    row = db.session.get(WorkDigest, user.id)
    return [{_("Hoe vaak"): row.rhythm.value, _("Laatst bekeken"): row.sent_on}] if row else []


def erase(user: User, _at: datetime) -> None:
    """Somebody who is gone works nowhere and keeps nothing."""
    db.session.execute(delete(SavedView).where(SavedView.owner_id == user.id))
    db.session.execute(delete(WorkDigest).where(WorkDigest.user_id == user.id))
    db.session.execute(delete(UnitMember).where(UnitMember.user_id == user.id))

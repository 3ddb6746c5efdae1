"""Keeping a filter of the queue under a name."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from civic.aanjaagteam.models import SavedView
from civic.aanjaagteam.models.queue import VIEW_NAME_LENGTH
from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid

MOST_VIEWS = 20  # of one person: the tabs must stay readable


def save_view(name: str, query: str, *, actor: User, at: datetime) -> SavedView:
    """Keep this filter. A name that is there already gets the new filter: a second click changes nothing."""
    name = _checked(name)
    known = _named(name, actor)
    if known is not None:
        known.query = query
        return known
    count = db.session.scalar(select(func.count()).where(SavedView.owner_id == actor.id)) or 0
    if count >= MOST_VIEWS:
        raise Invalid({"name": [_("U hebt al %(most)s weergaven. Verwijder er eerst een.", most=MOST_VIEWS)]})
    view = SavedView(owner_id=actor.id, name=name, query=query, created_at=at)
    view.is_shared = view.is_default = False
    db.session.add(view)
    db.session.flush()
    return view


def _checked(name: str) -> str:
    if not name.strip():
        raise Invalid({"name": [_("Geef deze weergave een naam.")]})
    if len(name) > VIEW_NAME_LENGTH:
        raise Invalid(
            {"name": [_("Maak deze naam korter. Hij mag %(max)d tekens lang zijn.", max=VIEW_NAME_LENGTH)]}
        )
    return name.strip()


def _named(name: str, actor: User) -> SavedView | None:
    return db.session.scalar(select(SavedView).where(SavedView.owner_id == actor.id, SavedView.name == name))


def change_view(view: SavedView, name: str, *, is_shared: bool, is_default: bool) -> None:
    """Another name, share it, let it open by itself; of one's own views only (policy)."""
    name = _checked(name)
    other = db.session.scalar(
        select(SavedView).where(
            SavedView.owner_id == view.owner_id, SavedView.name == name, SavedView.id != view.id
        )
    )
    if other is not None:
        raise Invalid({"name": [_("U hebt al een weergave met deze naam.")]})
    if is_default:
        db.session.execute(
            update(SavedView).where(SavedView.owner_id == view.owner_id).values(is_default=False)
        )
    view.name, view.is_shared, view.is_default = name, is_shared, is_default
    db.session.flush()


def delete_view(view: SavedView) -> None:
    db.session.delete(view)

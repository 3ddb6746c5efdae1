"""What is kept of somebody as a member of the team: to hand over, and to take off the site."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, update

from civic.aanjaagteam.models import TeamMember
from civic.accounts.models import User
from civic.accounts.my_data import Section
from civic.db import db


def sections(user: User) -> list[Section]:
    rows = db.session.scalars(select(TeamMember).where(TeamMember.user_id == user.id).order_by(TeamMember.id))
    found = [
        {
            _("Functie"): one.function,
            _("Mandaat"): one.mandate,
            _("Vanaf"): one.from_on,
            _("Tot en met"): one.until_on,
            _("Naam op de site"): one.is_name_public,
        }
        for one in rows
    ]
    return [Section("team_memberships", _("Uw plaats in het aanjaagteam"), found)]


def erase(user: User) -> None:
    """Decisions lean on the mandate, so that stays; the name does not."""
    db.session.execute(
        update(TeamMember)
        .where(TeamMember.user_id == user.id)
        .values(is_name_public=False)
        .execution_options(synchronize_session="fetch")
    )

"""What panels hold by the account of somebody: almost nothing. A registration belongs to a personal link."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from civic.accounts.models import User
from civic.accounts.my_data import Room, Section, register
from civic.db import db
from civic.panels.models import PanelRequest


def _export(user: User) -> list[Section]:
    rows: list[dict[str, Any]] = [
        {
            _("Initiatief"): one.initiative_id,
            _("Waarom u om een panel vroeg"): one.reason,
            _("Gevraagd"): one.asked_at,
        }
        for one in db.session.scalars(select(PanelRequest).where(PanelRequest.asked_by_id == user.id))
    ]
    return [Section("panel_requests", _("Uw vragen om een panel"), rows)]


register(
    Room(
        "panels",
        export=_export,
        erase=lambda _user, _at: None,  # the question stands on the page of the initiative, without a name
        stays=(_l("Uw aanmelding voor een panel. Die hoort niet bij uw account, maar bij uw eigen link."),),
        not_here=(_l("Aanmeldingen voor een panel. Bekijk of wis die met de link in uw mail, of bel ons."),),
    )
)

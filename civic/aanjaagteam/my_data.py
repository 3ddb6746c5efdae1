"""Reports that somebody sent with the mailbox of their account: to hand over, and to erase.

Addresses are sealed and have no index, on purpose: nobody can look up who reported. So each is opened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.accounts.models import User
from civic.accounts.my_data import Room, Section, register
from civic.crypto import canonical_email
from civic.db import db


def _reports_of(user: User) -> list[Report]:
    if user.email is None:
        return []
    wanted = canonical_email(user.email)
    rows = db.session.scalars(select(Report).where(Report.contact_sealed.is_not(None)).order_by(Report.id))
    return [one for one in rows if canonical_email(one.contact or "") == wanted]


def _export(user: User) -> list[Section]:
    rows: list[dict[str, Any]] = [
        {
            _("Nummer"): one.id,
            _("Gemeld"): one.created_at,
            _("Mailadres"): one.contact,
            _("Uw verhaal"): one.story,
            _("Stand"): one.state.value,
            _("Afgerond"): one.closed_at,
        }
        for one in _reports_of(user)
    ]
    return [Section("reports", _("Uw meldingen"), rows)]


def _erase(user: User, _at: datetime) -> None:
    """What is closed loses its story too; an open case is still worked on."""
    for one in _reports_of(user):
        one.contact = None
        if one.closed_at is not None:
            one.story = None


register(
    Room(
        "aanjaagteam",
        export=_export,
        erase=_erase,
        goes=(_l("Uw mailadres bij meldingen. Is een melding afgerond? Dan ook uw verhaal."),),
        stays=(_l("Het verhaal van een melding die nog loopt. Tot een jaar na de afronding."),),
        not_here=(_l("Meldingen zonder mailadres. Die vindt u met de code die u toen kreeg."),),
    )
)

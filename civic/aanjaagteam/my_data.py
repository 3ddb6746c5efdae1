"""Reports that somebody sent with the mailbox of their account: to hand over, and to erase.

Addresses are sealed and have no index, on purpose: nobody can look up who reported. So each is opened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from civic.aanjaagteam import case_data
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.service import (
    consults_data,
    intake_data,
    ladder_data,
    members_data,
    units_data,
    voices_data,
)
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
    reports = _reports_of(user)
    rows: list[dict[str, Any]] = [
        {
            _("Nummer"): one.id,
            _("Gemeld"): one.created_at,
            _("Mailadres"): one.contact,
            _("Uw verhaal"): one.story,
            _("Stand"): one.state.value,
            _("Afgerond"): one.closed_at,
        }
        for one in reports
    ]
    return [
        Section("reports", _("Uw meldingen"), rows),
        *intake_data.sections(reports),
        *voices_data.sections(user, reports),
        *consults_data.sections(user),
        *units_data.sections(user),
        *case_data.sections(user),
        *members_data.sections(user),
        *ladder_data.sections(user),
    ]


def _erase(user: User, _at: datetime) -> None:
    """What is closed loses its story too; an open case is still worked on."""
    reports = _reports_of(user)
    voices_data.erase(user, reports)
    intake_data.erase(reports)
    for one in reports:
        one.contact = None
        if one.closed_at is not None:
            one.story = None
    consults_data.erase(user, _at)
    units_data.erase(user, _at)
    case_data.erase(user)
    members_data.erase(user)
    ladder_data.erase(user)


register(
    Room(
        "aanjaagteam",
        export=_export,
        erase=_erase,
        goes=(
            _l("Uw mailadres bij meldingen. Is een melding afgerond? Dan ook uw verhaal en uw berichten."),
            _l("Uw mailadres bij meldingen waar u ook op vastloopt. Het aantal blijft."),
            _l("Wat u collega’s vroeg om mee te denken, en wat u antwoordde."),
            _l("Bij welke afdelingen u werkt, en uw weergaven van de werklijst."),
            _l("Uw naam op meldingen die u zich aantrok."),
            _l("Uw plek op de ladder en uw werktijden."),
        ),
        stays=(
            _l("Het verhaal van een melding die nog loopt. Tot een jaar na de afronding."),
            _l("Verbeteringen die u voorstelde, zonder uw naam."),
            _l("Uw functie en mandaat in het aanjaagteam, zonder uw naam."),
        ),
        not_here=(_l("Meldingen zonder mailadres. Die vindt u met de code die u toen kreeg."),),
    )
)

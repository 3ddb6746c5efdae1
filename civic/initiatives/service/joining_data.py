"""What joining hands over about somebody, and that all of it goes when they erase themselves."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.accounts.models import User
from civic.accounts.my_data import Room, Section, register
from civic.initiatives.models.joining import JoinRequest
from civic.initiatives.presentation.joining import CHANNELS, JOIN_STATES
from civic.initiatives.queries import joining as queries
from civic.initiatives.service.joining import person_key_of, stop


def _of(user: User) -> list[JoinRequest]:
    return queries.requests_with(person_key_of(user.email)) if user.email else []


def _export(user: User) -> list[Section]:
    found = _of(user)
    titles = queries.titles_of(one.initiative_id for one in found)
    rows = [
        {
            _("Initiatief"): titles.get(one.initiative_id, ""),
            _("Naam"): one.name,
            _("Mailadres"): one.email,
            _("Bericht"): one.message,
            _("Hoe u het hoorde"): str(CHANNELS.get(one.source_channel, "")),
            _("Stand"): str(JOIN_STATES[one.state]),
            _("Gevraagd"): one.asked_at,
            _("Bevestigd"): one.confirmed_at,
        }
        for one in found
    ]
    return [Section("joining", _("Waar u aan meedoet"), rows)]


def _erase(user: User, at: datetime) -> None:
    for one in _of(user):
        stop(one, at=at)


register(
    Room(
        "joining",
        export=_export,
        erase=_erase,
        goes=(_l("Dat u meedoet met initiatieven van anderen, en wat u daarbij schreef."),),
        not_here=(_l("Waar u met een ander mailadres aan meedoet. Gebruik de link in de mail van toen."),),
    )
)

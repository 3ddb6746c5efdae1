"""The Dutch words for joining."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.states.joining import JoinState, SourceChannel

CHANNELS: dict[SourceChannel | None, Any] = {
    SourceChannel.NEIGHBOURS: _l("Van buren of vrienden"),
    SourceChannel.POSTER: _l("Van een poster of flyer"),
    SourceChannel.SCHOOL: _l("Op school"),
    SourceChannel.SOCIAL_MEDIA: _l("Op sociale media"),
    SourceChannel.NEWS: _l("In het nieuws"),
    SourceChannel.OTHER: _l("Op een andere manier"),
}
JOIN_STATES = {
    JoinState.ASKED: _l("nog niet bevestigd"),
    JoinState.JOINED: _l("doet mee"),
    JoinState.HANDLED: _l("doet mee, en de schrijver heeft dit afgehandeld"),
}

events.register_titles(
    "initiative",
    {
        "join": _l("Iemand doet mee"),
        "join_stopped": _l("Iemand doet niet meer mee"),
        "join_handled": _l("Iemand die meedoet, is gesproken"),
        "join_answered": _l("Iemand die meedoet, kreeg antwoord"),
        "read_joiners": _l("Gegevens van %(rows)s mensen die meedoen zijn bekeken"),
    },
)

"""Words for what somebody reads about themselves, and for the log."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.states import SupportChannel, SupportState, Verdict
from civic.initiatives.states.clusters import MemberState
from civic.initiatives.states.follow import Rhythm
from civic.initiatives.states.people import CoState
from civic.initiatives.states.talk import CommentState

WORDS: dict[Any, Any] = {
    SupportState.PENDING: _l("nog niet bevestigd"),
    SupportState.CONFIRMED: _l("bevestigd"),
    SupportState.INVALIDATED: _l("ongeldig verklaard"),
    SupportState.WITHDRAWN: _l("ingetrokken"),
    SupportChannel.ONLINE: _l("met een formulier en een mail"),
    SupportChannel.ACCOUNT: _l("ingelogd"),
    SupportChannel.PAPER: _l("op papier"),
    Verdict.YES: _l("ja"),
    Verdict.PARTLY: _l("voor een deel"),
    Verdict.NO: _l("nee"),
    Rhythm.DAILY: _l("hooguit één keer per dag"),
    Rhythm.WEEKLY: _l("hooguit één keer per week"),
    CoState.INVITED: _l("gevraagd"),
    CoState.ACCEPTED: _l("doet mee"),
    CoState.DECLINED: _l("doet niet mee"),
    CoState.LEFT: _l("gestopt"),
    MemberState.INVITED: _l("gevraagd"),
    MemberState.MEMBER: _l("doet mee"),
    MemberState.DECLINED: _l("doet niet mee"),
    MemberState.LEFT: _l("gestopt"),
    CommentState.WAITING: _l("wacht op een controle"),
    CommentState.SHOWN: _l("staat online"),
    CommentState.HIDDEN: _l("weggehaald"),
    CommentState.DELETED: _l("gewist"),
}


def word(value: Any) -> str:
    """What a state is called; its code where nobody said so."""
    return str(WORDS.get(value, getattr(value, "value", value)))


events.register_titles(
    "initiative",
    {
        "hide_author": _l("De schrijver haalde de naam van de pagina"),
        "show_author": _l("De schrijver zette de naam weer op de pagina"),
        "erase_draft": _l("Concept gewist, omdat de schrijver alles liet wissen"),
        "co_erased": _l("Iemand die meeschreef, liet alles wissen"),
    },
)
events.register_subject("support", _l("Steun"))
events.register_titles("support", {"data_exported": _l("Gegevens bij een steun gedownload")})

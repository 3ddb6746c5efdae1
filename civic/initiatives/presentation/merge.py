"""The Dutch words of going on together."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.states.merge import MergeState
from civic.links import absolute

MERGE_STATES = {
    MergeState.OPEN: _l("U praat erover"),
    MergeState.AGREED: _l("Samen verder"),
    MergeState.REFUSED: _l("De ander zei nee"),
    MergeState.STOPPED: _l("Gestopt"),
    MergeState.EXPIRED: _l("De tijd is voorbij"),
}
MERGE_KINDS = {
    MergeState.OPEN: "info",
    MergeState.AGREED: "positive",
    MergeState.REFUSED: "neutral",
    MergeState.STOPPED: "neutral",
    MergeState.EXPIRED: "neutral",
}
events.register_subject(
    "merge_proposal", _l("Samengaan"), lambda row: absolute("initiatives.merge", proposal_id=row)
)
events.register_deadlines({"merge": _l("een antwoord over samengaan")})
events.register_titles(
    "merge_proposal",
    {
        "propose": _l("Voorstel om samen verder te gaan"),
        "edit": _l("De tekst is veranderd"),
        "agree": _l("Beide schrijvers zijn het eens"),
        "refuse": _l("De andere schrijver zei nee"),
        "stop": _l("Een van de twee stopte"),
        "expire": _l("De tijd is voorbij"),
    },
)

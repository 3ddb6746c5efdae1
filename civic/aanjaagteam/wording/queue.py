"""What the queue says: its orders, what can be done to many reports, and why one is left as it is."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.queries.clocks import DECISION
from civic.aanjaagteam.queries.team import DECIDE_NOW, WAIT_DUE
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.queue import Bulk, Skip
from civic.events.presentation import DEADLINES, register_deadlines, register_titles

Words = dict[Any, Any]

SORTS: Words = {
    "wacht": _l("Wacht het langst"),
    "vervalt": _l("Wat eerst moet"),
    "nieuw": _l("Nieuwste eerst"),
    "gewicht": _l("Meeste mensen eerst"),
}
LAYOUTS: Words = {"lijst": _l("Lijst"), "bord": _l("Bord"), "vervalt": _l("Wat eerst moet")}

REPORT_KINDS: Words = {
    ReportKind.SLUGGISH: _l("Loopt vast"),
    ReportKind.DOUBLE_QUESTION: _l("Dubbele vraag"),
    ReportKind.IMPROVEMENT: _l("Idee van een medewerker"),
}

BULK: Words = {
    Bulk.ASSIGN: _l("Geef een eigenaar"),
    Bulk.UNIT: _l("Leg bij een afdeling"),
    Bulk.DECIDE_NOW: _l("Zet bij: nu te beslissen"),
    Bulk.NOT_DECIDE_NOW: _l("Haal weg bij: nu te beslissen"),
    Bulk.PUBLISH: _l("Zet de titel op de site"),
    Bulk.UNPUBLISH: _l("Haal de titel van de site"),
}

SKIPS: Words = {
    Skip.CHANGED: _l("Iemand anders veranderde deze melding net."),
    Skip.STATE: _l("In deze stand kan dat niet."),
    Skip.RIGHTS: _l("U mag dat bij deze melding niet."),
    Skip.OWNER: _l("Deze collega werkt niet voor die gemeente."),
    Skip.NOT_READ: _l("Deze melding is nog niet beoordeeld."),
    Skip.ALREADY: _l("Dat is al zo."),
    Skip.ELSEWHERE: _l("Deze melding ligt bij een andere afdeling. Draag hem op de melding zelf over."),
}

register_deadlines({DECIDE_NOW: _l("een besluit dat nu kan"), DECISION: _l("een besluit")})
register_titles(
    "report",
    {
        "decide_now_marked": _l("Nu te beslissen"),
        "decide_now_unmarked": _l("Toch niet nu te beslissen"),
        "unit_given": _l("Bij een afdeling gelegd"),
    },
)


def due_words(kind: str) -> Any:
    """What falls due on that day."""
    if kind == WAIT_DUE:
        return _l("een antwoord aan ons")
    return DEADLINES.get(kind, _l("een afspraak"))

"""What people read in the conversation with a reporter, and what followers read of a step."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states import State
from civic.events.presentation import register_deadlines, register_titles

FOLLOWER_SENTENCES: dict[State, Any] = {
    State.TRIAGED: _l("Het aanjaagteam zoekt iemand die dit oppakt."),
    State.TAKEN_UP: _l("Iemand van het aanjaagteam heeft dit opgepakt."),
    State.DECIDED: _l("Er is een besluit."),
    State.PROCESS_CHANGED: _l("Het proces is aangepast."),
    State.MEASURING: _l("Het proces is aangepast. Nu kijkt het team of het helpt."),
    State.DONE: _l("Het aanjaagteam heeft dit afgerond."),
    State.DECLINED: _l("Het aanjaagteam pakt dit niet op. Op de site leest u waarom."),
}

# sentences to begin with; the official makes them fit
READY: dict[State, tuple[Any, ...]] = {
    State.NEW: (
        _l("Dank u voor uw melding. Wij lezen hem nu en antwoorden snel."),
        _l("Kunt u ons zeggen bij welke afdeling u het laatst contact had? Noem geen namen."),
    ),
    State.TRIAGED: (
        _l("Wij weten nu waar het om gaat. Wij zoeken wie hierover mag beslissen."),
        _l("Kunt u ons zeggen wat u het laatst hoorde, en wanneer dat was?"),
    ),
    State.TAKEN_UP: (
        _l("Wij hebben met de afdeling gesproken. Wij laten u weten wat zij zeggen."),
        _l("Is er bij u iets veranderd sinds uw melding?"),
    ),
    State.DECIDED: (
        _l("Er is een besluit. Merkt u al dat er iets verandert?"),
        _l("Het besluit moet nog worden uitgevoerd. Wij letten daarop."),
    ),
    State.PROCESS_CHANGED: (_l("De afdeling werkt nu anders. Merkt u daar iets van?"),),
    State.MEASURING: (_l("Wij kijken of het nu beter gaat. Hoe is het bij u?"),),
    State.DONE: (
        _l("U zei dat het niet is opgelost. Kunt u ons vertellen wat er nog misgaat?"),
        _l("Wij hebben uw bericht gelezen en kijken er opnieuw naar."),
    ),
    State.DECLINED: (_l("Wij kunnen dit niet oppakken. Wij leggen graag uit waarom."),),
}

register_deadlines(
    {
        "message_answer": _l("een antwoord op het bericht van de melder"),
        "not_solved": _l("een antwoord aan een melder voor wie het niet is opgelost"),
    }
)
register_titles(
    "report",
    {
        "message_sent": _l("Bericht aan de melder"),
        "message_received": _l("Bericht van de melder"),
        "message_handled": _l("Bericht van de melder gelezen, geen antwoord nodig"),
        "verdict_given": _l("De melder zei of het is opgelost"),
        "me_too": _l("Iemand loopt hier ook op vast"),
    },
    kinds={"message_received": "info", "me_too": "info"},
)

"""What people read about the ladder: its rungs, why something climbs, how far a rung is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.ladder import EscalationReason, RungState, RunState
from civic.aanjaagteam.wording.core import Words
from civic.events.presentation import register_codes, register_deadlines, register_subject, register_titles

LEVELS: Words = {
    1: _l("Uitvoering"),
    2: _l("Management"),
    3: _l("Directie"),
    4: _l("Enabling crew"),
}
# in a sentence: "Ligt nu bij: …"
LEVELS_AT: Words = {
    1: _l("de uitvoering"),
    2: _l("het management"),
    3: _l("de directie"),
    4: _l("de enabling crew"),
}
LEVELS_EXPLAINED: Words = {
    1: _l("Wie het werk doet en het obstakel zelf kan weghalen."),
    2: _l("Wie over de afdeling gaat. Standaard: de manager van de afdeling."),
    3: _l("Wie over meer afdelingen tegelijk kan beslissen."),
    4: _l("Vier bestuurders die samen elk obstakel kunnen weghalen. Zij hebben vaste tafeldagen."),
}
REASONS: Words = {
    EscalationReason.NO_DECISION: _l("Niemand neemt een besluit"),
    EscalationReason.NO_ANSWER: _l("Wij krijgen geen antwoord"),
    EscalationReason.NO_MANDATE: _l("Wie het moet doen, mag het niet"),
    EscalationReason.GOES_ROUND: _l("Het gaat rond tussen afdelingen"),
    EscalationReason.NO_OWNER: _l("Niemand is verantwoordelijk"),
    EscalationReason.REFUSED: _l("Er kwam een nee zonder goede reden"),
    EscalationReason.OTHER: _l("Een andere reden"),
    EscalationReason.FIRST_ANSWER: _l("Het eerste antwoord aan de melder is te laat"),
    EscalationReason.DECIDE_NOW: _l("Dit kon nu worden besloten, en dat gebeurde niet"),
    EscalationReason.DECISION: _l("Er is niet op tijd een besluit genomen"),
    EscalationReason.NOT_SOLVED: _l("De melder zegt dat het niet is opgelost, en kreeg geen antwoord"),
    EscalationReason.PROMISE: _l("Een belofte aan de melder is niet nagekomen"),
    EscalationReason.PROCESS_CHANGE: _l("Het proces is niet op tijd aangepast"),
    EscalationReason.EXECUTION_CHECK: _l("Het besluit is niet uitgevoerd of niet nagekeken"),
    EscalationReason.MESSAGE_ANSWER: _l("De melder schreef, en kreeg geen antwoord"),
    EscalationReason.MISSED_ANSWER: _l("Een afdeling gaf niet op tijd antwoord"),
}
RUNG_STATES: Words = {
    RungState.ASKED: _l("Gevraagd, nog niet aangenomen"),
    RungState.ACCEPTED: _l("Aangenomen"),
    RungState.ANSWERED: _l("Beantwoord"),
    RungState.PASSED_UP: _l("Zelf naar boven gebracht"),
    RungState.NOT_ACCEPTED: _l("Niet op tijd aangenomen"),
    RungState.NOT_ANSWERED: _l("Niet op tijd beantwoord"),
    RungState.NOBODY: _l("Hier staat niemand"),
    RungState.STOPPED: _l("Gestopt"),
}
RUNG_KINDS: dict[RungState, str] = {
    RungState.ASKED: "warning",
    RungState.ACCEPTED: "info",
    RungState.ANSWERED: "positive",
    RungState.PASSED_UP: "neutral",
    RungState.NOT_ACCEPTED: "negative",
    RungState.NOT_ANSWERED: "negative",
    RungState.NOBODY: "negative",
    RungState.STOPPED: "neutral",
}
RUN_STATES: Words = {
    RunState.OPEN: _l("Loopt"),
    RunState.ANSWERED: _l("Beantwoord"),
    RunState.WITHDRAWN: _l("Teruggehaald"),
    RunState.OVERTAKEN: _l("Niet meer nodig"),
}
RUN_KINDS: dict[RunState, str] = {
    RunState.OPEN: "warning",
    RunState.ANSWERED: "positive",
    RunState.WITHDRAWN: "neutral",
    RunState.OVERTAKEN: "neutral",
}
DAYS = (
    _l("maandag"),
    _l("dinsdag"),
    _l("woensdag"),
    _l("donderdag"),
    _l("vrijdag"),
    _l("zaterdag"),
    _l("zondag"),
)
REQUIRED: Words = {
    "reason": _l("Kies waarom u opschaalt."),
    "tried": _l("Schrijf op wat u al hebt geprobeerd."),
    "asked": _l("Schrijf op wat u vraagt."),
    "level": _l("Kies bij wie u het neerlegt."),
    "answer": _l("Schrijf op wat u besluit of antwoordt."),
    "why": _l("Schrijf op waarom u dit doorgeeft."),
    "to": _l("Kies aan wie u het doorgeeft."),
    "withdraw": _l("Schrijf op waarom u het terughaalt."),
    "own_words": _l("Hier staan zinnen van de melder in. Schrijf het in uw eigen woorden."),
    "meeting": _l(
        "Praat eerst met wie de zaak kent, en leg dat gesprek vast. Daarna kan het naar de directie of hoger."
    ),
}

register_subject("ladder_rung", _l("Trede van de ladder"))
register_titles("ladder_rung", {"ladder_changed": _l("Trede %(level)s van de ladder is veranderd")})
register_titles("user", {"ladder_hours_changed": _l("Werktijden voor de ladder veranderd")})
register_codes("report", "level", LEVELS_AT)
register_deadlines({"table": _l("een antwoord van de enabling crew")})
register_titles(
    "report",
    {
        "escalated": _l("Opgeschaald naar %(level)s"),
        "escalation_accepted": _l("Aangenomen door %(level)s"),
        "escalation_answered": _l("Beantwoord door %(level)s"),
        "escalation_withdrawn": _l("Teruggehaald van de ladder"),
        "escalation_overtaken": _l("Opschalen is niet meer nodig"),
        "escalation_missed": _l("Niet op tijd opgepakt door %(level)s"),
        "escalation_nobody": _l("Bij %(level)s staat niemand op de ladder"),
        "escalation_passed": _l("Doorgegeven aan iemand anders bij %(level)s"),
        "escalation_passed_up": _l("Zelf naar boven gebracht door %(level)s"),
        "escalation_table": _l("De enabling crew zette het op de agenda"),
    },
    kinds={
        "escalated": "warning",
        "escalation_answered": "positive",
        "escalation_missed": "negative",
        "escalation_nobody": "negative",
        "escalation_accepted": "info",
    },
)

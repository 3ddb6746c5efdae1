"""The words of improvements: the four questions, who decides and why, and the states."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.improvements import Check, ImprovementAction, ImprovementState, Mandate
from civic.aanjaagteam.wording.core import FIELDS, Words
from civic.aanjaagteam.wording.inbox import KINDS
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute

CHECKS: Words = {
    Check.MONEY: _l("Het kost meer geld dan mijn afdeling zelf mag uitgeven"),
    Check.RULE: _l("Er verandert een regel van de raad of een wet"),
    Check.OTHERS: _l("Het raakt het werk van een andere afdeling"),
    Check.RIGHTS: _l("Het raakt rechten van inwoners"),
}

BECAUSE: Words = {
    Check.MONEY: _l("Het kost meer geld dan uw afdeling zelf mag uitgeven."),
    Check.RULE: _l("Er verandert een regel van de raad of een wet."),
    Check.OTHERS: _l("Het raakt het werk van een andere afdeling."),
    Check.RIGHTS: _l("Het raakt rechten van inwoners."),
}

MANDATES: Words = {
    Mandate.SELF: _l("U mag dit gewoon doen"),
    Mandate.MANAGER: _l("Vraag het uw leidinggevende"),
    Mandate.TABLE: _l("Dit gaat naar de tafel van het management"),
}

# on the page of one improvement, for whoever reads it
DECIDERS: Words = {
    Mandate.SELF: _l("Mag zonder te vragen"),
    Mandate.MANAGER: _l("De leidinggevende besluit"),
    Mandate.TABLE: _l("Het management besluit"),
}

# the rule in words, as it stands on the page
RULES_IN_WORDS: tuple[tuple[object, object], ...] = (
    (_l("Niets van deze vier"), MANDATES[Mandate.SELF]),
    (CHECKS[Check.OTHERS], MANDATES[Mandate.MANAGER]),
    (CHECKS[Check.MONEY], MANDATES[Mandate.TABLE]),
    (CHECKS[Check.RULE], MANDATES[Mandate.TABLE]),
    (CHECKS[Check.RIGHTS], MANDATES[Mandate.TABLE]),
)

IMPROVEMENT_STATES: Words = {
    ImprovementState.PROPOSED: _l("Wacht op de leidinggevende"),
    ImprovementState.ON_TABLE: _l("Bij het aanjaagteam"),
    ImprovementState.STARTED: _l("Begonnen"),
    ImprovementState.DONE: _l("Klaar"),
    ImprovementState.REFUSED: _l("Niet doen"),
    ImprovementState.WITHDRAWN: _l("Ingetrokken"),
}

IMPROVEMENT_KINDS: dict[ImprovementState, str] = {
    ImprovementState.PROPOSED: "warning",
    ImprovementState.ON_TABLE: "warning",
    ImprovementState.STARTED: "info",
    ImprovementState.DONE: "positive",
    ImprovementState.REFUSED: "negative",
    ImprovementState.WITHDRAWN: "neutral",
}

IMPROVEMENT_SLUGS: dict[str, ImprovementState] = {
    "wacht": ImprovementState.PROPOSED,
    "bij-team": ImprovementState.ON_TABLE,
    "begonnen": ImprovementState.STARTED,
    "klaar": ImprovementState.DONE,
    "niet-doen": ImprovementState.REFUSED,
    "ingetrokken": ImprovementState.WITHDRAWN,
}

IMPROVEMENT_ACTIONS: Words = {
    ImprovementAction.AGREE: _l("Ja, doe het"),
    ImprovementAction.REFUSE: _l("Niet doen"),
    ImprovementAction.START: _l("Wij beginnen"),
    ImprovementAction.FINISH: _l("Klaar"),
    ImprovementAction.WITHDRAW: _l("Intrekken"),
    ImprovementAction.DECLINE: _l("Niet oppakken"),
}

IMPROVEMENT_NEEDED: Words = {
    "process_name": _l("Schrijf op om welk proces het gaat."),
    "proposal": _l("Schrijf op wat er beter kan."),
    "unit": _l("Kies een afdeling."),
    "yes": _l("Kruis aan wat klopt, of kies “niets van deze vier”."),
    "tell_on": _l("Vul de dag in waarop u vertelt hoe het ging."),
    "answer": _l("Leg uit waarom niet."),
    "result": _l("Schrijf op wat het opleverde."),
}

KINDS.setdefault("improvement", _l("Verbetering"))
FIELDS.update(
    {
        "process_name": _l("Proces"),
        "proposal": _l("Wat er beter kan"),
        "tell_on": _l("Vertellen hoe het ging op"),
        "result": _l("Wat het opleverde"),
        "yes": _l("Wat klopt"),
        "unit": _l("Afdeling (nummer)"),
    }
)

register_subject(
    "improvement", _l("Verbetering"), lambda row: absolute("aanjaagteam.improvement", improvement_id=row)
)
register_titles(
    "improvement",
    {
        "improvement_proposed": _l("Voorgesteld"),
        "improvement_agree": _l("De leidinggevende zegt ja"),
        "improvement_refuse": _l("De leidinggevende zegt nee"),
        "improvement_start": _l("Begonnen"),
        "improvement_finish": _l("Klaar"),
        "improvement_withdraw": _l("Ingetrokken"),
        "improvement_decline": _l("Het aanjaagteam pakt dit niet op"),
        "improvement_thanked": _l("Een collega bedankte"),
    },
    kinds={
        "improvement_agree": "positive",
        "improvement_finish": "positive",
        "improvement_refuse": "warning",
        "improvement_decline": "warning",
    },
)

"""The words of thinking along: domains, states, next steps, and what is said when something is missing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.consults import ConsultState, Domain, NextStep
from civic.aanjaagteam.wording.core import FIELDS, Words
from civic.events.presentation import register_deadlines, register_subject, register_titles
from civic.links import absolute

DOMAINS: Words = {
    Domain.FINANCE: _l("Financiën"),
    Domain.LEGAL: _l("Juridisch"),
    Domain.ICT: _l("ICT"),
    Domain.PROCUREMENT: _l("Inkoop"),
    Domain.SOCIAL_SUPPORT: _l("Wmo"),
    Domain.YOUTH: _l("Jeugd"),
    Domain.PERMITS: _l("Vergunningen"),
    Domain.COMMUNICATION: _l("Communicatie"),
}

CONSULT_STATES: Words = {
    ConsultState.ASKED: _l("Gevraagd"),
    ConsultState.TAKEN: _l("Iemand denkt mee"),
    ConsultState.ANSWERED: _l("Beantwoord"),
    ConsultState.CLOSED: _l("Klaar"),
    ConsultState.WITHDRAWN: _l("Ingetrokken"),
}

CONSULT_KINDS: dict[ConsultState, str] = {
    ConsultState.ASKED: "warning",
    ConsultState.TAKEN: "info",
    ConsultState.ANSWERED: "positive",
    ConsultState.CLOSED: "neutral",
    ConsultState.WITHDRAWN: "neutral",
}

NEXT_STEPS: Words = {
    NextStep.NOTHING: _l("Niets, ik kan verder"),
    NextStep.REPORT: _l("Ik maak er een melding van"),
    NextStep.IMPROVEMENT: _l("Ik maak er een verbetering van"),
    NextStep.CALL_LATER: _l("Wij bellen later verder"),
}

TERM_WORDS: Words = {
    "1 werkdag": _l("Morgen"),
    "2 werkdagen": _l("Over twee werkdagen"),
    "5 werkdagen": _l("Over een week"),
    "10 werkdagen": _l("Over twee weken"),
}

MINUTE_WORDS: Words = {15: _l("15 minuten"), 30: _l("30 minuten")}

CONSULT_NEEDED: Words = {
    "question": _l("Schrijf op wat u wilt vragen."),
    "whom": _l("Kies aan wie u het vraagt."),
    "answer": _l("Schrijf uw antwoord op."),
    "next_step": _l("Kies wat de volgende stap is."),
    "call_on": _l("Vul de dag in waarop u belt."),
    "term": _l("Kies wanneer u het antwoord nodig hebt."),
    "minutes": _l("Kies hoe lang het duurt."),
    "domain": _l("Kies waar deze persoon veel van weet."),
    "email": _l("Vul het mailadres van een collega in."),
}

FIELDS.update(
    {
        "whom": _l("Aan wie"),
        "answer": _l("Antwoord"),
        "thanks": _l("Bedankje"),
        "next_step": _l("Volgende stap"),
        "call_on": _l("Bellen op"),
    }
)

register_subject(
    "consult",
    _l("Vraag om mee te denken"),
    lambda row: absolute("aanjaagteam.consult", consult_id=row),
)
register_deadlines({"consult_answer": _l("een antwoord op een vraag om mee te denken")})
TITLES: Words = {
    "consult_asked": _l("Een collega gevraagd om mee te denken"),
    "consult_taken": _l("Een collega denkt mee"),
    "consult_handed_on": _l("De vraag is doorgegeven aan een andere collega"),
    "consult_answered": _l("Een collega dacht mee"),
    "consult_closed": _l("De collega is bedankt"),
    "consult_called": _l("U belde verder, zoals afgesproken"),
    "consult_withdrawn": _l("De vraag om mee te denken is ingetrokken"),
}
for subject in ("report", "consult"):
    register_titles(subject, TITLES, kinds={"consult_asked": "info", "consult_answered": "positive"})
register_subject("specialist", _l("Collega die meedenkt"))
register_titles(
    "specialist",
    {
        "specialist_added": _l("In de lijst van specialisten gezet"),
        "specialist_confirmed": _l("Bevestigd als specialist"),
        "specialist_changed": _l("In de lijst van specialisten veranderd"),
        "specialist_removed": _l("Uit de lijst van specialisten gehaald"),
    },
)

"""What people read for each state, reason and outcome; and what events are called on a timeline."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states import Action, Channel, DeclineReason, Outcome, State, Waiting
from civic.events.presentation import register_deadlines, register_subject, register_titles
from civic.links import absolute

Words = dict[Any, Any]

STATES: Words = {
    State.NEW: _l("Nieuw"),
    State.TRIAGED: _l("Bekeken"),
    State.TAKEN_UP: _l("Opgepakt"),
    State.DECIDED: _l("Knoop doorgehakt"),
    State.PROCESS_CHANGED: _l("Proces aangepast"),
    State.MEASURING: _l("Effect meten"),
    State.DONE: _l("Klaar"),
    State.DECLINED: _l("Niet opgepakt"),
}

STATE_SENTENCES: Words = {
    State.NEW: _l("Wij hebben uw melding. Iemand van het aanjaagteam leest hem nog."),
    State.TRIAGED: _l("Wij hebben uw melding gelezen. Nu zoeken wij iemand die hem oppakt."),
    State.TAKEN_UP: _l("Iemand van het aanjaagteam heeft uw melding opgepakt."),
    State.DECIDED: _l("Er is een besluit. U leest het hieronder."),
    State.PROCESS_CHANGED: _l("Er is een besluit en het proces is aangepast."),
    State.MEASURING: _l("Het proces is aangepast. Nu kijken wij of het helpt."),
    State.DONE: _l("Uw melding is klaar. U leest hieronder wat eruit kwam."),
    State.DECLINED: _l("Wij pakken uw melding niet op. U leest hieronder waarom en waar u wel heen kunt."),
}

STATE_KINDS: dict[State, str] = {
    State.NEW: "neutral",
    State.TRIAGED: "info",
    State.TAKEN_UP: "info",
    State.DECIDED: "positive",
    State.PROCESS_CHANGED: "positive",
    State.MEASURING: "positive",
    State.DONE: "positive",
    State.DECLINED: "warning",
}

OUTCOMES: Words = {
    Outcome.SOLVED: _l("Opgelost"),
    Outcome.PARTLY: _l("Voor een deel opgelost"),
    Outcome.NOT_SOLVED: _l("Niet opgelost"),
    Outcome.DIFFERENT: _l("Anders gelopen dan gedacht"),
}

OUTCOME_KINDS: dict[Outcome, str] = {
    Outcome.SOLVED: "positive",
    Outcome.PARTLY: "warning",
    Outcome.NOT_SOLVED: "negative",
    Outcome.DIFFERENT: "neutral",
}

DECLINE_REASONS: Words = {
    DeclineReason.COMPLAINT: _l("Het is een klacht over hoe iemand is behandeld"),
    DeclineReason.OBJECTION: _l("Iemand is het niet eens met een besluit"),
    DeclineReason.MAINTENANCE: _l("Er is iets stuk of vies op straat"),
    DeclineReason.OTHER_ORGANISATION: _l("Een andere organisatie gaat hierover"),
    DeclineReason.TOO_LITTLE_KNOWN: _l("Wij weten te weinig om iets te kunnen doen"),
    DeclineReason.ALREADY_KNOWN: _l("Het wordt al ergens anders opgelost"),
    DeclineReason.OTHER: _l("Een andere reden"),
}

WAITING: Words = {
    Waiting.UNKNOWN: _l("Dat zeg ik liever niet"),
    Waiting.REPORTER: _l("Ikzelf"),
    Waiting.FAMILY: _l("Mijn gezin, of iemand voor wie ik zorg"),
    Waiting.NEIGHBOURHOOD: _l("Mijn straat, buurt of vereniging"),
    Waiting.BUSINESS: _l("Mijn bedrijf of organisatie"),
    Waiting.CLIENTS: _l("Inwoners voor wie ik werk"),
}

CHANNELS: Words = {Channel.WEB: _l("Website"), Channel.PHONE: _l("Telefoon of balie")}

ACTIONS: Words = {
    Action.TRIAGE: _l("Beoordelen"),
    Action.ASSIGN: _l("Toewijzen"),
    Action.DECIDE: _l("Knoop doorhakken"),
    Action.CHANGE_PROCESS: _l("Proces is aangepast"),
    Action.MEASURE: _l("Effect gaan meten"),
    Action.CLOSE: _l("Afronden"),
    Action.REOPEN: _l("Weer openen"),
    Action.DECLINE: _l("Niet oppakken"),
}

REQUIRED: dict[str, Any] = {
    "story": _l("Vertel wat er vastloopt."),
    "public_title": _l("Schrijf een titel voor deze melding."),
    "decision_owner": _l("Kies wie hierover mag beslissen. Weet u het niet? Kies dan onbekend."),
    "waiting_people": _l("Vul een heel getal in van 1 tot 1.000.000. Of laat dit leeg."),
    "owner": _l("Kies wie de melding oppakt."),
    "reopen_reason": _l("Kies waarom de melding weer open gaat."),
    "reopen_text": _l("Leg de melder uit waarom de melding weer open gaat."),
    "question": _l("Schrijf op welke vraag er lag."),
    "decision": _l("Schrijf op wat er is besloten."),
    "reason": _l("Schrijf op waarom dit is besloten."),
    "decider": _l("Schrijf op wie dit heeft besloten."),
    "mandate": _l("Schrijf op waarom die persoon dit mag besluiten."),
    "decided_on": _l("Vul de dag in waarop dit is besloten."),
    "process_change": _l("Schrijf op wat er in het proces is veranderd."),
    "outcome": _l("Kies wat eruit kwam."),
    "outcome_text": _l("Schrijf op wat er uit de melding kwam."),
    "decline_reason": _l("Kies waarom het team de melding niet oppakt."),
    "decline_text": _l("Leg uit waarom het team de melding niet oppakt."),
    "decline_where": _l("Schrijf op waar de melder wel heen kan."),
    "note": _l("Schrijf een notitie."),
}

register_subject("report", _l("Melding"), lambda row: absolute("aanjaagteam.case", report_id=row))
register_deadlines({"first_answer": _l("het eerste antwoord aan de melder")})
register_titles(
    "report",
    {
        "reported": _l("Gemeld"),
        "triage": _l("Gelezen door het aanjaagteam"),
        "title_changed": _l("Gegevens van de melding veranderd"),
        "published": _l("Op de site gezet"),
        "unpublished": _l("Van de site gehaald"),
        "taken_up": _l("Opgepakt door iemand van het team"),
        "owner_changed": _l("Iemand anders van het team pakt het op"),
        "decide": _l("Knoop doorgehakt"),
        "decision_replaced": _l("Nieuw besluit, in plaats van het vorige"),
        "change_process": _l("Proces aangepast"),
        "measure": _l("Team meet of het helpt"),
        "close": _l("Klaar"),
        "decline": _l("Niet opgepakt"),
        "note_added": _l("Notitie toegevoegd"),
        "story_read": _l("Verhaal van de melder gelezen"),
    },
    kinds={
        "taken_up": "info",
        "decide": "positive",
        "decision_replaced": "positive",
        "change_process": "positive",
        "close": "positive",
        "decline": "warning",
        "unpublished": "warning",
    },
)

# the name of a form field, for showing what was typed when someone else was first
FIELDS: dict[str, Any] = {
    "public_title": _l("Titel"),
    "is_public": _l("Op de site"),
    "decide_now": _l("Kan nu worden besloten"),
    "municipality": _l("Gemeente (nummer)"),
    "process_guess": _l("Proces"),
    "waiting_people": _l("Hoeveel mensen wachten"),
    "owner": _l("Wie pakt dit op (nummer)"),
    "question": _l("Vraag"),
    "decision": _l("Besluit"),
    "reason": _l("Waarom"),
    "decider": _l("Wie besloot"),
    "mandate": _l("Waarom die persoon dit mag"),
    "decided_on": _l("Besloten op"),
    "effective_on": _l("Geldt vanaf"),
    "process_change": _l("Wat er is veranderd"),
    "outcome": _l("Uitkomst"),
    "outcome_text": _l("Uitleg"),
    "decline_reason": _l("Reden"),
    "decline_text": _l("Uitleg"),
    "decline_where": _l("Waar de melder heen kan"),
    "note": _l("Notitie"),
    "opgelost": _l("Is het voor u opgelost?"),
}

# the same states in an address
SLUGS: dict[str, State] = {
    "nieuw": State.NEW,
    "bekeken": State.TRIAGED,
    "opgepakt": State.TAKEN_UP,
    "besloten": State.DECIDED,
    "aangepast": State.PROCESS_CHANGED,
    "meten": State.MEASURING,
    "klaar": State.DONE,
    "niet-opgepakt": State.DECLINED,
}

"""What a case is called: who may decide, why it got stuck, whom it waits for; and its events."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import (
    Cause,
    DecisionOwner,
    HandoverReason,
    IncentiveKind,
    LawBasis,
    ReopenReason,
    Stance,
    WaitKind,
)
from civic.aanjaagteam.wording.core import FIELDS
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute

Words = dict[Any, Any]

DECISION_OWNERS: Words = {
    DecisionOwner.UNKNOWN: _l("Onbekend"),
    DecisionOwner.TEAM: _l("Het aanjaagteam zelf"),
    DecisionOwner.UNIT: _l("De afdeling"),
    DecisionOwner.MANAGEMENT: _l("Het management"),
    DecisionOwner.ALDERMAN: _l("De wethouder of het college"),
    DecisionOwner.COUNCIL: _l("De gemeenteraad"),
    DecisionOwner.OTHER_ORGANISATION: _l("Een andere organisatie"),
}

CAUSES: Words = {
    Cause.RULE_CRAMP: _l("Regelkramp: de regel gaat voor het doel"),
    Cause.COVERING: _l("Indekken: niemand wil de schuld krijgen"),
    Cause.OVERREGULATED: _l("Dichtgeregeld: te veel regels en formulieren"),
    Cause.NO_OWNER: _l("Niemand is eigenaar"),
    Cause.PASSING_ON: _l("Doorschuiven: het gaat van afdeling naar afdeling"),
    Cause.MONEY: _l("Geld: wie betaalt, is niet duidelijk"),
    Cause.SYSTEM: _l("De computer kan het niet"),
    Cause.CAPACITY: _l("Te weinig mensen of tijd"),
    Cause.COMMUNICATION: _l("Mensen spraken elkaar niet"),
    Cause.OTHER: _l("Iets anders"),
}

INCENTIVE_KINDS: Words = {
    IncentiveKind.INDICATOR: _l("Een cijfer waarop wordt gestuurd"),
    IncentiveKind.BUDGET_RULE: _l("Een regel over geld"),
    IncentiveKind.CONTRACT: _l("Een contract"),
    IncentiveKind.LAW: _l("Een wet of landelijke regel"),
    IncentiveKind.HABIT: _l("Een gewoonte"),
}

WAIT_KINDS: Words = {
    WaitKind.REPORTER: _l("De melder"),
    WaitKind.UNIT: _l("Een afdeling"),
    WaitKind.MANAGEMENT: _l("De leiding"),
    WaitKind.COUNCIL: _l("De gemeenteraad"),
    WaitKind.OTHER_ORGANISATION: _l("Een andere organisatie"),
}
# in the middle of a sentence
WAITS_FOR: Words = {
    WaitKind.REPORTER: _l("de melder"),
    WaitKind.UNIT: _l("een afdeling"),
    WaitKind.MANAGEMENT: _l("de leiding"),
    WaitKind.COUNCIL: _l("de gemeenteraad"),
    WaitKind.OTHER_ORGANISATION: _l("een andere organisatie"),
}

REOPEN_REASONS: Words = {
    ReopenReason.REPORTER_SAYS_SO: _l("De melder zegt dat het niet is opgelost"),
    ReopenReason.CAME_BACK: _l("Het probleem kwam terug"),
    ReopenReason.CLOSED_BY_MISTAKE: _l("De melding was per ongeluk afgerond"),
}

HANDOVER_REASONS: Words = {
    HandoverReason.NOT_OURS: _l("Een ander gaat hierover"),
    HandoverReason.EXPERTISE: _l("Een ander weet hier meer van"),
    HandoverReason.MANDATE: _l("Alleen een ander mag dit besluiten"),
    HandoverReason.MONEY: _l("Een ander heeft het geld"),
    HandoverReason.WORKLOAD: _l("Hier is geen tijd"),
    HandoverReason.OTHER: _l("Een andere reden"),
}

STANCES: Words = {
    Stance.OURS: _l("Wij zijn het"),
    Stance.NOT_OURS: _l("Wij zijn het niet"),
    Stance.SHARED: _l("Wij samen met een ander"),
}

LAW_BASES: Words = {
    LawBasis.YOUTH_ACT: _l("Jeugdwet: het woonplaatsbeginsel"),
    LawBasis.SOCIAL_SUPPORT_ACT: _l("Wmo: de gemeente waar iemand woont"),
    LawBasis.PARTICIPATION_ACT: _l("Participatiewet: de gemeente waar iemand woont"),
    LawBasis.EDUCATION_ACT: _l("Onderwijswetten: leerplicht en leerlingenvervoer"),
    LawBasis.OTHER: _l("Een andere wet of afspraak"),
}

FIELDS |= {
    "decision_owner": _l("Wie mag beslissen"),
    "decision_owner_name": _l("Welke functie of organisatie"),
    "unit": _l("Afdeling (nummer)"),
    "kind": _l("Soort"),
    "party": _l("Welke organisatie"),
    "answer": _l("Antwoord"),
    "due_on": _l("Graag antwoord uiterlijk op"),
    "person": _l("Wie (nummer)"),
    "plan": _l("Plan"),
    "deputy": _l("Vervanger (nummer)"),
    "summary": _l("Samenvatting voor afdelingen"),
    "cause": _l("Oorzaak"),
    "cause_note": _l("Uitleg bij de oorzaak"),
    "incentive": _l("Verkeerde prikkel (nummer)"),
    "description": _l("Omschrijving"),
    "reopen_reason": _l("Waarom weer open"),
    "reopen_text": _l("Uitleg aan de melder"),
    "handover_reason": _l("Waarom overdragen"),
    "law_basis": _l("Wet"),
    "law_explanation": _l("Uitleg bij de wet"),
    "resolver": _l("Wie besliste"),
    "outcome_why": _l("Waarom deze gemeente"),
}

register_subject(
    "incentive", _l("Verkeerde prikkel"), lambda row: absolute("aanjaagteam.incentive", incentive_id=row)
)
register_titles(
    "incentive",
    {
        "incentive_added": _l("Opgeschreven"),
        "incentive_changed": _l("Veranderd"),
        "incentive_retired": _l("Weggenomen"),
        "incentive_returned": _l("Terug op de lijst"),
    },
    kinds={"incentive_retired": "positive"},
)
register_titles(
    "report",
    {
        "reopen": _l("Weer geopend"),
        "decision_owner_set": _l("Vastgelegd wie mag beslissen"),
        "wait_started": _l("Wacht nu op iemand"),
        "wait_changed": _l("Vraag aan wie moet antwoorden is veranderd"),
        "wait_ended": _l("Wacht daar niet meer op"),
        "plan_changed": _l("Nieuw plan"),
        "deputy_changed": _l("Andere vervanger"),
        "summary_changed": _l("Samenvatting voor afdelingen veranderd"),
        "cause_set": _l("Oorzaak vastgelegd"),
        "adopted": _l("Een medewerker trekt zich dit aan"),
        "adoption_ended": _l("De medewerker geeft het terug"),
        "handed_over": _l("Overgedragen"),
        "dispute_opened": _l("Gemeenten zijn het niet eens wie het moet doen"),
        "dispute_changed": _l("Standpunten van gemeenten veranderd"),
        "dispute_resolved": _l("Duidelijk welke gemeente het moet doen"),
        "dispute_resolved_outside": _l("Duidelijk: iemand buiten de regio moet het doen"),
    },
    kinds={
        "reopen": "warning",
        "wait_started": "warning",
        "wait_ended": "info",
        "handed_over": "info",
        "adopted": "positive",
        "dispute_opened": "warning",
        "dispute_resolved": "positive",
        "dispute_resolved_outside": "positive",
    },
)

# what the team does next, by state
NEXT_STEPS: Words = {
    State.NEW: _l("Lees het verhaal en beoordeel de melding."),
    State.TRIAGED: _l("Zoek iemand van het team die dit oppakt."),
    State.TAKEN_UP: _l("Zorg dat er een besluit komt, en leg het vast."),
    State.DECIDED: _l("Zorg dat het proces zelf verandert. Leg dat vast."),
    State.PROCESS_CHANGED: _l("Begin met meten of het helpt."),
    State.MEASURING: _l("Kijk of het helpt, en rond dan af."),
}

"""The Dutch words for kinds of initiatives, for who writes along, and for the age of a writer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.states import CouncilOutcome, InitiativeKind, PlaceState
from civic.initiatives.states.people import AgeBand, CoState

KIND_NAMES = {
    InitiativeKind.CITIZEN_INITIATIVE: _l("Burgerinitiatief"),
    InitiativeKind.AGENDA_REQUEST: _l("Agendaverzoek"),
    InitiativeKind.RIGHT_TO_CHALLENGE: _l("Uitdaagrecht"),
    InitiativeKind.RESIDENT_PROJECT: _l("Bewonersproject"),
}
# what people want decides the kind; nobody has to know the words above
KIND_WISHES = {
    InitiativeKind.CITIZEN_INITIATIVE: _l("De gemeenteraad moet een besluit nemen"),
    InitiativeKind.AGENDA_REQUEST: _l("De gemeenteraad moet erover praten"),
    InitiativeKind.RIGHT_TO_CHALLENGE: _l("Wij willen een taak van de gemeente overnemen"),
    InitiativeKind.RESIDENT_PROJECT: _l("We gaan het zelf doen"),
}
KIND_MEANINGS = {
    InitiativeKind.CITIZEN_INITIATIVE: _l("De bewoners vragen de raad om een besluit."),
    InitiativeKind.AGENDA_REQUEST: _l("De bewoners vragen de raad om hierover te praten."),
    InitiativeKind.RIGHT_TO_CHALLENGE: _l("De bewoners willen een taak van de gemeente overnemen."),
    InitiativeKind.RESIDENT_PROJECT: _l("De bewoners doen dit zelf. Er is geen steun of besluit nodig."),
}
KIND_SLUGS = {
    "burgerinitiatief": InitiativeKind.CITIZEN_INITIATIVE,
    "agendaverzoek": InitiativeKind.AGENDA_REQUEST,
    "uitdaagrecht": InitiativeKind.RIGHT_TO_CHALLENGE,
    "bewonersproject": InitiativeKind.RESIDENT_PROJECT,
}
SLUG_OF = {kind: slug for slug, kind in KIND_SLUGS.items()}
AGE_BANDS = {
    AgeBand.ADULT: _l("18 jaar of ouder"),
    AgeBand.FROM_16: _l("16 of 17 jaar"),
    AgeBand.FROM_12: _l("12 tot en met 15 jaar"),
    AgeBand.UNDER_12: _l("Jonger dan 12 jaar"),
}
CO_STATES = {
    CoState.INVITED: _l("Nog geen antwoord"),
    CoState.ACCEPTED: _l("Schrijft mee"),
    CoState.DECLINED: _l("Doet niet mee"),
    CoState.LEFT: _l("Doet niet meer mee"),
}
CO_KINDS = {
    CoState.INVITED: "info",
    CoState.ACCEPTED: "positive",
    CoState.DECLINED: "neutral",
    CoState.LEFT: "neutral",
}
# the college answers a challenge, not the council
CHALLENGE_STATES = {
    PlaceState.ACCEPTED: _l("Het college gaat besluiten"),
    PlaceState.SCHEDULED: _l("De dag van het besluit is bekend"),
    PlaceState.DECIDED: _l("Het college heeft besloten"),
}
CHALLENGE_OUTCOMES = {
    CouncilOutcome.ADOPTED: _l("Het college zegt ja"),
    CouncilOutcome.PARTLY: _l("Het college zegt voor een deel ja"),
    CouncilOutcome.REJECTED: _l("Het college zegt nee"),
    CouncilOutcome.PASSED_ON: _l("Het college geeft het door aan wie erover gaat"),
}
CHALLENGE_WAITS = {
    PlaceState.ENOUGH: _l("Nu is de schrijver aan zet: het voorstel naar het college sturen."),
    PlaceState.ACCEPTED: _l("Nu is het college aan zet: een besluit nemen."),
    PlaceState.SCHEDULED: _l("Nu is het college aan zet: een besluit nemen."),
}

events.register_titles(
    "initiative",
    {
        "invite": _l("Iemand is gevraagd om mee te schrijven"),
        "co_accept": _l("Iemand schrijft mee"),
        "co_decline": _l("Iemand schrijft niet mee"),
        "co_leave": _l("Iemand stopte met meeschrijven"),
        "co_remove": _l("Iemand schrijft niet meer mee"),
        "ask_hand_over": _l("De schrijver vroeg iemand om het over te nemen"),
        "hand_over": _l("Iemand anders is nu de schrijver"),
        "keep_author": _l("De schrijver blijft dezelfde"),
        "ask_consent": _l("Een ouder of voogd is om toestemming gevraagd"),
        "give_consent": _l("Een ouder of voogd gaf toestemming"),
        "withdraw_consent": _l("Een ouder of voogd trok de toestemming in"),
        "keep_words": _l("De schrijver koos voor deze woorden"),
    },
)

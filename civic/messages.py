"""The sentence for each domain error code: one place, plain Dutch, says what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.errors import DomainError

SENTENCES = {
    "desk_first": _l("De griffie kijkt hier eerst naar. Stuur uw voorstel naar de griffie."),
    "signing_paused": _l("Steunen kan nu even niet. Op de pagina ziet u waarom."),
    "changed_meanwhile": _l("Iemand anders was u net voor. Bekijk eerst wat er veranderd is."),
    "not_in_this_state": _l("Er is iets veranderd. Op de pagina ziet u wat nu wel kan."),
    "too_many": _l("U deed dit te vaak achter elkaar. Wacht %(minutes)s minuten en probeer het dan weer."),
    "last_administrator": _l("Dit is de laatste beheerder. Geef eerst iemand anders deze rol."),
    "code_used": _l("Met deze code heeft iemand anders zich al aangemeld. Bel ons als dat niet klopt."),
    "registration_closed": _l("Aanmelden kan nu niet. Misschien is de laatste dag voorbij."),
    "registration_fixed": _l("De groep is vastgezet. Deze aanmelding verandert niet meer."),
    "link_lapsed": _l("Deze link werkt niet meer. Vraag een nieuwe aan."),
    "draw_running": _l("De computer is nog bezig met een loting van dit panel. Wacht daarop of stop die."),
    "draw_is_open": _l("Er loopt een loting in het openbaar. Wacht op de uitslag, of neem de loting terug."),
    "round_passed": _l("Het lotingsgetal is er al, of kan er al zijn. Daarom kan dit niet meer."),
    "round_near": _l(
        "Terugnemen kan tot een half uur voor het lotingsgetal. Getuigen moeten het nog tekenen. "
        "Een griffier kan de loting nog ongeldig verklaren."
    ),
    "round_not_yet": _l("Het lotingsgetal is er nog niet. Wacht tot het moment van de loting."),
    "log_behind": _l("Het logboek wordt nog bijgewerkt. Probeer het over een minuut weer."),
    "newer_draw": _l("Er is al een latere loting van dit panel. Begin daarmee."),
    "own_proposal": _l("U stelde deze loting zelf voor. Een andere lotingsbeheerder moet besluiten."),
    "own_witness": _l("U stelde deze getuige zelf voor. Een andere beheerder moet besluiten."),
    "practice_refused": _l("Hier mag niet met oefengetallen worden geloot. Iedereen kent die vooraf."),
    "seats_closed": _l("Op deze uitnodiging kan niemand meer antwoorden. Bel ons als dat niet klopt."),
    "seat_given_away": _l("Deze plaats is niet meer vrij. Bel ons als dat niet klopt."),
    "collection_over": _l("Steunen kan nu niet. Misschien is de laatste dag voorbij."),
    "support_withdrawn": _l("Deze steun is ingetrokken. Wilt u toch steunen? Vul het formulier opnieuw in."),
    "support_invalidated": _l("Deze steun telt niet mee. Open de link in uw mail: daar leest u waarom."),
    "own_sheet": _l("U typte deze lijst zelf over. Een andere medewerker moet ernaar kijken."),
    "sample_open": _l("Er loopt al een steekproef in deze gemeente. Maak die eerst af."),
    "sample_unfinished": _l("Nog niet alle regels zijn bekeken. Vul eerst bij elke regel iets in."),
    "conversation_closed": _l("Reageren kan hier nu niet."),
    "thread_is_full": _l("Op deze reactie staan al heel veel antwoorden. Begin een nieuwe reactie."),
    "too_late_to_edit": _l("Wijzigen kan tot een kwartier na het plaatsen. Weghalen kan nog wel."),
    "own_decision": _l("U besloot hier zelf over. Een collega moet nu kijken."),
    "merge_busy": _l("Een van de twee schrijvers praat al met iemand anders. Probeer het later weer."),
    "merge_refused": _l("De andere schrijver zei nee. Alleen die kan het nu nog voorstellen."),
    "merge_too_late": _l("Er is te weinig tijd over om iedereen die steunde te vragen."),
    "merge_other_text": _l("De tekst is net veranderd. Lees hem eerst opnieuw."),
    "no_decision_owner": _l("Kies eerst wie hierover mag beslissen. Dat doet u bij de beoordeling."),
    "too_many_messages": _l("U schreef vandaag al vaak. Morgen kunt u weer schrijven."),
    "is_closed": _l("Deze melding is al klaar. Dit kan nu niet meer."),
    "already_escalated": _l("Deze melding is al opgeschaald. Op de pagina ziet u waar hij ligt."),
    "already_accepted": _l("Iemand anders nam dit net aan. Op de pagina ziet u wie."),
    "climbed_meanwhile": _l("Deze melding ligt nu op een andere trede van de ladder."),
    "group_closed": _l("Deze groep is gestopt. Bel ons als u vragen hebt."),
    "consent_given": _l("Uw ouder of voogd gaf al toestemming."),
    "other_mailbox": _l("Deze uitnodiging is voor een ander mailadres. Log in met dat adres."),
    "invalid": _l("Er klopt iets niet aan uw antwoorden. Ga terug en verbeter ze."),
}


def sentence_for(error: DomainError) -> str:
    return str(SENTENCES.get(error.code, SENTENCES["not_in_this_state"])) % error.parameters

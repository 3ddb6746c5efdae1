"""The sentence for each domain error code: one place, plain Dutch, says what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.errors import DomainError

SENTENCES = {
    "changed_meanwhile": _l("Iemand anders was u net voor. Bekijk eerst wat er veranderd is."),
    "not_in_this_state": _l("Dit kan nu niet meer. Bekijk de pagina om te zien wat wel kan."),
    "too_many": _l("U deed dit te vaak achter elkaar. Wacht %(minutes)s minuten en probeer het dan weer."),
    "last_administrator": _l("Dit is de laatste beheerder. Geef eerst iemand anders deze rol."),
    "code_used": _l("Met deze code heeft iemand anders zich al aangemeld. Bel ons als dat niet klopt."),
    "registration_closed": _l("Aanmelden kan nu niet. Misschien is de laatste dag voorbij."),
    "registration_fixed": _l("De groep is vastgezet. Deze aanmelding verandert niet meer."),
    "link_lapsed": _l("Deze link werkt niet meer. Vraag een nieuwe aan."),
    "invalid": _l("Er klopt iets niet aan uw antwoorden. Ga terug en verbeter ze."),
}


def sentence_for(error: DomainError) -> str:
    return str(SENTENCES.get(error.code, SENTENCES["not_in_this_state"])) % error.parameters

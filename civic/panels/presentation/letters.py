"""Words for letters: events, states, failures, remarks about the language."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_subject, register_titles
from civic.panels.service.letters_content import LANGUAGES
from civic.plain_dutch import Remark, remarks

register_subject("panel_letter_order", _l("Brieven"))
register_titles(
    "panel",
    {
        "letter_text_saved": _l("Tekst van de brief bewaard"),
        "letter_insert_saved": _l("Bijlage in een andere taal bewaard"),
        "letter_insert_removed": _l("Bijlage in een andere taal weggehaald"),
    },
)
register_titles(
    "panel_letter_order",
    {
        "letters_ordered": _l("%(letters)s brieven aangevraagd"),
        "letters_started": _l("Begonnen met brieven maken"),
        "letters_resumed": _l("Verder gegaan met brieven maken"),
        "letters_made": _l("%(letters)s brieven klaar"),
        "letters_failed": _l("Brieven maken mislukt"),
        "letters_retried": _l("Opnieuw geprobeerd"),
        "letters_read": _l("Brieven opgehaald"),
        "letters_destroyed": _l("Adressen, brieven en sleutel vernietigd"),
    },
    kinds={
        "letters_ordered": "info",
        "letters_made": "positive",
        "letters_failed": "negative",
        "letters_resumed": "warning",
    },
)

PLACEHOLDER_WORDS = {
    "naam": _l("de naam van de persoon"),
    "gemeente": _l("de naam van de gemeente"),
    "regio": _l("de naam van de regio"),
    "panel": _l("de naam van het panel"),
    "vraag": _l("de vraag aan het panel"),
    "sluitingsdag": _l("de laatste dag om mee te doen"),
    "telefoon": _l("het telefoonnummer van de regio"),
    "website": _l("het adres om aan te melden"),
    "code": _l("de persoonlijke code"),
}


def remark_text(remark: Remark) -> str:
    if remark.kind == "word":
        return str(
            _("“%(word)s” is een moeilijk woord. Beter: %(use)s.", word=remark.found, use=remark.advice)
        )
    sentence = _("Lange zin (%(n)s woorden): “%(start)s”", n=remark.words, start=remark.found)
    return str(sentence)


def remark_texts(*texts: str) -> list[str]:
    """What could be plainer in these texts, as sentences."""
    return [remark_text(one) for text in texts for one in remarks(text)]


def language_names() -> dict[str, str]:
    """{code: what the language is called in that of the reader}, in alphabetical order."""
    known = (get_locale() or Locale("nl")).languages
    names = {code: str(known.get(code, own)).capitalize() for code, own in LANGUAGES.items()}
    return dict(sorted(names.items(), key=lambda one: one[1]))


def failure_text(code: str | None) -> str:
    texts = {
        "no_typst": _(
            "Het programma dat brieven maakt, ontbreekt op deze computer. Vraag uw beheerder om hulp."
        ),
        "cannot_typeset": _(
            "De computer kon een brief niet maken. Kijk of de tekst klopt en probeer het opnieuw."
        ),
        "too_many_attempts": _("Het maken is drie keer afgebroken. Probeer het opnieuw."),
        "addresses_gone": _("De adressen zijn al vernietigd. Plaats het bestand opnieuw."),
        "codes_gone": _("De codes zijn er niet meer. Misschien zijn de brieven al gepost."),
    }
    return str(texts.get(code or "", _("Er ging iets mis. Probeer het opnieuw.")))

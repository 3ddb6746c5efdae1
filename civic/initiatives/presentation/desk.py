"""The Dutch words of the desk: kinds of work, reasons, help, hours, and what its steps are called."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events import presentation as events
from civic.initiatives.models import Initiative
from civic.initiatives.presentation import MORE_REASONS, OTHER_DOORS
from civic.initiatives.states import RefuseReason
from civic.initiatives.states.desk import BuddyState, HideReason, HoursKind, PauseReason

# the kinds of lines in the inbox; other parts of the house add theirs
INBOX_KINDS: dict[str, Any] = {
    "desk": _l("Controle vooraf"),
    "council": _l("Voor de raad"),
    "buddy": _l("Vraag om een maatje"),
    "sheet": _l("Papieren lijsten"),
    "comment": _l("Reacties"),
    "conversation": _l("Belofte bij reacties"),
    "fraud": _l("Steun die opvalt"),
}
REASONS_BEFORE = {
    RefuseReason.NOT_THE_COUNCIL: _l("De gemeente gaat hier niet over."),
    RefuseReason.DECIDED_RECENTLY: _l("De raad besloot hier kort geleden al over."),
    RefuseReason.EXCLUDED: _l("Het onderwerp mag volgens de verordening niet."),
}
# where somebody can go with it instead
DOORS_BEFORE = {
    RefuseReason.NOT_THE_COUNCIL: OTHER_DOORS["no_council_competence"],
    RefuseReason.DECIDED_RECENTLY: OTHER_DOORS["repeat_bar"],
    RefuseReason.EXCLUDED: _l("Bel de griffie. Die weet waar u wel terechtkunt."),
}
HIDE_REASONS = {
    HideReason.PERSONAL_DATA: _l("Er staan gegevens van iemand anders in."),
    HideReason.INSULT: _l("Er staat iets in dat mensen beledigt."),
    HideReason.UNLAWFUL: _l("De tekst mag niet volgens de wet."),
    HideReason.ADVERTISING: _l("Het is reclame."),
    HideReason.NOT_OWN_NAME: _l("Het staat op naam van iemand die dat niet wil."),
    HideReason.WRITER_ASKED: _l("De schrijver vroeg het."),
}
PAUSE_REASONS = {
    PauseReason.FRAUD_CHECK: _l("We kijken of alle steun klopt."),
    PauseReason.MISTAKE_IN_TEXT: _l("Er zit een fout in de tekst. Die wordt eerst verbeterd."),
    PauseReason.TECHNICAL: _l("Er is een storing."),
    PauseReason.COURT: _l("De rechter moet eerst iets beslissen."),
    PauseReason.PAGE_HIDDEN: _l("De pagina staat niet op de site."),
    PauseReason.EVERYTHING: _l("Op de hele site staat het steunen even stil."),
}
BUDDY_STATES = {
    BuddyState.ASKED: _l("De schrijver vraagt een maatje"),
    BuddyState.INVITED: _l("Gevraagd, nog geen antwoord"),
    BuddyState.ACCEPTED: _l("Er is een maatje"),
    BuddyState.ENDED: _l("Gestopt"),
}
HOURS_KINDS = {
    HoursKind.MUNICIPAL: _l("Uren van de gemeente"),
    HoursKind.VOLUNTEER: _l("Uren van vrijwilligers"),
}
MORE_REASONS |= {reason.value: text for reason, text in (*HIDE_REASONS.items(), *PAUSE_REASONS.items())}

MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PHONE = re.compile(r"(?<!\d)(?:\+31|0)[\d \-]{8,13}\d")
LONG_NUMBER = re.compile(r"(?<!\d)\d{9}(?!\d)")


def worries(initiative: Initiative) -> list[str]:
    """What an official should look at twice: it reads like something that does not belong on a page."""
    text = f"{initiative.title}\n{initiative.wish}\n{initiative.plan}"
    asked = (
        (MAIL_ADDRESS, _("Er staat een mailadres in de tekst.")),
        (PHONE, _("Er staat een telefoonnummer in de tekst.")),
        (LONG_NUMBER, _("Er staat een getal van negen cijfers in. Is dat een burgerservicenummer?")),
    )
    return [sentence for pattern, sentence in asked if pattern.search(text)]


def hours(minutes: int) -> str:
    """90 minutes is "1,5"."""
    return str(format_decimal(round(minutes / 60, 2)))


events.register_deadlines(
    {
        "desk_check": _l("een antwoord van de griffie op het voorstel"),
        "desk_repair": _l("een verbeterd voorstel van de schrijver"),
    }
)
events.register_titles(
    "initiative",
    {
        "offer": _l("Naar de griffie gestuurd, om te laten controleren"),
        "return": _l("De griffie vroeg de schrijver om iets te veranderen"),
        "refuse": _l("De griffie plaatste het voorstel niet"),
        "take_back": _l("Het voorstel werd weer een concept"),
        "reach_through_together": _l("Genoeg steun, omdat alle gemeenten samen genoeg hebben"),
        "hide": _l("Van de site gehaald"),
        "show_again": _l("Staat weer op de site"),
        "clock_paused": _l("Steunen is stilgezet"),
        "clock_resumed": _l("Steunen kan weer. De laatste dag is opgeschoven."),
        "name_contact": _l("Er is een vaste contactpersoon bij de griffie"),
        "name_deputy": _l("Andere vervanger van de contactpersoon"),
        "ask_buddy": _l("De schrijver vroeg een maatje"),
        "invite_buddy": _l("Iemand gevraagd als maatje"),
        "accept_buddy": _l("Er is een maatje"),
        "decline_buddy": _l("De gevraagde persoon wil geen maatje zijn"),
        "end_buddy": _l("Het maatje stopte"),
        "stop_buddy_search": _l("Er wordt geen maatje meer gezocht"),
        "add_help": _l("De gemeente helpt mee"),
        "drop_help": _l("Een regel over hulp weggehaald"),
        "log_hours": _l("Uren opgeschreven"),
        "drop_hours": _l("Uren weggehaald"),
    },
    kinds={
        "offer": "info",
        "return": "warning",
        "refuse": "warning",
        "reach_through_together": "positive",
        "hide": "warning",
        "clock_paused": "warning",
        "clock_resumed": "positive",
        "name_contact": "info",
        "accept_buddy": "positive",
        "add_help": "positive",
    },
)

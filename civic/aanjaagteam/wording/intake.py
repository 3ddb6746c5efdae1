"""What a reporter reads: kinds, questions, where it came from; and why two reports may be about the same."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.states.intake import ORIGIN_PAGES

KINDS: dict[ReportKind, Any] = {
    ReportKind.SLUGGISH: _l("Iets loopt vast"),
    ReportKind.DOUBLE_QUESTION: _l("Dezelfde vraag twee keer"),
    ReportKind.IMPROVEMENT: _l("Voorstel van een medewerker"),
}

REQUIRED: dict[str, Any] = {
    "question": _l("Schrijf op welke vraag u twee keer kreeg."),
    "step_a": _l("Schrijf op wie het eerst vroeg."),
    "step_b": _l("Schrijf op wie het nog een keer vroeg."),
}

# why a report stands in the list of a case
NEAR: dict[str, Any] = {
    "story": _l("Lijkt op wat de melder schreef"),
    "title": _l("Lijkt op de titel"),
    "process": _l("Zelfde proces"),
    "unit": _l("Zelfde afdeling"),
}

# by address, so that nobody has to know the numbers
_PAGES: dict[str, Any] = {
    "/": _l("Startpagina"),
    "/initiatieven": _l("Initiatieven"),
    "/initiatieven/kaart": _l("Kaart van initiatieven"),
    "/initiatieven/cijfers": _l("Cijfers over initiatieven"),
    "/initiatieven/open-data": _l("Open data van initiatieven"),
    "/initiatieven/clusters": _l("Groepen van initiatieven"),
    "/initiatieven/niet-geplaatst": _l("Niet geplaatste initiatieven"),
    "/initiatieven/lijkt-op": _l("Wat lijkt op uw idee?"),
    "/panels": _l("Panels"),
    "/meldingen": _l("Meldingen"),
    "/hulp": _l("Contact en hulp"),
    "/over": _l("Over deze site"),
    "/privacy": _l("Privacy"),
    "/toegankelijkheid": _l("Toegankelijkheid"),
    "/regels": _l("Regels per gemeente"),
    "/verifieer": _l("Controleer ons logboek"),
    "/broncode": _l("Broncode"),
    "/hoe-weet-ik-dat-het-eerlijk-is": _l("Eerlijk loten"),
    "/inloggen": _l("Inloggen"),
}
PAGES: dict[int, Any] = {number: _PAGES[path] for number, path in ORIGIN_PAGES.items()}

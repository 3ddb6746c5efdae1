"""What a line on "Wat op mij wacht" is called. Each part adds its own kind (`Item.kind` of its source)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "wait": _l("Wacht op antwoord"),
    "escalation": _l("Opgeschaald"),
    "consult": _l("Meedenken"),
    "consult_call": _l("Verder bellen"),
    "check": _l("Kijk of het is uitgevoerd"),
    "message": _l("Bericht van de melder"),
    "promise": _l("Beloofde dag"),
    "process": _l("Pas het proces aan"),
    "ends": _l("Het besluit loopt af"),
    "ended": _l("Het besluit is verlopen"),
    "not_solved": _l("Melder zegt: niet opgelost"),
    "case": _l("Uw melding"),
}

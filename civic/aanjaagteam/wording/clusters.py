"""What people read about groups of like reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_titles

register_titles(
    "report",
    {
        "clustered": _l("In een groep gezet, onder melding %(head)s"),
        "unclustered": _l("Uit de groep van melding %(head)s gehaald"),
        "decision_shared": _l("Verteld over het besluit van melding %(head)s"),
        "pattern_reached": _l("Geen uitzondering meer maar een patroon: %(count)s keer in 90 dagen"),
    },
    kinds={"pattern_reached": "warning"},
)

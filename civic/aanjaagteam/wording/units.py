"""What happens to a part of the organisation, on a timeline."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_subject, register_titles
from civic.links import absolute

register_subject("unit", _l("Afdeling"), lambda row: absolute("aanjaagteam.unit_edit", unit_id=row))
register_titles(
    "unit",
    {
        "unit_added": _l("Afdeling toegevoegd"),
        "unit_changed": _l("Afdeling veranderd"),
        "unit_closed": _l("Afdeling gesloten"),
        "unit_opened": _l("Afdeling weer geopend"),
        "member_added": _l("Collega toegevoegd"),
        "member_changed": _l("Gegevens van een collega veranderd"),
    },
)

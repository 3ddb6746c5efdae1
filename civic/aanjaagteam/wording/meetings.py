"""What people read about talks, agendas, the page for an alderman and the members of the team."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from civic.aanjaagteam.states.meetings import TableBody, TableResult
from civic.aanjaagteam.wording.core import FIELDS, Words
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute

BODIES: Words = {
    TableBody.MANAGEMENT: _l("Managementoverleg"),
    TableBody.DIRECTORATE: _l("Directie"),
    TableBody.COLLEGE: _l("College"),
    TableBody.COUNCIL: _l("Gemeenteraad"),
}
# the same in an address
BODY_SLUGS: dict[str, TableBody] = {
    "management": TableBody.MANAGEMENT,
    "directie": TableBody.DIRECTORATE,
    "college": TableBody.COLLEGE,
    "raad": TableBody.COUNCIL,
}
SLUG_OF = {organ: slug for slug, organ in BODY_SLUGS.items()}
TABLE_RESULTS: Words = {
    TableResult.DISCUSSED: _l("Besproken"),
    TableResult.POSTPONED: _l("Niet aan toegekomen"),
}
TABLE_KINDS: dict[TableResult, str] = {
    TableResult.DISCUSSED: "positive",
    TableResult.POSTPONED: "warning",
}

FIELDS.update(
    {
        "held_on": _l("Dag van het gesprek"),
        "attendees": _l("Wie erbij waren"),
        "knows_case": _l("Kennen de zaak zelf"),
        "organ": _l("Aan welke tafel"),
        "table_on": _l("Op welke dag"),
        "asked": _l("Wat u vraagt"),
        "said": _l("Wat eruit kwam"),
        "heading": _l("Kop"),
        "situation": _l("Wat er vastloopt"),
        "tried": _l("Wat al is geprobeerd"),
        "cost": _l("Wat het kost"),
        "cost_basis": _l("Hoe u dat weet"),
        "sent_to": _l("Aan wie"),
        "sent_on": _l("Gegeven op"),
        "acknowledged_on": _l("Gelezen op"),
    }
)
register_titles(
    "report",
    {
        "content_meeting": _l("Gesprek met mensen die de zaak kennen"),
        "on_table": _l("Op de agenda gezet"),
        "table_discussed": _l("Besproken aan tafel"),
        "table_postponed": _l("Stond op de agenda, maar is niet besproken"),
        "brief_written": _l("Bestuursnotitie geschreven"),
        "brief_sent": _l("Bestuursnotitie gegeven"),
        "brief_acknowledged": _l("Bestuursnotitie gelezen"),
    },
    kinds={
        "on_table": "info",
        "table_discussed": "positive",
        "table_postponed": "warning",
        "brief_acknowledged": "positive",
    },
)
register_subject("team_member", _l("Lid van het team"), lambda _row: absolute("aanjaagteam.team_members"))
register_titles(
    "team_member",
    {"member_added": _l("Lid erbij gezet"), "member_changed": _l("Gegevens van een lid veranderd")},
)

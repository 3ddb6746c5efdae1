"""What roles and the events of an account are called, in plain Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.accounts.models import RoleGrant
from civic.accounts.states import Role

ROLE_NAMES = {
    Role.RESIDENT: _l("inwoner"),
    Role.INITIATIVE_DESK: _l("initiatievenloket"),
    Role.LOTTERY_ADMINISTRATOR: _l("lotingsbeheerder"),
    Role.AANJAAGTEAM_MEMBER: _l("lid van het aanjaagteam"),
    Role.EMPLOYEE: _l("medewerker"),
    Role.EDITOR: _l("redacteur"),
    Role.COUNCIL_OFFICE: _l("griffie"),
    Role.CIVIL_REGISTRY: _l("burgerzaken"),
    Role.AUDITOR: _l("controleur"),
    Role.ADMINISTRATOR: _l("beheerder"),
}
ROLE_TASKS = {
    Role.RESIDENT: _l("Start en steunt initiatieven. Meldt wat stroef loopt."),
    Role.INITIATIVE_DESK: _l("Controleert voorstellen vooraf en helpt de schrijvers."),
    Role.LOTTERY_ADMINISTRATOR: _l("Maakt panels, stelt de groepen in en doet de loting."),
    Role.AANJAAGTEAM_MEMBER: _l("Pakt meldingen op en beslist wat ermee gebeurt."),
    Role.EMPLOYEE: _l("Stelt verbeteringen voor. Antwoordt als een melding op de eigen afdeling wacht."),
    Role.EDITOR: _l("Krijgt later eigen pagina’s."),
    Role.COUNCIL_OFFICE: _l("Brengt initiatieven naar de raad. Maakt nieuwe versies van de regels."),
    Role.CIVIL_REGISTRY: _l("Loot en verstuurt de brieven van de eigen gemeente."),
    Role.AUDITOR: _l("Leest de geschiedenis en controleert lotingen. Verandert niets."),
    Role.ADMINISTRATOR: _l("Geeft rollen aan collega’s en beheert de site."),
}
EVENT_TITLES = {
    "account_created": _l("Account gemaakt"),
    "role_given": _l("Rol gegeven"),
    "role_taken": _l("Rol afgenomen"),
    "second_factor_set": _l("Tweede stap ingesteld"),
    "second_factor_reset": _l("Tweede stap gewist"),
    "second_factor_passed": _l("Ingelogd met de tweede stap"),
    "recovery_code_used": _l("Herstelcode gebruikt"),
    "recovery_codes_renewed": _l("Nieuwe herstelcodes gemaakt"),
    "signed_out_everywhere": _l("Overal uitgelogd"),
    "data_exported": _l("Eigen gegevens gedownload"),
    "erasure_asked": _l("Gevraagd om alles te wissen"),
    "erased": _l("Naam en adres gewist"),
    "person_read": _l("Pagina bekeken door een beheerder"),
}
EVENT_KINDS = {"role_given": "positive", "role_taken": "warning", "second_factor_reset": "warning"}


def place_name(grant: RoleGrant) -> str:
    """Where a grant counts: the name of the municipality, or the whole region."""
    return grant.municipality.name if grant.municipality else _("de hele regio")


def role_in_words(data: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """The role an event is about ("griffie, Urk"), or "". `places` has names of municipalities by code."""
    if "role" not in data:
        return ""
    role = str(ROLE_NAMES[Role(data["role"])])
    code = data.get("municipality")
    return f"{role}, {places.get(code, code) if code else _('de hele regio')}"

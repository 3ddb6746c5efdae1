"""Words for the composition of a panel. (`presentation.composition` is a function of the package.)"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_titles
from civic.panels.states import EntryRoute, FeatureKind, SpreadRule

register_titles(
    "panel",
    {
        "theme_chosen": _l("Begonnen met een voorbeeld voor de samenstelling"),
        "constituencies_changed": _l("Geledingen gewijzigd"),
        "spread_changed": _l("Verdeling en marges gewijzigd"),
        "cells_changed": _l("Plaatsen per gemeente met de hand gewijzigd"),
        "feature_added": _l("Kenmerk toegevoegd"),
        "feature_changed": _l("Kenmerk gewijzigd"),
        "feature_removed": _l("Kenmerk weggehaald"),
        "figures_imported": _l("Cijfers van een kenmerk overgenomen"),
        "fix_composition": _l("Samenstelling vastgesteld"),
        "reopen_composition": _l("Samenstelling weer open voor wijzigingen"),
        "quota_relaxed": _l("Quota ruimer gemaakt"),
    },
    kinds={"fix_composition": "positive", "reopen_composition": "warning", "quota_relaxed": "warning"},
)

SPREADS: dict[SpreadRule, Any] = {
    SpreadRule.PROPORTIONAL: _l("Naar inwoners"),
    SpreadRule.SQUARE_ROOT: _l("Naar wortel"),
    SpreadRule.EQUAL: _l("Gelijk"),
}
SPREAD_HINTS: dict[SpreadRule, Any] = {
    SpreadRule.PROPORTIONAL: _l("Naar inwoners: een grote gemeente krijgt meer plaatsen."),
    SpreadRule.SQUARE_ROOT: _l("Naar wortel: kleine gemeenten krijgen iets meer dan hun deel."),
    SpreadRule.EQUAL: _l("Gelijk: elke gemeente krijgt evenveel."),
}
ROUTES: dict[EntryRoute, Any] = {
    EntryRoute.LOT: _l("Loting: mensen krijgen een brief"),
    EntryRoute.SELF_REGISTRATION: _l("Open aanmelding: mensen melden zich zelf"),
    EntryRoute.NOMINATION: _l("Voordracht: een organisatie draagt mensen voor"),
}
SHORT_ROUTES: dict[EntryRoute, Any] = {
    EntryRoute.LOT: _l("Loting"),
    EntryRoute.SELF_REGISTRATION: _l("Open aanmelding"),
    EntryRoute.NOMINATION: _l("Voordracht"),
}
KINDS: dict[FeatureKind, Any] = {
    FeatureKind.CHOICE: _l("Mensen kiezen een antwoord"),
    FeatureKind.AGE_BAND: _l("Leeftijd: de groep volgt uit de geboortedatum"),
}


def bounds_text(bounds: tuple[int, int]) -> str:
    """ "20\N{EN DASH}24", or "3" where both are the same."""
    low, high = bounds
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def share_text(per_mille: int | None) -> str:
    """ "49,6%"; a share that nobody knows is said in words."""
    if per_mille is None:
        return str(_("onbekend"))
    whole, rest = divmod(per_mille, 10)
    return f"{whole},{rest}%" if rest else f"{whole}%"

"""Who may reach the pages of the composition: lottery administrators, and nobody else."""

from __future__ import annotations

from typing import Any

from tests.access import LOTTERY_ADMINISTRATOR, Case
from tests.panels.makers_composition import bare_panel, composed_panel, feature, fixed_panel

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
TABLE = '"Geslacht";"Aantal"\n"Mannen";"10"\n"Vrouwen";"12"\n'


def build() -> dict[str, Case]:
    begun, whole, fixed = bare_panel(), composed_panel(), fixed_panel()
    panel: dict[str, Any] = {"panel_id": whole.id}
    gender = {**panel, "feature_id": feature(whole, "geslacht").id}
    gone = {**panel, "feature_id": feature(whole, "opleiding").id}
    figures = {"content": TABLE, "dimension": "Geslacht", "figures": "Aantal", "source": "CBS"}
    settings = {"spread": "equal", "floor": "1", "tolerance": "1", "minimum_age": "16"}
    settings |= {"pool_ratio": "3", "response_per_mille": "4"}
    return {
        "panels.composition": Case(ADMINISTRATORS, panel),
        "panels.composition_theme": Case(ADMINISTRATORS, {"panel_id": begun.id}, {"theme": "care"}),
        "panels.composition_constituencies": Case(ADMINISTRATORS, panel),
        "panels.composition_what_if": Case(ADMINISTRATORS, panel),
        "panels.composition_settings": Case(ADMINISTRATORS, panel, settings),
        "panels.composition_cells": Case(ADMINISTRATORS, panel),
        "panels.composition_ready_features": Case(ADMINISTRATORS, panel, {"ready": ["housing"]}),
        "panels.composition_own_feature": Case(ADMINISTRATORS, panel, {"name": "wijk", "kind": "choice"}),
        "panels.composition_feature": Case(ADMINISTRATORS, gender),
        "panels.composition_remove_feature": Case(ADMINISTRATORS, gone),
        "panels.composition_figures": Case(ADMINISTRATORS, gender),
        "panels.composition_use_figures": Case(ADMINISTRATORS, gender, figures),
        "panels.fix_composition": Case(ADMINISTRATORS, panel),
        "panels.reopen_composition": Case(
            ADMINISTRATORS, {"panel_id": fixed.id}, {"reason": "De gemeente wil meer plaatsen."}
        ),
    }

"""Who may reach the pages about letters, codes and extractions. The registry here is that of Lelystad."""

from __future__ import annotations

from civic.panels.service.invitations import codes_of
from civic.panels.states import Stage
from tests.access import CIVIL_REGISTRY, EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.panels.makers_invitations import (
    LELYSTAD,
    line,
    make_extraction,
    make_share,
    make_wave,
    panel_of,
)
from tests.panels.stages import prepared_panel

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
OWN_STAFF = frozenset({LOTTERY_ADMINISTRATOR, CIVIL_REGISTRY})
EXTRACTION = {
    "ground": "brp",
    "explanation": "Verordening basisregistratie 2024, artikel 4",
    "purpose": "Brieven met een uitnodiging voor het panel",
    "fields": ["name", "address"],
    "people": "20",
    "recipient": "Drukkerij De Polder",
    "extracted_on": "2026-11-23",
}


def build() -> dict[str, Case]:
    planning = prepared_panel(Stage.INVITATION)
    wave, dropped = make_wave(planning), make_wave(planning)
    pair = line(planning)
    numbers = {f"letters_{pair.municipality_id}_{pair.source_id}": "25", "closes_on": "2026-12-21"}
    reason = {"number": "3", "reason": "Er zijn te weinig aanmeldingen uit Almere."}
    opening = panel_of(make_share(stage=Stage.INVITATION))
    mine, posted = make_share(LELYSTAD), make_share(LELYSTAD)
    extraction = make_extraction(mine)
    share, one = {"share_id": mine.id}, {"panel_id": planning.id}
    code = {"code": codes_of(mine)[0], "action": "block", "reason": "lost"}
    return {
        "panels.invitations": Case(ADMINISTRATORS, one),
        "panels.plan_wave": Case(ADMINISTRATORS, one, {**numbers, **reason}),
        "panels.edit_wave": Case(ADMINISTRATORS, {**one, "wave_id": wave.id}, numbers),
        "panels.drop_wave": Case(ADMINISTRATORS, {**one, "wave_id": dropped.id}),
        "panels.issue_codes": Case(ADMINISTRATORS, {**one, "wave_id": wave.id}),
        "panels.open_registration": Case(ADMINISTRATORS, {"panel_id": opening.id}),
        "panels.shares": Case(OWN_STAFF),
        "panels.share": Case(OWN_STAFF, share),
        "panels.share_codes": Case(OWN_STAFF, share, is_page=False),
        "panels.post_share": Case(OWN_STAFF, {"share_id": posted.id}),
        "panels.block_code": Case(OWN_STAFF, share, code),
        "panels.extractions": Case(EVERYBODY, {"panel_id": mine.wave.panel_id}),
        "panels.own_extractions": Case(OWN_STAFF),
        "panels.log_extraction": Case(OWN_STAFF, share, EXTRACTION),
        "panels.destroy_extraction": Case(
            OWN_STAFF, {"extraction_id": extraction.id}, {"destroyed_on": "2026-11-23"}
        ),
    }

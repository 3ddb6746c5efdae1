"""Who may reach the staff pages and the files of a draw in public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app

from civic.panels.models import PublicDraw
from tests.access import AUDITOR, COUNCIL_OFFICE, EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.conftest import NOW
from tests.panels.makers_public_draws import (
    BALLS,
    REASON,
    committed_draw,
    drawn_draw,
    due_draw,
    proposed_draw,
    signature_of,
)

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
GRIFFIERS = frozenset({COUNCIL_OFFICE})
FOLLOWERS = ADMINISTRATORS | GRIFFIERS | {AUDITOR}


def build() -> dict[str, Case]:
    before = current_app.config["PRACTICE_CHAIN"]
    try:
        return _cases()
    finally:
        current_app.config["PRACTICE_CHAIN"] = before


def _cases() -> dict[str, Case]:
    """Every test works on a copy, so that one draw can be stopped, decided and followed."""
    waiting, open_draw, done, due = proposed_draw(), committed_draw(plan=BALLS), drawn_draw(), due_draw()
    day = (NOW + timedelta(days=5)).date().isoformat()
    plan = {"kind": "rehearsal", "panels": "100", "balls": "no", "day": day, "clock": "14:00"}
    reason = {"reason": REASON}
    code = {"code": "fout-in-de-lijst-met-aanmeldingen", **reason}
    return {
        "panels.propose_draw": Case(ADMINISTRATORS, {"panel_id": done.panel_id}, plan),
        "panels.follow_draw": Case(FOLLOWERS, _of(waiting)),
        "panels.decide_draw": Case(
            ADMINISTRATORS, _of(waiting), {"decision": "refuse", **reason}, is_page=False
        ),
        "panels.cancel_public_draw": Case(ADMINISTRATORS, _of(waiting)),
        "panels.enter_balls": Case(ADMINISTRATORS | GRIFFIERS, _of(open_draw), {"digits": "40"}),
        "panels.supersede_draw": Case(ADMINISTRATORS, _of(open_draw), reason),
        "panels.void_draw": Case(GRIFFIERS, _of(done), code),
        "panels.declare_fallback": Case(GRIFFIERS, _of(due), reason, is_page=False),
        "panels.enter_round": Case(EVERYBODY, _of(due), {"signature": signature_of(due)}),
        "panels.public_draw_file": Case(EVERYBODY, {**_of(done), "name": "manifest.json"}, is_page=False),
        "panels.public_draw_zip": Case(EVERYBODY, _of(done), is_page=False),
        "panels.auditor_list": Case(frozenset({AUDITOR}), _of(done), is_page=False),
    }


def _of(draw: PublicDraw) -> dict[str, Any]:
    return {"panel_id": draw.panel_id, "public_draw_id": draw.id}

"""Who may reach the public pages of a draw: everybody; the own page: who has the link."""

from __future__ import annotations

from tests.access import EVERYBODY, Case
from tests.panels.makers_draws_public import BALLS, panel_with_registrant
from tests.panels.makers_public_draws import drawn_draw

# the address of the link in the mail of this room's other cases is TOKEN: another registrant here
LINK = "9c" * 32


def build() -> dict[str, Case]:
    draw = drawn_draw(panel_with_registrant(LINK), BALLS, balls="47")
    panel = {"panel_id": draw.panel_id}
    one = {**panel, "public_draw_id": draw.id}
    own = {"token": LINK, "public_draw_id": draw.id}
    return {
        "panels.public_draws": Case(EVERYBODY, panel),
        "panels.public_draw": Case(EVERYBODY, one),
        "panels.hall": Case(EVERYBODY, one),
        "panels.check_draw": Case(EVERYBODY, one),
        "panels.public_composition_csv": Case(EVERYBODY, one, is_page=False),
        "panels.public_chances_csv": Case(EVERYBODY, one, is_page=False),
        "panels.public_draw_json": Case(EVERYBODY, one, is_page=False),
        "registrations.own_draw": Case(EVERYBODY, own),
        "registrations.own_draw_receipt": Case(EVERYBODY, own, is_page=False),
    }

"""Who may reach the pages that look outwards: everybody, and never a draft."""

from __future__ import annotations

from tests.access import EVERYBODY, Case
from tests.initiatives.factories import published


def build() -> dict[str, Case]:
    one = {"initiative_id": published().id}
    return {
        "initiatives.poster": Case(EVERYBODY, one, is_page=False),
        "initiatives.card": Case(EVERYBODY, one),
        "initiatives.feed": Case(EVERYBODY, is_page=False),
        "initiatives.timeline_feed": Case(EVERYBODY, one, is_page=False),
        "initiatives.open_data": Case(EVERYBODY),
        "initiatives.open_data_json": Case(EVERYBODY, is_page=False),
        "initiatives.open_data_csv": Case(EVERYBODY, is_page=False),
        "initiatives.figures": Case(EVERYBODY),
        "initiatives.figures_csv": Case(EVERYBODY, is_page=False),
    }

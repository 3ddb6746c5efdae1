"""Who may reach the figures: the team all of them, everybody the few on the public page."""

from __future__ import annotations

from tests.access import AANJAAGTEAM_MEMBER, EVERYBODY, Case

TEAM = frozenset({AANJAAGTEAM_MEMBER})


def build() -> dict[str, Case]:
    return {
        "aanjaagteam.team_figures": Case(TEAM),
        "aanjaagteam.figures_explained": Case(TEAM),
        "aanjaagteam.figures_csv": Case(TEAM, {"name": "stroom"}, is_page=False),
        "aanjaagteam.figure_rows": Case(TEAM),
        "aanjaagteam.figure_rows_csv": Case(TEAM, is_page=False),
        "aanjaagteam.public_figures": Case(EVERYBODY),
    }

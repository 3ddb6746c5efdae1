"""Who may reach the pages of intake that the team reads, and the block beside the form."""

from __future__ import annotations

from tests.access import AANJAAGTEAM_MEMBER, EVERYBODY, Case


def build() -> dict[str, Case]:
    return {
        "aanjaagteam.alike": Case(EVERYBODY, form={"story": "De vergunning voor ons terras ligt stil."}),
        "aanjaagteam.double_questions": Case(frozenset({AANJAAGTEAM_MEMBER})),
    }

"""Who may reach which endpoint of the rules per municipality."""

from __future__ import annotations

from tests.access import ADMINISTRATOR, COUNCIL_OFFICE, EVERYBODY, Case

PLACE = {"code": "GM0995"}  # Lelystad, where the council office of the table works
MANAGERS = frozenset({ADMINISTRATOR, COUNCIL_OFFICE})


def build() -> dict[str, Case]:
    return {
        "regions.rules_index": Case(EVERYBODY),
        "regions.rules": Case(EVERYBODY, args=PLACE),
        "regions.rule_sets": Case(MANAGERS),
        "regions.rule_set": Case(MANAGERS, args=PLACE),
        "regions.new_rule_set": Case(MANAGERS, args=PLACE, form={"source": "Verordening"}),
    }

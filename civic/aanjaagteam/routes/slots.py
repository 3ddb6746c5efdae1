"""Places on a page about one report where each part puts its own block, without knowing of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.one import people
from civic.accounts.models import User

Facts = Callable[[Report, User | None], dict[str, Any]]


@dataclass(frozen=True)
class Slot:
    """A block: where it comes (low first), its template, and what the template needs, as `block.<name>`."""

    order: int
    template: str
    facts: Facts


CASE: list[Slot] = []  # the case as the team reads it
CASE_ASIDE: list[Slot] = []  # what the team can do there
# what somebody sees who was asked something (`aanjaagteam.asked`; who may: queries/asked.py RELATIONS):
# never the story, the notes or the reporter
UNIT_VIEW: list[Slot] = []
FOLLOWED: list[Slot] = []  # what the reporter sees, with the code
PUBLIC: list[Slot] = []  # what everybody sees, of a published report; no form, it is cached


def blocks(slots: list[Slot], report: Report, user: User | None) -> list[tuple[str, dict[str, Any]]]:
    ordered = sorted(slots, key=lambda slot: slot.order)
    return [(slot.template, slot.facts(report, user)) for slot in ordered]


def unit_view(report: Report, user: User | None) -> dict[str, Any]:
    """What `aanjaagteam/_unit_view.html` needs."""
    names = people([report.owner_id, report.deputy_id])
    return {"report": report, "names": names, "blocks": blocks(UNIT_VIEW, report, user)}

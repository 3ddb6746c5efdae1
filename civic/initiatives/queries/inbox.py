"""Everything that waits for an official, in one list: each source adds its own lines.

A source takes the municipalities of the reader and answers in a fixed number of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from civic.accounts.states import Role


@dataclass(frozen=True)
class Item:
    """One line of the inbox: what lies where, since when, and what was promised."""

    kind: str  # of the source: "council", "desk", "sheet", "comment", …; its words are in presentation
    title: str
    municipality: str
    badge: tuple[str, Any]  # kind of badge and its text, as parts.badge takes them
    since: datetime
    due_on: date | None
    endpoint: str  # where it is handled
    arguments: dict[str, Any] = field(default_factory=dict)
    roles: frozenset[Role] | None = None  # who may open it, where not everybody with an inbox may
    escalated_to_id: int | None = None  # who was asked to take it over when the date had passed

    def is_late(self, day: date) -> bool:
        return self.due_on is not None and self.due_on < day

    def age_in_days(self, at: datetime) -> int:
        return (at - self.since).days


Source = Callable[[frozenset[int]], Iterable[Item]]
SOURCES: list[Source] = []  # filled when the queries of each part are imported


def everything(municipality_ids: Iterable[int]) -> list[Item]:
    """What is due first on top, then what waits longest."""
    mine = frozenset(municipality_ids)
    found = [item for source in SOURCES for item in source(mine)]
    return sorted(found, key=lambda item: (item.due_on is None, item.due_on or date.max, item.since))

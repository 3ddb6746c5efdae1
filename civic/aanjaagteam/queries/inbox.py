"""Everything that waits for one person, in one list: each part adds its own lines.

A source takes the reader, the units where the reader works and the moment, and answers in a fixed number of
statements. It gives only what this reader may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from civic.accounts.models import User
from civic.calendar import today


@dataclass(frozen=True)
class Item:
    """One line: what is asked, since when, until when, and where it is done."""

    kind: str  # of the source: "wait", "escalation", "consult", "check", "message"…; its words are in wording
    report_id: int | None
    title: str
    badge: tuple[str, Any]  # kind of badge and its text, as parts.badge takes them
    since: datetime
    due_on: date | None
    endpoint: str
    arguments: dict[str, Any] = field(default_factory=dict)
    is_mine: bool = True  # False: of my unit, nobody in particular

    def is_late(self, on: date) -> bool:
        return self.due_on is not None and self.due_on < on


Source = Callable[[User, frozenset[int], datetime], Iterable[Item]]
SOURCES: list[Source] = []  # filled when the queries of each part are imported


def waiting_for(user: User, unit_ids: frozenset[int], at: datetime) -> list[Item]:
    """What is due first on top, then what waits longest."""
    found = [item for source in SOURCES for item in source(user, unit_ids, at)]
    return sorted(found, key=lambda item: (item.due_on or date.max, item.since))


def late_count(items: Iterable[Item], at: datetime) -> int:
    return sum(item.is_late(today(at)) for item in items)

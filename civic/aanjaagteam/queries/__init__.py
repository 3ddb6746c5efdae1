"""Reads. Lists take explicit columns and keyset pages: the number of statements never depends on the size."""

from __future__ import annotations

from civic.aanjaagteam.queries.one import (
    Note,
    Waited,
    current_decision,
    decisions_of,
    first_answer,
    last_day,
    members_for,
    notes_of,
    people,
    place_name,
    report_of_hash,
    waited,
    waited_days,
)
from civic.aanjaagteam.queries.pages import PAGE_SIZE, Order, Page, Place
from civic.aanjaagteam.queries.public import (
    GROUPS,
    Figures,
    PublicFilter,
    PublicRow,
    RecentDecision,
    figures,
    published,
    recent_decisions,
)
from civic.aanjaagteam.queries.team import QueueFilter, QueueRow, queue

__all__ = [
    "GROUPS",
    "PAGE_SIZE",
    "Figures",
    "Note",
    "Order",
    "Page",
    "Place",
    "PublicFilter",
    "PublicRow",
    "QueueFilter",
    "QueueRow",
    "RecentDecision",
    "Waited",
    "current_decision",
    "decisions_of",
    "figures",
    "first_answer",
    "last_day",
    "members_for",
    "notes_of",
    "people",
    "place_name",
    "published",
    "queue",
    "recent_decisions",
    "report_of_hash",
    "waited",
    "waited_days",
]

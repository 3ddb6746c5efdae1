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
from civic.aanjaagteam.queries.public import (
    BY_PUBLICATION,
    GROUPS,
    Brief,
    Figures,
    PublicFilter,
    PublicRow,
    RecentDecision,
    briefs_of,
    figures,
    published,
    recent_decisions,
)
from civic.aanjaagteam.queries.team import BY_WAITING, QueueFilter, QueueRow, queue

__all__ = [
    "BY_PUBLICATION",
    "BY_WAITING",
    "GROUPS",
    "Brief",
    "Figures",
    "Note",
    "PublicFilter",
    "PublicRow",
    "QueueFilter",
    "QueueRow",
    "RecentDecision",
    "Waited",
    "briefs_of",
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

"""The life of a report and of what hangs on it, as data."""

from __future__ import annotations

from civic.aanjaagteam.states.core import (
    BEFORE_DECISION,
    FINAL,
    HAS_DECISION,
    OPEN,
    RULES,
    TEAM,
    TRANSITIONS,
    Action,
    Channel,
    DeclineReason,
    Outcome,
    Rule,
    State,
    Waiting,
    is_possible,
)

__all__ = [
    "BEFORE_DECISION",
    "FINAL",
    "HAS_DECISION",
    "OPEN",
    "RULES",
    "TEAM",
    "TRANSITIONS",
    "Action",
    "Channel",
    "DeclineReason",
    "Outcome",
    "Rule",
    "State",
    "Waiting",
    "is_possible",
]

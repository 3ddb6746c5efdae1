"""What people read for each state, reason and outcome; and what events are called on a timeline."""

from __future__ import annotations

from civic.aanjaagteam.wording.core import (
    ACTIONS,
    CHANNELS,
    DECLINE_REASONS,
    FIELDS,
    OUTCOME_KINDS,
    OUTCOMES,
    REQUIRED,
    SLUGS,
    STATE_KINDS,
    STATE_SENTENCES,
    STATES,
    WAITING,
    Words,
)

__all__ = [
    "ACTIONS",
    "CHANNELS",
    "DECLINE_REASONS",
    "FIELDS",
    "OUTCOMES",
    "OUTCOME_KINDS",
    "REQUIRED",
    "SLUGS",
    "STATES",
    "STATE_KINDS",
    "STATE_SENTENCES",
    "WAITING",
    "Words",
]

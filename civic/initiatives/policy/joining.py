"""Who can join, and who reads who joined."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives.models import Initiative
from civic.initiatives.policy.follow import is_visible
from civic.initiatives.policy.people import is_writer
from civic.initiatives.states import OPEN_FOR_SUPPORT, PUBLISHED, State

RUNS = OPEN_FOR_SUPPORT | {State.RUNNING}


def can_be_joined(initiative: Initiative) -> bool:
    return is_visible(initiative) and initiative.state in RUNS


def may_read_joiners(user: User | None, initiative: Initiative) -> bool:
    """Those who write it, also when it has ended; nobody at the municipality."""
    return initiative.state in PUBLISHED and is_writer(user, initiative)

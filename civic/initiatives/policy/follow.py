"""What can be followed: whatever everybody may see, as long as something can still happen to it."""

from __future__ import annotations

from civic.initiatives.models import Initiative
from civic.initiatives.states import CLOSED, PUBLISHED


def is_visible(initiative: Initiative) -> bool:
    return initiative.state in PUBLISHED and initiative.hidden_at is None


def can_be_followed(initiative: Initiative) -> bool:
    return is_visible(initiative) and initiative.state not in CLOSED

"""When a writer may take the name off the page: not while somebody is asked to sign under it."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives.models import Initiative
from civic.initiatives.policy import is_author
from civic.initiatives.states import CLOSED, PUBLISHED, PlaceState, State

ANSWERED = frozenset({PlaceState.DECIDED, PlaceState.REFUSED})


def may_hide_author(user: User | None, initiative: Initiative) -> bool:
    return is_author(user, initiative)


def can_hide_author(initiative: Initiative, *, is_collecting: bool) -> bool:
    """It ended, every council answered, or nobody can sign any more. Until then stopping is the way."""
    if initiative.state not in PUBLISHED or initiative.state is State.RUNNING:
        return False
    is_answered = bool(initiative.places) and all(one.state in ANSWERED for one in initiative.places)
    return initiative.state in CLOSED or is_answered or not is_collecting

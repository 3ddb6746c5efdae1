"""Who may go on together: the two writers, each for their own initiative."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives.models import Initiative
from civic.initiatives.policy import is_author, is_open_for_support
from civic.initiatives.states.merge import MERGEABLE


def may_propose(user: User | None, source: Initiative, target: Initiative) -> bool:
    return is_author(user, source) and not is_author(user, target)


def may_see_proposal(user: User | None, source: Initiative, target: Initiative) -> bool:
    """Private to the two: until both agree there is nothing to tell."""
    return is_author(user, source) or is_author(user, target)


def can_merge(initiative: Initiative) -> bool:
    """Open for support, of a kind that is a text alone, and not yet with a council: that clock runs."""
    is_with_council = any(place.submitted_at is not None for place in initiative.places)
    return initiative.kind in MERGEABLE and is_open_for_support(initiative) and not is_with_council


def fit(source: Initiative, target: Initiative) -> bool:
    """A wish for the council's agenda and a proposal to decide are two things."""
    is_two = source.id != target.id and source.author_id != target.author_id
    return is_two and source.kind is target.kind and can_merge(source) and can_merge(target)

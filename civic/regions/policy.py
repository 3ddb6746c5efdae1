"""Who may change the by-law rules of a municipality."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.regions.models import Municipality


def may_see_rule_sets(user: User | None) -> bool:
    """The screens to manage rules; the rules themselves are public."""
    return has_role_in_region(user, Role.ADMINISTRATOR) or (
        user is not None and user.has_role(Role.COUNCIL_OFFICE)
    )


def may_edit_rules(user: User | None, place: Municipality) -> bool:
    """An administrator of the region, or the council office of this municipality."""
    if user is None:
        return False
    return has_role_in_region(user, Role.ADMINISTRATOR) or user.has_role(Role.COUNCIL_OFFICE, place.id)

"""Who may see how the machinery does."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role


def may_see_status(user: User | None) -> bool:
    return has_role_in_region(user, Role.ADMINISTRATOR) or has_role_in_region(user, Role.AUDITOR)

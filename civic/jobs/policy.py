"""Who may see how the machinery does."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role


def may_see_status(user: User | None) -> bool:
    return user is not None and (user.has_role(Role.ADMINISTRATOR) or user.has_role(Role.AUDITOR))

"""Who may read the whole log."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role


def may_see_history(user: User | None) -> bool:
    return user is not None and (user.has_role(Role.AUDITOR) or user.has_role(Role.ADMINISTRATOR))

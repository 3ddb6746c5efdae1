"""Who may see and resend mail."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role


def may_manage_mail(user: User | None) -> bool:
    return has_role_in_region(user, Role.ADMINISTRATOR)

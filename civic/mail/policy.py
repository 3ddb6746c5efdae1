"""Who may see and resend mail."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role


def may_manage_mail(user: User | None) -> bool:
    return user is not None and user.has_role(Role.ADMINISTRATOR)

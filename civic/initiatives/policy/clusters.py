"""Who sees what belongs together: the griffies, the aanjaagteam, administrators."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role

MAKERS = frozenset({Role.COUNCIL_OFFICE, Role.AANJAAGTEAM_MEMBER, Role.ADMINISTRATOR})


def may_manage(user: User | None) -> bool:
    return user is not None and any(grant.role in MAKERS for grant in user.grants)

"""Who may look after accounts and roles. Only an administrator of the whole region may.

Nobody changes their own roles or resets their own second factor, without exception: a stolen session
of an administrator then cannot dig itself in, and the last administrator cannot leave by accident.
An administrator who stops gives the role to a colleague, who then takes it back.
"""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role


def has_role_in_region(user: User | None, role: Role) -> bool:
    """True only for a grant for the whole region (`has_role` also counts one municipality)."""
    return user is not None and any(
        grant.role is role and grant.municipality_id is None for grant in user.grants
    )


def may_open_admin(user: User | None) -> bool:
    return user is not None and user.is_staff


def may_manage_people(user: User | None) -> bool:
    return has_role_in_region(user, Role.ADMINISTRATOR)


def may_change_person(user: User | None, person: User) -> bool:
    """Give or take roles, reset the second factor: of somebody else who still has an account."""
    return may_manage_people(user) and user is not None and user.id != person.id and person.erased_at is None


def may_renew_recovery_codes(user: User | None) -> bool:
    return user is not None and user.is_staff

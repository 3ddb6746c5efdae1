"""Who may look after accounts: every branch of civic.accounts.policy."""

from __future__ import annotations

import pytest

from civic.accounts import policy
from civic.accounts.models import RoleGrant, User
from civic.accounts.states import GIVEN_FOR, STAFF_ROLES, Reach, Role
from tests.conftest import NOW

LELYSTAD = 2


def _user(number: int, role: Role | None = None, place: int | None = None) -> User:
    user = User(id=number)
    if role is not None:
        user.grants.append(RoleGrant(role=role, municipality_id=place))
    return user


@pytest.mark.parametrize("role", sorted(STAFF_ROLES, key=lambda role: role.value))
def test_roles_in_the_region(role: Role) -> None:
    is_admin = role is Role.ADMINISTRATOR
    assert policy.may_manage_people(_user(1, role)) is is_admin
    assert policy.may_change_person(_user(1, role), _user(2)) is is_admin
    assert policy.may_open_admin(_user(1, role))
    assert policy.may_renew_recovery_codes(_user(1, role))


@pytest.mark.parametrize("user", [None, _user(1)])
def test_without_a_role(user: User | None) -> None:
    assert not policy.may_open_admin(user)
    assert not policy.may_manage_people(user)
    assert not policy.may_change_person(user, _user(2))
    assert not policy.may_renew_recovery_codes(user)


def test_administrator_of_one_municipality_is_none_of_the_region() -> None:
    local = _user(1, Role.ADMINISTRATOR, LELYSTAD)
    assert not policy.has_role_in_region(local, Role.ADMINISTRATOR)
    assert not policy.may_manage_people(local)


def test_nobody_changes_themselves_or_an_erased_person() -> None:
    admin, erased = _user(1, Role.ADMINISTRATOR), _user(2)
    erased.erased_at = NOW
    assert not policy.may_change_person(admin, admin)
    assert not policy.may_change_person(admin, erased)


def test_scope_of_a_grant() -> None:
    griffier = _user(1, Role.COUNCIL_OFFICE, LELYSTAD)
    assert griffier.has_role(Role.COUNCIL_OFFICE, LELYSTAD)
    assert not griffier.has_role(Role.COUNCIL_OFFICE, LELYSTAD + 1)
    assert griffier.has_role(Role.COUNCIL_OFFICE)


def test_every_staff_role_says_where_it_counts() -> None:
    assert GIVEN_FOR.keys() == STAFF_ROLES
    assert all(reaches <= set(Reach) and reaches for reaches in GIVEN_FOR.values())

"""Roles: what each may do is decided by the features' policies; where, by the scope of the grant."""

from __future__ import annotations

import enum


class Role(enum.Enum):
    RESIDENT = "resident"
    INITIATIVE_DESK = "initiative_desk"
    LOTTERY_ADMINISTRATOR = "lottery_administrator"
    AANJAAGTEAM_MEMBER = "aanjaagteam_member"
    EMPLOYEE = "employee"
    EDITOR = "editor"
    COUNCIL_OFFICE = "council_office"
    CIVIL_REGISTRY = "civil_registry"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Reach(enum.Enum):
    """Where a grant counts: in the whole region, or in one municipality."""

    REGION = "region"
    MUNICIPALITY = "municipality"


STAFF_ROLES = frozenset(Role) - {Role.RESIDENT}

# Everyone is a resident, so that role is never given. Panels, accounts and audits are regional.
# A griffie works for one council, a civil registry for one municipality.
GIVEN_FOR: dict[Role, frozenset[Reach]] = {
    Role.INITIATIVE_DESK: frozenset(Reach),
    Role.LOTTERY_ADMINISTRATOR: frozenset({Reach.REGION}),
    Role.AANJAAGTEAM_MEMBER: frozenset(Reach),
    # what an employee may see hangs on units and on what they were asked, not on this grant
    Role.EMPLOYEE: frozenset(Reach),
    Role.EDITOR: frozenset(Reach),
    Role.COUNCIL_OFFICE: frozenset({Reach.MUNICIPALITY}),
    Role.CIVIL_REGISTRY: frozenset({Reach.MUNICIPALITY}),
    Role.AUDITOR: frozenset({Reach.REGION}),
    Role.ADMINISTRATOR: frozenset({Reach.REGION}),
}

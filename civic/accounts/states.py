"""Roles: what each may do is decided by the features' policies; where, by the scope of the grant."""

from __future__ import annotations

import enum


class Role(enum.Enum):
    RESIDENT = "resident"
    INITIATIVE_DESK = "initiative_desk"
    LOTTERY_ADMINISTRATOR = "lottery_administrator"
    AANJAAGTEAM_MEMBER = "aanjaagteam_member"
    EDITOR = "editor"
    COUNCIL_OFFICE = "council_office"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset(Role) - {Role.RESIDENT}

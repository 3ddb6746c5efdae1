"""Who may reach which endpoint: every room lists its own in `tests/<room>/access.py`.

A room's module has `build() -> dict[endpoint, Case]`. It runs inside an app context, makes the rows that
the URLs need (the resident `OWNER_EMAIL` owns them) and says per endpoint who is allowed. The suite in
tests/web checks that every endpoint of the URL map has a case, that exactly the allowed identities get
through, and uses the same arguments to visit every page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OWNER_EMAIL = "eigenaar@example.nl"

ANONYMOUS = "anonymous"
RESIDENT = "resident"  # signed in, owns nothing here
OWNER = "owner"  # the resident who owns the objects of the case
INITIATIVE_DESK = "initiative_desk"
LOTTERY_ADMINISTRATOR = "lottery_administrator"
AANJAAGTEAM_MEMBER = "aanjaagteam_member"
EMPLOYEE = "employee"
EDITOR = "editor"
COUNCIL_OFFICE = "council_office"
CIVIL_REGISTRY = "civil_registry"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"

SIGNED_IN = frozenset(
    {
        RESIDENT,
        OWNER,
        INITIATIVE_DESK,
        LOTTERY_ADMINISTRATOR,
        AANJAAGTEAM_MEMBER,
        EMPLOYEE,
        EDITOR,
        COUNCIL_OFFICE,
        CIVIL_REGISTRY,
        AUDITOR,
        ADMINISTRATOR,
    }
)
EVERYBODY = SIGNED_IN | {ANONYMOUS}


@dataclass(frozen=True)
class Case:
    """`args` fill the URL, `allowed` are identities, `form` is posted where the endpoint is unsafe.

    `is_page` False leaves a GET endpoint (a CSV, a text for machines) out of the page checks.
    """

    allowed: frozenset[str]
    args: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    is_page: bool = True

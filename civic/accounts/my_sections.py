"""The links on "Mijn pagina": what somebody can do here. Pages that do not exist (yet) are skipped.

This room imports no feature, so pages are known by the name of their endpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from civic.accounts.models import User
from civic.accounts.states import STAFF_ROLES, Role

LazyString = Any  # flask_babel's lazy string, or a plain one

# label, endpoint, and who has use for it (None: everybody)
MY_SECTIONS: list[tuple[LazyString, str, frozenset[Role] | None]] = [
    (_l("Mijn initiatieven"), "initiatives.mine", None),
    (_l("Wat ik volg"), "initiatives.follow_mine", None),
    (
        _l("Werk van de griffie"),
        "initiatives.inbox",
        frozenset({Role.COUNCIL_OFFICE, Role.INITIATIVE_DESK, Role.ADMINISTRATOR}),
    ),
    (
        _l("Reacties bekijken"),
        "initiatives.moderation",
        frozenset({Role.COUNCIL_OFFICE, Role.ADMINISTRATOR}),
    ),
    (
        _l("Mensen met dezelfde vraag"),
        "initiatives.clusters",
        frozenset({Role.COUNCIL_OFFICE, Role.AANJAAGTEAM_MEMBER, Role.ADMINISTRATOR}),
    ),
    (
        _l("Wat op mij wacht"),
        "aanjaagteam.inbox",
        frozenset({Role.EMPLOYEE, Role.AANJAAGTEAM_MEMBER}),
    ),
    (_l("Meedenken"), "aanjaagteam.consults", STAFF_ROLES),
    (_l("Verbeteringen van collega’s"), "aanjaagteam.improvements", STAFF_ROLES),
    (_l("Werklijst"), "aanjaagteam.queue", frozenset({Role.AANJAAGTEAM_MEMBER})),
    (_l("Panels"), "panels.index", frozenset({Role.LOTTERY_ADMINISTRATOR})),
    (_l("Brieven van mijn gemeente"), "panels.shares", frozenset({Role.CIVIL_REGISTRY})),
]


# how many things wait behind a link, by endpoint; a feature adds its own when its routes are imported.
# Only asked for who sees the link; None: this person may not open it.
WAITING: dict[str, Callable[[User], int | None]] = {}


@dataclass(frozen=True)
class Section:
    label: LazyString
    endpoint: str
    waiting: int | None = None  # None where nothing is counted


def my_sections(user: User) -> list[Section]:
    held = {grant.role for grant in user.grants}
    return [
        Section(label, endpoint, WAITING[endpoint](user) if endpoint in WAITING else None)
        for label, endpoint, roles in MY_SECTIONS
        if endpoint in current_app.view_functions and (roles is None or roles & held)
    ]

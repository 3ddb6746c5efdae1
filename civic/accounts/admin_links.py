"""What is behind /beheer: each room may add its screens; those that do not exist yet are skipped.

A feature appends its own `AdminLink` when its routes are imported (this room imports no feature).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from civic.accounts.models import User
from civic.accounts.policy import may_manage_people
from civic.regions.policy import may_see_rule_sets

LazyString = Any  # flask_babel's lazy string, or a plain one


@dataclass(frozen=True)
class AdminLink:
    endpoint: str
    label: LazyString
    text: LazyString
    policy: Callable[[User | None], bool]


ADMIN_LINKS = [
    AdminLink(
        "admin.people",
        _l("Mensen en rollen"),
        _l("Geef rollen aan collega’s of neem ze terug."),
        may_manage_people,
    ),
    AdminLink(
        "regions.rule_sets",
        _l("Regels per gemeente"),
        _l("Bekijk de verordeningen en maak een nieuwe versie."),
        may_see_rule_sets,
    ),
]


def links_for(user: User | None) -> list[AdminLink]:
    """The links to pages that exist and that this person may open."""
    views = current_app.view_functions
    return [link for link in ADMIN_LINKS if link.endpoint in views and link.policy(user)]

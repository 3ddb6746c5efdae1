"""Who may plan letters, fetch the codes of a municipality, and read what left a registry."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.panels.models import Extraction, InvitationShare, Panel
from civic.panels.policy import may_manage


def may_plan(user: User | None, panel: Panel) -> bool:
    return may_manage(user, panel)


def places_of(user: User | None) -> frozenset[int] | None:
    """The municipalities whose letters are this person's work; None means all of them."""
    if may_manage(user):
        return None
    grants = user.grants if user is not None else []
    return frozenset(
        grant.municipality_id
        for grant in grants
        if grant.role is Role.CIVIL_REGISTRY and grant.municipality_id is not None
    )


def may_see_shares(user: User | None) -> bool:
    return places_of(user) != frozenset()


def may_handle_share(user: User | None, share: InvitationShare) -> bool:
    """Fetch its codes, say that it was posted, block a code, log what was taken from the registry."""
    return _is_of(user, share.municipality_id)


def may_read_log(user: User | None, panel: Panel) -> bool:
    """Every extraction of the panel; a registry reads its own (`may_change_extraction`)."""
    return may_manage(user, panel) or has_role_in_region(user, Role.AUDITOR)


def may_change_extraction(user: User | None, extraction: Extraction) -> bool:
    """Not of letters typeset here: that log says by itself when the addresses were destroyed."""
    return extraction.order_id is None and _is_of(user, extraction.municipality_id)


def _is_of(user: User | None, municipality_id: int) -> bool:
    places = places_of(user)
    return places is None or municipality_id in places

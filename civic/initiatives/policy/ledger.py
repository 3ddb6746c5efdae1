"""Who keeps the ledger of support: the griffie of a municipality that is asked, with the desk for paper."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.policy import councils_of
from civic.initiatives.states import PUBLISHED


def places_kept(user: User | None, initiative: Initiative) -> set[int]:
    """The municipalities of this initiative whose griffie this person works for."""
    return councils_of(user) & {place.municipality_id for place in initiative.places}


def may_read_ledger(user: User | None, initiative: Initiative) -> bool:
    return initiative.state in PUBLISHED and bool(places_kept(user, initiative))


may_invalidate = may_read_ledger


def may_sample(user: User | None, place: InitiativePlace) -> bool:
    return place.municipality_id in councils_of(user)


def may_type_sheets(user: User | None, initiative: Initiative) -> bool:
    """Typing over is work for the desk as well; whoever typed a sheet may not be its second pair of eyes."""
    if user is None or initiative.state not in PUBLISHED:
        return False
    is_desk = any(user.has_role(Role.INITIATIVE_DESK, one.municipality_id) for one in initiative.places)
    return is_desk or bool(places_kept(user, initiative))


def may_restore(user: User | None, initiative: Initiative, municipality_ids: set[int]) -> bool:
    """Only of one's own municipalities: another griffie's act is not yours to undo."""
    return municipality_ids <= places_kept(user, initiative) and may_read_ledger(user, initiative)

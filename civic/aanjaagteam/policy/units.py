"""Who sees what waits on a unit, and who keeps the list of units. Pure: routes load the relations."""

from __future__ import annotations

from dataclasses import dataclass

from civic.aanjaagteam.models import Report, SavedView, Unit
from civic.aanjaagteam.policy.core import covered_municipalities, may_read_case, may_see_queue
from civic.accounts.models import User
from civic.accounts.states import Role


@dataclass(frozen=True)
class UnitRelation:
    """What ties a reader and a report to one unit."""

    works_there: bool  # on the day of reading
    concerns_report: bool  # the report lies there, or waits on it


def may_see_inbox(user: User | None) -> bool:
    """Every official: it holds only what was asked of them."""
    return user is not None and user.is_staff


def may_see_unit(user: User | None, unit_ids: frozenset[int], unit: Unit) -> bool:
    """What lies with a unit and waits on it: for who works there, and for the team."""
    return user is not None and (unit.id in unit_ids or may_see_queue(user))


def may_read_as_unit(user: User | None, report: Report, relation: UnitRelation) -> bool:
    """The title, the summary and the plan, never the story. Elsewhere a report does not exist for them."""
    if user is None or not relation.concerns_report:
        return False
    return (relation.works_there and user.is_staff) or may_read_case(user, report)


def may_keep_units(user: User | None) -> bool:
    return user is not None and (may_see_queue(user) or user.has_role(Role.ADMINISTRATOR))


def may_keep_unit(user: User | None, municipality_id: int | None) -> bool:
    """A member of the team within their own scope; an administrator everywhere."""
    if user is None or not may_keep_units(user):
        return False
    if user.has_role(Role.ADMINISTRATOR):
        return True
    places = covered_municipalities(user)
    return places is None or municipality_id in places


def may_change_view(user: User | None, view: SavedView) -> bool:
    return may_see_queue(user) and user is not None and view.owner_id == user.id

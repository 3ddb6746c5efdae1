"""Who may write the mandate, and who may say that a municipality signed."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.panels.models import Panel
from civic.panels.policy import may_manage
from civic.panels.states import Stage
from civic.regions.models import Municipality

may_write = may_manage


def may_sign(user: User | None, panel: Panel, place: Municipality) -> bool:
    """Lottery administrators for all; the griffie of a municipality for its own only."""
    return may_manage(user, panel) or _is_office_of(user, place)


def can_sign_now(panel: Panel) -> bool:
    """A promise is about a mandate that everybody can read."""
    return panel.stage not in {Stage.MANDATE, Stage.STOPPED}


def can_change_now(panel: Panel) -> bool:
    """For what was published: after that, and while the panel goes on."""
    return panel.stage not in {Stage.MANDATE, Stage.STOPPED}


def _is_office_of(user: User | None, place: Municipality) -> bool:
    return user is not None and any(
        grant.role is Role.COUNCIL_OFFICE and grant.municipality_id == place.id for grant in user.grants
    )

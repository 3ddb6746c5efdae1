"""Who freezes a pool: two lottery administrators, and who proposed never decides."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.panels.models import Freeze, Panel
from civic.panels.policy import may_manage
from civic.panels.states import STAGE_TRANSITIONS, Stage, StageAction

may_see_checklist = may_manage
may_propose = may_manage
may_correct = may_manage
may_answer_objections = may_manage


def may_read_objections(user: User | None, panel: Panel) -> bool:
    """Who answers them, and who checks whether they were answered."""
    return may_manage(user, panel) or has_role_in_region(user, Role.AUDITOR)


def may_decide(user: User | None, freeze: Freeze) -> bool:
    """Four eyes: the database refuses it as well."""
    return may_manage(user) and user is not None and user.id != freeze.proposed_by_id


def may_take_back(user: User | None, freeze: Freeze) -> bool:
    """Who proposed may think again, as long as nobody decided."""
    return may_manage(user) and user is not None and user.id == freeze.proposed_by_id


def can(panel: Panel, action: StageAction) -> bool:
    return (panel.stage, action) in STAGE_TRANSITIONS


def is_fixed(panel: Panel) -> bool:
    """Proposed, frozen or drawn from: nobody changes the pool or its files."""
    return panel.stage in {Stage.FREEZE, Stage.FROZEN, Stage.DRAWN}


def is_frozen(panel: Panel) -> bool:
    return panel.stage is Stage.FROZEN

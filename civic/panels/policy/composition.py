"""Who may say who a panel must look like."""

from __future__ import annotations

from civic.accounts.models import User
from civic.panels.models import Panel
from civic.panels.policy import may_manage
from civic.panels.states import STAGE_TRANSITIONS, Stage, StageAction


def may_see_composition(user: User | None, panel: Panel) -> bool:
    """The working page; the public reads a summary on the page of the panel."""
    return may_manage(user, panel)


def may_change_composition(user: User | None, panel: Panel) -> bool:
    """The right person; whether it can be changed now is `can_change`, and the answer to that is 409."""
    return may_manage(user, panel)


def can_change(panel: Panel) -> bool:
    return panel.stage is Stage.COMPOSITION


def can_reopen(panel: Panel) -> bool:
    return (panel.stage, StageAction.REOPEN_COMPOSITION) in STAGE_TRANSITIONS

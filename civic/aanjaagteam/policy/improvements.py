"""Who may propose an improvement, say yes to it, and thank for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from civic.aanjaagteam.models import Improvement
from civic.aanjaagteam.states.improvements import IMPROVEMENT_RULES, ImprovementAction, Part, may_follow
from civic.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """The units this person answers for, and whether anybody answers for the unit of the improvement."""

    managed_ids: frozenset[int] = field(default_factory=frozenset)
    has_manager: bool = True


def may_improve(user: User | None) -> bool:
    """Any official proposes, and reads what colleagues improved."""
    return user is not None and user.is_staff


def may_thank(user: User | None, row: Improvement) -> bool:
    return user is not None and user.is_staff and user.id != row.proposer_id


def may_move_improvement(
    user: User | None, row: Improvement, action: ImprovementAction, standing: Standing
) -> bool:
    """The right person. Whether the state allows it is for the service, which answers 409."""
    if user is None or not user.is_staff:
        return False
    part = IMPROVEMENT_RULES[action].part
    if part is Part.PROPOSER:
        return user.id == row.proposer_id
    if part is Part.TEAM:
        return False  # comes with the report only
    # where nobody is registered as manager, the proposer asks in person and notes the answer
    return row.unit_id in standing.managed_ids or (not standing.has_manager and user.id == row.proposer_id)


def improvement_actions(user: User | None, row: Improvement, standing: Standing) -> list[ImprovementAction]:
    return [
        action
        for action in ImprovementAction
        if may_follow(row.state, action) and may_move_improvement(user, row, action, standing)
    ]

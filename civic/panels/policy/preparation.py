"""Who sees how far the preparation is, who may stop a panel, and who may ask for one."""

from __future__ import annotations

from collections.abc import Collection

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.panels.models import Panel
from civic.panels.policy import may_manage
from civic.panels.states import STAGE_TRANSITIONS, StageAction

may_stop = may_manage
may_answer = may_manage


def may_see_preparation(user: User | None, panel: Panel, sharing: Collection[int]) -> bool:
    """`sharing` are the ids of the municipalities that draw and post letters for this panel."""
    if may_manage(user, panel) or is_auditor(user):
        return True
    return bool(registries_of(user) & set(sharing))


def may_ask(user: User | None, author_id: int) -> bool:
    """Only who wrote the initiative asks for a panel about it."""
    return user is not None and user.id == author_id


def can_stop_now(panel: Panel) -> bool:
    return (panel.stage, StageAction.STOP) in STAGE_TRANSITIONS


def is_auditor(user: User | None) -> bool:
    return user is not None and any(
        grant.role is Role.AUDITOR and grant.municipality_id is None for grant in user.grants
    )


def registries_of(user: User | None) -> frozenset[int]:
    """The municipalities whose civil registry this person works for."""
    grants = user.grants if user is not None else []
    return frozenset(
        grant.municipality_id
        for grant in grants
        if grant.role is Role.CIVIL_REGISTRY and grant.municipality_id is not None
    )

"""Who writes letters, and who has them made."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.panels.models import InvitationShare, LetterOrder, Panel
from civic.panels.policy import may_manage
from civic.panels.states import OrderState, ShareState, Stage

WRITTEN_IN = frozenset({Stage.MANDATE, Stage.COMPOSITION, Stage.INVITATION, Stage.REGISTRATION})


def may_write_letter(user: User | None, panel: Panel) -> bool:
    return may_manage(user, panel)


def may_see_letter(user: User | None, panel: Panel) -> bool:
    """The text is for all who post it: lottery administrators and civil registries."""
    is_registry = user is not None and any(grant.role is Role.CIVIL_REGISTRY for grant in user.grants)
    return is_registry or may_manage(user, panel)


def may_typeset(user: User | None, share: InvitationShare) -> bool:
    """The civil registry of the municipality itself, or a lottery administrator of the region."""
    if user is None:
        return False
    is_registry = any(
        grant.role is Role.CIVIL_REGISTRY and grant.municipality_id == share.municipality_id
        for grant in user.grants
    )
    return is_registry or may_manage(user)


def can_write_letter(panel: Panel) -> bool:
    return panel.stage in WRITTEN_IN


def can_order(share: InvitationShare) -> bool:
    """The codes exist, and what they are made from is still there."""
    return share.state is ShareState.ISSUED and share.secret_sealed is not None


def can_download(order: LetterOrder) -> bool:
    return order.state is OrderState.DONE and order.key_sealed is not None

"""Who may say which keys are those of witnesses. Everything else about the log is public."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.seal.models import WitnessProposal


def may_manage_witnesses(user: User | None) -> bool:
    return has_role_in_region(user, Role.ADMINISTRATOR)


def may_confirm(user: User | None, proposal: WitnessProposal) -> bool:
    """Four eyes: the database refuses it as well."""
    return may_manage_witnesses(user) and user is not None and user.id != proposal.proposed_by_id

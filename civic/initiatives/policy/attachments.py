"""Who may add images and documents, and when."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives import policy
from civic.initiatives.models import Initiative
from civic.initiatives.states.desk import EDITABLE


def may_attach(user: User | None, initiative: Initiative) -> bool:
    """Who writes the text; until when is up to the state."""
    return policy.may_edit(user, initiative)


def can_attach_now(initiative: Initiative) -> bool:
    """What was judged or published stays as it was read."""
    return initiative.state in EDITABLE


def may_open(user: User | None, initiative: Initiative) -> bool:
    """A file is as public as the page it stands on."""
    if initiative.hidden_at is not None:
        return policy.is_author(user, initiative)
    return policy.may_see(user, initiative)

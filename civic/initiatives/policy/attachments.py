"""Who may add images and documents, and when."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives import policy
from civic.initiatives.models import Initiative
from civic.initiatives.policy import desk
from civic.initiatives.states import PUBLISHED, State
from civic.initiatives.states.desk import EDITABLE


def may_attach(user: User | None, initiative: Initiative) -> bool:
    """Who writes the text; until when is up to the state."""
    return policy.may_edit(user, initiative)


def can_attach_now(initiative: Initiative) -> bool:
    """What was judged or published stays as it was read."""
    return initiative.state in EDITABLE


def may_open(user: User | None, initiative: Initiative) -> bool:
    """A file is as public as the page it stands on; of what was not placed only the title is public."""
    if is_for_all(initiative):
        return True
    if initiative.hidden_at is not None:
        return desk.sees_hidden(user, initiative)
    is_known = policy.may_see(user, initiative) and initiative.state is not State.REFUSED
    return is_known or policy.may_edit(user, initiative) or desk.may_judge(user, initiative)


def is_for_all(initiative: Initiative) -> bool:
    """It stands on a page that everybody can read."""
    return initiative.state in PUBLISHED and initiative.hidden_at is None

"""Who may do what with an initiative: role and relation. The state is checked where the move is made."""

from __future__ import annotations

from civic.accounts.models import User
from civic.initiatives.models import Initiative
from civic.initiatives.states import OPEN_FOR_SUPPORT, ROLES, TRANSITIONS, Action, State, Who


def is_author(user: User | None, initiative: Initiative) -> bool:
    return user is not None and initiative.author_id == user.id


def may_see(user: User | None, initiative: Initiative) -> bool:
    """A draft is its author's own; whatever was published stays visible, also when it ended."""
    return initiative.state is not State.DRAFT or is_author(user, initiative)


def may_edit(user: User | None, initiative: Initiative) -> bool:
    return is_author(user, initiative)


may_discard = may_edit


def may_publish(user: User | None, initiative: Initiative) -> bool:
    return _has_role(user, initiative, Action.PUBLISH)


def may_withdraw(user: User | None, initiative: Initiative) -> bool:
    return _has_role(user, initiative, Action.WITHDRAW)


def _has_role(user: User | None, initiative: Initiative, action: Action) -> bool:
    roles = {role for (_state, one), who in ROLES.items() if one is action for role in who}
    return Who.AUTHOR in roles and is_author(user, initiative)


def can_withdraw_now(user: User | None, initiative: Initiative) -> bool:
    """For showing the link: the right person, and the state allows it."""
    return may_withdraw(user, initiative) and (initiative.state, Action.WITHDRAW) in TRANSITIONS


def is_open_for_support(initiative: Initiative) -> bool:
    return initiative.state in OPEN_FOR_SUPPORT

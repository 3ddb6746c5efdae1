"""Who may do what with an initiative: role and relation. The state is checked where the move is made."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.states import (
    OPEN_FOR_SUPPORT,
    PLACE_ROLES,
    PLACE_TRANSITIONS,
    ROLES,
    TRANSITIONS,
    Action,
    PlaceAction,
    PlaceWho,
    State,
    Who,
)


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


# --- what a council does with it ------------------------------------------------------------------------


def councils_of(user: User | None) -> set[int]:
    """The municipalities this person works for at the griffie."""
    grants = user.grants if user is not None else []
    return {
        grant.municipality_id
        for grant in grants
        if grant.role is Role.COUNCIL_OFFICE and grant.municipality_id is not None
    }


def may_open_inbox(user: User | None) -> bool:
    return bool(councils_of(user))


def may_handle(user: User | None, place: InitiativePlace) -> bool:
    """The griffie of that municipality; nobody else speaks for its council."""
    return place.municipality_id in councils_of(user)


def may_hand_in(user: User | None, initiative: Initiative) -> bool:
    return is_author(user, initiative)


def can_take(user: User | None, initiative: Initiative, place: InitiativePlace, action: PlaceAction) -> bool:
    """For showing a button: the right person, and the state allows it."""
    if initiative.state is State.WITHDRAWN or (place.state, action) not in PLACE_TRANSITIONS:
        return False
    who = PLACE_ROLES[action]
    is_writer = PlaceWho.AUTHOR in who and is_author(user, initiative)
    return is_writer or (PlaceWho.COUNCIL_OFFICE in who and may_handle(user, place))


def may_report_stuck(user: User | None) -> bool:
    """Whoever is signed in: the receipt goes to somebody who can be asked."""
    return user is not None

"""Who may do what with an initiative: role and relation. The state is checked where the move is made."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.policy import desk
from civic.initiatives.policy.people import is_writer
from civic.initiatives.states import (
    GONE,
    NOT_PUBLISHED,
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
    """A draft is its writers' own, and what was offered also the desk's; the rest stays visible."""
    if initiative.state not in NOT_PUBLISHED or is_writer(user, initiative):
        return True
    return initiative.state is not State.DRAFT and desk.may_judge(user, initiative)


def may_edit(user: User | None, initiative: Initiative) -> bool:
    return is_writer(user, initiative)


may_discard = is_author


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
    """Not while the signing is paused, or while the page is off the site."""
    is_stopped = initiative.paused_at is not None or initiative.hidden_at is not None
    return initiative.state in OPEN_FOR_SUPPORT and not is_stopped


# --- what a council does with it ------------------------------------------------------------------------


def councils_of(user: User | None) -> set[int]:
    """The municipalities this person works for at the griffie."""
    grants = user.grants if user is not None else []
    return {
        grant.municipality_id
        for grant in grants
        if grant.role is Role.COUNCIL_OFFICE and grant.municipality_id is not None
    }


def may_handle(user: User | None, place: InitiativePlace) -> bool:
    """The griffie of that municipality; nobody else speaks for its council."""
    return place.municipality_id in councils_of(user)


def may_hand_in(user: User | None, initiative: Initiative) -> bool:
    return is_writer(user, initiative)


def can_take(user: User | None, initiative: Initiative, place: InitiativePlace, action: PlaceAction) -> bool:
    """For showing a button: the right person, and the state allows it."""
    if initiative.state in GONE or (place.state, action) not in PLACE_TRANSITIONS:
        return False
    who = PLACE_ROLES[action]
    if PlaceWho.AUTHOR in who and is_writer(user, initiative):
        return True
    return PlaceWho.COUNCIL_OFFICE in who and may_handle(user, place)


def may_report_stuck(user: User | None) -> bool:
    """Whoever is signed in: the receipt goes to somebody who can be asked."""
    return user is not None

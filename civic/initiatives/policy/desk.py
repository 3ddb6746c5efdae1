"""Who may work at the desk, look after an initiative, and stop the signing. Pure, like all policies."""

from __future__ import annotations

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.policy.people import is_writer
from civic.initiatives.states import PUBLISHED, State
from civic.initiatives.states.desk import AT_DESK


def works_at(user: User | None, municipality_id: int | None) -> bool:
    """At the griffie of this municipality, or at the initiatives desk for it or for the whole region."""
    if user is None or municipality_id is None:
        return False
    return any(user.has_role(role, municipality_id) for role in (Role.COUNCIL_OFFICE, Role.INITIATIVE_DESK))


def desk_places(user: User) -> frozenset[int | None]:
    """The municipalities whose desk this is; None stands for the whole region."""
    at_desk = (Role.COUNCIL_OFFICE, Role.INITIATIVE_DESK)
    return frozenset(grant.municipality_id for grant in user.grants if grant.role in at_desk)


def is_regional_administrator(user: User | None) -> bool:
    return has_role_in_region(user, Role.ADMINISTRATOR)


def may_open_inbox(user: User | None) -> bool:
    """Administrators too: what nobody answers ends with one of them."""
    if user is None:
        return False
    has_desk = any(user.has_role(role) for role in (Role.COUNCIL_OFFICE, Role.INITIATIVE_DESK))
    return has_desk or is_regional_administrator(user)


def is_desk_of(user: User | None, initiative: Initiative) -> bool:
    """Before publication the desk that got it; afterwards that of any of its municipalities."""
    if initiative.state in AT_DESK or initiative.state is State.REFUSED:
        return works_at(user, initiative.desk_place_id)
    return any(works_at(user, place.municipality_id) for place in initiative.places)


def may_judge(user: User | None, initiative: Initiative) -> bool:
    """Open the case before publication, and say yes, no, or ask back. Nobody judges what they wrote."""
    return initiative.state is not State.DRAFT and may_answer(user, initiative)


def may_answer(user: User | None, initiative: Initiative) -> bool:
    """Send a judgement in, also when the writer just took it back: then what was typed is not lost."""
    if initiative.desk_place_id is None or is_writer(user, initiative):
        return False
    return works_at(user, initiative.desk_place_id) or is_regional_administrator(user)


def may_care(user: User | None, initiative: Initiative) -> bool:
    """Name a contact, find a buddy, take it off the site, pause the signing: once it is published."""
    if initiative.state not in PUBLISHED:
        return False
    return is_desk_of(user, initiative) or is_regional_administrator(user)


def is_buddy(user: User | None, initiative: Initiative) -> bool:
    return user is not None and user.id == initiative.buddy_id


def may_log_help(user: User | None, initiative: Initiative) -> bool:
    """The desk, the buddy, and the writer, who knows best what volunteers did."""
    if initiative.state not in PUBLISHED:
        return False
    return is_writer(user, initiative) or is_buddy(user, initiative) or may_care(user, initiative)


def may_look_at_case(user: User | None, place: InitiativePlace) -> bool:
    """Read what lies with a council. Only its own griffie speaks for it."""
    return works_at(user, place.municipality_id) or is_regional_administrator(user)


def sees_hidden(user: User | None, initiative: Initiative) -> bool:
    """A page that was taken off the site: still there for who wrote it and for who did so."""
    return is_writer(user, initiative) or may_hide(user, initiative)


def may_hide(user: User | None, initiative: Initiative) -> bool:
    """What was not placed has a page too, with a title on it."""
    if initiative.state not in PUBLISHED | {State.REFUSED}:
        return False
    return is_desk_of(user, initiative) or is_regional_administrator(user)

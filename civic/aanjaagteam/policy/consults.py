"""Who may ask, read and answer. A question is between who asks and who is asked.

Whoever is asked about a case reads its title and summary here, never the story: that is for the team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from civic.aanjaagteam.models import Consult, Report
from civic.aanjaagteam.policy.core import covered_municipalities, may_read_case, may_see_queue
from civic.aanjaagteam.states.consults import (
    CONSULT_OPEN,
    CONSULT_RULES,
    ConsultAction,
    ConsultState,
    Domain,
    Side,
    can_move,
)
from civic.accounts.models import User


@dataclass(frozen=True)
class Reach:
    """Where somebody works, and since when the team knows what that person knows about."""

    unit_ids: frozenset[int] = field(default_factory=frozenset)
    domains: Mapping[Domain, datetime] = field(default_factory=dict)

    def has_been_asked(self, consult: Consult) -> bool:
        """Of whoever has time: not what was asked before this person was confirmed."""
        since = self.domains.get(consult.domain) if consult.domain is not None else None
        return since is not None and since <= consult.asked_at


def may_consult(user: User | None) -> bool:
    """Any official asks a colleague, and sees who knows about what."""
    return user is not None and user.is_staff


def may_ask_about(user: User | None, report: Report) -> bool:
    return may_read_case(user, report)


def may_add_colleague(user: User | None) -> bool:
    return may_see_queue(user)


def may_remove_specialist(user: User | None, user_id: int) -> bool:
    return user is not None and user.is_staff and (user.id == user_id or may_see_queue(user))


def may_confirm_specialist(user: User | None, user_id: int) -> bool:
    """The team says who is a specialist; a member of one municipality not of oneself, because a specialist
    is asked by the whole region."""
    if user is None or not may_see_queue(user):
        return False
    return user.id != user_id or covered_municipalities(user) is None


def is_asker(user: User | None, consult: Consult, report: Report | None) -> bool:
    """For a case also the rest of the team: its owner may have changed."""
    if user is None or not user.is_staff:
        return False
    return user.id == consult.asked_by_id or (report is not None and may_read_case(user, report))


def is_asked(user: User | None, consult: Consult, reach: Reach) -> bool:
    """One person, or anybody of the unit or the domain as long as nobody took it."""
    if user is None or not user.is_staff or user.id == consult.asked_by_id:
        return False
    if consult.user_id is not None:
        return user.id == consult.user_id
    if consult.unit_id in reach.unit_ids:
        return True
    # withdrawn, or answered by another: nobody reads along
    return consult.state is ConsultState.ASKED and reach.has_been_asked(consult)


def may_read_consult(user: User | None, consult: Consult, reach: Reach, report: Report | None) -> bool:
    if user is None or not user.is_staff:
        return False
    if is_asker(user, consult, report) or is_asked(user, consult, reach):
        return True
    return consult.unit_id in reach.unit_ids or user.id == consult.answered_by_id


def may_read_summary(user: User | None, consult: Consult, reach: Reach, report: Report) -> bool:
    """Of the case: as long as something is asked. What is written later is not for who was asked once."""
    return may_read_case(user, report) or (consult.state in CONSULT_OPEN and is_asked(user, consult, reach))


def may_say_called(user: User | None, consult: Consult) -> bool:
    """The two who would call later."""
    both = (consult.asked_by_id, consult.answered_by_id or consult.user_id)
    return user is not None and user.is_staff and consult.call_on is not None and user.id in both


def may_move_consult(
    user: User | None, consult: Consult, action: ConsultAction, reach: Reach, report: Report | None
) -> bool:
    """The right side. Whether the state allows it is for the service, which answers 409."""
    if CONSULT_RULES[action].side is Side.ASKER:
        return is_asker(user, consult, report)
    # who once had it and comes back to a page that is old gets a clear answer, not a closed door
    return is_asked(user, consult, reach) or (user is not None and user.id == consult.answered_by_id)


def consult_actions(
    user: User | None, consult: Consult, reach: Reach, report: Report | None
) -> list[ConsultAction]:
    return [
        action
        for action in ConsultAction
        if can_move(consult.state, action) and may_move_consult(user, consult, action, reach, report)
    ]

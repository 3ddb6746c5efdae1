"""Who may do what round a knot, on the agenda, and with the list of members."""

from __future__ import annotations

from civic.aanjaagteam.models import Decision, Report
from civic.aanjaagteam.policy.core import covered_municipalities, may_read_case, may_see_queue
from civic.accounts.models import User
from civic.accounts.states import Role


def may_check(user: User | None, report: Report) -> bool:
    """Look whether it was carried out, promise a day, write down a meeting, make a brief: the team."""
    return may_read_case(user, report)


def may_finish_process(user: User | None, report: Report, decision: Decision | None) -> bool:
    """The team, or the person who promised to change the process."""
    if may_read_case(user, report):
        return True
    is_owner = user is not None and decision is not None and decision.process_owner_id == user.id
    return is_owner and user is not None and user.is_staff


def may_see_agenda(user: User | None) -> bool:
    return may_see_queue(user)


def may_see_members(user: User | None) -> bool:
    """The team sees itself; administrators keep it."""
    return may_see_queue(user) or _is_administrator(user)


def may_keep_members(user: User | None) -> bool:
    """Administrators, and members for the whole region."""
    if user is None:
        return False
    return _is_administrator(user) or (may_see_queue(user) and covered_municipalities(user) is None)


def _is_administrator(user: User | None) -> bool:
    return user is not None and any(grant.role is Role.ADMINISTRATOR for grant in user.grants)

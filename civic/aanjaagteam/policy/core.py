"""Who may do what with a report.

Scope: a member whose grant is for the whole region sees every report. A member of one municipality sees
only the reports of that municipality. A report without a municipality is for members of the whole
region: leaving the municipality empty is how an employee stays out of sight of nearby colleagues.
Nobody else reads a story, also not an administrator or an auditor.
"""

from __future__ import annotations

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import RULES, TEAM, Action, is_possible
from civic.accounts.models import User


def covered_municipalities(user: User) -> set[int] | None:
    """The municipalities whose reports `user` sees; None means the whole region."""
    places = {grant.municipality_id for grant in user.grants if grant.role in TEAM}
    return None if None in places else {place for place in places if place is not None}


def _has_grant(user: User, municipality_id: int | None, action: Action | None = None) -> bool:
    roles = RULES[action].roles if action else TEAM
    return any(
        grant.role in roles and (grant.municipality_id is None or grant.municipality_id == municipality_id)
        for grant in user.grants
    )


def may_see_queue(user: User | None) -> bool:
    return user is not None and any(grant.role in TEAM for grant in user.grants)


def may_enter(user: User | None) -> bool:
    """Write down a report that comes in by phone or at the counter."""
    return may_see_queue(user)


def may_read_case(user: User | None, report: Report) -> bool:
    return user is not None and _has_grant(user, report.municipality_id)


def may_note(user: User | None, report: Report) -> bool:
    return may_read_case(user, report)


def may_plan(user: User | None, report: Report) -> bool:
    """One plan, one contact: who is the contact or stands in for them writes it."""
    return user is not None and may_read_case(user, report) and user.id in (report.owner_id, report.deputy_id)


def may_adopt(user: User | None, report: Report) -> bool:
    """Any official; that this one may read the report is checked before (`queries.asked`)."""
    return user is not None and user.is_staff


def may_give_back(user: User | None, report: Report) -> bool:
    """Whose name it is; or the team, when that person is gone."""
    return user is not None and (user.id == report.adopter_id or may_read_case(user, report))


def may_keep_register(user: User | None) -> bool:
    """The wrong incentives are one list for the whole region."""
    return may_see_queue(user)


def may_resolve_dispute(user: User | None, report: Report) -> bool:
    """Municipalities do not judge their own quarrel: only members for the whole region."""
    return user is not None and may_read_case(user, report) and covered_municipalities(user) is None


def may_do(user: User | None, report: Report, action: Action) -> bool:
    """The right person. Whether the state allows it is for the service, which answers 409."""
    return user is not None and _has_grant(user, report.municipality_id, action)


def possible_actions(user: User | None, report: Report) -> list[Action]:
    """What this person can do with the report as it is now: transitions and role."""
    return [action for action in Action if is_possible(report.state, action) and may_do(user, report, action)]


def may_see_public(user: User | None, report: Report) -> bool:
    return report.is_public

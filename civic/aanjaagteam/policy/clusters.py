"""Who may put reports together: who may read the case of both."""

from __future__ import annotations

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy.core import covered_municipalities, may_read_case, may_see_queue
from civic.accounts.models import User


def may_see_groups(user: User | None) -> bool:
    return may_see_queue(user)


def may_group_reports(user: User | None, one: Report, other: Report) -> bool:
    return may_read_case(user, one) and may_read_case(user, other)


def may_set_threshold(user: User | None) -> bool:
    """It holds for the whole region, so a member for one municipality does not decide it."""
    return user is not None and may_see_queue(user) and covered_municipalities(user) is None

"""Who was asked something about a report and may therefore read its summary, plan, waits and knots.

Each part adds its own relation: a question to a unit, a step of the ladder, a consult. Never the story, the
notes or the reporter: that wall is `policy.may_read_case`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy import may_read_case
from civic.accounts.models import User

Relation = Callable[[User, Report, date], bool]
RELATIONS: list[Relation] = []  # filled when the queries of each part are imported


def may_read_asked(user: User | None, report: Report, on: date) -> bool:
    """The page of somebody who was asked something; the team may look at it too."""
    if user is None:
        return False
    if may_read_case(user, report):
        return True
    return user.is_staff and any(relation(user, report, on) for relation in RELATIONS)

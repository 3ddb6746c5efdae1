"""Who is asked something about a report and may therefore read its summary, plan, waits and knots.

Each part adds its own relation: a question to a unit, a process to mend, a dispute. Never the story, the
notes or the reporter: that wall is `policy.may_read_case`. The relation lasts as long as something is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.policy import may_read_case
from civic.accounts.models import User

Relation = Callable[[User, Report, date], bool]
RELATIONS: list[Relation] = []  # filled when the queries of each part are imported
PAST_RELATIONS: list[Relation] = []  # what is over: they read what they were asked and answered, no more


def may_read_asked(user: User | None, report: Report, on: date) -> bool:
    """The page of somebody who was asked something; the team may look at it too."""
    if user is None:
        return False
    if may_read_case(user, report):
        return True
    return user.is_staff and any(relation(user, report, on) for relation in RELATIONS)


def may_look_back(user: User | None, report: Report, on: date) -> bool:
    """Whoever was asked something reads that again, and the answer; not what was written later."""
    if may_read_asked(user, report, on):
        return True
    return user is not None and user.is_staff and any(one(user, report, on) for one in PAST_RELATIONS)

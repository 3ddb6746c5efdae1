"""Who may do what on the ladder.

The team sees every run of the reports it may read. Who was asked, or works at the unit it is about, sees
that run and nothing else of the report: never the story, the notes or anything of the reporter.
"""

from __future__ import annotations

from civic.aanjaagteam.models import Escalation, Report
from civic.aanjaagteam.policy.core import covered_municipalities, may_read_case, may_see_queue
from civic.aanjaagteam.states.ladder import RunState
from civic.accounts.models import User

Levels = frozenset[int]


def may_escalate(user: User | None, report: Report) -> bool:
    return may_read_case(user, report)


def may_see_escalations(user: User | None) -> bool:
    return may_see_queue(user)


def may_see_run(
    user: User | None, run: Escalation, report: Report, asked: Levels, units: frozenset[int]
) -> bool:
    """The team, who was asked on any rung, and who works at the unit that the run is about."""
    if user is None:
        return False
    if may_read_case(user, report):
        return True
    return user.is_staff and (bool(asked) or (run.unit_id is not None and run.unit_id in units))


def may_read_along(
    user: User | None, run: Escalation, report: Report, has_now: Levels, units: frozenset[int]
) -> bool:
    """The case as it is now: the team, and as long as it lasts who has the question and the unit it is about.

    `has_now`: the levels among those asked that still have the question. Whoever had it reads what was asked
    and answered there, and not what is written later.
    """
    if user is None:
        return False
    if may_read_case(user, report):
        return True
    is_theirs = bool(has_now) or (run.unit_id is not None and run.unit_id in units)
    return user.is_staff and run.state is RunState.OPEN and is_theirs


def may_act(user: User | None, run: Escalation, asked: Levels) -> bool:
    """Take it, answer it or pass it on: who was asked on the rung that has it now."""
    return user is not None and user.is_staff and run.state is RunState.OPEN and run.level in asked


def is_asked(user: User | None, asked: Levels, level: int) -> bool:
    """The right person for this rung; whether it can be done now is for the service, which answers 409."""
    return user is not None and user.is_staff and level in asked


def may_lift(user: User | None, report: Report, asked: Levels, level: int) -> bool:
    """Bring it a rung higher: who has it, or the team."""
    return is_asked(user, asked, level) or may_read_case(user, report)


def may_withdraw(user: User | None, run: Escalation, report: Report) -> bool:
    """Who opened it, and the owner of the report; one that opened by itself has only an owner.

    Without an owner any member of the team who reads the case may.
    """
    if user is None or not may_read_case(user, report):
        return False
    return report.owner_id is None or user.id in (run.opened_by_id, report.owner_id)


def may_see_ladder(user: User | None) -> bool:
    return may_see_queue(user)


def may_set_ladder(user: User | None, municipality_id: int | None) -> bool:
    """A member for the whole region sets every ladder, a member of one municipality that one."""
    if user is None or not may_see_queue(user):
        return False
    covered = covered_municipalities(user)
    return covered is None or municipality_id in covered


def may_set_hours(user: User | None, person: User) -> bool:
    """Oneself; the team of the region everybody, of a municipality only who works there: whoever is never
    at work is never asked, and the ladder of the others would stand still."""
    if user is None or user.id == person.id:
        return user is not None
    covered = covered_municipalities(user)
    return may_see_queue(user) and (
        covered is None or any(grant.municipality_id in covered for grant in person.grants)
    )

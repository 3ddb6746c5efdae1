"""Units, waits and people for the tests of the queue; call these inside an app context."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from civic.aanjaagteam.models import Report, ReportWait, Unit
from civic.aanjaagteam.service.units import Membership, UnitFacts, add_member, add_unit
from civic.aanjaagteam.states.facts import WaitKind
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import member
from tests.factories import make_user, municipality

EMPLOYEE_EMAIL = "medewerker@example.nl"


def unit(name: str = "Vergunningen", code: str | None = "GM0995", **facts: Any) -> Unit:
    place = municipality(code).id if code else None
    return add_unit(UnitFacts(name, place, **facts), actor=member(), at=now())


def employee(email: str = EMPLOYEE_EMAIL, name: str = "Elif Employee") -> User:
    user = make_user(email=email, name=name)
    return user if user.grants else make_user(Role.EMPLOYEE, email=email)


def works_at(who: User, where: Unit, *, is_manager: bool = False, until_on: date | None = None) -> None:
    wanted = Membership(today(now()) - timedelta(days=400), until_on, is_manager)
    add_member(where, who, wanted, actor=member(), at=now())


def wait_for(report: Report, where: Unit, *, due_on: date | None = None, at: datetime | None = None) -> None:
    """As the case does it, without its mail."""
    db.session.add(
        ReportWait(
            report_id=report.id,
            kind=WaitKind.UNIT,
            unit_id=where.id,
            question="Mag dit terras open?",
            due_on=due_on,
            began_at=at or now() - timedelta(days=3),
            began_by_id=member().id,
        )
    )
    db.session.flush()

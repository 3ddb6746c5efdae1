"""A ladder with people on every rung, and reports on it; call these inside an app context."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam.jobs import climb_ladder
from civic.aanjaagteam.models import Escalation, EscalationRung, Report, Unit, UnitMember
from civic.aanjaagteam.queries.ladder import Place
from civic.aanjaagteam.service import ladder, ladder_setup
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.ladder import EscalationReason
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import ZONE
from civic.db import committing, db
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.makers import member, report_in
from tests.factories import make_user, municipality

EXECUTIVES = {1: ("uitvoering",), 2: ("manager",), 3: ("directeur",), 4: ("crew1", "crew2", "crew3", "crew4")}
TABLE_WEEKDAY = 3  # Thursday
LONG_AGO = timedelta(days=400)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment as a Dutch clock shows it."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def official(name: str) -> User:
    known = make_user(email=f"{name}@example.nl", name=name.title())
    return known if known.grants else make_user(Role.EMPLOYEE, email=f"{name}@example.nl")


def stand(level: int, *names: str, place: Place | None = None, **given: Any) -> None:
    """Put these people on a rung: 8 working hours to take it, 5 working days to answer."""
    terms = {"accept_hours": 8, "answer_days": 5, **given}
    if level == 4:
        terms.setdefault("table_weekday", TABLE_WEEKDAY)
    wanted = ladder_setup.RungWanted(people=tuple(official(name) for name in names), **terms)
    ladder_setup.set_rung(place or Place(), level, wanted, actor=member(), at=datetime.now(ZONE))


def full_ladder() -> None:
    for level, names in EXECUTIVES.items():
        stand(level, *names)


def unit(name: str = "Vergunningen", *managers: str) -> Unit:
    row = Unit(name=name, municipality_id=municipality().id)
    db.session.add(row)
    db.session.flush()
    for one in managers:
        since = datetime.now(ZONE).date() - LONG_AGO
        db.session.add(UnitMember(unit_id=row.id, user_id=official(one).id, is_manager=True, from_on=since))
    db.session.flush()
    return row


def wanted(level: int = 1, **given: Any) -> ladder.Wanted:
    facts = {"reason": EscalationReason.NO_DECISION, "tried": "Drie keer gebeld.", "asked": "Zeg ja of nee."}
    return ladder.Wanted(**{**facts, **given}, level=level)


def opened(at: datetime, level: int = 1, **given: Any) -> Escalation:
    """A run that somebody opened at that moment, for a report that was taken up."""
    report = report_in(State.TAKEN_UP, at=at - timedelta(days=1), **given)
    return ladder.escalate(report, wanted(level), actor=member(), at=at)


def climb(at: datetime) -> dict[str, int]:
    return climb_ladder(at)


def commit() -> None:
    with committing():
        pass


def levels(run_id: int) -> list[tuple[int, str]]:
    rows = select(EscalationRung.level, EscalationRung.state).where(EscalationRung.escalation_id == run_id)
    return [(row.level, row.state.value) for row in db.session.execute(rows.order_by(EscalationRung.level))]


def rung(run_id: int, level: int) -> EscalationRung:
    return db.session.scalars(
        select(EscalationRung).where(EscalationRung.escalation_id == run_id, EscalationRung.level == level)
    ).one()


def run_of(report: Report | int) -> Escalation:
    number = report if isinstance(report, int) else report.id
    found = select(Escalation).where(Escalation.report_id == number).order_by(Escalation.round.desc())
    return db.session.scalars(found.limit(1)).one()


def letters(template: str = "escalation_asked") -> list[OutgoingMail]:
    return list(
        db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == template).order_by(OutgoingMail.id)
        )
    )


def asked_mails() -> list[str]:
    """Who was asked, in order: "uitvoering", "manager"…"""
    return [str(mail.address).partition("@")[0] for mail in letters()]

"""Units, waits, handovers and disputes for the tests of a case; call these inside an app context."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from civic.aanjaagteam.models import Dispute, Report, ReportWait, Unit, UnitMember
from civic.aanjaagteam.service import disputes, handoffs, waits
from civic.aanjaagteam.states.facts import HandoverReason, LawBasis, Stance, WaitKind
from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import member
from tests.factories import make_user, municipality

QUESTION = "Mag het terras op de stoep? <b>Graag</b> ja of nee."


def official(email: str, name: str = "Saskia Medewerker") -> User:
    known = make_user(email=email, name=name)
    return known if known.grants else make_user(Role.EMPLOYEE, email=email)


def unit(name: str = "Inkoop", *managers: str, workers: tuple[str, ...] = (), code: str = "GM0995") -> Unit:
    row = Unit(name=name, municipality_id=municipality(code).id)
    db.session.add(row)
    db.session.flush()
    since = today(now()) - timedelta(days=400)
    for email in (*managers, *workers):
        person = official(email)
        db.session.add(
            UnitMember(unit_id=row.id, user_id=person.id, is_manager=email in managers, from_on=since)
        )
    db.session.flush()
    return row


def wait_on(report: Report, where: Unit | None = None, **given: Any) -> ReportWait:
    at = given.pop("at", None) or now() - timedelta(hours=1)
    facts: dict[str, Any] = {"kind": WaitKind.UNIT, "question": QUESTION}
    if where is not None:
        facts["unit_id"] = where.id
    new = waits.NewWait(**{**facts, **given})
    return waits.start_wait(report, new, report.revision, actor=member(), at=at)


def hand(report: Report, where: Unit, **given: Any) -> None:
    at = given.pop("at", None) or now() - timedelta(hours=1)
    wanted = handoffs.Handover(where.id, HandoverReason.NOT_OURS, "Zij weten hier meer van.")
    handoffs.hand_over(report, wanted, report.revision, actor=member(), at=at)


def dispute_on(report: Report, where: Unit) -> Dispute:
    new = disputes.NewDispute(
        claims=(
            disputes.Claim(municipality("GM0995").id, Stance.NOT_OURS, "Verhuisd in maart."),
            disputes.Claim(municipality("GM0034").id, Stance.NOT_OURS, "Hij woonde daar maar kort."),
        ),
        law_basis=LawBasis.YOUTH_ACT,
        law_explanation="artikel 1.1",
        interim_municipality_id=municipality("GM0995").id,
        interim_unit_id=where.id,
    )
    return disputes.open_dispute(report, new, report.revision, actor=member(), at=now() - timedelta(hours=1))

"""Who may reach the pages of the ladder: the team, and who was asked."""

from __future__ import annotations

from datetime import timedelta

from civic.aanjaagteam.models import Escalation, EscalationPerson
from civic.aanjaagteam.queries import ladder as queries
from civic.aanjaagteam.states import State
from civic.db import db, now
from tests.aanjaagteam.ladder_makers import full_ladder, opened
from tests.aanjaagteam.makers import report_in
from tests.access import AANJAAGTEAM_MEMBER, EMPLOYEE, Case
from tests.factories import make_user

TEAM = frozenset({AANJAAGTEAM_MEMBER})
ASKED = frozenset({EMPLOYEE})


def build() -> dict[str, Case]:
    full_ladder()
    employee = make_user(email="employee@example.nl")

    def asked() -> Escalation:
        at = now() - timedelta(days=1)
        run = opened(at)
        row = queries.rung_in_hand(run)
        assert row is not None
        db.session.add(EscalationPerson(rung_id=row.id, user_id=employee.id, asked_at=at))
        db.session.flush()
        return run

    def case(allowed: frozenset[str], **form: str) -> Case:
        return Case(allowed, {"escalation_id": asked().id}, {"level": "1", **form})

    free = report_in(State.TAKEN_UP)
    mine = case(TEAM, withdraw="Niet meer nodig.")
    _free_of_owner(mine.args["escalation_id"])
    return {
        "aanjaagteam.ladder": Case(TEAM),
        "aanjaagteam.ladder_rung": Case(TEAM, {"slug": "regio", "level": 1}, {"accept_hours": "x"}),
        "aanjaagteam.ladder_hours": Case(TEAM | ASKED, {"user_id": employee.id}, {"from_0": "09:00"}),
        "aanjaagteam.escalate": Case(TEAM, {"report_id": free.id}, {"tried": "Gebeld."}),
        "aanjaagteam.escalations": Case(TEAM),
        "aanjaagteam.escalated": case(TEAM | ASKED),
        "aanjaagteam.accept_escalated": case(ASKED),
        "aanjaagteam.answer_escalated": case(ASKED),
        "aanjaagteam.hand_on_escalated": case(ASKED),
        "aanjaagteam.lift_escalated": case(TEAM | ASKED),
        "aanjaagteam.withdraw_escalated": mine,
    }


def _free_of_owner(escalation_id: int) -> None:
    """Any member of the team may take back what nobody owns; the matrix signs in as another member."""
    run = db.session.get_one(Escalation, escalation_id)
    report = report_in(State.TRIAGED, at=now() - timedelta(days=1))
    run.report_id = report.id
    db.session.flush()

"""Who may reach the pages of thinking along, of improvements, and the open data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from civic.aanjaagteam.models import Consult, Improvement, Specialist
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.consults import ConsultState, Domain, NextStep
from civic.aanjaagteam.states.improvements import ImprovementState, Mandate
from civic.accounts.states import Role
from civic.db import db, now
from tests.aanjaagteam.consult_makers import unit, works_at
from tests.aanjaagteam.makers import member, report_in
from tests.access import AANJAAGTEAM_MEMBER, EMPLOYEE, EVERYBODY, OWNER, RESIDENT, SIGNED_IN, Case
from tests.factories import make_user

TEAM = frozenset({AANJAAGTEAM_MEMBER})
STAFF = SIGNED_IN - {RESIDENT, OWNER}
ASKED = frozenset({EMPLOYEE})
CONSULTS = "aanjaagteam.consult"


def build() -> dict[str, Case]:
    at = now() - timedelta(days=1)
    return {**_consults(at), **_improvements(at), **_open_data()}


def _open_data() -> dict[str, Case]:
    report = report_in(State.DECIDED)
    return {
        "aanjaagteam.open_data": Case(EVERYBODY),
        "aanjaagteam.open_data_json": Case(EVERYBODY, is_page=False),
        "aanjaagteam.open_data_csv": Case(EVERYBODY, is_page=False),
        "aanjaagteam.report_json": Case(EVERYBODY, {"report_id": report.id}, is_page=False),
        "aanjaagteam.decisions_feed": Case(EVERYBODY, is_page=False),
    }


def _consults(at: datetime) -> dict[str, Case]:
    report = report_in(State.TAKEN_UP)
    employee = make_user(email="employee@example.nl")
    known = {"domain": Domain.LEGAL, "added_at": at}
    row = Specialist(user_id=member().id, confirmed_at=at, confirmed_by_id=member().id, **known)
    new = Specialist(user_id=make_user(Role.EMPLOYEE, email="nieuw@example.nl").id, **known)
    db.session.add_all([row, new])
    db.session.flush()

    def asked(state: ConsultState = ConsultState.ASKED, **given: Any) -> dict[str, int]:
        about = {"report_id": report.id, "asked_by_id": member().id, "user_id": employee.id, **given}
        consult = Consult(state=state, asked_at=at, **about)
        consult.question = "Mag dit?"
        db.session.add(consult)
        db.session.flush()
        return {"consult_id": consult.id}

    answered = {"answered_at": at, "answered_by_id": employee.id}
    when = {"ended_at": at, "call_on": at.date()}
    later = {"report_id": None, "minutes": 15, "next_step": NextStep.CALL_LATER, **when}
    both = TEAM | ASKED
    return {
        "aanjaagteam.specialists": Case(STAFF, form={"domain": "legal"}),
        "aanjaagteam.specialist_confirm": Case(TEAM, {"specialist_id": new.id}),
        "aanjaagteam.specialist_remove": Case(TEAM, {"specialist_id": row.id}),
        "aanjaagteam.consults": Case(STAFF),
        "aanjaagteam.consult_quick": Case(STAFF, form={"question": "Mag dit?", "whom": "d-legal"}),
        "aanjaagteam.consult_ask": Case(TEAM, {"report_id": report.id}, {"question": "Mag dit?"}),
        CONSULTS: Case(both, asked()),
        "aanjaagteam.consult_take": Case(ASKED, asked()),
        "aanjaagteam.consult_answer": Case(ASKED, asked(), {"answer": "Ja."}),
        "aanjaagteam.consult_hand_on": Case(ASKED, asked(), {"whom": ""}),
        "aanjaagteam.consult_close": Case(TEAM, asked(ConsultState.ANSWERED, **answered)),
        "aanjaagteam.consult_called": Case(ASKED, asked(ConsultState.CLOSED, **later)),
        "aanjaagteam.consult_withdraw": Case(TEAM, asked()),
    }


def _improvements(at: datetime) -> dict[str, Case]:
    employee = make_user(email="employee@example.nl")
    place = unit()
    works_at(employee, place, is_manager=True)

    def improved(proposer_id: int, state: ImprovementState = ImprovementState.STARTED) -> dict[str, int]:
        row = Improvement(
            state=state,
            proposer_id=proposer_id,
            unit_id=place.id,
            process="Een straatfeest",
            proposal="Eén formulier.",
            mandate=Mandate.MANAGER,
            created_at=at,
            started_at=at,
            tell_on=(at + timedelta(days=30)).date(),
        )
        if state is ImprovementState.ON_TABLE:
            row.report_id = report_in(State.NEW).id
        db.session.add(row)
        db.session.flush()
        return {"improvement_id": row.id}

    proposed, day = ImprovementState.PROPOSED, {"tell_on": "2026-12-20"}
    return {
        "aanjaagteam.improvements": Case(STAFF),
        "aanjaagteam.improvement_new": Case(STAFF, form={"process_name": "Een straatfeest"}),
        "aanjaagteam.improvement": Case(STAFF, improved(member().id)),
        "aanjaagteam.improvement_agree": Case(ASKED, improved(member().id, proposed), day),
        "aanjaagteam.improvement_refuse": Case(ASKED, improved(member().id, proposed), {"answer": "Nee."}),
        "aanjaagteam.improvement_start": Case(ASKED, improved(employee.id, ImprovementState.ON_TABLE), day),
        "aanjaagteam.improvement_finish": Case(ASKED, improved(employee.id), {"result": "Minder werk."}),
        "aanjaagteam.improvement_withdraw": Case(ASKED, improved(employee.id)),
        "aanjaagteam.improvement_thank": Case(STAFF, improved(member().id)),
    }

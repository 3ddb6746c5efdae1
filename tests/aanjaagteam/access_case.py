"""Who may reach the pages of a case: waits, plan, causes, handing over, disputes."""

from __future__ import annotations

from datetime import timedelta

from civic.aanjaagteam.service import case as case_service
from civic.aanjaagteam.service import causes
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import IncentiveKind, WaitKind
from civic.db import db, now
from tests.aanjaagteam.case_makers import dispute_on, unit, wait_on
from tests.aanjaagteam.makers import member, report_in
from tests.access import AANJAAGTEAM_MEMBER, EMPLOYEE, Case
from tests.factories import make_user

TEAM = frozenset({AANJAAGTEAM_MEMBER})
ASKED = frozenset({AANJAAGTEAM_MEMBER, EMPLOYEE})


def build() -> dict[str, Case]:
    at = now() - timedelta(days=1)
    where = unit("Inkoop", "employee@example.nl")
    planned, asked, done = report_in(State.TAKEN_UP), report_in(State.TAKEN_UP), report_in(State.DONE)
    planned.owner_id = make_user(email="aanjaagteam-member@example.nl").id
    answered = {"report_id": asked.id, "wait_id": wait_on(asked, where, at=at).id}
    changed = {"report_id": asked.id, "wait_id": wait_on(asked, kind=WaitKind.COUNCIL, at=at).id}
    withdrawn = {"report_id": asked.id, "wait_id": wait_on(asked, kind=WaitKind.REPORTER, at=at).id}
    adopted = report_in(State.TAKEN_UP)
    case_service.adopt(adopted, adopted.revision, is_public=True, actor=member(), at=at)
    disputed = report_in(State.TAKEN_UP)
    dispute_on(disputed, where)
    facts = causes.IncentiveFacts(IncentiveKind.CONTRACT, "Betaald per gesprek.")
    row = {"incentive_id": causes.add_incentive(facts, actor=member(), at=at).id}
    db.session.flush()
    this = {"report_id": planned.id}
    return {
        "aanjaagteam.plan": Case(TEAM, this),
        "aanjaagteam.summary": Case(TEAM, this),
        "aanjaagteam.cause": Case(TEAM, this),
        "aanjaagteam.transfer": Case(TEAM, this),
        "aanjaagteam.wait_start": Case(TEAM, this),
        "aanjaagteam.dispute": Case(TEAM, this),
        "aanjaagteam.dispute_resolve": Case(TEAM, {"report_id": disputed.id}),
        "aanjaagteam.reopen": Case(TEAM, {"report_id": done.id}),
        "aanjaagteam.asked": Case(ASKED, {"report_id": asked.id}),
        "aanjaagteam.adopt": Case(ASKED, {"report_id": asked.id}, {"revision": str(asked.revision)}),
        "aanjaagteam.give_back": Case(TEAM, {"report_id": adopted.id}, {"revision": str(adopted.revision)}),
        "aanjaagteam.wait_end": Case(ASKED, answered),
        "aanjaagteam.wait_change": Case(TEAM, changed),
        "aanjaagteam.wait_withdraw": Case(TEAM, withdrawn),
        "aanjaagteam.incentives": Case(TEAM),
        "aanjaagteam.incentive_new": Case(TEAM),
        "aanjaagteam.incentive": Case(TEAM, row),
        "aanjaagteam.incentive_edit": Case(TEAM, row),
        "aanjaagteam.incentive_retire": Case(TEAM, row, {"revision": "0"}),
    }

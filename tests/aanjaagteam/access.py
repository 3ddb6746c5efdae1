"""Who may reach which page of the aanjaagteam."""

from __future__ import annotations

from civic.aanjaagteam import service
from civic.aanjaagteam.states import State
from civic.db import db
from tests.aanjaagteam import (
    access_case,
    access_consults,
    access_figures,
    access_intake,
    access_knots,
    access_ladder,
    access_queue,
    access_voices,
)
from tests.aanjaagteam.makers import report_in
from tests.access import AANJAAGTEAM_MEMBER, EVERYBODY, Case

TEAM = frozenset({AANJAAGTEAM_MEMBER})
TRIAGE = {"public_title": "Titel", "decision_owner": "unknown", "revision": "0"}


def build() -> dict[str, Case]:
    new, triaged = report_in(State.NEW), report_in(State.TRIAGED)
    taken_up, decided = report_in(State.TAKEN_UP), report_in(State.DECIDED)
    report = {"story": "Dit duurt al heel lang.", "token": service.new_token()}
    db.session.flush()
    return {
        "aanjaagteam.index": Case(EVERYBODY),
        "aanjaagteam.show": Case(EVERYBODY, {"report_id": decided.id}),
        "aanjaagteam.start": Case(EVERYBODY, form=report),
        "aanjaagteam.wrongdoing": Case(EVERYBODY),
        "aanjaagteam.hand_over": Case(EVERYBODY, form={"story": "Dit duurt al heel lang."}),
        "aanjaagteam.receipt": Case(EVERYBODY),
        "aanjaagteam.follow": Case(EVERYBODY, form={"code": "ABCD"}),
        "aanjaagteam.followed": Case(EVERYBODY, is_page=False),  # without a code it sends you to `follow`
        "aanjaagteam.queue": Case(TEAM),
        "aanjaagteam.enter": Case(TEAM, form=report),
        "aanjaagteam.case": Case(TEAM, {"report_id": taken_up.id}),
        "aanjaagteam.triage": Case(TEAM, {"report_id": new.id}, TRIAGE),
        "aanjaagteam.assign": Case(TEAM, {"report_id": triaged.id}, {"owner": "", "revision": "1"}),
        "aanjaagteam.note": Case(TEAM, {"report_id": new.id}, {"note": "Gebeld."}),
        "aanjaagteam.decide": Case(TEAM, {"report_id": taken_up.id}),
        "aanjaagteam.advance": Case(TEAM, {"report_id": decided.id}),
        "aanjaagteam.close": Case(TEAM, {"report_id": decided.id}),
        "aanjaagteam.decline": Case(TEAM, {"report_id": triaged.id}),
        **access_figures.build(),
        **access_intake.build(),
        **access_knots.build(),
        **access_ladder.build(),
        **access_queue.build(),
        **access_voices.build(),
        **access_case.build(),
        **access_consults.build(),
    }

"""Who may reach the pages of freezing, the frozen pool, receipts and objections."""

from __future__ import annotations

from tests.access import AUDITOR, EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.factories import make_user
from tests.panels.makers_freeze import (
    REASON,
    TOKEN,
    frozen,
    objection,
    panel_of,
    pool_panel,
    proposed,
    registrant,
    with_warning,
)

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
PEOPLE = 50
PROPOSER = "lottery-administrator@example.nl"  # only who proposed can take it back


def build() -> dict[str, Case]:
    open_pool, waiting = pool_panel(PEOPLE), proposed(pool_panel(PEOPLE))
    with_warning(open_pool)
    taken_back = proposed(pool_panel(PEOPLE), actor=make_user(email=PROPOSER))
    to_freeze = pool_panel(PEOPLE)
    registrant(to_freeze)
    done = frozen(to_freeze)
    to_correct = frozen(pool_panel(PEOPLE))
    reaction = objection(panel_of(done))
    one, own = {"panel_id": done.panel_id}, {"token": TOKEN}
    letter = {"text": "Ik sta niet in de pool, maar ik meldde mij wel aan.", "contact": "zoe@example.nl"}
    answer = {"verdict": "rejected", "answer": "U staat in de pool, onder uw tweede voornaam."}
    return {
        "panels.freeze": Case(ADMINISTRATORS, {"panel_id": open_pool.id}),
        "panels.propose_freeze": Case(
            ADMINISTRATORS, {"panel_id": open_pool.id}, {"acknowledged": "agreements"}
        ),
        "panels.decide_freeze": Case(
            ADMINISTRATORS, {"panel_id": waiting.panel_id}, {"decision": "refuse", "reason": REASON}
        ),
        "panels.take_back_freeze": Case(ADMINISTRATORS, {"panel_id": taken_back.panel_id}),
        "panels.correct_pool": Case(ADMINISTRATORS, {"panel_id": to_correct.panel_id}, {"reason": REASON}),
        "panels.frozen_pool": Case(EVERYBODY, one),
        "panels.frozen_pool_json": Case(EVERYBODY, one, is_page=False),
        "panels.objection": Case(EVERYBODY, one, letter),
        "panels.objections": Case(ADMINISTRATORS | {AUDITOR}, one),
        "panels.answer_objection": Case(ADMINISTRATORS, {**one, "objection_id": reaction.id}, answer),
        "registrations.pool_receipt": Case(EVERYBODY, own),
        "registrations.pool_receipt_json": Case(EVERYBODY, own, is_page=False),
        "registrations.object_to_pool": Case(EVERYBODY, own, letter),
        "registrations.pool_receipt_script": Case(EVERYBODY, is_page=False),
    }

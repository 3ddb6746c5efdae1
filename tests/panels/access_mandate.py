"""Who may reach the pages of the mandate and the overview."""

from __future__ import annotations

from civic.panels.states import Stage
from tests.access import (
    AUDITOR,
    CIVIL_REGISTRY,
    COUNCIL_OFFICE,
    EVERYBODY,
    LOTTERY_ADMINISTRATOR,
    OWNER,
    Case,
)
from tests.initiatives.factories import published
from tests.panels.makers_mandate import (
    FORM,
    REASON,
    SIGNED,
    WHY,
    asked,
    drafted_panel,
    panel_with_letters,
    published_panel,
    seen_of,
)
from tests.panels.stages import prepared_panel

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
SIGNERS = ADMINISTRATORS | {COUNCIL_OFFICE}


def build() -> dict[str, Case]:
    draft, to_publish, public = drafted_panel(), drafted_panel(), published_panel()
    signed, letters = prepared_panel(Stage.INVITATION), panel_with_letters()
    question, to_ask = asked(title="Een grote vraag"), published(title="Nog een grote vraag")
    one, letters_of = {"panel_id": public.id}, {"panel_id": letters.id}
    level = {"level": "inform", "reason": REASON}
    planning = {"advice_on": "2027-09-01", "response_weeks": "10", "reason": REASON}
    return {
        "panels.mandate": Case(ADMINISTRATORS, {"panel_id": draft.id}, {**FORM, "seen": seen_of(draft.id)}),
        "panels.check_mandate": Case(ADMINISTRATORS, {"panel_id": draft.id}),
        "panels.publish_mandate": Case(
            ADMINISTRATORS, {"panel_id": to_publish.id}, {"seen": seen_of(to_publish.id)}
        ),
        "panels.change_level": Case(ADMINISTRATORS, one, level),
        "panels.move_advice": Case(ADMINISTRATORS, one, planning),
        "panels.agreements": Case(EVERYBODY, {"panel_id": signed.id}),
        "panels.sign_agreement": Case(SIGNERS, {**one, "slug": "lelystad"}, SIGNED),
        "panels.withdraw_agreement": Case(SIGNERS, {"panel_id": signed.id, "slug": "lelystad"}),
        "panels.preparation": Case(ADMINISTRATORS | {AUDITOR, CIVIL_REGISTRY}, letters_of),
        "panels.stop": Case(ADMINISTRATORS, letters_of, {"reason": REASON}),
        "panels.ask_panel": Case(frozenset({OWNER}), {"initiative_id": to_ask.id}, {"reason": WHY}),
        "panels.answer_request": Case(
            ADMINISTRATORS, {"request_id": question.id}, {"decision": "yes", "answer": ""}
        ),
        "panels.algorithm_register": Case(EVERYBODY, letters_of),
        "panels.algorithm_register_json": Case(EVERYBODY, letters_of, is_page=False),
    }

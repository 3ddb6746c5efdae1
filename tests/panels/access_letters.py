"""Who may reach which page of the letters."""

from __future__ import annotations

from civic.db import db
from civic.panels.models import InvitationShare, LetterInsert
from tests.access import CIVIL_REGISTRY, LOTTERY_ADMINISTRATOR, Case
from tests.panels.makers_letters import make_failed_order, make_finished_order, make_order, make_share

WRITERS = frozenset({LOTTERY_ADMINISTRATOR})
READERS = WRITERS | {CIVIL_REGISTRY}


def build() -> dict[str, Case]:
    # where the civil registry of the table works
    finished, failed, fresh, waiting = (make_share(3, code="GM0995") for _number in range(4))
    make_finished_order(finished)
    make_failed_order(failed)
    make_order(waiting, 3)
    panel_id = fresh.wave.panel_id
    db.session.add(LetterInsert(panel_id=panel_id, language="pl", text="To jest zaproszenie."))
    db.session.commit()
    text = {
        "subject": "Uitnodiging",
        "body": "Beste {naam},\n\nU bent geloot. Doet u mee?",
        "signed_by": "De burgemeester",
        "easy_read": "",
    }
    insert = {"panel_id": panel_id, "language": "tr"}
    return {
        "panels.letter_text": Case(WRITERS, {"panel_id": panel_id}, text),
        "panels.letter_insert": Case(WRITERS, insert, {"text": "Bu bir davettir."}),
        "panels.remove_letter_insert": Case(WRITERS, {"panel_id": panel_id, "language": "pl"}),
        "panels.letter_preview": Case(READERS, {"panel_id": panel_id}),
        "panels.letter_pdf": Case(READERS, {"panel_id": panel_id}, is_page=False),
        "panels.letter_order": Case(READERS, _of(fresh), {"ground": "Artikel 3.8 van de Wet BRP"}),
        "panels.letters_progress": Case(READERS, _of(waiting), is_page=False),
        "panels.retry_letters": Case(READERS, _of(failed)),
        "panels.letters_batch": Case(READERS, {**_of(finished), "number": 1}, is_page=False),
        "panels.letters_zip": Case(READERS, _of(finished), is_page=False),
        "panels.destroy_letters": Case(READERS, _of(waiting)),
    }


def _of(share: InvitationShare) -> dict[str, int]:
    return {"panel_id": share.wave.panel_id, "share_id": share.id}

"""Who may reach what comes after the draw. Civil registries and council offices see nothing of it."""

from __future__ import annotations

from civic.db import db
from civic.panels.models import Panel
from civic.panels.queries import seats as queries
from tests.access import AUDITOR, EVERYBODY, LOTTERY_ADMINISTRATOR, Case
from tests.panels.makers_pool import Wish
from tests.panels.makers_seats import (
    frozen_panel,
    hold,
    offer_of,
    person_in,
    seat_of,
    with_letter,
)

ADMINISTRATORS = frozenset({LOTTERY_ADMINISTRATOR})
READERS = ADMINISTRATORS | {AUDITOR}
TEXT = {"meetings": "Zaterdag 6 maart, 10 tot 16 uur.", "honorarium": "€ 50 per dag.", "answer_days": "10"}


def build() -> dict[str, Case]:
    panel = frozen_panel(0)
    drawn = person_in(panel, Wish(name="Anna de Boer", email="anna@example.nl"))
    phoned = person_in(panel, Wish(name="Bilal Post", born="1990-01-01", email="bilal@example.nl"))
    other = person_in(panel, Wish(name="Cor Visser", born="1970-01-02", email="cor@example.nl"))
    hold(panel, [drawn.uid, phoned.uid])
    code = with_letter(drawn)
    here = {"panel_id": db.session.get_one(Panel, panel.id).id}
    seat, offer = {**here, "seat_id": seat_of(phoned).id}, {**here, "offer_id": offer_of(other).id}
    wanted = {"wanted": "bilal@example.nl"}
    letter = {"code": code, "birth_date": "17-05-1980"}
    token = {"token": queries.seat_token(seat_of(drawn))}
    return {
        "panels.seats": Case(READERS, here),
        "panels.seat": Case(ADMINISTRATORS, seat),
        "panels.answer_seat": Case(ADMINISTRATORS, seat, {"answer": "ja"}),
        "panels.tell_seat": Case(ADMINISTRATORS, seat, {"how": "gebeld"}),
        "panels.answer_offer": Case(ADMINISTRATORS, offer, {"answer": "nee"}),
        "panels.find_seat": Case(ADMINISTRATORS, here, wanted),
        "panels.seat_text": Case(ADMINISTRATORS, here, TEXT),
        "panels.seat_list": Case(ADMINISTRATORS, here),
        "panels.seats_csv": Case(ADMINISTRATORS, here, is_page=False),
        "panels.seat_letters": Case(ADMINISTRATORS, here, is_page=False),
        "panels.seat_letters_posted": Case(ADMINISTRATORS, here, {"plaatsen": ""}),
        "registrations.seat": Case(EVERYBODY, token, {"answer": "ja"}),
        "registrations.seat_by_code": Case(EVERYBODY, form=letter),
        "registrations.reserve": Case(EVERYBODY, {"token": queries.offer_token(other)}, {"answer": "ja"}),
    }

"""Who may reach the pages of registering: everybody, with the right code or link."""

from __future__ import annotations

from civic.db import db
from civic.panels.models import Consent
from civic.panels.service.registrations_rules import subject_of
from tests.access import EVERYBODY, Case
from tests.panels.makers_registrations import (
    feature,
    make_letter,
    open_to_all,
    register,
    register_openly,
)
from tests.panels.stages import prepared_panel


def build() -> dict[str, Case]:
    panel = prepared_panel()
    open_to_all(panel)
    _row, code = make_letter(panel)
    consents = frozenset({subject_of(feature(panel, "opleiding"))})
    receipt = register(panel, name="Els de Boer", consents=consents)
    consent = db.session.query(Consent).filter_by(registration_id=receipt.registration.id).one()
    pending = register_openly(panel, name="Anna de Wit")
    own = {"token": receipt.token}
    return {
        "registrations.start": Case(EVERYBODY, form={"code": code}),
        "registrations.with_code": Case(EVERYBODY, {"code": "K7QM-3XDP-WT5R"}),
        "registrations.entrance": Case(EVERYBODY, {"panel_id": panel.id}),
        "registrations.lost": Case(EVERYBODY, form={"code": code, "birth_date": "31-03-1957"}),
        "registrations.withdrawn": Case(EVERYBODY),
        "registrations.step": Case(EVERYBODY, {"part": "gegevens"}),
        "registrations.check": Case(EVERYBODY),
        "registrations.receipt": Case(EVERYBODY),
        "registrations.sent": Case(EVERYBODY),
        "registrations.stop": Case(EVERYBODY),
        "registrations.own": Case(EVERYBODY, own),
        "registrations.confirm": Case(EVERYBODY, {"token": pending.token}),
        "registrations.change": Case(EVERYBODY, {**own, "part": "gegevens"}),
        "registrations.withdraw": Case(EVERYBODY, own),
        "registrations.withdraw_consent": Case(EVERYBODY, {**own, "consent_id": consent.id}),
        "registrations.data_json": Case(EVERYBODY, own, is_page=False),
        "registrations.data_text": Case(EVERYBODY, own, is_page=False),
    }

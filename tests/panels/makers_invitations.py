"""Waves, shares and codes as rows, for the tests of this step and of those after it.

Call inside an app context; they commit.
"""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.panels.models import Extraction, InvitationShare, InvitationWave, MandateAgreement, Panel, Source
from civic.panels.service import invitations, invitations_extractions
from civic.panels.service.invitations import ShareLine
from civic.panels.service.invitations_extractions import Taken
from civic.panels.states import Stage
from tests.conftest import NOW
from tests.factories import municipality, signed_in_client
from tests.panels.makers import administrator
from tests.panels.stages import constituency, prepared_panel

ALMERE, URK, LELYSTAD = "GM0034", "GM0184", "GM0995"
CLOSES_ON = date(2026, 12, 21)


def source(panel: Panel, number: int = 3, place: int = 1) -> Source:
    return constituency(panel, number).sources[place - 1]


def line(panel: Panel, code: str = ALMERE, letters: int = 20, number: int = 3) -> ShareLine:
    return ShareLine(municipality(code).id, source(panel, number).id, letters)


def make_wave(
    panel: Panel, *lines: ShareLine, closes_on: date = CLOSES_ON, at: datetime = NOW
) -> InvitationWave:
    wave = invitations.plan_wave(
        panel, lines or (line(panel),), closes_on, "Er zijn te weinig mensen.", actor=administrator(), at=at
    )
    db.session.commit()
    return wave


def make_share(
    code: str = ALMERE, letters: int = 20, stage: Stage = Stage.REGISTRATION, number: int = 3
) -> InvitationShare:
    """A share of a panel of its own, with codes."""
    panel = prepared_panel(stage)
    share = make_wave(panel, line(panel, code, letters, number)).shares[0]
    invitations.issue_codes(share, actor=administrator(), at=NOW)
    db.session.commit()
    return share


def panel_of(share: InvitationShare) -> Panel:
    return db.session.get_one(Panel, share.wave.panel_id)


def withdraw_agreement(panel: Panel, code: str) -> None:
    row = db.session.scalars(
        select(MandateAgreement).where(
            MandateAgreement.panel_id == panel.id, MandateAgreement.municipality_id == municipality(code).id
        )
    ).one()
    row.withdrawn_at = NOW
    db.session.commit()


def taken(share: InvitationShare, **other: object) -> Taken:
    facts: dict[str, object] = {
        "municipality_id": share.municipality_id,
        "ground": "Artikel 3.8 Wet BRP: Verordening basisregistratie 2024",
        "purpose": "Brieven met een uitnodiging voor het panel",
        "fields": ("name", "address"),
        "people": 40,
        "recipient": "Drukkerij De Polder",
        "extracted_on": NOW.date(),
        "share_id": share.id,
    }
    return Taken(**{**facts, **other})  # type: ignore[arg-type]  # the facts of a test


def make_extraction(share: InvitationShare, at: datetime = NOW, **other: object) -> Extraction:
    row = invitations_extractions.log_extraction(
        share.wave.panel_id, taken(share, **other), actor=administrator(), at=at
    )
    db.session.commit()
    return row


def registry_client(app: Flask, code: str = ALMERE) -> FlaskClient:
    return signed_in_client(
        app, Role.CIVIL_REGISTRY, email=f"burgerzaken-{code.lower()}@example.nl", code=code
    )

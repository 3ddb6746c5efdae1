"""Panels with a mandate, initiatives that ask for a panel, letters of a municipality. They commit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from civic.db import db
from civic.initiatives import queries as initiatives
from civic.panels.models import InvitationShare, InvitationWave, Panel, PanelRequest
from civic.panels.queries import mandate as queries
from civic.panels.service import mandate as service
from civic.panels.service import preparation
from civic.panels.service.mandate import Draft, MandateText, Planning
from civic.panels.states import ParticipationLevel, PolicyPhase, Stage
from tests.conftest import NOW
from tests.factories import municipality
from tests.initiatives.factories import author, published
from tests.panels.makers import administrator, make_panel
from tests.panels.stages import constituency, prepared_panel

ADVICE_ON = date(2027, 6, 1)
DRAFT = Draft(
    MandateText("Jeugdzorgregio Flevoland", "Het budget staat vast.", "De wet zelf.", PolicyPhase.DESIGN),
    ParticipationLevel.COPRODUCE,
    Planning(ADVICE_ON, 13),
)
FORM = {
    "client": "Jeugdzorgregio Flevoland",
    "frame": "Het budget staat vast.",
    "out_of_scope": "De wet zelf.",
    "phase": "design",
    "level": "coproduce",
    "advice_on": "2027-06-01",
    "response_weeks": "13",
    "seen": "",
}
REASON = "De raad wil eerst zelf nog iets uitzoeken."
SIGNED = {
    "promise": "Wij volgen het advies, tenzij het echt niet kan.",
    "signed_by_role": "wethouder zorg",
    "signed_on": "2026-11-20",
}
WHY = "Dit gaat over alle dorpen en steden samen, niet over één plein."


def drafted_panel(draft: Draft = DRAFT, at: datetime = NOW) -> Panel:
    panel = make_panel(at=at)
    service.save_draft(panel, draft, "", actor=administrator(), at=at)
    db.session.commit()
    return panel


def published_panel(at: datetime = NOW) -> Panel:
    """Through the services: with its promise and its events."""
    panel = drafted_panel(at=at)
    seen = service.mark_of(queries.mandate_of(panel.id))
    service.publish(panel, seen, actor=administrator(), at=at)
    db.session.commit()
    return panel


def seen_of(panel_id: int) -> str:
    return service.mark_of(queries.mandate_of(panel_id))


def asked(**changes: Any) -> PanelRequest:
    """The owner's initiative asked for a panel."""
    initiative = published(**changes)
    brief = initiatives.briefs_of([initiative.id])[initiative.id]
    preparation.ask(brief, WHY, actor=author(), at=NOW)
    db.session.commit()
    return request_of(initiative.id)


def request_of(initiative_id: int) -> PanelRequest:
    return db.session.scalars(select(PanelRequest).where(PanelRequest.initiative_id == initiative_id)).one()


def panel_with_letters(stage: Stage = Stage.REGISTRATION, code: str = "GM0995") -> Panel:
    """Letters planned for one municipality."""
    panel = prepared_panel(stage)
    wave = InvitationWave(
        panel_id=panel.id,
        number=1,
        closes_on=(NOW + timedelta(days=30)).date(),
        created_by_id=administrator().id,
        created_at=NOW,
    )
    source = constituency(panel, 2).sources[0]
    wave.shares = [InvitationShare(municipality_id=municipality(code).id, source_id=source.id, letters=120)]
    db.session.add(wave)
    db.session.commit()
    return panel

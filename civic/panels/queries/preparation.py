"""Reading how far panels are: the list, what is still open for one, and the questions of initiatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from civic.db import db
from civic.initiatives import queries as initiatives
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import (
    Composition,
    Draw,
    InvitationShare,
    InvitationWave,
    Panel,
    PanelFiles,
    PanelRequest,
    PoolFlag,
)
from civic.panels.queries.freeze import open_objections
from civic.panels.states import DrawState, PanelState, ShareState, Stage

PAGE_SIZE = 20
MOST_REQUESTS = 50


# --- the list -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PanelLine:
    """What the list shows of a panel."""

    id: int
    title: str
    question: str
    size: int
    state: PanelState
    stage: Stage
    registrants: int | None
    draws: int


def panels_part(cursor: Cursor, *, with_drafts: bool, size: int = PAGE_SIZE) -> Part[PanelLine]:
    """One page, newest first: panels with files to draw from, and those whose mandate is public."""
    statement = select(Panel)
    if not with_drafts:
        statement = statement.where(or_(Panel.state != PanelState.DRAFT, Panel.stage != Stage.MANDATE))
    part = fetch(statement, Panel.id, cursor, size)
    ids = [panel.id for panel in part.rows]
    registrants, draws = _registrants_of(ids), _draws_of(ids)
    lines = [_line(panel, registrants.get(panel.id), draws.get(panel.id, 0)) for panel in part.rows]
    return Part(lines, part.has_newer, part.has_older)


def _line(panel: Panel, registrants: int | None, draws: int) -> PanelLine:
    return PanelLine(
        panel.id, panel.title, panel.question, panel.size, panel.state, panel.stage, registrants, draws
    )


def _registrants_of(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(PanelFiles.panel_id, PanelFiles.registrants)
        .where(PanelFiles.panel_id.in_(ids))
        .order_by(PanelFiles.version)
    )
    return {row.panel_id: row.registrants for row in rows}  # the newest version comes last and stays


def _draws_of(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Draw.panel_id, func.count().label("draws"))
        .where(Draw.panel_id.in_(ids), Draw.state == DrawState.DONE)
        .group_by(Draw.panel_id)
    )
    return {row.panel_id: row.draws for row in rows}


# --- one panel ------------------------------------------------------------------------------------------


def sharing_municipalities(panel_id: int) -> frozenset[int]:
    """The municipalities that have letters of this panel to draw and post."""
    return frozenset(
        db.session.scalars(
            select(InvitationShare.municipality_id)
            .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
            .where(InvitationWave.panel_id == panel_id)
            .distinct()
        )
    )


@dataclass(frozen=True)
class Counts:
    """What is still to do, in numbers; `letters` per state of a municipality's share."""

    is_composition_fixed: bool
    letters: dict[ShareState, int]
    open_flags: int
    open_objections: int


def counts_of(panel_id: int) -> Counts:
    fixed_at = db.session.scalar(select(Composition.fixed_at).where(Composition.panel_id == panel_id))
    return Counts(
        fixed_at is not None, _letters_of(panel_id), _open_flags_of(panel_id), open_objections(panel_id)
    )


def _letters_of(panel_id: int) -> dict[ShareState, int]:
    rows = db.session.execute(
        select(InvitationShare.state, func.sum(InvitationShare.letters).label("letters"))
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id)
        .group_by(InvitationShare.state)
    )
    return {row.state: int(row.letters) for row in rows}


def _open_flags_of(panel_id: int) -> int:
    statement = select(func.count()).where(PoolFlag.panel_id == panel_id, PoolFlag.decided_at.is_(None))
    return db.session.scalar(statement) or 0


# --- initiatives that ask for a panel -------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """A question to make a panel, as everybody sees it; no `panel_title` while the panel is not public."""

    id: int
    initiative_id: int
    asked_at: datetime
    answered_at: datetime | None
    answer: str
    panel_id: int | None
    panel_title: str


def request_of(initiative_id: int) -> Request | None:
    """The question of this initiative, as everybody may see it."""
    row = db.session.execute(
        select(PanelRequest, Panel)
        .outerjoin(Panel, Panel.id == PanelRequest.panel_id)
        .where(PanelRequest.initiative_id == initiative_id)
    ).one_or_none()
    if row is None:
        return None
    asked: PanelRequest = row[0]
    panel: Panel | None = row[1]
    title = panel.title if panel is not None and _is_public(panel) else ""
    return Request(
        asked.id,
        asked.initiative_id,
        asked.asked_at,
        asked.answered_at,
        asked.answer,
        asked.panel_id,
        title,
    )


def _is_public(panel: Panel) -> bool:
    return panel.state is not PanelState.DRAFT or panel.stage is not Stage.MANDATE


def origin_of(panel_id: int) -> initiatives.Brief | None:
    """The initiative that asked for this panel."""
    found = db.session.scalar(select(PanelRequest.initiative_id).where(PanelRequest.panel_id == panel_id))
    return initiatives.briefs_of([found]).get(found) if found is not None else None


@dataclass(frozen=True)
class OpenRequest:
    """A question that waits for an answer, with the initiative it is about."""

    id: int
    asked_at: datetime
    reason: str
    initiative: initiatives.Brief


def open_requests() -> list[OpenRequest]:
    """The oldest first; two statements, however many there are."""
    rows = list(
        db.session.scalars(
            select(PanelRequest)
            .where(PanelRequest.answered_at.is_(None))
            .order_by(PanelRequest.id)
            .limit(MOST_REQUESTS)
        )
    )
    known = initiatives.briefs_of([row.initiative_id for row in rows])
    return [
        OpenRequest(row.id, row.asked_at, row.reason, known[row.initiative_id])
        for row in rows
        if row.initiative_id in known
    ]

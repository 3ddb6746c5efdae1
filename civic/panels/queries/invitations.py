"""Reading waves of letters, the share of each municipality, and codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from civic.db import db
from civic.events.models import Event
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import (
    Constituency,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    MandateAgreement,
    Panel,
    PoolSummary,
    Registration,
    Source,
)
from civic.panels.service.codes import code_index, normalised
from civic.panels.states import RegistrationState, ShareState, Stage

PAGE_SIZE = 30
DOWNLOADED = "download_codes"


def usable_code(text: str, on: date) -> InvitationCode | None:
    """The code a resident typed, if somebody can register with it on this day.

    None for every other code alike: wrong, unknown, blocked, used, too late, or of a panel that is not
    open. Its share, source, municipality and wave come with it.
    """
    code = normalised(text)
    if code is None:
        return None
    return db.session.scalar(
        select(InvitationCode)
        .join(InvitationCode.share)
        .join(InvitationShare.wave)
        .join(InvitationShare.source)
        .join(InvitationShare.municipality)
        .join(Panel, Panel.id == InvitationWave.panel_id)
        .where(
            InvitationCode.code_index == code_index(code),
            InvitationCode.blocked_at.is_(None),
            InvitationWave.closes_on >= on,
            Panel.stage == Stage.REGISTRATION,
            ~select(Registration.id).where(Registration.code_id == InvitationCode.id).exists(),
        )
        .options(
            contains_eager(InvitationCode.share).options(
                contains_eager(InvitationShare.wave),
                contains_eager(InvitationShare.source),
                contains_eager(InvitationShare.municipality),
            )
        )
    )


def can_go_out(share: InvitationShare) -> bool:
    """Letters of a panel that was stopped, or that nobody can register for any more, are not printed."""
    panel = db.session.get_one(Panel, share.wave.panel_id)
    return panel.stage in (Stage.INVITATION, Stage.REGISTRATION)


def code_of_share(share_id: int, text: str) -> InvitationCode | None:
    """The typed code, when it is one of this share."""
    code = normalised(text)
    if code is None:
        return None
    return db.session.scalar(
        select(InvitationCode).where(
            InvitationCode.code_index == code_index(code), InvitationCode.share_id == share_id
        )
    )


def _shares() -> Select[InvitationShare]:
    return select(InvitationShare).options(
        joinedload(InvitationShare.wave),
        joinedload(InvitationShare.municipality),
        joinedload(InvitationShare.source),
    )


def shares_of(panel_id: int) -> list[InvitationShare]:
    """All shares of a panel, by wave, municipality and source; one statement."""
    shares = db.session.scalars(
        _shares()
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id)
    )
    return sorted(shares, key=lambda one: (one.wave.number, one.municipality.name, one.source_id))


def shares_for(municipality_id: int) -> list[InvitationShare]:
    """All shares of a municipality, newest first; one statement."""
    return list(
        db.session.scalars(
            _shares()
            .where(InvitationShare.municipality_id == municipality_id)
            .order_by(InvitationShare.id.desc())
        )
    )


def share_with(share_id: int) -> InvitationShare | None:
    return db.session.scalar(_shares().where(InvitationShare.id == share_id))


@dataclass(frozen=True)
class ShareLine:
    """What a list shows of a share: with the panel it belongs to and its constituency."""

    share: InvitationShare
    panel: Panel
    constituency: Constituency


def shares_part(
    cursor: Cursor, places: Collection[int] | None, size: int = PAGE_SIZE
) -> Part[InvitationShare]:
    """One page of the shares of these municipalities (None: all), newest first; one statement."""
    statement = _shares()
    if places is not None:
        statement = statement.where(InvitationShare.municipality_id.in_(places))
    return fetch(statement, InvitationShare.id, cursor, size)


def lines_of(shares: Collection[InvitationShare]) -> list[ShareLine]:
    """The same shares with their panels and constituencies; two statements."""
    panel_ids = {one.wave.panel_id for one in shares}
    panels = {one.id: one for one in db.session.scalars(select(Panel).where(Panel.id.in_(panel_ids)))}
    constituencies = constituencies_by_source({one.source_id for one in shares})
    return [ShareLine(one, panels[one.wave.panel_id], constituencies[one.source_id]) for one in shares]


def constituencies_by_source(source_ids: Collection[int]) -> dict[int, Constituency]:
    rows = db.session.execute(
        select(Source.id, Constituency)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .where(Source.id.in_(source_ids))
    )
    return {row[0]: row[1] for row in rows}


def waves_of(panel_id: int) -> list[InvitationWave]:
    """With their shares, municipalities and sources, by number."""
    shares = selectinload(InvitationWave.shares)
    return list(
        db.session.scalars(
            select(InvitationWave)
            .where(InvitationWave.panel_id == panel_id)
            .order_by(InvitationWave.number)
            .options(shares.joinedload(InvitationShare.municipality))
            .options(shares.joinedload(InvitationShare.source))
        )
    )


def wave_of(panel_id: int, wave_id: int) -> InvitationWave | None:
    """A wave under its own panel's address only."""
    return db.session.scalar(
        select(InvitationWave).where(InvitationWave.id == wave_id, InvitationWave.panel_id == panel_id)
    )


def next_wave_number(panel_id: int) -> int:
    highest = select(func.max(InvitationWave.number)).where(InvitationWave.panel_id == panel_id)
    return (db.session.scalar(highest) or 0) + 1


def signed_municipalities(panel_id: int) -> set[int]:
    """Municipalities whose convenant for this panel is in force."""
    return set(
        db.session.scalars(
            select(MandateAgreement.municipality_id).where(
                MandateAgreement.panel_id == panel_id, MandateAgreement.withdrawn_at.is_(None)
            )
        )
    )


@dataclass(frozen=True)
class ShareResponse:
    """How many of the people of one share registered; withdrawn and removed ones do not count."""

    share: InvitationShare
    letters: int
    registered: int


def response_of(panel_id: int) -> list[ShareResponse]:
    """Per share that has codes; two statements, however many shares and registrations there are."""
    counts = _registered_by_share(panel_id)
    return [
        ShareResponse(one, one.letters, counts.get(one.id, 0))
        for one in shares_of(panel_id)
        if one.state is not ShareState.PLANNED
    ]


def _registered_by_share(panel_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(InvitationCode.share_id, func.count())
        .join(Registration, Registration.code_id == InvitationCode.id)
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.CONFIRMED)
        .group_by(InvitationCode.share_id)
    )
    return {row[0]: row[1] for row in rows}


def registered_by_cell(panel_id: int) -> dict[tuple[int, int], int]:
    """(constituency id, municipality id) → registrations: as the pool's summary has it, else counted."""
    figures = db.session.scalar(select(PoolSummary.figures).where(PoolSummary.panel_id == panel_id))
    if figures is not None and "cells" in figures:
        return {
            (int(constituency), int(place)): int(count)
            for constituency, places in figures["cells"].items()
            for place, count in places.items()
        }
    rows = db.session.execute(
        select(Registration.constituency_id, Registration.municipality_id, func.count())
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.CONFIRMED)
        .group_by(Registration.constituency_id, Registration.municipality_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def downloads_of(share_id: int) -> int:
    """How often the codes of a share were fetched: the log counts, nothing else does (W1)."""
    table: Any = InvitationShare.__tablename__
    statement = select(func.count()).where(
        Event.subject_type == table, Event.subject_id == share_id, Event.action == DOWNLOADED
    )
    return db.session.scalar(statement) or 0


def blocked_in(share_id: int) -> int:
    statement = select(func.count()).where(
        InvitationCode.share_id == share_id, InvitationCode.blocked_at.is_not(None)
    )
    return db.session.scalar(statement) or 0

"""Reading a pool: few statements, whatever its size; people only where somebody looks at one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import User
from civic.crypto import email_index
from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import (
    Composition,
    Constituency,
    Feature,
    FeatureValue,
    InvitationCode,
    InvitationShare,
    InvitationWave,
    Panel,
    PoolCheck,
    PoolFlag,
    PoolSummary,
    Registration,
    SeatCell,
    Source,
)
from civic.panels.service.codes import code_index, normalised
from civic.panels.states import EntryRoute, FlagKind, RegistrationState, ShareState
from civic.regions.models import Municipality

PAGE_SIZE = 10
MOST_FOUND = 20
NUMBER = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


@dataclass(frozen=True)
class Head:
    """What stands above a pool. `figures` is empty until the first count."""

    composition: Composition | None
    figures: dict[str, Any]
    counted_at: datetime | None
    check: PoolCheck | None
    open_flags: int
    pending: int
    has_changed: bool


def head_of(panel_id: int) -> Head:
    """Composition, figures, newest check and what is open: one statement."""
    newest = select(func.max(PoolCheck.id)).where(PoolCheck.panel_id == panel_id).scalar_subquery()
    open_flags = (
        select(func.count())
        .select_from(PoolFlag)
        .where(PoolFlag.panel_id == panel_id, PoolFlag.decided_at.is_(None))
    )
    pending = (
        select(func.count())
        .select_from(Registration)
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.PENDING)
    )
    dirty = select(Registration.id).where(Registration.panel_id == panel_id, Registration.is_dirty).exists()
    row = db.session.execute(
        select(
            Composition,
            PoolSummary,
            PoolCheck,
            open_flags.scalar_subquery(),
            pending.scalar_subquery(),
            dirty,
        )
        .select_from(Panel)
        .outerjoin(Composition, Composition.panel_id == Panel.id)
        .outerjoin(PoolSummary, PoolSummary.panel_id == Panel.id)
        .outerjoin(PoolCheck, PoolCheck.id == newest)
        .where(Panel.id == panel_id)
    ).one()
    summary = row[1]
    return Head(
        composition=row[0],
        figures=dict(summary.figures) if summary is not None else {},
        counted_at=summary.counted_at if summary is not None else None,
        check=row[2],
        open_flags=row[3],
        pending=row[4],
        has_changed=bool(row[5]),
    )


@dataclass
class FeatureRow:
    """A feature with its values, as columns."""

    id: int
    name: str
    is_sensitive: bool
    constituencies: list[Any]
    values: list[Any] = field(default_factory=list)


def features_with_values(panel_id: int) -> list[FeatureRow]:
    """By number; one statement. A value has id, value, minimum, maximum and per_mille."""
    rows = db.session.execute(
        select(
            Feature.id,
            Feature.name,
            Feature.is_sensitive,
            Feature.constituencies,
            FeatureValue.id.label("value_id"),
            FeatureValue.value,
            FeatureValue.minimum,
            FeatureValue.maximum,
            FeatureValue.per_mille,
        )
        .join(FeatureValue, FeatureValue.feature_id == Feature.id)
        .where(Feature.panel_id == panel_id)
        .order_by(Feature.number, FeatureValue.number)
    )
    found: dict[int, FeatureRow] = {}
    for row in rows:
        feature = FeatureRow(row.id, row.name, row.is_sensitive, list(row.constituencies))
        found.setdefault(row.id, feature).values.append(row)
    return list(found.values())


@dataclass(frozen=True)
class Cell:
    """Seats of a constituency for a municipality."""

    municipality_id: int
    municipality: str
    seats: int


@dataclass
class Third:
    """A constituency with its cells, by the name of the municipality."""

    id: int
    number: int
    name: str
    seats: int
    route: EntryRoute
    is_sensitive: bool
    cells: list[Cell] = field(default_factory=list)


def thirds_of(panel_id: int) -> list[Third]:
    """By number, with the two-way table of seats; one statement."""
    rows = db.session.execute(
        select(
            Constituency.id,
            Constituency.number,
            Constituency.name,
            Constituency.seats.label("total"),
            Constituency.route,
            Constituency.is_sensitive,
            SeatCell.seats,
            Municipality.id.label("municipality_id"),
            Municipality.name.label("municipality"),
        )
        .outerjoin(SeatCell, SeatCell.constituency_id == Constituency.id)
        .outerjoin(Municipality, Municipality.id == SeatCell.municipality_id)
        .where(Constituency.panel_id == panel_id)
        .order_by(Constituency.number, Municipality.name)
    )
    found: dict[int, Third] = {}
    for row in rows:
        third = found.setdefault(
            row.id, Third(row.id, row.number, row.name, row.total, row.route, row.is_sensitive)
        )
        if row.municipality_id is not None:
            third.cells.append(Cell(row.municipality_id, row.municipality, row.seats))
    return list(found.values())


@dataclass(frozen=True)
class ShareLine:
    """A source, and the letters of one municipality to it in one wave (None where no letter went out)."""

    constituency_id: int
    source_id: int
    source: str
    wave_id: int | None
    wave: int | None
    closes_on: date | None
    municipality_id: int | None
    municipality: str | None
    letters: int
    state: ShareState | None

    @property
    def key(self) -> str:
        """As in `figures["response"]`."""
        return f"{self.wave_id}:{self.municipality_id}:{self.source_id}"


def shares_and_sources(panel_id: int) -> list[ShareLine]:
    """Every source with every share of it; one statement."""
    rows = db.session.execute(
        select(
            Source.constituency_id,
            Source.id,
            Source.name,
            InvitationWave.id,
            InvitationWave.number,
            InvitationWave.closes_on,
            Municipality.id,
            Municipality.name,
            InvitationShare.letters,
            InvitationShare.state,
        )
        .join(Constituency, Constituency.id == Source.constituency_id)
        .outerjoin(InvitationShare, InvitationShare.source_id == Source.id)
        .outerjoin(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .outerjoin(Municipality, Municipality.id == InvitationShare.municipality_id)
        .where(Constituency.panel_id == panel_id)
        .order_by(Constituency.number, Source.number, InvitationWave.number, Municipality.name)
    )
    return [ShareLine(*row[:8], letters=row[8] or 0, state=row[9]) for row in rows]


# --- one registration, and finding it --------------------------------------------------------------------


def registration_of(panel_id: int, registration_id: int) -> Registration | None:
    """Under its own panel's address only."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id, Registration.panel_id == panel_id)
        .options(
            joinedload(Registration.constituency),
            joinedload(Registration.source),
            joinedload(Registration.municipality),
        )
    )


def found_with(panel_id: int, text: str) -> list[int]:
    """Ids of the registrations with exactly this number, letter code or mail address, newest first."""
    wanted = text.strip()
    statement = select(Registration.id).where(Registration.panel_id == panel_id)
    if "@" in wanted:
        statement = statement.where(Registration.email_index == email_index(wanted))
    elif NUMBER.match(wanted):
        statement = statement.where(Registration.id == min(int(wanted), 2**31 - 1))
    elif code := normalised(wanted):
        statement = statement.join(InvitationCode, InvitationCode.id == Registration.code_id).where(
            InvitationCode.code_index == code_index(code)
        )
    else:
        return []
    return list(db.session.scalars(statement.order_by(Registration.id.desc()).limit(MOST_FOUND)))


# --- flags -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlagLine:
    """A flag with the people it is about, and who decided."""

    flag: PoolFlag
    registration: Registration
    other: Registration | None
    decided_by: str | None

    @property
    def id(self) -> int:
        return self.flag.id


def flags_part(
    panel_id: int, cursor: Cursor, *, decided: bool, kind: FlagKind | None = None, size: int = PAGE_SIZE
) -> Part[FlagLine]:
    """One page, newest first; three statements, however many flags there are."""
    statement = select(PoolFlag).where(
        PoolFlag.panel_id == panel_id,
        PoolFlag.decided_at.is_not(None) if decided else PoolFlag.decided_at.is_(None),
    )
    if kind is not None:
        statement = statement.where(PoolFlag.kind == kind)
    part: Part[PoolFlag] = fetch(statement, PoolFlag.id, cursor, size)
    return Part(flag_lines(part.rows), part.has_newer, part.has_older)


def flag_lines(flags: list[PoolFlag]) -> list[FlagLine]:
    ids = {one for flag in flags for one in (flag.registration_id, flag.other_id) if one}
    people = {
        one.id: one
        for one in db.session.scalars(
            select(Registration)
            .where(Registration.id.in_(ids))
            .options(
                joinedload(Registration.constituency),
                joinedload(Registration.source),
                joinedload(Registration.municipality),
            )
        )
    }
    staff = {
        one.id: one.name
        for one in db.session.scalars(
            select(User).where(User.id.in_({flag.decided_by_id for flag in flags if flag.decided_by_id}))
        )
    }
    return [
        FlagLine(
            flag,
            people[flag.registration_id],
            people.get(flag.other_id or 0),
            staff.get(flag.decided_by_id or 0),
        )
        for flag in flags
    ]


def flag_of(panel_id: int, flag_id: int) -> PoolFlag | None:
    """Under its own panel's address only."""
    return db.session.scalar(select(PoolFlag).where(PoolFlag.id == flag_id, PoolFlag.panel_id == panel_id))


def flags_about(registration_id: int) -> list[PoolFlag]:
    is_about = (PoolFlag.registration_id == registration_id) | (PoolFlag.other_id == registration_id)
    return list(db.session.scalars(select(PoolFlag).where(is_about).order_by(PoolFlag.id)))


def flag_counts(panel_id: int) -> dict[tuple[FlagKind, bool], int]:
    """(kind, is decided) → how many."""
    is_decided = PoolFlag.decided_at.is_not(None)
    rows = db.session.execute(
        select(PoolFlag.kind, is_decided.label("is_decided"), func.count().label("flags"))
        .where(PoolFlag.panel_id == panel_id)
        .group_by(PoolFlag.kind, is_decided)
    )
    return {(row.kind, bool(row.is_decided)): row.flags for row in rows}


# --- nominations and intake ---------------------------------------------------------------------------------


def nominated_in(panel_id: int) -> dict[tuple[int, int], int]:
    """(constituency id, municipality id) → confirmed people with a seat by nomination."""
    rows = db.session.execute(
        select(Registration.constituency_id, Registration.municipality_id, func.count().label("people"))
        .where(
            Registration.panel_id == panel_id,
            Registration.is_nominated,
            Registration.state == RegistrationState.CONFIRMED,
        )
        .group_by(Registration.constituency_id, Registration.municipality_id)
    )
    return {(row.constituency_id, row.municipality_id): row.people for row in rows}


def source_of(panel_id: int, source_id: int) -> tuple[Source, Constituency] | None:
    """A source of this panel, with its constituency."""
    row = db.session.execute(
        select(Source, Constituency)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .where(Source.id == source_id, Constituency.panel_id == panel_id)
    ).first()
    return None if row is None else (row[0], row[1])


def sources_by_route(panel_id: int, *routes: EntryRoute) -> list[tuple[Source, Constituency]]:
    """The entrances of the constituencies that are filled in these ways, in order."""
    rows = db.session.execute(
        select(Source, Constituency)
        .join(Constituency, Constituency.id == Source.constituency_id)
        .where(Constituency.panel_id == panel_id, Constituency.route.in_(routes))
        .order_by(Constituency.number, Source.number)
    )
    return [(row[0], row[1]) for row in rows]


def check_of(panel_id: int, check_id: int) -> PoolCheck | None:
    """Under its own panel's address only."""
    return db.session.scalar(
        select(PoolCheck).where(PoolCheck.id == check_id, PoolCheck.panel_id == panel_id)
    )

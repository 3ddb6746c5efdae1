"""Reading the versions of a pool, its leaves, its objections, and what is still open before a freeze."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer

from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import (
    Composition,
    Draw,
    Extraction,
    Freeze,
    InvitationShare,
    InvitationWave,
    LetterOrder,
    MandateAgreement,
    Objection,
    Panel,
    PanelFiles,
    PoolCheck,
    PoolFlag,
    PoolSummary,
    Registration,
)
from civic.panels.policy.freeze import is_frozen
from civic.panels.queries.composition import cells_of, constituencies_of
from civic.panels.states import (
    OPEN_DRAWS,
    CheckState,
    EntryRoute,
    FlagDecision,
    FlagKind,
    OrderState,
    RegistrationState,
    ShareState,
)
from civic.regions.models import Municipality

MOST_OBJECTIONS = 200  # answers shown to everybody
PAGE_SIZE = 20


class Point(enum.Enum):
    """What must be in order before a pool is frozen."""

    TOO_FEW = "too_few"
    FLAGS = "flags"
    RECOUNT = "recount"
    CHECK_MISSING = "check_missing"
    CHECK_RUNNING = "check_running"
    CHECK_IMPOSSIBLE = "check_impossible"
    ADDRESSES = "addresses"
    DRAW_RUNNING = "draw_running"
    OBJECTIONS = "objections"
    LOOKALIKES = "lookalikes"  # an official decided that they are two people
    SHORT_CELLS = "short_cells"
    NOMINATIONS = "nominations"
    AGREEMENTS = "agreements"
    PENDING = "pending"
    EXTRACTIONS = "extractions"
    UNPOSTED = "unposted"


# the other points are warnings: to be acknowledged one by one
BLOCKING = frozenset(
    {
        Point.TOO_FEW,
        Point.FLAGS,
        Point.RECOUNT,
        Point.CHECK_MISSING,
        Point.CHECK_RUNNING,
        Point.CHECK_IMPOSSIBLE,
        Point.ADDRESSES,
        Point.DRAW_RUNNING,
        Point.OBJECTIONS,
    }
)


@dataclass(frozen=True)
class Item:
    """One point of the checklist; `count` is how many are open. `names` say which, for staff only."""

    point: Point
    count: int
    names: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.count > 0

    @property
    def is_blocking(self) -> bool:
        return self.is_open and self.point in BLOCKING

    @property
    def is_warning(self) -> bool:
        return self.is_open and self.point not in BLOCKING


def checklist(panel: Panel) -> list[Item]:
    """Every point, also those in order; the number of statements does not depend on the pool."""
    confirmed = _cells(panel.id)
    registered = sum(confirmed.values())
    return [
        Item(Point.TOO_FEW, max(0, panel.size - registered)),
        Item(Point.FLAGS, _count(_of(PoolFlag, panel).where(PoolFlag.decided_at.is_(None)))),
        Item(Point.RECOUNT, int(_needs_recount(panel.id))),
        *_check_items(panel.id, registered),
        Item(Point.ADDRESSES, _count(_orders(panel.id))),
        Item(Point.DRAW_RUNNING, _count(_of(Draw, panel).where(Draw.state.in_(OPEN_DRAWS)))),
        Item(Point.OBJECTIONS, open_objections(panel.id)),
        Item(Point.LOOKALIKES, _count(_lookalikes(panel))),
        *_seat_items(panel.id, confirmed),
        Item(Point.PENDING, _count(_in_state(panel.id, RegistrationState.PENDING))),
        Item(Point.EXTRACTIONS, _count(_of(Extraction, panel).where(Extraction.destroyed_on.is_(None)))),
        Item(Point.UNPOSTED, _count(_unposted(panel.id))),
    ]


def _of(kind: type[PoolFlag | Draw | Extraction], panel: Panel) -> Select[int]:
    return select(func.count()).select_from(kind).where(kind.panel_id == panel.id)


def _lookalikes(panel: Panel) -> Select[int]:
    """One official alone must not let one person in twice."""
    kept = (PoolFlag.kind == FlagKind.SAME_PERSON, PoolFlag.decision == FlagDecision.KEEP)
    return _of(PoolFlag, panel).where(*kept)


def _in_state(panel_id: int, state: RegistrationState) -> Select[int]:
    return select(func.count()).where(Registration.panel_id == panel_id, Registration.state == state)


def _orders(panel_id: int) -> Select[int]:
    """Address files that are still on the site."""
    return (
        select(func.count())
        .select_from(LetterOrder)
        .join(InvitationShare, InvitationShare.id == LetterOrder.share_id)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id, LetterOrder.state != OrderState.DESTROYED)
    )


def _unposted(panel_id: int) -> Select[int]:
    """Codes were made, and nobody said that the letters went out: perhaps people were never asked."""
    return (
        select(func.count())
        .select_from(InvitationShare)
        .join(InvitationWave, InvitationWave.id == InvitationShare.wave_id)
        .where(InvitationWave.panel_id == panel_id, InvitationShare.state == ShareState.ISSUED)
    )


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0


def _cells(panel_id: int) -> dict[tuple[int, int], int]:
    """Confirmed registrations per (constituency id, municipality id)."""
    rows = db.session.execute(
        select(Registration.constituency_id, Registration.municipality_id, func.count().label("people"))
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.CONFIRMED)
        .group_by(Registration.constituency_id, Registration.municipality_id)
    )
    return {(row.constituency_id, row.municipality_id): row.people for row in rows}


def _needs_recount(panel_id: int) -> bool:
    counted_at = db.session.scalar(select(PoolSummary.counted_at).where(PoolSummary.panel_id == panel_id))
    if counted_at is None:
        return True
    is_newer = or_(Registration.is_dirty, Registration.changed_at > counted_at)
    newer = select(Registration.id).where(Registration.panel_id == panel_id, is_newer)
    return db.session.scalar(newer.limit(1)) is not None


def _check_items(panel_id: int, registered: int) -> Iterator[Item]:
    check = db.session.scalar(
        select(PoolCheck).where(PoolCheck.panel_id == panel_id).order_by(PoolCheck.id.desc()).limit(1)
    )
    state = check.state if check is not None else None
    is_running = state in (CheckState.REQUESTED, CheckState.CHECKING)
    is_done = check is not None and state is CheckState.DONE
    result = (check.result if check is not None else None) or {}
    is_other_pool = result.get("registrations", registered) != registered
    is_old = check is not None and is_done and (is_other_pool or _changed_since(panel_id, check))
    # an accepted proposal changed the quotas to some that can be met
    is_possible = check is not None and (check.accepted_at or result.get("is_possible"))
    yield Item(Point.CHECK_MISSING, int(not is_running and (not is_done or is_old)))
    yield Item(Point.CHECK_RUNNING, int(is_running))
    yield Item(Point.CHECK_IMPOSSIBLE, int(is_done and not is_old and not is_possible))


def _changed_since(panel_id: int, check: PoolCheck) -> bool:
    """A registration, a decision on a flag or the composition changed after the check was asked for."""
    asked_at = check.requested_at
    changes = (
        select(PoolFlag.id).where(PoolFlag.panel_id == panel_id, PoolFlag.decided_at > asked_at),
        select(Registration.id).where(
            Registration.panel_id == panel_id,
            Registration.state != RegistrationState.PENDING,
            Registration.changed_at > asked_at,
        ),
        select(Composition.id).where(
            Composition.panel_id == panel_id, Composition.changed_at > (check.accepted_at or asked_at)
        ),
    )
    return any(db.session.scalar(one.limit(1)) is not None for one in changes)


def _seat_items(panel_id: int, confirmed: dict[tuple[int, int], int]) -> Iterator[Item]:
    """Cells with fewer people than seats, by lot and nominated; municipalities that promised nothing."""
    seats = {cell: number for cell, number in cells_of(panel_id).items() if number}
    thirds = {one.id: one for one in constituencies_of(panel_id)}
    places = {row.id: row.name for row in db.session.execute(select(Municipality.id, Municipality.name))}
    short: dict[bool, list[str]] = {True: [], False: []}
    for (third, place), number in sorted(seats.items()):
        found = confirmed.get((third, place), 0)
        if found < number:
            is_nominated = thirds[third].route is EntryRoute.NOMINATION
            short[is_nominated].append(f"{thirds[third].name}, {places[place]}: {found}/{number}")
    signed = set(
        db.session.scalars(
            select(MandateAgreement.municipality_id).where(
                MandateAgreement.panel_id == panel_id, MandateAgreement.withdrawn_at.is_(None)
            )
        )
    )
    unsigned = sorted({places[place] for _third, place in seats if place not in signed})
    yield Item(Point.SHORT_CELLS, len(short[False]), short[False])
    yield Item(Point.NOMINATIONS, len(short[True]), short[True])
    yield Item(Point.AGREEMENTS, len(unsigned), unsigned)


# --- versions of the pool --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A freeze with the figures of its files (None while it was not agreed to)."""

    freeze: Freeze
    registrants: int | None
    categories_sha256: str | None


def versions_of(panel_id: int) -> list[Version]:
    """Newest first, the refused ones too."""
    rows = db.session.execute(
        select(Freeze, PanelFiles.registrants, PanelFiles.categories_sha256)
        .outerjoin(PanelFiles, PanelFiles.id == Freeze.files_id)
        .where(Freeze.panel_id == panel_id)
        .order_by(Freeze.version.desc())
    )
    return [Version(*row) for row in rows]


def current_freeze(panel_id: int) -> Freeze | None:
    """The one that was agreed to and holds."""
    return db.session.scalar(
        select(Freeze).where(
            Freeze.panel_id == panel_id, Freeze.is_agreed.is_(True), Freeze.superseded_at.is_(None)
        )
    )


def proposed_freeze(panel_id: int) -> Freeze | None:
    """The one that waits for a second administrator."""
    return db.session.scalar(select(Freeze).where(Freeze.panel_id == panel_id, Freeze.decided_at.is_(None)))


def newest_version(panel_id: int) -> int:
    return db.session.scalar(select(func.max(Freeze.version)).where(Freeze.panel_id == panel_id)) or 0


def leaves_of(panel_id: int) -> list[bytes]:
    """The leaves of the frozen pool in ascending order, also of those who withdrew after it."""
    found = db.session.scalars(
        select(Registration.leaf).where(Registration.panel_id == panel_id, Registration.leaf.is_not(None))
    )
    return sorted(bytes.fromhex(one) for one in found if one)


# --- objections --------------------------------------------------------------------------------------------


def objections_of(panel_id: int) -> list[Objection]:
    """Newest first, without the sealed texts (reading those is a privileged act)."""
    return list(
        db.session.scalars(
            _objections(panel_id)
            .order_by(Objection.id.desc())
            .options(defer(Objection.text_sealed), defer(Objection.contact_sealed))
            .limit(MOST_OBJECTIONS)
        )
    )


def objections_to_read(panel_id: int, cursor: Cursor, size: int = PAGE_SIZE) -> Part[Objection]:
    """One page with what was written, newest first."""
    return fetch(_objections(panel_id), Objection.id, cursor, size)


def objection_of(panel_id: int, objection_id: int) -> Objection | None:
    """Under its own panel's address only."""
    return db.session.scalar(_objections(panel_id).where(Objection.id == objection_id))


def open_objections(panel_id: int) -> int:
    return _count(
        select(func.count())
        .select_from(Objection)
        .join(Freeze, Freeze.id == Objection.freeze_id)
        .where(Freeze.panel_id == panel_id, Objection.answered_at.is_(None))
    )


def _objections(panel_id: int) -> Select[Objection]:
    return select(Objection).join(Freeze, Freeze.id == Objection.freeze_id).where(Freeze.panel_id == panel_id)


def takes_objections(panel: Panel, today: date) -> bool:
    """Up to and including the last day, while the pool is frozen."""
    freeze = current_freeze(panel.id)
    return freeze is not None and is_frozen(panel) and today <= freeze.objections_until

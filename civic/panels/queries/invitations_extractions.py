"""Reading what was taken from the registries: the log for those who check, and counts for everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import User
from civic.db import db
from civic.keyset import Cursor, Part, fetch
from civic.panels.models import Extraction, Panel
from civic.smallnumbers import hide_small

DESTROY_WITHIN = timedelta(days=30)
PAGE_SIZE = 30
MOST_REMINDERS = 20


@dataclass(frozen=True)
class ExtractionLine:
    """One line of the log, with the panel it was for and the name of who wrote it down."""

    extraction: Extraction
    panel: Panel
    recorded_by: str


def is_overdue(extraction: Extraction, on: date) -> bool:
    """Nobody said yet that the data are gone, and the time for it is over."""
    return extraction.destroyed_on is None and extraction.extracted_on + DESTROY_WITHIN < on


def _extractions() -> Select[Extraction]:
    return select(Extraction).options(joinedload(Extraction.municipality))


def extractions_part(cursor: Cursor, panel_id: int, size: int = PAGE_SIZE) -> Part[Extraction]:
    """One page of the log of a panel, newest first; one statement."""
    return fetch(_extractions().where(Extraction.panel_id == panel_id), Extraction.id, cursor, size)


def own_extractions_part(
    cursor: Cursor, places: Collection[int] | None, size: int = PAGE_SIZE
) -> Part[Extraction]:
    """One page of what these municipalities (None: all) took, newest first; one statement."""
    statement = _extractions()
    if places is not None:
        statement = statement.where(Extraction.municipality_id.in_(places))
    return fetch(statement, Extraction.id, cursor, size)


def overdue_extractions(places: Collection[int] | None, on: date) -> list[Extraction]:
    """The oldest extractions of which nobody said after 30 days that they were destroyed."""
    statement = _extractions().where(
        Extraction.destroyed_on.is_(None), Extraction.extracted_on < on - DESTROY_WITHIN
    )
    if places is not None:
        statement = statement.where(Extraction.municipality_id.in_(places))
    return list(db.session.scalars(statement.order_by(Extraction.extracted_on).limit(MOST_REMINDERS)))


def log_lines(extractions: Collection[Extraction]) -> list[ExtractionLine]:
    """With panels and names; two statements."""
    panel_ids = {one.panel_id for one in extractions}
    panels = {one.id: one for one in db.session.scalars(select(Panel).where(Panel.id.in_(panel_ids)))}
    user_ids = {one.recorded_by_id for one in extractions}
    users = {one.id: one for one in db.session.scalars(select(User).where(User.id.in_(user_ids)))}
    return [
        ExtractionLine(one, panels[one.panel_id], users[one.recorded_by_id].name or "") for one in extractions
    ]


def extraction_with(extraction_id: int) -> Extraction | None:
    return db.session.scalar(_extractions().where(Extraction.id == extraction_id))


def extractions_of_share(share_id: int) -> list[Extraction]:
    return list(
        db.session.scalars(_extractions().where(Extraction.share_id == share_id).order_by(Extraction.id))
    )


@dataclass(frozen=True)
class PublicLine:
    """What everybody may know of what one municipality took. `people` is None where the number is small."""

    municipality: str
    people: int | None
    fields: list[str]
    grounds: list[str]
    recipients: list[str]
    last_on: date
    destroyed_on: date | None  # None: not (all) destroyed yet


def public_lines(panel_id: int, minimum: int) -> tuple[list[PublicLine], int | None]:
    """Per municipality, never per source: a source can say something about people's health. And the total."""
    by_place: dict[str, list[Extraction]] = {}
    rows = db.session.scalars(_extractions().where(Extraction.panel_id == panel_id).order_by(Extraction.id))
    for one in rows:
        by_place.setdefault(one.municipality.name, []).append(one)
    names = sorted(by_place)
    shown = hide_small([sum(one.people for one in by_place[name]) for name in names], minimum)
    return [
        _public_line(name, by_place[name], people) for name, people in zip(names, shown.cells, strict=True)
    ], (shown.total)


def _public_line(name: str, found: list[Extraction], people: int | None) -> PublicLine:
    gone = [one.destroyed_on for one in found if one.destroyed_on is not None]
    return PublicLine(
        municipality=name,
        people=people,
        fields=list(dict.fromkeys(str(field) for one in found for field in one.fields)),
        grounds=list(dict.fromkeys(one.ground for one in found)),
        recipients=list(dict.fromkeys(one.recipient for one in found)),
        last_on=max(one.extracted_on for one in found),
        destroyed_on=max(gone) if len(gone) == len(found) else None,
    )

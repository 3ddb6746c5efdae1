"""How many initiatives there are per municipality, for the tile map and the table under it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from civic.db import db
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.queries.visible import is_shown
from civic.regions import queries as regions
from civic.regions.districts import districts_of
from civic.regions.models import Municipality


@dataclass(frozen=True)
class PlaceCount:
    """A municipality with its place on the map. Initiatives are public pages: nothing to hide in a count."""

    slug: str
    name: str
    row: int
    column: int
    initiatives: int


def counts_per_place() -> list[PlaceCount]:
    """By name; one statement. An initiative for several municipalities counts in each of them."""
    rows = db.session.execute(
        select(
            Municipality.slug,
            Municipality.name,
            Municipality.tile_row.label("row"),
            Municipality.tile_column.label("column"),
            func.count(Initiative.id).label("initiatives"),
        )
        .outerjoin(InitiativePlace, InitiativePlace.municipality_id == Municipality.id)
        .outerjoin(Initiative, and_(Initiative.id == InitiativePlace.initiative_id, is_shown()))
        .group_by(Municipality.id)
        .order_by(Municipality.name)
    )
    return [PlaceCount(**row._asdict()) for row in rows]


def known_districts() -> list[tuple[str, str]]:
    """Names of districts and villages to choose from, each with its municipality: those of the region's
    data, and those that initiatives on the site were about. Three statements."""
    region = regions.the_region()
    names = {one.code: one.name for one in regions.municipalities()}
    shipped = districts_of(region.slug) if region else ()
    found = {name: names[code] for name, code in shipped if code in names}
    return sorted((dict(_used_districts()) | found).items())


def _used_districts() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Initiative.district_name, func.min(Municipality.name))
        .join(InitiativePlace, InitiativePlace.initiative_id == Initiative.id)
        .join(Municipality, Municipality.id == InitiativePlace.municipality_id)
        .where(is_shown(), Initiative.district_name != "")
        .group_by(Initiative.district_name)
        .order_by(Initiative.district_name)
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]

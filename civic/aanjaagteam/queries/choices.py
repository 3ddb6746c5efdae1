"""The names around a list: places, units, kept views, colleagues. Two statements, whatever the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, false, func, literal, or_, select, union_all

from civic.aanjaagteam.models import SavedView, Unit
from civic.aanjaagteam.policy import covered_municipalities
from civic.aanjaagteam.queries.units import unit_label
from civic.aanjaagteam.states import TEAM
from civic.accounts.models import RoleGrant, User
from civic.crypto import binding, key_ring
from civic.db import db
from civic.regions.models import Municipality

PLACE, UNIT, VIEW = "place", "unit", "view"
NAMELESS = "–"


@dataclass(frozen=True)
class View:
    id: int
    name: str
    query: str
    is_shared: bool
    is_default: bool
    is_mine: bool


@dataclass(frozen=True)
class Choices:
    """What a filter offers; the names also of what can no longer be chosen."""

    places: dict[int, str]  # in reach of this reader
    place_names: dict[int, str]
    units: dict[int, str]  # still there
    unit_names: dict[int, str]
    views: list[View]

    @property
    def default(self) -> View | None:
        return next((view for view in self.views if view.is_default and view.is_mine), None)


def _everything() -> Any:
    """Places, units, and the views of one person and of the team, as one list; made once."""
    nothing, no, nobody = literal(""), false(), literal(0)
    place, unit, view = Municipality.__table__.c, Unit.__table__.c, SavedView.__table__.c
    places = select(
        literal(PLACE).label("what"),
        place.id,
        place.name,
        nothing.label("query"),
        no.label("is_on"),
        no.label("is_default"),
        nobody.label("owner_id"),
    )
    # beside a unit stands its municipality, where a view has its owner
    whose = func.coalesce(unit.municipality_id, 0)
    units = select(literal(UNIT), unit.id, unit.name, nothing, unit.is_active, no, whose)
    views = select(
        literal(VIEW), view.id, view.name, view.query, view.is_shared, view.is_default, view.owner_id
    ).where(or_(view.owner_id == bindparam("reader"), view.is_shared.is_(True)))
    return union_all(places, units, views)


_EVERYTHING = _everything()


def choices_for(user: User) -> Choices:
    found = db.session.execute(_EVERYTHING, {"reader": user.id})
    rows = sorted(found, key=lambda row: row.name.casefold())
    covered = covered_municipalities(user)
    place_names = {row.id: row.name for row in rows if row.what == PLACE}
    units = [row for row in rows if row.what == UNIT]
    labels = _labels(units, place_names)
    return Choices(
        places={key: name for key, name in place_names.items() if covered is None or key in covered},
        place_names=place_names,
        units={row.id: labels[row.id] for row in units if row.is_on},
        unit_names=labels,
        views=[_view(row, user) for row in rows if row.what == VIEW],
    )


def _labels(units: list[Any], places: dict[int, str]) -> dict[int, str]:
    times = Counter(row.name.casefold() for row in units)
    return {
        row.id: unit_label(row.name, places.get(row.owner_id), times[row.name.casefold()] > 1)
        for row in units
    }


def _view(row: Any, user: User) -> View:
    return View(row.id, row.name, row.query, row.is_on, row.is_default, row.owner_id == user.id)


def views_of(user: User) -> list[SavedView]:
    statement = select(SavedView).where(SavedView.owner_id == user.id).order_by(SavedView.name, SavedView.id)
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class Colleagues:
    """Names by id: of everybody asked for, and of who is in the team now."""

    names: dict[int, str]
    team: dict[int, str]


def _people() -> Any:
    """Who is in the team, and whoever is asked for; made once."""
    who, grant = User.__table__.c, RoleGrant.__table__.c
    in_team = who.id.in_(select(grant.user_id).where(grant.role.in_(list(TEAM))))
    return select(who.id, who.uid, who.name_sealed, who.erased_at, in_team.label("in_team")).where(
        or_(in_team, who.id.in_(bindparam("ids", expanding=True)))
    )


_PEOPLE = _people()


def colleagues(ids: Iterable[int | None]) -> Colleagues:
    """The team, and whoever owns something on the page; one statement."""
    wanted = {one for one in ids if one is not None}
    rows = db.session.execute(_PEOPLE, {"ids": list(wanted)}).all()
    named = sorted(((row, _name(row)) for row in rows), key=lambda pair: pair[1].casefold())
    return Colleagues(
        names={row.id: name for row, name in named},
        team={row.id: name for row, name in named if row.in_team and row.erased_at is None},
    )


def _name(row: Any) -> str:
    """As `User.display_name`, without making a person of every row."""
    if row.name_sealed is None:
        return NAMELESS
    return key_ring().open(row.name_sealed, binding(User.__tablename__, "name_sealed", row.uid)) or NAMELESS

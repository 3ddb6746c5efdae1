"""What the site holds about one person, room by room: to hand over, and to erase.

This room imports no feature. Each room says what it has, once, when it is imported:

    register(Room("initiatives", export=…, erase=…, goes=[_l("…")], stays=[_l("…")]))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from civic.accounts.models import User

LazyString = Any  # flask_babel's lazy string, or a plain one


@dataclass(frozen=True)
class Section:
    """One heading of the export: lines of {what it is called: what it is}, plain values only."""

    name: str  # in the file for machines
    title: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Room:
    """What one room holds. `export` reads, `erase` writes; both find a person by their account.

    `goes` and `stays` are said before somebody erases themselves, `not_here` in the export: what this room
    holds that does not belong to the account, and where to ask for it. `warns` gives sentences about what
    is still going on.
    """

    name: str
    export: Callable[[User], Iterable[Section]]
    erase: Callable[[User, datetime], None]
    goes: tuple[LazyString, ...] = ()
    stays: tuple[LazyString, ...] = ()
    not_here: tuple[LazyString, ...] = ()
    warns: Callable[[User], list[str]] = field(default=lambda _user: [])


ROOMS: dict[str, Room] = {}


def register(room: Room) -> None:
    ROOMS[room.name] = room


def sections_of(user: User) -> list[Section]:
    """Everything, in the order in which the rooms were imported; headings without lines are left out."""
    return [section for room in ROOMS.values() for section in room.export(user) if section.rows]


def not_included() -> list[LazyString]:
    return [text for room in ROOMS.values() for text in room.not_here]


def what_goes() -> list[LazyString]:
    return [text for room in ROOMS.values() for text in room.goes]


def what_stays() -> list[LazyString]:
    return [text for room in ROOMS.values() for text in room.stays]


def warnings_for(user: User) -> list[str]:
    return [text for room in ROOMS.values() for text in room.warns(user)]


def as_data(sections: Iterable[Section]) -> dict[str, Any]:
    """For machines: the codes of the site, moments in UTC."""
    return {one.name: [_plain(row) for row in one.rows] for one in sections}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, int | bool | list) else str(value)

"""Looking for fraud: what came in bursts, from one network, from one mail domain, or too fast to be typed.

Networks and domains are salted hashes that differ per initiative. A library, a school or a town hall is one
network too: everything here asks for a look and blocks nobody. Each function is one statement over the
supports of one initiative, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import aliased, load_only

from civic.db import db
from civic.initiatives.models import Initiative, Support
from civic.initiatives.states import SupportChannel, SupportState
from civic.keyset import Cursor, Part, fetch
from civic.regions.models import Municipality

FAST_SECONDS = 5  # nobody reads the form, types three answers and ticks a box in less
FEWEST = 3  # of one network, one domain or one moment, before it is worth a line
MOST_LINES = 10
PAGE_SIZE = 50
WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Suspects:
    """Which supports to look at, or to take out of the count; every condition narrows it."""

    network: str = ""
    domain: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None
    is_fast: bool = False
    has_no_form: bool = False
    is_double: bool = False
    municipality_id: int | None = None
    support_id: int | None = None

    @property
    def is_everything(self) -> bool:
        """No condition but the municipality: nobody may empty a ledger with one button."""
        return all(not getattr(self, one.name) for one in fields(self) if one.name != "municipality_id")


def matching(
    initiative: Initiative, wanted: Suspects, municipality_ids: Iterable[int]
) -> list[ColumnElement[bool]]:
    """The conditions on confirmed supports of these municipalities only."""
    conditions = [
        Support.initiative_id == initiative.id,
        Support.state == SupportState.CONFIRMED,
        Support.municipality_id.in_(sorted(municipality_ids)),
    ]
    if wanted.municipality_id is not None:
        conditions.append(Support.municipality_id == wanted.municipality_id)
    if wanted.support_id is not None:
        conditions.append(Support.id == wanted.support_id)
    return conditions + _of_where(wanted) + _of_how(initiative, wanted)


def _of_where(wanted: Suspects) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.network:
        conditions.append(Support.network_key == wanted.network)
    if wanted.domain:
        conditions.append(Support.domain_key == wanted.domain)
    if wanted.from_at is not None:
        conditions.append(Support.confirmed_at >= wanted.from_at)
    if wanted.until_at is not None:
        conditions.append(Support.confirmed_at < wanted.until_at)
    return conditions


def _of_how(initiative: Initiative, wanted: Suspects) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.is_fast:
        conditions.append(Support.form_seconds < FAST_SECONDS)
    if wanted.has_no_form:
        conditions.append(_has_no_form())
    if wanted.is_double:
        conditions.append(Support.review_key.in_(_doubles(initiative)))
    return conditions


def _has_no_form() -> ColumnElement[bool]:
    """Sent without the form that we showed; a network is known, so it was no demo and no paper."""
    return (
        Support.form_seconds.is_(None)
        & Support.network_key.is_not(None)
        & (Support.channel != SupportChannel.PAPER)
    )


def _doubles(initiative: Initiative) -> Any:
    """Name and postcode that more than one support has."""
    other = aliased(Support)
    return (
        select(other.review_key)
        .where(
            other.initiative_id == initiative.id,
            other.state == SupportState.CONFIRMED,
            other.review_key.is_not(None),
        )
        .group_by(other.review_key)
        .having(func.count() > 1)
    )


# --- the overview ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """Of the confirmed supports: all, and those with something to look at."""

    confirmed: int
    fast: int
    no_form: int
    double: int


def totals(initiative: Initiative) -> Totals:
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Support.form_seconds < FAST_SECONDS),
            func.count().filter(_has_no_form()),
            func.count().filter(Support.review_key.in_(_doubles(initiative))),
        ).where(Support.initiative_id == initiative.id, Support.state == SupportState.CONFIRMED)
    ).one()
    return Totals(*row)


@dataclass(frozen=True)
class Group:
    """Supports that have one hash in common."""

    key: str
    count: int
    fast: int
    first_at: datetime
    last_at: datetime


def _top(initiative: Initiative, column: Any) -> list[Group]:
    count = func.count()
    rows = db.session.execute(
        select(
            column,
            count,
            count.filter(Support.form_seconds < FAST_SECONDS),
            func.min(Support.confirmed_at),
            func.max(Support.confirmed_at),
        )
        .where(
            Support.initiative_id == initiative.id,
            Support.state == SupportState.CONFIRMED,
            column.is_not(None),
        )
        .group_by(column)
        .having(count >= FEWEST)
        .order_by(count.desc(), column)
        .limit(MOST_LINES)
    )
    return [Group(*row) for row in rows]


def top_networks(initiative: Initiative) -> list[Group]:
    return _top(initiative, Support.network_key)


def top_domains(initiative: Initiative) -> list[Group]:
    return _top(initiative, Support.domain_key)


@dataclass(frozen=True)
class Burst:
    """Ten minutes with many supports."""

    from_at: datetime
    until_at: datetime
    count: int


def bursts(initiative: Initiative) -> list[Burst]:
    window, count = _window(), func.count()
    rows = db.session.execute(
        select(window, count)
        .where(
            Support.initiative_id == initiative.id,
            Support.state == SupportState.CONFIRMED,
            Support.channel != SupportChannel.PAPER,
        )
        .group_by(window)
        .having(count >= FEWEST)
        .order_by(count.desc(), window)
        .limit(MOST_LINES)
    )
    return [_burst(row[0], row[1]) for row in rows]


def _window() -> Any:
    """The moment up to its tens of minutes, as text: "2026-11-22 13:4"."""
    if db.engine.dialect.name == "postgresql":
        text: Any = func.to_char(func.timezone("UTC", Support.confirmed_at), "YYYY-MM-DD HH24:MI")
    else:
        text = cast(Support.confirmed_at, String)
    return func.substr(text, 1, 15)


def _burst(text: str, count: int) -> Burst:
    from_at = datetime.strptime(f"{text}0", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return Burst(from_at, from_at + WINDOW, count)


def one_of_each(initiative: Initiative, domain_keys: Iterable[str]) -> list[Support]:
    """One support per mail domain, to read the name of the domain from; one statement."""
    first = (
        select(func.min(Support.id))
        .where(
            Support.initiative_id == initiative.id,
            Support.domain_key.in_(list(domain_keys)),
            Support.email_sealed.is_not(None),
        )
        .group_by(Support.domain_key)
    )
    return list(
        db.session.scalars(
            select(Support)
            .options(load_only(Support.uid, Support.domain_key, Support.email_sealed))
            .where(Support.id.in_(first))
        )
    )


# --- what a choice would do -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """How many of one municipality would go."""

    municipality_id: int
    municipality: str
    count: int


def found(initiative: Initiative, wanted: Suspects, municipality_ids: Iterable[int]) -> list[Found]:
    rows = db.session.execute(
        select(Support.municipality_id, Municipality.name, func.count())
        .join(Municipality, Municipality.id == Support.municipality_id)
        .where(*matching(initiative, wanted, municipality_ids))
        .group_by(Support.municipality_id, Municipality.name)
        .order_by(Municipality.name)
    )
    return [Found(*row) for row in rows]


def lines_of(
    initiative: Initiative, wanted: Suspects, municipality_ids: Iterable[int], cursor: Cursor
) -> Part[Support]:
    """The supports themselves, the newest first: names, so the reader of this page is written down."""
    statement = select(Support).where(*matching(initiative, wanted, municipality_ids))
    return fetch(statement, Support.id, cursor, PAGE_SIZE)


def municipalities_of(invalidation_id: int) -> set[int]:
    """Whose supports this act took out of the count."""
    return set(
        db.session.scalars(
            select(Support.municipality_id).where(Support.invalidation_id == invalidation_id).distinct()
        )
    )

"""The ledger of support as it is read: names with consent, the status of one support, counts for the griffie.

Every function takes a fixed number of statements, however many supports there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import load_only

from civic.db import db
from civic.initiatives.models import Initiative, Invalidation, Support, SupportSampleItem
from civic.initiatives.states import SupportChannel, SupportState
from civic.initiatives.states.ledger import InvalidReason
from civic.regions.models import Municipality

MOST_NAMES = 20
LONGEST_NAME = 30


# --- names on the public page ---------------------------------------------------------------------------


def first_names(initiative: Initiative, at_least: int) -> list[str]:
    """The newest first names of who wants that; none as long as there are fewer than `at_least`.

    One statement over an index that holds only who consented.
    """
    rows = db.session.scalars(
        select(Support)
        .options(load_only(Support.uid, Support.name_sealed))
        .where(
            Support.initiative_id == initiative.id,
            Support.shows_name,
            Support.state == SupportState.CONFIRMED,
            Support.name_sealed.is_not(None),
        )
        .order_by(Support.confirmed_at.desc(), Support.id.desc())
        .limit(max(MOST_NAMES, at_least))
    )
    names = [first_name(row.name or "") for row in rows]
    return names[:MOST_NAMES] if len(names) >= at_least else []


def first_name(name: str) -> str:
    """What the page shows of "Ada de Groot": "Ada"."""
    return next(iter(name.split()), "")[:LONGEST_NAME]


# --- one support ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LegalStatus:
    """What a support is worth: declared, confirmed, looked at in a sample, or made invalid (and why)."""

    state: SupportState
    is_sampled: bool = False
    reason: InvalidReason | None = None


def status_of(support: Support) -> LegalStatus:
    """Two statements at most."""
    reason = None
    if support.invalidation_id is not None:
        reason = db.session.get_one(Invalidation, support.invalidation_id).reason
    judged = exists().where(
        SupportSampleItem.support_id == support.id, SupportSampleItem.verdict.is_not(None)
    )
    return LegalStatus(support.state, bool(db.session.scalar(select(judged))), reason)


# --- counts for the griffie -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """How many supports have this status, came this way, and count for this municipality."""

    municipality: str
    channel: SupportChannel
    state: SupportState
    is_sampled: bool
    count: int


def tallies(initiative: Initiative) -> list[Tally]:
    """One statement."""
    sampled = exists().where(
        SupportSampleItem.support_id == Support.id, SupportSampleItem.verdict.is_not(None)
    )
    rows = db.session.execute(
        select(Municipality.name, Support.channel, Support.state, sampled.label("sampled"), func.count())
        .join(Municipality, Municipality.id == Support.municipality_id)
        .where(Support.initiative_id == initiative.id)
        .group_by(Municipality.name, Support.channel, Support.state, sampled)
    )
    return [Tally(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


@dataclass(frozen=True)
class Row:
    """Counts beside one label."""

    label: Any
    counts: tuple[int, ...]


COLUMNS = ("declared", "confirmed", "sampled", "invalidated", "withdrawn")


def column_of(tally: Tally) -> str:
    """Confirmed and looked at is counted as sampled, so that every support stands in one column."""
    if tally.state is SupportState.CONFIRMED:
        return "sampled" if tally.is_sampled else "confirmed"
    return {
        SupportState.PENDING: "declared",
        SupportState.INVALIDATED: "invalidated",
        SupportState.WITHDRAWN: "withdrawn",
    }[tally.state]


def rows_by(found: Iterable[Tally], name: str) -> list[Row]:
    """Per municipality or per channel, each with its counts in the order of `COLUMNS`."""
    counts: dict[Any, dict[str, int]] = {}
    for one in found:
        of_label = counts.setdefault(getattr(one, name), dict.fromkeys(COLUMNS, 0))
        of_label[column_of(one)] += one.count
    labels = sorted(counts, key=lambda label: str(getattr(label, "value", label)))
    return [Row(label, tuple(counts[label].values())) for label in labels]


def invalidations_of(initiative: Initiative) -> list[Invalidation]:
    """What was taken out of the count, the newest first; one statement."""
    return list(
        db.session.scalars(
            select(Invalidation)
            .where(Invalidation.initiative_id == initiative.id)
            .order_by(Invalidation.id.desc())
            .limit(100)
        )
    )

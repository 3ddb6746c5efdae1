"""Samples as they are read: those of one place, and the page of supports to compare with the register."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from civic.db import db
from civic.initiatives.models import InitiativePlace, Support, SupportSample, SupportSampleItem
from civic.initiatives.states import SupportState
from civic.initiatives.states.ledger import ItemVerdict

PAGE_SIZE = 50


def samples_of(place: InitiativePlace) -> list[SupportSample]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(SupportSample)
            .where(SupportSample.place_id == place.id)
            .order_by(SupportSample.id.desc())
            .limit(100)
        )
    )


def confirmed_in(place: InitiativePlace) -> int:
    """How many there are to choose from."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Support.initiative_id == place.initiative_id,
                Support.municipality_id == place.municipality_id,
                Support.state == SupportState.CONFIRMED,
                Support.name_sealed.is_not(None),
            )
        )
        or 0
    )


def verdict_counts(sample: SupportSample) -> dict[ItemVerdict | None, int]:
    """Per verdict; under None what was not looked at."""
    rows = db.session.execute(
        select(SupportSampleItem.verdict, func.count())
        .where(SupportSampleItem.sample_id == sample.id)
        .group_by(SupportSampleItem.verdict)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class ToCompare:
    """One line; `name` is None where the person withdrew meanwhile, or the data went."""

    id: int
    position: int
    verdict: ItemVerdict | None
    name: str | None
    postcode: str | None


@dataclass(frozen=True)
class ItemPage:
    rows: list[ToCompare]
    after: int | None  # the position where the next page goes on
    is_first: bool


def items_of(sample: SupportSample, after: int) -> ItemPage:
    """By position, from the one after `after`; one statement."""
    rows = db.session.execute(
        select(SupportSampleItem, Support)
        .outerjoin(Support, Support.id == SupportSampleItem.support_id)
        .options(load_only(Support.uid, Support.name_sealed, Support.postcode_sealed))
        .where(SupportSampleItem.sample_id == sample.id, SupportSampleItem.position > after)
        .order_by(SupportSampleItem.position)
        .limit(PAGE_SIZE + 1)
    ).all()
    shown = [_to_compare(row[0], row[1]) for row in rows[:PAGE_SIZE]]
    has_more = len(rows) > PAGE_SIZE
    return ItemPage(shown, shown[-1].position if has_more else None, after == 0)


def _to_compare(item: SupportSampleItem, support: Support | None) -> ToCompare:
    name = support.name if support else None
    return ToCompare(
        item.id, item.position, item.verdict, name, support.postcode if support and name else None
    )

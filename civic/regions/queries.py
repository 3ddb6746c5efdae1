"""Reading the region: its municipalities, the municipality of a postcode, the rules of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from civic.db import db
from civic.regions.models import Municipality, PopulationFigure, PostcodeArea, Region, RuleSet

_REGION = select(Region).order_by(Region.id).limit(1)


def the_region() -> Region | None:
    """The region this site serves (one per installation for now), or None before set-up."""
    return db.session.scalar(_REGION)


def municipalities() -> list[Municipality]:
    return list(db.session.scalars(select(Municipality).order_by(Municipality.name)))


@dataclass(frozen=True)
class Choice:
    """A municipality to choose from a list."""

    id: int
    slug: str
    name: str


_CHOICES = select(Municipality.id, Municipality.slug, Municipality.name).order_by(Municipality.name)


def choices() -> list[Choice]:
    return [Choice(*row) for row in db.session.execute(_CHOICES)]


def municipality_of_postcode(postcode: str) -> Municipality | None:
    """The municipality of a Dutch postcode ("1315 AB" or "1315"), or None when it is not in the table."""
    digits = postcode.strip()[:4]
    area = db.session.get(PostcodeArea, digits)
    return area.municipality if area else None


def rule_set_on(municipality_id: int, day: date) -> RuleSet:
    """The rule set that is valid on `day`; every municipality has one from its first day."""
    return db.session.scalars(
        select(RuleSet)
        .where(
            RuleSet.municipality_id == municipality_id,
            RuleSet.valid_from <= day,
            (RuleSet.valid_until.is_(None)) | (RuleSet.valid_until >= day),
        )
        .order_by(RuleSet.version.desc())
        .limit(1)
    ).one()


def population_figures(municipality_id: int) -> list[PopulationFigure]:
    return list(
        db.session.scalars(
            select(PopulationFigure)
            .where(PopulationFigure.municipality_id == municipality_id)
            .order_by(PopulationFigure.feature, PopulationFigure.id)
        )
    )


@dataclass(frozen=True)
class RulesNow:
    """A municipality with the rule set of a day, and the one that is to follow it."""

    place: Municipality
    current: RuleSet | None
    following: RuleSet | None


def rules_now(day: date, code: str | None = None) -> list[RulesNow]:
    """Every municipality (or one) with its rules of that day; two statements, however many there are."""
    statement = select(Municipality).order_by(Municipality.name).options(selectinload(Municipality.rule_sets))
    if code is not None:
        statement = statement.where(Municipality.code == code)
    return [_rules_of(place, day) for place in db.session.scalars(statement)]


def _rules_of(place: Municipality, day: date) -> RulesNow:
    started = [one for one in place.rule_sets if one.valid_from <= day]
    coming = [one for one in place.rule_sets if one.valid_from > day]
    return RulesNow(place, started[-1] if started else None, coming[0] if coming else None)

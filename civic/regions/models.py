"""Region, municipalities and what is known about them; by-law rule sets are data (W2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base


class Region(Base):
    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    brand_color: Mapped[str] = mapped_column(String(7), default="")
    contact_email: Mapped[str] = mapped_column(String(200), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")

    municipalities: Mapped[list[Municipality]] = relationship(
        back_populates="region", order_by="Municipality.name"
    )


class Municipality(Base):
    """`code` is the CBS code (GM0034); `population` says its date and source beside the number."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    population: Mapped[int]
    population_on: Mapped[date]
    population_source: Mapped[str] = mapped_column(String(200), default="")
    tile_row: Mapped[int] = mapped_column(default=0)
    tile_column: Mapped[int] = mapped_column(default=0)

    region: Mapped[Region] = relationship(back_populates="municipalities")
    rule_sets: Mapped[list[RuleSet]] = relationship(back_populates="municipality", order_by="RuleSet.version")

    __table_args__ = (CheckConstraint("population >= 0", name="population_positive"),)


class PopulationFigure(Base):
    """One share of the population, in thousandths (no floats in the database)."""

    __tablename__ = "population_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    feature: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(60))
    per_mille: Mapped[int]
    is_estimate: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        UniqueConstraint("municipality_id", "feature", "value"),
        CheckConstraint("per_mille BETWEEN 0 AND 1000", name="per_mille_range"),
    )


class PostcodeArea(Base):
    """The four digits of a Dutch postcode and the municipality they lie in."""

    __tablename__ = "postcode_area"

    postcode4: Mapped[str] = mapped_column(String(4), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)

    municipality: Mapped[Municipality] = relationship()


class RuleSet(Base):
    """A version of a municipality's by-law on initiatives. Never edited: a change is a new version."""

    __tablename__ = "rule_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    version: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    municipality: Mapped[Municipality] = relationship(back_populates="rule_sets")

    __table_args__ = (
        UniqueConstraint("municipality_id", "version"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity_order"),
    )

"""Who the panel must look like: constituencies and their sources, features with targets, seats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.panels.states import EntryRoute, FeatureKind, SpreadRule
from civic.regions.models import Municipality

MINIMUM_AGE = 16


class Composition(Base):
    """One per panel. Percentages and thousandths are whole numbers: no floats in the database."""

    __tablename__ = "panel_composition"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), unique=True)
    template: Mapped[str] = mapped_column(String(40), default="")
    spread: Mapped[SpreadRule] = mapped_column(default=SpreadRule.PROPORTIONAL)
    floor: Mapped[int] = mapped_column(default=0)
    tolerance: Mapped[int] = mapped_column(default=1)  # seats above and below a target
    minimum_age: Mapped[int] = mapped_column(default=MINIMUM_AGE)
    one_per_address: Mapped[bool] = mapped_column(default=True)
    pool_ratio: Mapped[int] = mapped_column(default=3)  # registrations wanted per seat
    response_per_mille: Mapped[int] = mapped_column(default=40)
    changed_at: Mapped[datetime]
    fixed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("floor BETWEEN 0 AND 100", name="floor_range"),
        CheckConstraint("tolerance BETWEEN 0 AND 100", name="tolerance_range"),
        CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age_range"),
        CheckConstraint("pool_ratio BETWEEN 1 AND 20", name="pool_ratio_range"),
        CheckConstraint("response_per_mille BETWEEN 1 AND 1000", name="response_range"),
    )


class Constituency(Base):
    """A part of the panel with its own entrance. A sensitive one is never shown per municipality."""

    __tablename__ = "panel_constituency"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    seats: Mapped[int]
    route: Mapped[EntryRoute] = mapped_column(default=EntryRoute.LOT)
    is_sensitive: Mapped[bool] = mapped_column(default=False)

    sources: Mapped[list[Source]] = relationship(order_by="Source.number", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        UniqueConstraint("panel_id", "name"),
        CheckConstraint("seats BETWEEN 0 AND 2000", name="seats_range"),
    )


class Source(Base):
    """Where the people of a constituency are found: a register, an organisation, an open call."""

    __tablename__ = "panel_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    constituency_id: Mapped[int] = mapped_column(ForeignKey("panel_constituency.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))

    __table_args__ = (UniqueConstraint("constituency_id", "number"),)


class SeatCell(Base):
    """Seats of one constituency for one municipality: the two-way table that is public before any draw."""

    __tablename__ = "panel_seat_cell"

    id: Mapped[int] = mapped_column(primary_key=True)
    constituency_id: Mapped[int] = mapped_column(ForeignKey("panel_constituency.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    seats: Mapped[int]

    municipality: Mapped[Municipality] = relationship()

    __table_args__ = (
        UniqueConstraint("constituency_id", "municipality_id"),
        CheckConstraint("seats >= 0", name="seats_positive"),
    )


class Feature(Base):
    """A feature on which the panel must look like the region, as it is asked on the registration form.

    `constituencies` are the numbers of the constituencies whose seats its targets bind; empty means all.
    A sensitive feature is asked with consent, whose words are in `consent_text`.
    """

    __tablename__ = "panel_feature"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[FeatureKind] = mapped_column(default=FeatureKind.CHOICE)
    question: Mapped[str] = mapped_column(String(200), default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    consent_text: Mapped[str] = mapped_column(String(600), default="")
    constituencies: Mapped[list[Any]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(String(200), default="")

    values: Mapped[list[FeatureValue]] = relationship(
        order_by="FeatureValue.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        UniqueConstraint("panel_id", "name"),
        CheckConstraint("NOT is_sensitive OR consent_text <> ''", name="sensitive_has_consent"),
    )


class FeatureValue(Base):
    """One value with its share of the population and the seats it may get. `from_age` is for age bands."""

    __tablename__ = "panel_feature_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    feature_id: Mapped[int] = mapped_column(ForeignKey("panel_feature.id"), index=True)
    number: Mapped[int]
    value: Mapped[str] = mapped_column(String(60))
    per_mille: Mapped[int | None]
    minimum: Mapped[int] = mapped_column(default=0)
    maximum: Mapped[int] = mapped_column(default=0)
    from_age: Mapped[int | None]
    to_age: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("feature_id", "number"),
        UniqueConstraint("feature_id", "value"),
        CheckConstraint("minimum >= 0 AND maximum >= minimum", name="quota_order"),
        CheckConstraint("per_mille IS NULL OR per_mille BETWEEN 0 AND 1000", name="per_mille_range"),
    )

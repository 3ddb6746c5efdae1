"""Disputes between municipalities: of one report, and which reports have an open one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from civic.aanjaagteam.models import Dispute, DisputeClaim, Report
from civic.aanjaagteam.queries import asked
from civic.aanjaagteam.queries.units import unit_ids_of, unit_names
from civic.accounts.models import User
from civic.db import db
from civic.regions.models import Municipality

# those of the region first: they have no name of their own here
IN_ORDER = (DisputeClaim.party, DisputeClaim.municipality_id)


def has_open_dispute() -> ColumnElement[bool]:
    """For a statement over `Report`: the badge in the queue costs no statement of its own."""
    return (
        select(Dispute.id)
        .where(Dispute.report_id == Report.id, Dispute.resolved_at.is_(None))
        .correlate(Report)
        .exists()
    )


def disputed(report_ids: Iterable[int]) -> set[int]:
    """Which of these reports have an open dispute."""
    wanted = list(report_ids)
    rows = select(Dispute.report_id).where(Dispute.report_id.in_(wanted), Dispute.resolved_at.is_(None))
    return set(db.session.scalars(rows)) if wanted else set()


@dataclass(frozen=True)
class ShownClaim:
    """`municipality` is the name; `is_outside` where it lies outside the region, or is no municipality."""

    row: DisputeClaim
    municipality: str

    @property
    def is_outside(self) -> bool:
        return self.row.municipality_id is None


@dataclass(frozen=True)
class ShownDispute:
    """A dispute with the names of everything in it."""

    row: Dispute
    claims: list[ShownClaim]
    interim_municipality: str
    interim_unit: str
    municipality: str

    @property
    def is_open(self) -> bool:
        return self.row.resolved_at is None


def open_dispute(report: Report) -> Dispute | None:
    return db.session.scalar(
        select(Dispute).where(Dispute.report_id == report.id, Dispute.resolved_at.is_(None))
    )


def claims_of(row: Dispute) -> list[DisputeClaim]:
    statement = select(DisputeClaim).where(DisputeClaim.dispute_id == row.id)
    return list(db.session.scalars(statement.order_by(*IN_ORDER)))


def disputes_of(report: Report) -> list[ShownDispute]:
    """The newest first; the number of statements does not depend on how many there are."""
    statement = select(Dispute).where(Dispute.report_id == report.id).order_by(Dispute.id.desc())
    rows = list(db.session.scalars(statement))
    if not rows:
        return []
    claims = list(
        db.session.scalars(
            select(DisputeClaim)
            .where(DisputeClaim.dispute_id.in_([row.id for row in rows]))
            .order_by(*IN_ORDER)
        )
    )
    places: dict[int, str] = {row.id: row.name for row in db.session.scalars(select(Municipality))}
    units = unit_names(row.interim_unit_id for row in rows)
    return [
        ShownDispute(
            row=row,
            claims=[
                ShownClaim(claim, claim.party or places.get(claim.municipality_id or 0, ""))
                for claim in claims
                if claim.dispute_id == row.id
            ],
            interim_municipality=places.get(row.interim_municipality_id, ""),
            interim_unit=units.get(row.interim_unit_id, ""),
            municipality=row.party or places.get(row.municipality_id or 0, ""),
        )
        for row in rows
    ]


def looks_after(user: User, report: Report, on: date) -> bool:
    """Does this official work at the unit that looks after it until the dispute is settled?"""
    row = open_dispute(report)
    return row is not None and row.interim_unit_id in unit_ids_of(user, on)


asked.RELATIONS.append(looks_after)

"""Reading what a panel may say, how that changed, and which municipalities promised to answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager

from civic.db import db
from civic.events import queries as events
from civic.events.models import Deadline, Event
from civic.panels.models import LevelChange, Mandate, MandateAgreement, Panel, StageNote
from civic.regions.models import Municipality

RESPONSE = "panel_response"  # the kind of the promise that the municipalities will answer
# every event that changes what the public mandate says: their number is its version
VERSIONS = ("publish_mandate", "mandate_corrected", "advice_moved", "level_raised", "level_lowered")


def mandate_of(panel_id: int) -> Mandate | None:
    return db.session.scalar(select(Mandate).where(Mandate.panel_id == panel_id))


def response_of(panel: Panel) -> Deadline | None:
    """By when the municipalities answer, and why then."""
    return events.deadline_of(panel, RESPONSE)


def version_of(panel: Panel) -> int:
    """0 while the mandate is not public."""
    statement = select(func.count()).where(
        Event.subject_type == panel.__tablename__, Event.subject_id == panel.id, Event.action.in_(VERSIONS)
    )
    return db.session.scalar(statement) or 0


def level_changes_of(panel_id: int) -> list[LevelChange]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(LevelChange).where(LevelChange.panel_id == panel_id).order_by(LevelChange.id.desc())
        )
    )


def notes_of(panel_id: int) -> list[StageNote]:
    return list(
        db.session.scalars(select(StageNote).where(StageNote.panel_id == panel_id).order_by(StageNote.id))
    )


def agreements_of(panel_id: int) -> list[MandateAgreement]:
    """The convenants in force, by the name of the municipality."""
    return list(
        db.session.scalars(
            select(MandateAgreement)
            .join(MandateAgreement.municipality)
            .options(contains_eager(MandateAgreement.municipality))
            .where(MandateAgreement.panel_id == panel_id, MandateAgreement.withdrawn_at.is_(None))
            .order_by(Municipality.name)
        )
    )


def agreement_of(panel_id: int, municipality_id: int) -> MandateAgreement | None:
    """The one in force."""
    return db.session.scalar(
        select(MandateAgreement).where(
            MandateAgreement.panel_id == panel_id,
            MandateAgreement.municipality_id == municipality_id,
            MandateAgreement.withdrawn_at.is_(None),
        )
    )


@dataclass(frozen=True)
class AgreementLine:
    """A municipality of the region, and its convenant when it signed."""

    place: Municipality
    agreement: MandateAgreement | None


def agreement_lines(panel_id: int) -> list[AgreementLine]:
    """Every municipality of the panel's region, by name; one statement."""
    rows = db.session.execute(
        select(Municipality, MandateAgreement)
        .join(Panel, Panel.region_id == Municipality.region_id)
        .outerjoin(
            MandateAgreement,
            and_(
                MandateAgreement.panel_id == Panel.id,
                MandateAgreement.municipality_id == Municipality.id,
                MandateAgreement.withdrawn_at.is_(None),
            ),
        )
        .where(Panel.id == panel_id)
        .order_by(Municipality.name)
    )
    return [AgreementLine(place, agreement) for place, agreement in rows]


def unsigned_municipalities(panel_id: int) -> list[Municipality]:
    """Those that have not promised to answer: no letter goes out in their name."""
    return [line.place for line in agreement_lines(panel_id) if line.agreement is None]


def municipality_of(panel: Panel, slug: str) -> Municipality | None:
    """A municipality of this panel's own region only."""
    return db.session.scalar(
        select(Municipality).where(Municipality.slug == slug, Municipality.region_id == panel.region_id)
    )

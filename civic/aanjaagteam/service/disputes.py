"""Municipalities disagree whose task it is: what each says, who looks after it, how it ends (S16c).

One of them may lie outside the region, or be another organisation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, update

from civic.aanjaagteam.models import Dispute, DisputeClaim, Report, Unit
from civic.aanjaagteam.queries.waits import managers_of
from civic.aanjaagteam.service.steps import touch
from civic.aanjaagteam.states import FINAL
from civic.aanjaagteam.states.facts import LawBasis, Stance, party_key
from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_first, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.links import absolute
from civic.mail.service import Letter, queue_reminder
from civic.regions import queries as regions

FEWEST_CLAIMS = 2


@dataclass(frozen=True)
class Claim:
    """Of a municipality of the region, or of somebody outside it by name."""

    municipality_id: int | None
    stance: Stance
    basis: str
    party: str = ""


@dataclass(frozen=True)
class NewDispute:
    """What is disputed. Who looks after it meanwhile is never left open."""

    claims: tuple[Claim, ...]
    law_basis: LawBasis | None
    law_explanation: str
    interim_municipality_id: int | None
    interim_unit_id: int | None


@dataclass(frozen=True)
class Ruling:
    """Which municipality it is, or who outside the region; who said so, and why."""

    municipality_id: int | None
    resolver: str
    outcome: str
    party: str = ""


def open_dispute(report: Report, new: NewDispute, revision: int, *, actor: User, at: datetime) -> Dispute:
    touch(report, revision)
    if report.state in FINAL:
        raise NotAllowedNow("is_closed")
    _check(new)
    row = Dispute(report_id=report.id, opened_at=at, opened_by_id=actor.id, revision=0, **_columns(new))
    if not add_first(row):  # one open dispute per report
        raise NotAllowedNow("changed_meanwhile")
    _put_claims(row, new.claims)
    _note(row, "dispute_opened", actor, at, unit=row.interim_unit_id)
    _tell_interim(report, row, at)
    return row


def change_dispute(row: Dispute, new: NewDispute, revision: int, *, actor: User, at: datetime) -> None:
    """A municipality sees it otherwise now, or somebody else looks after it."""
    _check(new)
    was_with = row.interim_unit_id
    _update_open(row, revision, **_columns(new))
    db.session.execute(delete(DisputeClaim).where(DisputeClaim.dispute_id == row.id))
    _put_claims(row, new.claims)
    _note(row, "dispute_changed", actor, at, unit=row.interim_unit_id)
    if row.interim_unit_id != was_with:
        _tell_interim(db.session.get_one(Report, row.report_id), row, at)


def resolve(row: Dispute, ruling: Ruling, revision: int, *, actor: User, at: datetime) -> None:
    """It is settled. The report goes to that municipality, unless its place was left out on purpose.

    To somebody outside the region it cannot go: the team tells the reporter where to be.
    """
    errors: dict[str, list[str]] = {}
    is_outside = bool(ruling.party.strip())
    if is_outside == (ruling.municipality_id is not None):
        errors["municipality"] = [_("Kies wie het moet doen.")]
    if not ruling.resolver.strip():
        errors["resolver"] = [_("Schrijf op wie dit heeft beslist.")]
    if not ruling.outcome.strip():
        errors["outcome_why"] = [_("Schrijf op waarom deze het moet doen.")]
    if errors:
        raise Invalid(errors)
    _update_open(
        row,
        revision,
        municipality_id=ruling.municipality_id,
        party=ruling.party.strip(),
        resolver=ruling.resolver.strip(),
        outcome=ruling.outcome.strip(),
        resolved_at=at,
        resolved_by_id=actor.id,
    )
    if is_outside:
        _note(row, "dispute_resolved_outside", actor, at)
        return
    report = db.session.get_one(Report, row.report_id)
    if report.municipality_id is not None and report.municipality_id != ruling.municipality_id:
        touch(report, report.revision, municipality_id=ruling.municipality_id)
    _note(row, "dispute_resolved", actor, at)  # which one it is stands in the row: this event is public


def _tell_interim(report: Report, row: Dispute, at: datetime) -> None:
    """Who answers for the unit that looks after it meanwhile, in office hours."""
    unit = db.session.get_one(Unit, row.interim_unit_id)
    for person in managers_of(unit.id, today(at)):
        if person.email:
            context = {
                "name": person.name,
                "title": report.public_title,
                "number": report.id,
                "unit": unit.name,
                "url": absolute("aanjaagteam.asked", report_id=report.id),
            }
            key = f"dispute-interim:{row.id}:{row.revision}:{person.id}"
            queue_reminder(Letter(person.email, "dispute_interim", key, context), at=at)


def _check(new: NewDispute) -> None:
    errors: dict[str, list[str]] = {}
    if len(new.claims) < FEWEST_CLAIMS:
        errors["claims"] = [_("Vul van ten minste twee gemeenten of organisaties in wat zij vinden.")]
    elif any(not claim.basis.strip() for claim in new.claims):
        errors["claims"] = [_("Schrijf bij elk standpunt op waarom zij dat vinden.")]
    elif twice := _named_twice(new.claims):
        errors["claims"] = [_("%(name)s staat er twee keer in.", name=twice)]
    if new.law_basis is None:
        errors["law_basis"] = [_("Kies welke wet hierover gaat.")]
    elif new.law_basis is LawBasis.OTHER and not new.law_explanation.strip():
        errors["law_explanation"] = [_("Schrijf op welke wet of afspraak dit is.")]
    errors |= _check_interim(new)
    if errors:
        raise Invalid(errors)


def _named_twice(claims: Iterable[Claim]) -> str:
    """Somebody outside with the name of a municipality of the region, or of another one outside."""
    seen = {party_key(place.name) for place in regions.municipalities()}
    for claim in claims:
        key = party_key(claim.party)
        if key in seen:
            return claim.party
        if key:
            seen.add(key)
    return ""


def _check_interim(new: NewDispute) -> dict[str, list[str]]:
    if new.interim_municipality_id is None:
        return {"interim_municipality": [_("Kies welke gemeente er nu voor zorgt.")]}
    unit = db.session.get(Unit, new.interim_unit_id) if new.interim_unit_id else None
    if unit is None or not unit.is_active:
        return {"interim_unit": [_("Kies welke afdeling er nu voor zorgt.")]}
    if unit.municipality_id not in (None, new.interim_municipality_id):
        return {"interim_unit": [_("Deze afdeling is van een andere gemeente.")]}
    return {}


def _columns(new: NewDispute) -> dict[str, Any]:
    return {
        "law_basis": new.law_basis,
        "law_explanation": new.law_explanation.strip(),
        "interim_municipality_id": new.interim_municipality_id,
        "interim_unit_id": new.interim_unit_id,
    }


def _put_claims(row: Dispute, claims: Iterable[Claim]) -> None:
    for claim in claims:
        facts = {"party": claim.party.strip(), "basis": claim.basis.strip(), "stance": claim.stance}
        db.session.add(DisputeClaim(dispute_id=row.id, municipality_id=claim.municipality_id, **facts))
    db.session.flush()


def _update_open(row: Dispute, revision: int, **facts: Any) -> None:
    db.session.flush()
    result: Any = db.session.execute(
        update(Dispute)
        .where(Dispute.id == row.id, Dispute.revision == revision, Dispute.resolved_at.is_(None))
        .values(revision=revision + 1, **facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(row)


def _note(row: Dispute, action: str, actor: User, at: datetime, **data: Any) -> None:
    # whose task it is concerns the reporter; that it is argued about is told in plain words elsewhere
    is_settled = action in {"dispute_resolved", "dispute_resolved_outside"}
    visibility = Visibility.PUBLIC if is_settled else Visibility.INTERNAL
    what = events.What(action, data={"dispute": row.id, **data}, visibility=visibility)
    events.record(events.Reference("report", row.report_id), what, actor=actor, at=at)

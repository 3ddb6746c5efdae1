"""Writing down what was taken from a registry, and that it was destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db
from civic.errors import Invalid
from civic.events import service as events
from civic.panels.models import Extraction

# codes of what a registry can hand out; the words for them are in presentation/invitations.py
FIELDS = ("name", "address", "birth_date", "gender", "household", "provision")
PROMISE = "extraction_destroyed"
MOST_PEOPLE = 200_000


@dataclass(frozen=True)
class Taken:
    """What was taken: on what ground, what for, which fields, of how many people, for whom, when."""

    municipality_id: int
    ground: str
    purpose: str
    fields: tuple[str, ...]
    people: int
    recipient: str
    extracted_on: date
    destroyed_on: date | None = None
    share_id: int | None = None
    order_id: int | None = None


def log_extraction(panel_id: int, taken: Taken, *, actor: User, at: datetime) -> Extraction:
    """One row of the log. As long as nobody says that the data are gone, a promise of 30 days runs."""
    errors = _errors_of(taken, at)
    if errors:
        raise Invalid(errors)
    extraction = Extraction(
        panel_id=panel_id,
        municipality_id=taken.municipality_id,
        share_id=taken.share_id,
        order_id=taken.order_id,
        ground=taken.ground,
        purpose=taken.purpose,
        fields=list(taken.fields),
        people=taken.people,
        recipient=taken.recipient,
        extracted_on=taken.extracted_on,
        destroyed_on=taken.destroyed_on,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    db.session.add(extraction)
    data = {"panel": panel_id, "fields": list(taken.fields), "people": taken.people}
    events.record(extraction, events.What("log_extraction", data=data), actor=actor, at=at)
    if taken.destroyed_on is None:
        term = events.Promise(PROMISE, "30 dagen", starts_on=taken.extracted_on, owner_id=actor.id)
        events.promise(extraction, term)
    return extraction


def _errors_of(taken: Taken, at: datetime) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not taken.fields or not set(taken.fields) <= set(FIELDS):
        errors["fields"] = [_("Kies welke gegevens u uit het register haalde.")]
    if not 0 < taken.people <= MOST_PEOPLE:
        errors["people"] = [_("Vul een aantal mensen in van 1 tot 200.000.")]
    return errors | errors_of_days(taken.extracted_on, taken.destroyed_on, at=at)


def errors_of_days(
    extracted_on: date | None, destroyed_on: date | None, *, at: datetime
) -> dict[str, list[str]]:
    """A day that is missing is the form's business."""
    errors: dict[str, list[str]] = {}
    if extracted_on is not None and extracted_on > today(at):
        errors["extracted_on"] = [_("Deze dag moet nog komen. Kies vandaag of eerder.")]
    if extracted_on is not None and destroyed_on is not None:
        errors |= _errors_of_end(extracted_on, destroyed_on, at)
    return errors


def _errors_of_end(extracted_on: date, destroyed_on: date, at: datetime) -> dict[str, list[str]]:
    if destroyed_on > today(at):
        return {"destroyed_on": [_("Deze dag moet nog komen. Kies vandaag of eerder.")]}
    if destroyed_on < extracted_on:
        return {"destroyed_on": [_("Kies een dag op of na de dag waarop u de gegevens haalde.")]}
    return {}


def report_destroyed(extraction: Extraction, destroyed_on: date, *, actor: User, at: datetime) -> None:
    """The list is gone. Once said it stays; saying it again changes nothing."""
    if extraction.destroyed_on is not None:
        return
    errors = _errors_of_end(extraction.extracted_on, destroyed_on, at)
    if errors:
        raise Invalid(errors)
    extraction.destroyed_on = destroyed_on
    events.keep_promise(extraction, PROMISE, at)
    data = {"on": destroyed_on.isoformat()}
    events.record(extraction, events.What("report_destroyed", data=data), actor=actor, at=at)

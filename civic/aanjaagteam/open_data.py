"""Published reports as open data: the fields, their names and their order.

These are a promise to whoever wrote a program for them (docs/open-data-meldingen.md): fields are added, never
renamed or removed within a version. Nothing a reporter wrote and nobody's name. Days, no moments; when it was
reported is a month, so that nobody can work out who was at a keyboard then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from civic.aanjaagteam.queries.open_data import DecisionRecord, ReportRecord
from civic.aanjaagteam.queries.public import WAIT_SLUGS
from civic.aanjaagteam.states import DeclineReason, Outcome
from civic.aanjaagteam.states.facts import ReportKind
from civic.aanjaagteam.wording import SLUGS
from civic.calendar import today
from civic.db import now
from civic.links import absolute

VERSION = 1
LICENCE = "CC0-1.0"
STATE_NAMES = {state: slug for slug, state in SLUGS.items()}
WAIT_NAMES = {kind: slug for slug, kind in WAIT_SLUGS.items()}
KIND_NAMES = {
    ReportKind.SLUGGISH: "vastgelopen",
    ReportKind.DOUBLE_QUESTION: "dubbele-vraag",
    ReportKind.IMPROVEMENT: "verbetering",
}
OUTCOME_NAMES = {
    Outcome.SOLVED: "opgelost",
    Outcome.PARTLY: "deels-opgelost",
    Outcome.NOT_SOLVED: "niet-opgelost",
    Outcome.DIFFERENT: "anders-gelopen",
}
DECLINE_NAMES = {
    DeclineReason.COMPLAINT: "klacht",
    DeclineReason.OBJECTION: "bezwaar",
    DeclineReason.MAINTENANCE: "onderhoud",
    DeclineReason.OTHER_ORGANISATION: "andere-organisatie",
    DeclineReason.TOO_LITTLE_KNOWN: "te-weinig-bekend",
    DeclineReason.ALREADY_KNOWN: "wordt-al-opgelost",
    DeclineReason.OTHER: "anders",
}
COLUMNS = (
    "id",
    "url",
    "titel",
    "soort",
    "gemeente_code",
    "gemeente",
    "stand",
    "speelt_sinds",
    "speelt_sinds_bekend",
    "gemeld_in",
    "gepubliceerd_op",
    "wacht_op",
    "wacht_op_afdeling",
    "wacht_sinds",
    "wacht_op_meer",
    "besluit",
    "besloten_op",
    "besloten_door",
    "proces_aangepast",
    "uitkomst",
    "uitkomst_uitleg",
    "niet_opgepakt_omdat",
    "afgerond_op",
    "mensen_wachten",
    "besluit_geldt_tot",
    "besluit_verlopen_op",
)


def as_object(record: ReportRecord) -> dict[str, Any]:
    """One report, for JSON and as the values of a row."""
    wait = record.wait
    return {
        "id": record.id,
        "url": absolute("aanjaagteam.show", report_id=record.id),
        "titel": record.title,
        "soort": KIND_NAMES[record.kind],
        "gemeente_code": record.municipality_code,
        "gemeente": record.municipality,
        "stand": STATE_NAMES[record.state],
        "speelt_sinds": _month(record.since_on),
        "speelt_sinds_bekend": record.is_since_known,
        "gemeld_in": _month(record.reported_in),
        "gepubliceerd_op": _day(record.published_on),
        "wacht_op": WAIT_NAMES[wait.kind] if wait else None,
        "wacht_op_afdeling": (wait.unit or None) if wait else None,
        "wacht_sinds": _day(wait.since_on) if wait else None,
        "wacht_op_meer": wait.others if wait else 0,
        "besluit": record.decision,
        "besloten_op": _day(record.decided_on),
        "besloten_door": record.decider,
        "proces_aangepast": record.process_change or None,
        "uitkomst": OUTCOME_NAMES[record.outcome] if record.outcome else None,
        "uitkomst_uitleg": record.outcome_text or None,
        "niet_opgepakt_omdat": DECLINE_NAMES[record.decline_reason] if record.decline_reason else None,
        "afgerond_op": _day(record.closed_on),
        "mensen_wachten": record.people_waiting,
        "besluit_geldt_tot": _day(record.ends_on),
        "besluit_verlopen_op": _expired(record.ends_on),
    }


def as_rows(records: Iterable[ReportRecord]) -> Iterator[list[Any]]:
    for record in records:
        values = as_object(record)
        yield [_cell(values[name]) for name in COLUMNS]


def decision_object(one: DecisionRecord) -> dict[str, Any]:
    """In the file of one report: every decision, also those that were replaced."""
    return {
        "id": one.id,
        "vraag": one.question,
        "besluit": one.decision,
        "reden": one.reason,
        "besloten_door": one.decider,
        "bevoegd_omdat": one.mandate,
        "besloten_op": _day(one.decided_on),
        "geldt_vanaf": _day(one.effective_on),
        "geldt_tot": _day(one.ends_on),
        "gold_eerst_tot": _day(one.signed_until) if one.signed_until != one.ends_on else None,
        "verlopen_op": None if one.replaced_by_id else _expired(one.ends_on),
        "vervangen_door": one.replaced_by_id,
    }


def _cell(value: Any) -> Any:
    """A spreadsheet in Dutch knows no "True"."""
    return {True: "ja", False: "nee"}[value] if isinstance(value, bool) else value


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _expired(ends_on: date | None) -> str | None:
    """The first day on which a decision does not hold any more, when that day has come."""
    if ends_on is None or ends_on >= today(now()):
        return None
    return (ends_on + timedelta(days=1)).isoformat()


def _day(when: date | datetime | None) -> str | None:
    """A Dutch day, never a moment."""
    if when is None:
        return None
    return (today(when) if isinstance(when, datetime) else when).isoformat()

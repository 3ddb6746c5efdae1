"""Initiatives as open data: the fields, their names and their order.

These are a promise to whoever wrote a program for them (docs/open-data-initiatieven.md): fields are added,
never renamed or removed within a version. No personal data: no author, no supporter, no free text but the
title and the name of the district.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from civic.calendar import ZONE
from civic.initiatives.presentation import STATE_SLUGS
from civic.initiatives.presentation.kinds import SLUG_OF
from civic.initiatives.queries.seen import PlaceFigures, PlaceRecord, Record, RegionFigures
from civic.initiatives.queries.steps import Days
from civic.initiatives.states import CLOSED, CouncilOutcome, PlaceState
from civic.links import absolute
from civic.regions.rules import Scope

VERSION = 1
LICENCE = "CC0-1.0"
SCOPES = {Scope.DISTRICT: "wijk", Scope.MUNICIPALITY: "gemeente", Scope.REGION: "regio"}
STATE_NAMES = {state: slug for slug, state in STATE_SLUGS.items()}
PLACE_NAMES = {
    PlaceState.COLLECTING: "zoekt-steun",
    PlaceState.ENOUGH: "genoeg-steun",
    PlaceState.SUBMITTED: "ingediend",
    PlaceState.REPAIR: "wacht-op-aanvulling",
    PlaceState.ACCEPTED: "bij-de-raad",
    PlaceState.SCHEDULED: "op-de-agenda",
    PlaceState.DECIDED: "besloten",
    PlaceState.REFUSED: "niet-in-behandeling",
}
OUTCOME_NAMES = {
    CouncilOutcome.ADOPTED: "ja",
    CouncilOutcome.PARTLY: "deels",
    CouncilOutcome.REJECTED: "nee",
    CouncilOutcome.PASSED_ON: "doorgegeven",
}

COLUMNS = (
    "id",
    "titel",
    "soort",
    "gebied",
    "wijk",
    "stand",
    "gemeente_code",
    "gemeente",
    "gemeente_drempel",
    "gemeente_steun",
    "gemeente_gehaald_op",
    "gemeente_stand",
    "gemeente_ingediend_op",
    "gemeente_raad_op",
    "gemeente_besluit",
    "gemeente_besloten_op",
    "drempel",
    "steun",
    "gepubliceerd_op",
    "verzamelen_tot_en_met",
    "eerste_drempel_gehaald_op",
    "samen_gehaald_op",
    "gesloten_op",
    "geteld_op",
    "url",
)
FIGURE_COLUMNS = (
    "gemeente_code",
    "gemeente",
    "gepubliceerd",
    "zoekt_steun",
    "genoeg_steun",
    "steunbetuigingen",
    "mediaan_dagen_tot_drempel",
    "aantal_gemeten",
    "mediaan_dagen_genoeg_tot_raad",
    "aantal_genoeg_tot_raad",
    "mediaan_dagen_vormcheck",
    "aantal_vormcheck",
    "mediaan_dagen_raad",
    "aantal_raad",
    "mediaan_dagen_geheel",
    "aantal_geheel",
)


def as_object(record: Record) -> dict[str, Any]:
    """For JSON: one initiative with its municipalities inside."""
    return {**_facts(record), "gemeenten": [_place(record, one) for one in record.places]}


def as_rows(records: Iterable[Record]) -> Iterator[list[Any]]:
    """For CSV: one row per initiative and municipality."""
    for record in records:
        facts = _facts(record)
        for one in record.places:
            place = {f"gemeente_{name}": value for name, value in _place(record, one).items()}
            values = {**facts, **place, "gemeente": one.name}
            yield [values[name] for name in COLUMNS]


def figure_rows(figures: RegionFigures, region: str) -> list[list[Any]]:
    """The last row is the region as a whole."""
    return [*(_figures(one, one.name) for one in figures.places), _figures(figures.region, region)]


def _facts(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "url": absolute("initiatives.show", initiative_id=record.id),
        "titel": record.title,
        "soort": SLUG_OF[record.kind],
        "gebied": SCOPES[record.scope],
        "wijk": record.district_name if record.scope is Scope.DISTRICT else "",
        "stand": STATE_NAMES[record.state],
        "drempel": record.threshold,
        "steun": record.support_count,
        "gepubliceerd_op": _moment(record.published_at),
        "verzamelen_tot_en_met": _day(record.due_on),
        "eerste_drempel_gehaald_op": _moment(record.threshold_reached_at),
        "samen_gehaald_op": _moment(record.together_reached_at),
        "gesloten_op": _moment(record.closed_at),
        "geteld_op": _moment(record.counted_at),
    }


def _place(record: Record, place: PlaceRecord) -> dict[str, Any]:
    return {
        "code": place.code,
        "naam": place.name,
        "drempel": place.threshold,
        "steun": place.support_count,
        "gehaald_op": _moment(place.reached_at),
        "stand": _place_state(record, place),
        "ingediend_op": _moment(place.submitted_at),
        "raad_op": _day(place.council_on),
        "besluit": OUTCOME_NAMES[place.outcome] if place.outcome else None,
        "besloten_op": _day(place.decided_on),
    }


def _place_state(record: Record, place: PlaceRecord) -> str:
    """What never had enough is not looking for support any more when the whole has ended."""
    is_over = place.state is PlaceState.COLLECTING and record.state in CLOSED
    return STATE_NAMES[record.state] if is_over else PLACE_NAMES[place.state]


def _figures(one: PlaceFigures, name: str) -> list[Any]:
    steps = (one.steps.to_council, one.steps.formal_check, one.steps.council, one.steps.whole)
    days = [value for step in (one.to_enough, *steps) for value in _median(step)]
    return [one.code, name, one.published, one.collecting, one.enough, one.supports, *days]


def _median(step: Days) -> tuple[str | None, int]:
    return None if step.days is None else f"{step.days:g}".replace(".", ","), step.measured


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    """Dutch time with its distance to UTC: right for a person and for a program."""
    return at.astimezone(ZONE).isoformat(timespec="seconds") if at else None

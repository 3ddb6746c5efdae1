"""What the public page shows per council: who has to act, by when, the answer and what people think of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from civic.aanjaagteam import queries as reports
from civic.calendar import today
from civic.config import setting
from civic.events import queries as events
from civic.events.models import Deadline, DeadlinePause
from civic.initiatives import policy
from civic.initiatives.models import Initiative, InitiativePlace, InitiativeReport
from civic.initiatives.queries import council as queries
from civic.initiatives.states import GONE, WITH_COUNCIL, PlaceAction, PlaceState, Verdict
from civic.web import person


@dataclass(frozen=True)
class Opinions:
    total: int
    yes: int
    partly: int
    no: int


@dataclass(frozen=True)
class Council:
    """One place with all that stands round it."""

    place: InitiativePlace
    clock: Deadline | None
    stop: DeadlinePause | None
    is_late: bool
    opinions: Opinions | None
    report: InitiativeReport | None
    brief: reports.Brief | None
    can_report: bool
    can_hand_in: bool
    can_repair: bool
    can_handle: bool


def councils_of(initiative: Initiative, at: datetime) -> list[Council]:
    """Places that have enough support, by name; five statements, however many places there are."""
    places = [one for one in initiative.places if one.state is not PlaceState.COLLECTING]
    if not places:
        return []
    clocks, opinions = queries.clocks_of(initiative), queries.opinions_of(initiative)
    stops = events.open_pauses(clock.id for clock in clocks.values())
    linked = queries.reports_of(initiative)
    briefs = reports.briefs_of(row.report_id for row in linked.values()) if linked else {}
    return [
        _council(initiative, one, _Known(clocks, stops, opinions, linked, briefs), at)
        for one in sorted(places, key=lambda place: place.municipality.name)
    ]


@dataclass(frozen=True)
class _Known:
    clocks: Mapping[int, Deadline]
    stops: Mapping[int, DeadlinePause]
    opinions: Mapping[int, Mapping[Verdict, int]]
    linked: Mapping[int, InitiativeReport]
    briefs: Mapping[int, reports.Brief]


def _council(initiative: Initiative, place: InitiativePlace, known: _Known, at: datetime) -> Council:
    clock, report = known.clocks.get(place.id), known.linked.get(place.id)
    stop = known.stops.get(clock.id) if clock is not None else None
    user, is_going = person(), initiative.state not in GONE
    return Council(
        place=place,
        clock=clock,
        stop=stop,
        is_late=clock is not None and stop is None and clock.due_on < today(at),
        opinions=_opinions(known.opinions.get(place.id)),
        report=report,
        brief=known.briefs.get(report.report_id) if report else None,
        can_report=report is None and is_going and place.state in WITH_COUNCIL,
        can_hand_in=policy.can_take(user, initiative, place, PlaceAction.SUBMIT),
        can_repair=policy.can_take(user, initiative, place, PlaceAction.REPAIR),
        can_handle=policy.may_handle(user, place) and place.state in WITH_COUNCIL,
    )


def _opinions(found: Mapping[Verdict, int] | None) -> Opinions | None:
    total = sum(found.values()) if found else 0
    if found is None or total < setting("SMALL_NUMBER"):  # the answers of single people would show
        return None
    return Opinions(total, found[Verdict.YES], found[Verdict.PARTLY], found[Verdict.NO])

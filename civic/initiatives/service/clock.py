"""The clock of a council: the griffie stops it for a public reason, lets it run on, and extends it once.

Awb: the time that it stood still comes on top. What is extended ends on a working day, at most as much later
as the by-law gave at first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import Calendar, today
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline, DeadlinePause
from civic.initiatives.models import InitiativePlace
from civic.initiatives.presentation.clock import EXTEND_REASONS, SUSPEND_REASONS
from civic.initiatives.queries.council import who_acts_for
from civic.initiatives.queries.desk import names_of
from civic.initiatives.service.council import CHECK_AGAIN, COUNCIL, FORMAL_CHECK, initiative_of
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import GONE
from civic.initiatives.states.clock import COUNCIL_ACTS, ExtendReason, SuspendReason

OF_COUNCIL = (FORMAL_CHECK, CHECK_AGAIN, COUNCIL)


@dataclass(frozen=True)
class Standing:
    """How the clock of the council stands, for the griffie: what can be done with it, and until when."""

    clock: Deadline
    stop: DeadlinePause | None
    stopped_by: str
    can_extend: bool
    latest: date


def standing_of(place: InitiativePlace, at: datetime) -> Standing | None:
    """None when no clock of the council runs."""
    clock = clock_of(place)
    if clock is None:
        return None
    stop = event_queries.open_pause(clock)
    owner = names_of([stop.owner_id]).get(stop.owner_id, "") if stop is not None else ""
    return Standing(clock, stop, owner, _can_extend(clock, stop, at), latest_day(place, clock))


def clock_of(place: InitiativePlace) -> Deadline | None:
    """The open promise of the griffie or the council; that of the writer is not theirs to stop."""
    if place.state not in COUNCIL_ACTS or initiative_of(place).state in GONE:
        return None
    found = event_queries.deadlines_of(place)
    return next((one for one in found if one.met_at is None and one.kind in OF_COUNCIL), None)


def _can_extend(clock: Deadline, stop: DeadlinePause | None, at: datetime) -> bool:
    """Before the date has passed, and once."""
    is_over = clock.due_on < today(at)
    return stop is None and not is_over and event_queries.extension_of(clock) is None


def latest_day(place: InitiativePlace, clock: Deadline) -> date:
    """As long again as the by-law gave; a last day without work gives way to the working day before."""
    weeks = place.rules.council_weeks if clock.kind == COUNCIL else place.rules.formal_check_weeks
    day, calendar = clock.due_on + timedelta(weeks=weeks), Calendar()
    while calendar.is_free(day):
        day -= timedelta(days=1)
    return day


def owners_for(place: InitiativePlace) -> list[User]:
    """Who can be answerable: the people of this griffie."""
    return who_acts_for(place.municipality_id)


def suspend(
    place: InitiativePlace, reason: SuspendReason, owner: User, *, actor: User, at: datetime
) -> DeadlinePause:
    """Stop the clock; everybody can read why. Twice is once."""
    clock = _needed(place)
    known = event_queries.open_pause(clock)
    if known is not None:
        return known
    if owner.id not in {one.id for one in owners_for(place)} | {actor.id}:
        raise Invalid({"owner_id": [_("Kies iemand van de griffie.")]})
    stop = events.pause(clock, reason.value, actor=actor, at=at)
    stop.owner_id = owner.id
    _tell(place, clock, ("suspended", stop.id), SUSPEND_REASONS[reason], at=at)
    return stop


def resume(place: InitiativePlace, *, actor: User, at: datetime) -> None:
    """Let it run on; the date moves by the time that it stood still. Twice is once."""
    clock = _needed(place)
    stop = event_queries.open_pause(clock)
    if stop is None:
        return
    events.resume(clock, actor=actor, at=at)
    _tell(place, clock, ("resumed", stop.id), "", at=at)


def extend(place: InitiativePlace, reason: ExtendReason, until: date, *, actor: User, at: datetime) -> None:
    """Take more time, once."""
    clock = _needed(place)
    known = event_queries.extension_of(clock)
    if known is not None and (clock.due_on, known.reason) == (until, reason.value):
        return  # pressed twice
    if not _can_extend(clock, event_queries.open_pause(clock), at):
        raise NotAllowedNow("not_in_this_state")
    _refuse_day(place, clock, until)
    more = events.extend(clock, until, reason.value, actor=actor, at=at)
    _tell(place, clock, ("extended", more.id), EXTEND_REASONS[reason], at=at)


def _refuse_day(place: InitiativePlace, clock: Deadline, until: date) -> None:
    latest = latest_day(place, clock)
    if not clock.due_on < until <= latest:
        text = _("Kies een dag na %(first)s, en niet later dan %(last)s.", **_written(clock.due_on, latest))
        raise Invalid({"until": [text]})
    if Calendar().is_free(until):
        raise Invalid({"until": [_("Kies een werkdag.")]})


def _written(first: date, last: date) -> dict[str, str]:
    return {"first": f"{first:%d-%m-%Y}", "last": f"{last:%d-%m-%Y}"}


def _needed(place: InitiativePlace) -> Deadline:
    clock = clock_of(place)
    if clock is None:
        raise NotAllowedNow("not_in_this_state")
    return clock


def _tell(
    place: InitiativePlace, clock: Deadline, step: tuple[str, int], why: object, *, at: datetime
) -> None:
    """The writer hears of each step once; who follows reads it on the timeline."""
    kind, number = step
    facts = {"municipality": place.municipality.name, "due_on": clock.due_on, "kind": kind, "why": why}
    facts["explanation"] = clock.explanation
    tell_author(initiative_of(place), "initiative_clock", at=at, once=f":{place.id}:{kind}{number}", **facts)

"""What the page of an initiative shows of the desk: who helps, what stands still, what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from civic.accounts.models import User
from civic.events import queries as events
from civic.events.models import Deadline
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import InitiativeHiding
from civic.initiatives.policy import desk as may
from civic.initiatives.policy.people import is_writer
from civic.initiatives.presentation import desk as words
from civic.initiatives.queries import COLLECTION
from civic.initiatives.queries import desk as queries
from civic.initiatives.service.desk import clock_of
from civic.initiatives.states import PUBLISHED, State
from civic.initiatives.states.desk import HoursKind


@dataclass(frozen=True)
class DeskBlock:
    """Plain values for `initiatives/desk/_on_page.html`."""

    care: queries.Care
    clock: Deadline | None = None
    hiding: InitiativeHiding | None = None
    hide_reason: Any = ""
    pause_reason: Any = ""
    is_writer: bool = False
    can_open: bool = False

    @property
    def municipal_hours(self) -> str:
        return words.hours(self.care.minutes.get(HoursKind.MUNICIPAL, 0))

    @property
    def volunteer_hours(self) -> str:
        return words.hours(self.care.minutes.get(HoursKind.VOLUNTEER, 0))


def desk_block(initiative: Initiative, user: User | None) -> DeskBlock:
    """At most four statements for a page without troubles."""
    if initiative.state not in PUBLISHED:
        return DeskBlock(queries.Care(), clock=_desk_clock(initiative), is_writer=is_writer(user, initiative))
    hiding = queries.hiding_of(initiative) if initiative.hidden_at is not None else None
    return DeskBlock(
        care=queries.care_of(initiative),
        hiding=hiding,
        hide_reason=words.HIDE_REASONS[hiding.reason] if hiding is not None else "",
        pause_reason=pause_reason_of(initiative),
        is_writer=is_writer(user, initiative),
        can_open=may.may_log_help(user, initiative),
    )


def _desk_clock(initiative: Initiative) -> Deadline | None:
    kind = {State.OFFERED: queries.DESK_CHECK, State.RETURNED: queries.DESK_REPAIR}.get(initiative.state)
    return clock_of(initiative, kind) if kind is not None else None


def pause_reason_of(initiative: Initiative) -> Any:
    """In words, why nobody can sign now; empty when everybody can."""
    if initiative.paused_at is None:
        return ""
    clock = events.deadline_of(initiative, COLLECTION)
    stop = events.open_pause(clock) if clock is not None else None
    known = {one.value: text for one, text in words.PAUSE_REASONS.items()}
    return known.get(stop.reason, "") if stop is not None else ""

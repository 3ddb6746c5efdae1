"""Taking a page off the site and putting it back; stopping the signing and giving the time back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, update

from civic.accounts.models import User
from civic.db import add_first, db
from civic.errors import NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline, Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.desk import InitiativeHiding
from civic.initiatives.presentation.desk import HIDE_REASONS, PAUSE_REASONS
from civic.initiatives.queries import COLLECTION
from civic.initiatives.queries import desk as queries
from civic.initiatives.service.desk import text_of
from civic.initiatives.service.letters import tell_author
from civic.initiatives.service.similar import refresh
from civic.initiatives.states import OPEN_FOR_SUPPORT, PUBLISHED, State
from civic.initiatives.states.desk import HideReason, PauseReason

CAN_BE_HIDDEN = PUBLISHED | {State.REFUSED}


def hide(initiative: Initiative, reason: HideReason, explanation: str, *, actor: User, at: datetime) -> None:
    """Off the site, everywhere, until somebody puts it back. The writer hears why."""
    explanation = text_of(explanation, "explanation", _("Leg aan de schrijver uit waarom."))
    if initiative.state not in CAN_BE_HIDDEN:
        raise NotAllowedNow("not_in_this_state")
    _set(initiative, Initiative.hidden_at.is_(None), hidden_at=at)
    row = InitiativeHiding(
        initiative_id=initiative.id,
        reason=reason,
        explanation=explanation,
        hidden_by_id=actor.id,
        hidden_at=at,
    )
    _insert(row)
    what = events.What("hide", reason_code=reason.value, visibility=Visibility.PUBLIC)
    events.record(initiative, what, actor=actor, at=at)
    refresh(initiative, at=at)
    _stand_still(initiative, actor=actor, at=at)
    facts = {"why": HIDE_REASONS[reason], "explanation": explanation}
    tell_author(initiative, "initiative_hidden", at=at, once=f":{row.id}", **facts)


def _stand_still(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Nobody can sign what is not there, and nothing runs out: the time is given back with the page."""
    clock = _clock(initiative)
    if initiative.state in OPEN_FOR_SUPPORT and clock is not None and initiative.paused_at is None:
        _set(initiative, Initiative.paused_at.is_(None), paused_at=at)
        events.pause(clock, PauseReason.PAGE_HIDDEN.value, actor=actor, at=at)


def show_again(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Put it back. Twice is once."""
    row = queries.hiding_of(initiative)
    if row is None:
        return
    _set(initiative, Initiative.hidden_at.is_not(None), hidden_at=None)
    row.ended_at, row.ended_by_id = at, actor.id
    events.record(initiative, events.What("show_again", visibility=Visibility.PUBLIC), actor=actor, at=at)
    refresh(initiative, at=at)
    tell_author(initiative, "initiative_shown_again", at=at, once=f":{row.id}")
    clock = _clock(initiative)
    stop = event_queries.open_pause(clock) if clock is not None else None
    if stop is not None and stop.reason == PauseReason.PAGE_HIDDEN.value:
        resume(initiative, actor=actor, at=at)


def pause(initiative: Initiative, reason: PauseReason, *, actor: User, at: datetime) -> None:
    """Nobody can sign until it goes on; the clock of the collection stands still as long."""
    clock = _clock(initiative)
    if initiative.state not in OPEN_FOR_SUPPORT or clock is None:
        raise NotAllowedNow("not_in_this_state")
    _set(initiative, Initiative.paused_at.is_(None), paused_at=at)
    stop = events.pause(clock, reason.value, actor=actor, at=at)
    tell_author(initiative, "initiative_paused", at=at, once=f":{stop.id}", why=PAUSE_REASONS[reason])


def resume(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Go on; the last day moves by the time that was lost. Twice is once."""
    clock = _clock(initiative)
    if initiative.paused_at is None or clock is None:
        return
    stop = event_queries.open_pause(clock)
    _set(initiative, Initiative.paused_at.is_not(None), paused_at=None)
    events.resume(clock, actor=actor, at=at)
    once = f":{stop.id}" if stop is not None else ""
    facts = {"ends_on": clock.due_on, "explanation": clock.explanation}
    tell_author(initiative, "initiative_resumed", at=at, once=once, **facts)


def pause_everything(*, actor: User, at: datetime) -> int:
    """The kill switch of the whole site: each clock stands still by itself, and explains itself."""
    found = queries.open_and_running()
    for initiative in found:
        pause(initiative, PauseReason.EVERYTHING, actor=actor, at=at)
    return len(found)


def resume_everything(*, actor: User, at: datetime) -> int:
    """What was paused for a reason of its own stays paused."""
    found = queries.paused_with(PauseReason.EVERYTHING)
    for initiative in found:
        resume(initiative, actor=actor, at=at)
    return len(found)


def _clock(initiative: Initiative) -> Deadline | None:
    return event_queries.deadline_of(initiative, COLLECTION)


def _set(initiative: Initiative, condition: ColumnElement[bool], **facts: Any) -> None:
    """Of two who press the same button at once one is first."""
    db.session.flush()
    result: Any = db.session.execute(
        update(Initiative)
        .where(Initiative.id == initiative.id, condition)
        .values(**facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(initiative)


def _insert(row: InitiativeHiding) -> None:
    if not add_first(row):
        raise NotAllowedNow("changed_meanwhile")

"""The collection of support: publication under the rules of that day, and the ways it can end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.db import move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives import queries
from civic.initiatives.models import Initiative
from civic.initiatives.queries import desk as desk_queries
from civic.initiatives.service.council import stop_clocks
from civic.initiatives.service.counting import recount
from civic.initiatives.service.drafts import missing
from civic.initiatives.service.kinds import conditions
from civic.initiatives.service.letters import tell_author
from civic.initiatives.service.similar import refresh
from civic.initiatives.states import TRANSITIONS, Action, State, WithdrawReason

COLLECTION = queries.COLLECTION


def publish(initiative: Initiative, revision: int, *, actor: User, at: datetime) -> None:
    """The writer puts a complete draft online, where no by-law wants the desk to look at it first."""
    if initiative.state is not State.DRAFT:
        raise NotAllowedNow("not_in_this_state")
    if desk_queries.desk_place_of(initiative, today(at)) is not None:
        raise NotAllowedNow("desk_first")
    put_online(initiative, revision, actor=actor, at=at)


def put_online(initiative: Initiative, revision: int, *, actor: User, at: datetime) -> None:
    """Fix rules and threshold per place, and promise until when it collects support.

    `revision` is the one that was checked on the screen. Raises `Invalid` with everything that is missing.
    """
    old, new = _step(initiative, Action.PUBLISH)
    if initiative.revision != revision:
        raise NotAllowedNow("edited_elsewhere")
    found = checked(initiative, at)
    for place, one in zip(initiative.places, found, strict=True):
        place.rule_set_id, place.rules_snapshot = one.rule_set.id, one.rules.to_data()
        place.threshold = one.needed
    together = sum(one.needed for one in found)
    move(initiative, old, new, published_at=at, changed_at=at, threshold=together)
    # one page has one term: the shortest, so that every council gets it within its own
    months = min(one.rules.collection_months for one in found)
    term = f"{months} maand" if months == 1 else f"{months} maanden"
    promised = events.promise(initiative, events.Promise(COLLECTION, term, today(at), is_public=True))
    data = {
        "threshold": together,
        "rule_set": found[0].rule_set.version,
        "places": [one.place.code for one in found],
        "ends_on": promised.due_on.isoformat(),
    }
    _record(initiative, Action.PUBLISH, (old, new), actor=actor, at=at, data=data)
    tell_author(initiative, "initiative_published", at=at, ends_on=promised.due_on)


def checked(initiative: Initiative, at: datetime) -> list[queries.RuleCheck]:
    errors = missing(initiative) | conditions(initiative, at)
    found = queries.rule_checks(initiative, today(at))
    if not all(one.is_passed for one in found):
        errors["confirmed_rules"] = [_("Uw voorstel past nog niet bij alle regels.")]
    if errors:
        raise Invalid(errors)
    return found


def withdraw(initiative: Initiative, reason: WithdrawReason, *, actor: User, at: datetime) -> None:
    """Stop; the page stays, and says when and why."""
    old, new = _step(initiative, Action.WITHDRAW)
    _end_pause(initiative, actor=actor, at=at)
    move(initiative, old, new, closed_at=at)
    events.keep_promise(initiative, COLLECTION, at)
    stop_clocks(initiative, at)
    _record(initiative, Action.WITHDRAW, (old, new), actor=actor, at=at, reason_code=reason.value)


def _end_pause(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """A pause ends with what it stopped: nobody is told later that signing goes on."""
    clock = event_queries.deadline_of(initiative, COLLECTION)
    if initiative.paused_at is not None and clock is not None:
        initiative.paused_at = None
        events.resume(clock, actor=actor, at=at)


def expire(initiative: Initiative, *, at: datetime) -> bool:
    """End a collection whose term is over. The last supports are counted first; enough is enough.

    False when it was not collecting any more.
    """
    recount(initiative.id, at=at)
    if initiative.state is not State.COLLECTING:
        return False
    old, new = _step(initiative, Action.EXPIRE)
    move(initiative, old, new, closed_at=at)
    events.keep_promise(initiative, COLLECTION, at)
    data = {"support_count": initiative.support_count, "threshold": initiative.threshold}
    _record(initiative, Action.EXPIRE, (old, new), actor=None, at=at, data=data)
    return True


def _step(initiative: Initiative, action: Action) -> tuple[State, State]:
    new = TRANSITIONS.get((initiative.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    return initiative.state, new


def _record(initiative: Initiative, action: Action, states: tuple[State, State], **facts: Any) -> None:
    actor, at = facts.pop("actor"), facts.pop("at")
    old, new = states
    what = events.What(action.value, from_state=old, to_state=new, visibility=Visibility.PUBLIC, **facts)
    events.record(initiative, what, actor=actor, at=at)
    refresh(initiative, at=at)  # whatever moved: what visitors find is what is on the site

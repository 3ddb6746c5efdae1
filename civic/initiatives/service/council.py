"""From enough support to the answer of a council: each municipality by itself, each step with its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import ANSWER_LENGTH, Initiative, InitiativeNews, InitiativePlace
from civic.initiatives.queries import council as queries
from civic.initiatives.service.counting import recount
from civic.initiatives.service.letters import tell_author, tell_office
from civic.initiatives.states import (
    GONE,
    PLACE_TRANSITIONS,
    CouncilOutcome,
    PlaceAction,
    PlaceState,
    RefuseReason,
)

FORMAL_CHECK, CHECK_AGAIN, REPAIR, COUNCIL = "formal_check", "formal_check_again", "repair", "council"
CLOCKS = (FORMAL_CHECK, CHECK_AGAIN, REPAIR, COUNCIL)


@dataclass(frozen=True)
class Decision:
    """What a council decided, in words that everyone who supported can read."""

    outcome: CouncilOutcome
    answer: str
    decided_on: date


def initiative_of(place: InitiativePlace) -> Initiative:
    return db.session.get_one(Initiative, place.initiative_id)


def submit(place: InitiativePlace, *, actor: User | None, at: datetime) -> None:
    """Hand it in at this council, with the support of now. Twice is once."""
    if place.submitted_at is not None:
        return
    recount(place.initiative_id, at=at)  # the snapshot is of now, not of a few seconds ago
    facts = {"submitted_at": at, "submitted_count": place.support_count}
    data = {"support_count": place.support_count, "threshold": place.threshold}
    _take(place, PlaceAction.SUBMIT, facts=facts, actor=actor, at=at, data=data)
    _promise(place, FORMAL_CHECK, place.rules.formal_check_weeks, at)
    tell_office(place, "initiative_submitted", at=at)
    _confirm_receipt(place, actor, at)


def ask_repair(place: InitiativePlace, text: str, *, actor: User, at: datetime) -> None:
    """The writer has to add something, once: after that the griffie decides on what there is."""
    text = _text(text, "repair_text", _("Schrijf wat er ontbreekt."))
    if place.repair_text:
        raise NotAllowedNow("not_in_this_state")
    _take(place, PlaceAction.ASK_REPAIR, facts={"repair_text": text}, actor=actor, at=at)
    events.keep_promise(place, FORMAL_CHECK, at)
    _promise(place, REPAIR, place.rules.repair_weeks, at)
    _tell(place, "initiative_repair", at)


def repair(place: InitiativePlace, text: str, *, actor: User, at: datetime) -> None:
    text = _text(text, "repair_answer", _("Schrijf uw aanvulling."))
    _take(place, PlaceAction.REPAIR, facts={"repair_answer": text}, actor=actor, at=at)
    events.keep_promise(place, REPAIR, at)
    _promise(place, CHECK_AGAIN, place.rules.formal_check_weeks, at)
    tell_office(place, "initiative_submitted", at=at)


def accept(place: InitiativePlace, *, actor: User, at: datetime) -> None:
    """The form is right: from now on the council owes a decision."""
    _take(place, PlaceAction.ACCEPT, actor=actor, at=at)
    _keep_check(place, at)
    _promise(place, COUNCIL, place.rules.council_weeks, at)
    _tell(place, "initiative_accepted", at)


def refuse(place: InitiativePlace, reason: RefuseReason, text: str, *, actor: User, at: datetime) -> None:
    """Not taken up, for a reason on the list and in words; everyone who supported is told."""
    text = _text(text, "answer", _("Leg uit waarom, en waar men wel terechtkan."))
    facts = {"refuse_reason": reason, "answer": text}
    _take(place, PlaceAction.REFUSE, facts=facts, actor=actor, at=at, reason_code=reason.value)
    stop_clocks_of(place, at)
    _tell_everyone(place, "refused", at)


def schedule(
    place: InitiativePlace, committee_on: date | None, council_on: date, *, actor: User, at: datetime
) -> None:
    """The days on which it is talked about and decided on; they may move, and that shows."""
    errors: dict[str, list[str]] = {}
    if council_on < today(at):
        errors["council_on"] = [_("Kies een dag die nog moet komen.")]
    if committee_on is not None and committee_on > council_on:
        errors["committee_on"] = [_("De commissie vergadert vóór de raad. Kies een eerdere dag.")]
    if errors:
        raise Invalid(errors)
    if (place.state, place.committee_on, place.council_on) == (
        PlaceState.SCHEDULED,
        committee_on,
        council_on,
    ):
        return
    facts = {"committee_on": committee_on, "council_on": council_on}
    data = {"council_on": council_on.isoformat()}
    _take(place, PlaceAction.SCHEDULE, facts=facts, actor=actor, at=at, data=data)
    _tell(place, "initiative_scheduled", at, once=council_on.isoformat())


def decide(place: InitiativePlace, decision: Decision, *, actor: User, at: datetime) -> None:
    """Write the decision of the council down, with its reasons. Everyone who supported is told."""
    answer = _text(decision.answer, "answer", _("Leg het besluit uit in gewone taal."))
    if decision.decided_on > today(at):
        raise Invalid({"decided_on": [_("Deze dag moet nog komen. Schrijf het besluit op als het er is.")]})
    if place.submitted_at is not None and decision.decided_on < today(place.submitted_at):
        raise Invalid({"decided_on": [_("Deze dag is van voor de raad het kreeg. Kijk de datum na.")]})
    facts = {"outcome": decision.outcome, "answer": answer, "decided_on": decision.decided_on}
    data = {"decided_on": decision.decided_on.isoformat()}
    reason = decision.outcome.value
    _take(place, PlaceAction.DECIDE, facts=facts, actor=actor, at=at, data=data, reason_code=reason)
    events.keep_promise(place, COUNCIL, at)
    _tell_everyone(place, "decided", at)


def stop_clocks(initiative: Initiative, at: datetime) -> None:
    """Withdrawn: no council owes anything any more."""
    for place in initiative.places:
        stop_clocks_of(place, at)


def stop_clocks_of(place: InitiativePlace, at: datetime) -> None:
    for kind in CLOCKS:
        events.keep_promise(place, kind, at)


def _take(
    place: InitiativePlace,
    action: PlaceAction,
    *,
    actor: User | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """One transition and one public event. Of two who do it at once one is first (W4)."""
    if initiative_of(place).state in GONE:
        raise NotAllowedNow("not_in_this_state")
    old = place.state
    new = PLACE_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(place, old, new, **(facts or {}))
    what = events.What(action.value, from_state=old, to_state=new, visibility=Visibility.PUBLIC, **more)
    events.record(place, what, actor=actor, at=at)


def _promise(place: InitiativePlace, kind: str, weeks: int, at: datetime) -> None:
    term = f"{weeks} week" if weeks == 1 else f"{weeks} weken"
    owners = queries.who_acts_for(place.municipality_id) if kind != REPAIR else []
    owner_id = owners[0].id if owners else None
    events.promise(place, events.Promise(kind, term, today(at), is_public=True, owner_id=owner_id))


def _keep_check(place: InitiativePlace, at: datetime) -> None:
    for kind in (FORMAL_CHECK, CHECK_AGAIN):
        events.keep_promise(place, kind, at)


def _text(text: str, name: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({name: [sentence]})
    if len(text) > ANSWER_LENGTH:
        raise Invalid({name: [_("Schrijf het korter: gebruik hoogstens %(max)s tekens.", max=ANSWER_LENGTH)]})
    return text


def _confirm_receipt(place: InitiativePlace, actor: User | None, at: datetime) -> None:
    """The law (Wmebv) asks for the moment and a copy of what came in."""
    initiative = initiative_of(place)
    copy = {"wish": initiative.wish, "plan": initiative.plan}
    _tell(place, "initiative_received", at, received_at=at, by_itself=actor is None, **copy)


def _tell(place: InitiativePlace, template: str, at: datetime, once: str = "", **more: Any) -> None:
    clock = event_queries.deadlines_of(place)
    due_on = max((one.due_on for one in clock if one.met_at is None), default=None)
    facts = {"municipality": place.municipality.name, "place": place, "due_on": due_on, **more}
    tell_author(initiative_of(place), template, at=at, once=f":{place.id}{once}", **facts)


def _tell_everyone(place: InitiativePlace, kind: str, at: datetime) -> None:
    db.session.add(InitiativeNews(place_id=place.id, kind=kind, created_at=at))
    _tell(place, f"initiative_{kind}", at)

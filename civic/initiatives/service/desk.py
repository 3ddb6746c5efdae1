"""The desk before publication: offered, asked back, placed or not placed. Each step has its clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Deadline, Visibility
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.models.desk import QUESTION_LENGTH, DeskRound
from civic.initiatives.queries import desk as queries
from civic.initiatives.queries.desk import DESK_CHECK, DESK_REPAIR
from civic.initiatives.service import collection
from civic.initiatives.service.letters import tell_author
from civic.initiatives.states import TRANSITIONS, Action, RefuseReason, State
from civic.initiatives.states.desk import REASONS_BEFORE
from civic.limits import Limit, hit
from civic.links import absolute
from civic.mail import service as mail

OFFERS = Limit("initiative-offer", 10, 24 * 3600)  # each is a mail to everybody at the desk


def offer(initiative: Initiative, revision: int, *, actor: User, at: datetime) -> None:
    """Give it to the desk, complete and within the rules. Where no by-law wants that, publish instead."""
    old, new = _step(initiative, Action.OFFER)
    if initiative.revision != revision:
        raise NotAllowedNow("edited_elsewhere")
    collection.checked(initiative, at)
    place = queries.desk_place_of(initiative, today(at))
    if place is None:
        raise NotAllowedNow("not_in_this_state")
    hit(OFFERS, str(initiative.id), at)
    _answer_round(initiative, at)
    facts = {"offered_at": at, "desk_place_id": place.municipality_id, "changed_at": at}
    data = {"place": place.municipality.code}
    _move(initiative, Action.OFFER, (old, new), facts, actor=actor, at=at, data=data)
    events.keep_promise(initiative, DESK_REPAIR, at)
    promised = _promise_check(initiative, place, at)
    once = f":{initiative.revision}"
    tell_author(
        initiative,
        "initiative_offered",
        at=at,
        once=once,
        due_on=promised.due_on,
        office=place.municipality.name,
    )
    _tell_desk(initiative, place, promised, at)


def _answer_round(initiative: Initiative, at: datetime) -> None:
    answered = queries.open_round(initiative)
    if answered is not None:
        answered.answered_at = at


def _promise_check(initiative: Initiative, place: InitiativePlace, at: datetime) -> Deadline:
    rules = queries.rules_on(place.municipality_id, today(at))
    people = queries.who_acts_for(place.municipality_id)
    owner_id = people[0].id if people else None
    what = events.Promise(DESK_CHECK, weeks(rules.desk_weeks), today(at), is_public=True, owner_id=owner_id)
    return events.promise_again(initiative, what)


def weeks(count: int) -> str:
    return f"{count} week" if count == 1 else f"{count} weken"


def _tell_desk(initiative: Initiative, place: InitiativePlace, promised: Deadline, at: datetime) -> None:
    context = {
        "title": initiative.title,
        "municipality": place.municipality.name,
        "due_on": promised.due_on,
        "has_office": bool(queries.people_of(place.municipality_id)),
        "url": absolute("initiatives.desk_case", initiative_id=initiative.id),
    }
    for person in queries.who_acts_for(place.municipality_id):
        key = f"initiative-to-check:{initiative.id}:{initiative.revision}:{person.id}"
        mail.queue(mail.Letter(person.email or "", "initiative_to_check", key, context), at=at)


def accept(initiative: Initiative, revision: int, *, actor: User, at: datetime) -> None:
    """The form is right: it goes online, under the rules of today."""
    _step(initiative, Action.PUBLISH)
    _take_revision(initiative, revision)
    collection.put_online(initiative, initiative.revision, actor=actor, at=at)
    events.keep_promise(initiative, DESK_CHECK, at)


def ask_back(initiative: Initiative, revision: int, question: str, *, actor: User, at: datetime) -> None:
    """The writer has to change or add something first; how long that may take is in the by-law."""
    question = text_of(question, "question", _("Schrijf wat de schrijver moet doen."))
    states = _step(initiative, Action.RETURN)
    _take_revision(initiative, revision)
    _move(initiative, Action.RETURN, states, {"desk_text": question}, actor=actor, at=at)
    asked = DeskRound(initiative_id=initiative.id, question=question, asked_by_id=actor.id, asked_at=at)
    db.session.add(asked)
    events.keep_promise(initiative, DESK_CHECK, at)
    rules = queries.rules_on(initiative.desk_place_id or 0, today(at))
    what = events.Promise(DESK_REPAIR, weeks(rules.repair_weeks), today(at), is_public=True)
    promised = events.promise_again(initiative, what)
    db.session.flush()
    facts = {"question": question, "due_on": promised.due_on, "office": office_of(initiative)}
    tell_author(initiative, "initiative_asked_back", at=at, once=f":{asked.id}", **facts)


def refuse(
    initiative: Initiative,
    revision: int,
    reason: RefuseReason,
    explanation: str,
    *,
    actor: User,
    at: datetime,
) -> None:
    """Not placed, for a reason that the by-law knows; the page says which, and where to go."""
    explanation = text_of(explanation, "explanation", _("Leg uit waarom, en waar men wel terechtkan."))
    if reason not in REASONS_BEFORE:
        raise Invalid({"reason": [_("Kies een reden.")]})
    states = _step(initiative, Action.REFUSE)
    _take_revision(initiative, revision)
    facts = {"desk_reason": reason, "desk_text": explanation, "closed_at": at}
    _move(initiative, Action.REFUSE, states, facts, actor=actor, at=at, reason_code=reason.value)
    events.keep_promise(initiative, DESK_CHECK, at)
    tell_author(
        initiative, "initiative_not_placed", at=at, explanation=explanation, office=office_of(initiative)
    )


def take_back(initiative: Initiative, *, actor: User | None, at: datetime) -> None:
    """A draft again, with everything in it: by the writer, or because the time to repair is over."""
    states = _step(initiative, Action.TAKE_BACK)
    _answer_round(initiative, at)
    _move(initiative, Action.TAKE_BACK, states, {"changed_at": at}, actor=actor, at=at)
    for kind in (DESK_CHECK, DESK_REPAIR):
        events.keep_promise(initiative, kind, at)


def look_after_repairs(*, at: datetime) -> dict[str, int]:
    """Not repaired in time: one more reminder, and a week later it is a draft again."""
    reminded = returned = 0
    for initiative, clock in queries.repairs_due(today(at)):
        until = clock.due_on + queries.EXTRA_TIME
        if today(at) > until:
            take_back(initiative, actor=None, at=at)
            tell_author(initiative, "initiative_draft_again", at=at, once=f":{clock.starts_on}")
            returned += 1
        else:
            reminded += _remind(initiative, clock, until, at)
    return {"reminded": reminded, "drafts": returned}


def _remind(initiative: Initiative, clock: Deadline, until: Any, at: datetime) -> bool:
    author = db.session.get_one(User, initiative.author_id)
    if author.email is None:
        return False
    context = {
        "title": initiative.title,
        "question": initiative.desk_text,
        "until": until,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
    }
    key = f"initiative-repair-reminder:{initiative.id}:{clock.starts_on}"
    letter = mail.Letter(author.email, "initiative_repair_reminder", key, context)
    mail.queue_reminder(letter, at=at)
    return True


def ladder(row: Deadline) -> list[list[User]]:
    """Who takes over a missed promise of a desk: the deputy, others of that office, then the region."""
    municipality_id, deputy_id = _where(row)
    people = queries.people_of(municipality_id) if municipality_id is not None else []
    first = sorted(people, key=lambda one: one.id != deputy_id)
    return [first, queries.administrators()]


def _where(row: Deadline) -> tuple[int | None, int | None]:
    if row.subject_type == InitiativePlace.__tablename__:
        place = db.session.get(InitiativePlace, row.subject_id)
        initiative = db.session.get(Initiative, place.initiative_id) if place is not None else None
        municipality_id = place.municipality_id if place is not None else None
    else:
        initiative = db.session.get(Initiative, row.subject_id)
        municipality_id = initiative.desk_place_id if initiative is not None else None
    return municipality_id, initiative.deputy_id if initiative is not None else None


# --- what all steps share -------------------------------------------------------------------------------


def clock_of(initiative: Initiative, kind: str) -> Deadline | None:
    """The promise, as long as it is open."""
    found = event_queries.deadline_of(initiative, kind)
    return found if found is not None and found.met_at is None else None


def office_of(initiative: Initiative) -> str:
    """The name of the municipality whose desk has it."""
    return next(
        (
            one.municipality.name
            for one in initiative.places
            if one.municipality_id == initiative.desk_place_id
        ),
        "",
    )


def text_of(text: str, name: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({name: [sentence]})
    if len(text) > QUESTION_LENGTH:
        raise Invalid(
            {name: [_("Schrijf het korter: gebruik hoogstens %(max)s tekens.", max=QUESTION_LENGTH)]}
        )
    return text


def _step(initiative: Initiative, action: Action) -> tuple[State, State]:
    new = TRANSITIONS.get((initiative.state, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    return initiative.state, new


def _take_revision(initiative: Initiative, revision: int) -> None:
    """Of two officials with the same page open one is first; the other reads what happened (W4)."""
    result: Any = db.session.execute(
        update(Initiative)
        .where(
            Initiative.id == initiative.id,
            Initiative.state == State.OFFERED,
            Initiative.revision == revision,
        )
        .values(revision=Initiative.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.refresh(initiative)


def _move(
    initiative: Initiative,
    action: Action,
    states: tuple[State, State],
    facts: dict[str, Any],
    *,
    actor: User | None,
    at: datetime,
    **more: Any,
) -> None:
    """One transition and one event. It is read by all once the page is there."""
    old, new = states
    move(initiative, old, new, **facts)
    what = events.What(action.value, from_state=old, to_state=new, visibility=Visibility.PUBLIC, **more)
    events.record(initiative, what, actor=actor, at=at)

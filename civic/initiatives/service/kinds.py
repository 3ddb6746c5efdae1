"""What differs per kind when it goes online: a project just begins, a challenge needs its comparison.

`conditions` is asked beside `missing`: what cannot be filled in on the page of the text itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative, InitiativeChallenge
from civic.initiatives.models.kinds import LESSON_LENGTH
from civic.initiatives.queries.kinds import writers_of
from civic.initiatives.queries.kinds_rules import rule_checks
from civic.initiatives.service.consent import lacks_consent
from civic.initiatives.service.desk_care import ask_buddy
from civic.initiatives.service.drafts import Edit, missing, project_of, take_revision
from civic.initiatives.service.letters import tell_author
from civic.initiatives.service.similar import refresh
from civic.initiatives.states import TRANSITIONS, Action, InitiativeKind
from civic.initiatives.states.people import ConsentState


@dataclass(frozen=True)
class ChallengeAnswers:
    """What residents say about the task they want to take over; costs in whole euros a year."""

    task: str = ""
    current_cost: int | None = None
    asked_cost: int | None = None
    basis: str = ""
    starts_on: date | None = None
    months: int | None = None
    contact: str = ""


def save_challenge(initiative: Initiative, answers: ChallengeAnswers, edit: Edit, *, at: datetime) -> None:
    """Keep the facts of a challenge; another tab that saved in between wins, as with the text."""
    if initiative.kind is not InitiativeKind.RIGHT_TO_CHALLENGE:
        raise NotAllowedNow("not_in_this_state")
    take_revision(initiative, edit, at)
    row = initiative.challenge
    if row is None:
        row = initiative.challenge = InitiativeChallenge(initiative_id=initiative.id)
    row.task, row.basis = answers.task, answers.basis
    row.current_cost, row.asked_cost = answers.current_cost, answers.asked_cost
    row.starts_on, row.months, row.changed_at = answers.starts_on, answers.months, at
    row.contact = answers.contact or None
    db.session.flush()


def missing_challenge(row: InitiativeChallenge | None) -> dict[str, list[str]]:
    """Per field of its own form. What it costs now may be unknown: the municipality knows that better."""
    known = row or InitiativeChallenge()
    asked = {
        "task": (known.task, _("Schrijf welke taak u wilt overnemen.")),
        "asked_cost": (known.asked_cost is not None, _("Vul in hoeveel geld u per jaar vraagt.")),
        "basis": (known.basis, _("Leg uit hoe u de kosten hebt vergeleken.")),
        "starts_on": (known.starts_on, _("Vul de dag in waarop u wilt beginnen.")),
        "months": (known.months, _("Vul in hoeveel maanden u dit wilt doen.")),
        "contact": (known.contact_sealed, _("Vul in hoe de gemeente u kan bereiken.")),
    }
    return {name: [sentence] for name, (answer, sentence) in asked.items() if not answer}


def conditions(initiative: Initiative, at: datetime) -> dict[str, list[str]]:
    """What else must be so before it can go online, by the name of the page where it is arranged."""
    found = {
        "challenge": _lacks_facts(initiative),
        "consent": _lacks_consent(initiative),
        "people": _lacks_people(initiative, at),
    }
    return {name: sentences for name, sentences in found.items() if sentences}


def _lacks_facts(initiative: Initiative) -> list[str]:
    if initiative.kind is not InitiativeKind.RIGHT_TO_CHALLENGE:
        return []
    return [sentence for texts in missing_challenge(initiative.challenge).values() for sentence in texts]


def _lacks_consent(initiative: Initiative) -> list[str]:
    if not lacks_consent(initiative):
        return []
    if initiative.consent is not None and initiative.consent.state is ConsentState.ASKED:
        return [_("U bent jonger dan 18. We wachten op de toestemming van uw ouder of voogd.")]
    return [_("U bent jonger dan 18. Vraag eerst toestemming aan uw ouder of voogd.")]


def _lacks_people(initiative: Initiative, at: datetime) -> list[str]:
    """Of several by-laws the strictest counts."""
    found = rule_checks(initiative, today(at))
    wanted = max((one.rules.minimum_initiators for one in found), default=1)
    if writers_of(initiative) >= wanted:
        return []
    return [_("U moet dit met minstens %(count)s mensen samen doen. Nodig iemand uit.", count=wanted)]


# --- a project of residents -----------------------------------------------------------------------------


def start_project(initiative: Initiative, revision: int, *, actor: User, at: datetime) -> None:
    """Online at once: no by-law, no support, no council. Who asked for a helper gets into the inbox."""
    if initiative.kind is not InitiativeKind.RESIDENT_PROJECT:
        raise NotAllowedNow("not_in_this_state")
    if initiative.revision != revision:
        raise NotAllowedNow("edited_elsewhere")
    errors = missing(initiative) | conditions(initiative, at)
    if errors:
        raise Invalid(errors)
    _take(initiative, Action.START, {"published_at": at, "changed_at": at}, actor=actor, at=at)
    if project_of(initiative).wants_buddy:
        ask_buddy(initiative, actor=actor, at=at)
    tell_author(initiative, "project_started", at=at)


def finish(initiative: Initiative, lesson: str, *, actor: User, at: datetime) -> None:
    """It is done; what was learnt stays for the next ones."""
    lesson = lesson.strip()
    if not lesson:
        raise Invalid({"lesson": [_("Schrijf op wat u hebt geleerd.")]})
    if len(lesson) > LESSON_LENGTH:
        raise Invalid(
            {"lesson": [_("Schrijf het korter: gebruik hoogstens %(max)s tekens.", max=LESSON_LENGTH)]}
        )
    _take(initiative, Action.FINISH, {"closed_at": at}, actor=actor, at=at)
    project_of(initiative).lesson = lesson
    db.session.flush()


def _take(
    initiative: Initiative, action: Action, facts: dict[str, Any], *, actor: User, at: datetime
) -> None:
    old = initiative.state
    new = TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(initiative, old, new, **facts)
    what = events.What(action.value, from_state=old, to_state=new, visibility=Visibility.PUBLIC)
    events.record(initiative, what, actor=actor, at=at)
    refresh(initiative, at=at)

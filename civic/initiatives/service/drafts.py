"""Drafts: begin with one question, save often, lose nothing, throw away when asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, update

from civic.accounts.models import User
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative, InitiativePlace
from civic.initiatives.states import SolutionOwner, State
from civic.limits import Limit, hit
from civic.regions.rules import Scope

NEW_DRAFTS = Limit("initiative-new", 20, 24 * 3600)


@dataclass(frozen=True)
class Answers:
    """Everything the form asks; all of it may still be empty while it is a draft."""

    title: str = ""
    wish: str = ""
    plan: str = ""
    place_ids: tuple[int, ...] = ()
    is_district: bool = False
    district_name: str = ""
    solution_owner: SolutionOwner | None = None
    author_name: str = ""
    author_postcode: str = ""
    confirmed_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edit:
    """From where is saved: the revision that was on the screen, and a key of the tab that showed it."""

    revision: int
    tab: str


def start(title: str, wish: str, *, actor: User, at: datetime) -> Initiative:
    hit(NEW_DRAFTS, str(actor.id), at)
    initiative = Initiative(author_id=actor.id, title=title, wish=wish, created_at=at, changed_at=at)
    initiative.author_name = actor.name
    db.session.add(initiative)
    what = events.What("create", to_state=State.DRAFT, visibility=Visibility.PRIVATE)
    events.record(initiative, what, actor=actor, at=at)
    return initiative


def save(initiative: Initiative, answers: Answers, edit: Edit, *, at: datetime) -> None:
    """Keep what was typed. Another tab that saved in between wins: then `NotAllowedNow("edited_elsewhere")`.

    The same tab may save again with the revision it once loaded, so that an autosave that is still
    under way never stands in the way of the button.
    """
    _take_revision(initiative, edit, at)
    initiative.title, initiative.wish, initiative.plan = answers.title, answers.wish, answers.plan
    _choose_places(initiative, answers)
    initiative.district_name = answers.district_name
    initiative.solution_owner = answers.solution_owner
    initiative.author_name = answers.author_name or None
    initiative.author_postcode = answers.author_postcode or None
    initiative.confirmed_rules = list(answers.confirmed_rules)
    db.session.flush()


def _choose_places(initiative: Initiative, answers: Answers) -> None:
    """Several places make it regional; a district lies in one."""
    wanted = set(answers.place_ids)
    initiative.scope = _scope(answers)
    kept = [one for one in initiative.places if one.municipality_id in wanted]
    new = wanted - {one.municipality_id for one in kept}
    initiative.places = [*kept, *(InitiativePlace(municipality_id=number) for number in sorted(new))]


def _scope(answers: Answers) -> Scope:
    if len(set(answers.place_ids)) > 1:
        return Scope.REGION
    return Scope.DISTRICT if answers.is_district else Scope.MUNICIPALITY


def _take_revision(initiative: Initiative, edit: Edit, at: datetime) -> None:
    is_mine = or_(Initiative.revision == edit.revision, Initiative.edited_in == edit.tab)
    result: Any = db.session.execute(
        update(Initiative)
        .where(Initiative.id == initiative.id, Initiative.state == State.DRAFT, is_mine)
        .values(revision=Initiative.revision + 1, edited_in=edit.tab, changed_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(initiative)
    if result.rowcount != 1:
        is_draft = initiative.state is State.DRAFT
        raise NotAllowedNow("edited_elsewhere" if is_draft else "not_in_this_state")


def discard(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Delete a draft with everything in it; only the fact stays in the log."""
    if initiative.state is not State.DRAFT:
        raise NotAllowedNow("not_in_this_state")
    what = events.What("discard", from_state=State.DRAFT, visibility=Visibility.PRIVATE)
    events.record(initiative, what, actor=actor, at=at)
    db.session.flush()
    result: Any = db.session.execute(
        delete(Initiative)
        .where(Initiative.id == initiative.id, Initiative.state == State.DRAFT)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("changed_meanwhile")
    db.session.expunge(initiative)


def missing(initiative: Initiative) -> dict[str, list[str]]:
    """What must still be filled in before publication, per field of the form."""
    asked = {
        "title": (initiative.title, _("Geef uw voorstel een titel.")),
        "wish": (initiative.wish, _("Vul in wat u wilt bereiken.")),
        "plan": (initiative.plan, _("Vul in hoe uw plan eruitziet.")),
        "solution_owner": (initiative.solution_owner, _("Kies wie de oplossing gaat dragen.")),
        "place_ids": (initiative.places, _("Kies de gemeente of de gemeenten waarvoor dit plan is.")),
        "district_name": (
            initiative.district_name or initiative.scope is not Scope.DISTRICT,
            _("Vul de naam van de wijk of het dorp in."),
        ),
        "author_name": (initiative.author_name, _("Vul uw naam in.")),
        "author_postcode": (initiative.author_postcode, _("Vul uw postcode in.")),
    }
    return {name: [sentence] for name, (answer, sentence) in asked.items() if not answer}

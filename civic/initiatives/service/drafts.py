"""Drafts: begin with one question, save often, lose nothing, throw away when asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, update

from civic.accounts.models import User
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import queries as event_queries
from civic.events import service as events
from civic.events.models import Visibility
from civic.files import service as files
from civic.initiatives.models import Initiative, InitiativePlace, InitiativeProject
from civic.initiatives.states import InitiativeKind, SolutionOwner, State
from civic.initiatives.states.desk import EDITABLE
from civic.initiatives.states.kinds import ASKED_OF_MUNICIPALITY
from civic.initiatives.states.people import AgeBand
from civic.limits import Limit, hit
from civic.plain_dutch import VAGUE
from civic.regions.rules import Scope

NEW_DRAFTS = Limit("initiative-new", 20, 24 * 3600)


@dataclass(frozen=True)
class Answers:
    """Everything the form asks; all of it may still be empty while it is a draft.

    None, where it may be, means "as it was": who writes along does not see the facts of the author.
    """

    title: str = ""
    wish: str = ""
    plan: str = ""
    place_ids: tuple[int, ...] = ()
    is_district: bool = False
    district_name: str = ""
    solution_owner: SolutionOwner | None = None
    author_name: str | None = ""
    author_postcode: str | None = ""
    confirmed_rules: tuple[str, ...] = ()
    kind: InitiativeKind | None = None
    age_band: AgeBand | None = None
    wants_buddy: bool | None = None


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
    take_revision(initiative, edit, at)
    initiative.title, initiative.wish, initiative.plan = answers.title, answers.wish, answers.plan
    _choose_places(initiative, answers)
    initiative.district_name = answers.district_name
    initiative.solution_owner = answers.solution_owner
    initiative.confirmed_rules = list(answers.confirmed_rules)
    initiative.kind = answers.kind or initiative.kind
    _keep_facts_of_author(initiative, answers)
    if answers.wants_buddy is not None:
        project_of(initiative).wants_buddy = answers.wants_buddy
    db.session.flush()


def _keep_facts_of_author(initiative: Initiative, answers: Answers) -> None:
    initiative.age_band = answers.age_band or initiative.age_band
    if answers.author_name is not None:
        initiative.author_name = answers.author_name or None
    if answers.author_postcode is not None:
        initiative.author_postcode = answers.author_postcode or None


def project_of(initiative: Initiative) -> InitiativeProject:
    if initiative.project is None:
        initiative.project = InitiativeProject(initiative_id=initiative.id, wants_buddy=False, lesson="")
    return initiative.project


def _choose_places(initiative: Initiative, answers: Answers) -> None:
    """Several places make it regional; a district lies in one."""
    wanted = set(answers.place_ids)
    initiative.scope = scope_of(answers.place_ids, answers.is_district)
    kept = [one for one in initiative.places if one.municipality_id in wanted]
    new = wanted - {one.municipality_id for one in kept}
    initiative.places = [*kept, *(InitiativePlace(municipality_id=number) for number in sorted(new))]


def scope_of(place_ids: Iterable[int], is_district: bool) -> Scope:
    if len(set(place_ids)) > 1:
        return Scope.REGION
    return Scope.DISTRICT if is_district else Scope.MUNICIPALITY


def take_revision(initiative: Initiative, edit: Edit, at: datetime) -> None:
    is_mine = or_(Initiative.revision == edit.revision, Initiative.edited_in == edit.tab)
    result: Any = db.session.execute(
        update(Initiative)
        .where(Initiative.id == initiative.id, Initiative.state.in_(EDITABLE), is_mine)
        .values(revision=Initiative.revision + 1, edited_in=edit.tab, changed_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(initiative)
    if result.rowcount != 1:
        is_mine_now = initiative.state in EDITABLE
        raise NotAllowedNow("edited_elsewhere" if is_mine_now else "not_in_this_state")


def keep_words(initiative: Initiative, keys: Iterable[str], *, actor: User, at: datetime) -> None:
    """The writers read the hint about these vague words and want them; no hint for them any more."""
    if initiative.state not in EDITABLE:
        raise NotAllowedNow("not_in_this_state")
    kept = set(initiative.kept_words)
    new = {key for key in keys if key in VAGUE} - kept
    if not new:
        return
    initiative.kept_words = sorted(kept | new)
    what = events.What("keep_words", visibility=Visibility.PRIVATE, data={"words": sorted(new)})
    events.record(initiative, what, actor=actor, at=at)


def discard(initiative: Initiative, *, actor: User, at: datetime) -> None:
    """Delete a draft with everything in it; only the fact stays in the log."""
    if initiative.state not in EDITABLE:
        raise NotAllowedNow("not_in_this_state")
    what = events.What("discard", from_state=initiative.state, visibility=Visibility.PRIVATE)
    events.record(initiative, what, actor=actor, at=at)
    for promise in event_queries.deadlines_of(initiative):  # nobody waits for it any more
        promise.met_at = promise.met_at or at
    db.session.flush()
    files.erase_all_of(initiative)
    result: Any = db.session.execute(
        delete(Initiative)
        .where(Initiative.id == initiative.id, Initiative.state.in_(EDITABLE))
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
        "age_band": (initiative.age_band, _("Kies hoe oud u bent.")),
        "author_postcode": (
            initiative.author_postcode or initiative.kind not in ASKED_OF_MUNICIPALITY,
            _("Vul uw postcode in."),
        ),
    }
    return {name: [sentence] for name, (answer, sentence) in asked.items() if not answer}

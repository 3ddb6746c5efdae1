"""Making one of two: the new initiative under the rules of today, and the two that end in it."""

from __future__ import annotations

from datetime import date, datetime

from civic.accounts.models import User
from civic.calendar import today
from civic.crypto import blind_index
from civic.db import db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives import queries
from civic.initiatives.models import CoInitiator, Initiative, InitiativePlace
from civic.initiatives.models.merge import MergeNews, MergeProposal
from civic.initiatives.service.consent import take_along
from civic.initiatives.service.council import stop_clocks
from civic.initiatives.service.letters import tell_author
from civic.initiatives.service.merge_letters import tell_offices
from civic.initiatives.service.similar import refresh
from civic.initiatives.states import TRANSITIONS, Action, State
from civic.initiatives.states.people import CoState
from civic.links import absolute
from civic.regions.rules import Scope


def make_one(
    proposal: MergeProposal, source: Initiative, target: Initiative, *, actor: User, at: datetime
) -> Initiative:
    """Both agreed: put the joint text online, end the two, and queue the question to who supported them."""
    new = _draft(proposal, source, target, at)
    _publish(new, _last_day(source, target), actor=actor, at=at)
    _join(new, target, at)
    take_along(source, new)
    url = absolute("initiatives.show", initiative_id=new.id)
    for old in (source, target):
        _end(old, new, actor=actor, at=at)
        db.session.add(MergeNews(proposal_id=proposal.id, initiative_id=old.id, created_at=at))
        tell_author(old, "merge_done", at=at, new_title=new.title, new_url=url)
    tell_offices(new, at)
    return new


def _draft(proposal: MergeProposal, source: Initiative, target: Initiative, at: datetime) -> Initiative:
    """What both wrote, for the places of both. The checks were passed by each writer for the own places."""
    new = Initiative(
        author_id=source.author_id,
        kind=source.kind,
        title=proposal.title,
        wish=proposal.wish,
        plan=proposal.plan,
        solution_owner=source.solution_owner,
        confirmed_rules=sorted({*source.confirmed_rules, *target.confirmed_rules}),
        created_at=at,
        changed_at=at,
        author_hidden_at=source.author_hidden_at,  # a name that was taken off does not come back
    )
    new.author_name, new.author_postcode = source.author_name, source.author_postcode
    ids = sorted({one.municipality_id for one in (*source.places, *target.places)})
    new.places = [InitiativePlace(municipality_id=number) for number in ids]
    new.scope, new.district_name = _scope(source, target, len(ids))
    db.session.add(new)
    db.session.flush()
    return new


def _scope(source: Initiative, target: Initiative, places: int) -> tuple[Scope, str]:
    if places > 1:
        return Scope.REGION, ""
    is_district = source.scope is target.scope is Scope.DISTRICT
    if is_district and source.district_name.casefold() == target.district_name.casefold():
        return Scope.DISTRICT, source.district_name
    return Scope.MUNICIPALITY, ""


def _last_day(source: Initiative, target: Initiative) -> date:
    """The earlier of the two last days: merging is no way to collect for longer than a by-law gives."""
    days = [day for day in map(queries.collection_ends_on, (source, target)) if day is not None]
    if len(days) != 2:
        raise NotAllowedNow("collection_over")
    return min(days)


def _publish(new: Initiative, last_day: date, *, actor: User, at: datetime) -> None:
    found = queries.rule_checks(new, today(at))
    for place, one in zip(new.places, found, strict=True):
        place.rule_set_id, place.rules_snapshot = one.rule_set.id, one.rules.to_data()
        place.threshold = one.needed
    together = sum(one.needed for one in found)
    to = TRANSITIONS[State.DRAFT, Action.PUBLISH]
    move(new, State.DRAFT, to, published_at=at, changed_at=at, threshold=together)
    term = (last_day - today(at)).days
    promised = events.promise(
        new, events.Promise(queries.COLLECTION, f"{term} dagen", today(at), is_public=True)
    )
    data = {
        "threshold": together,
        "rule_set": found[0].rule_set.version,
        "places": [one.place.code for one in found],
        "ends_on": promised.due_on.isoformat(),
    }
    what = events.What(
        Action.PUBLISH.value, from_state=State.DRAFT, to_state=to, visibility=Visibility.PUBLIC, data=data
    )
    events.record(new, what, actor=actor, at=at)
    refresh(new, at=at)


def _join(new: Initiative, target: Initiative, at: datetime) -> None:
    """The other writer agreed, so no invitation is needed. The name stands on the page as it did."""
    other = db.session.get_one(User, target.author_id)
    row = CoInitiator(
        initiative_id=new.id, user_id=other.id, state=CoState.ACCEPTED, invited_at=at, answered_at=at
    )
    row.name, row.email, row.email_index = target.author_name, other.email, other.email_index
    row.shows_name = target.author_hidden_at is None and target.author_name is not None
    row.token_hash = blind_index("co-initiator-merged", row.uid)  # no link: they sign in
    db.session.add(row)


def _end(old: Initiative, new: Initiative, *, actor: User, at: datetime) -> None:
    before, to = old.state, TRANSITIONS[old.state, Action.MERGE]
    move(old, before, to, closed_at=at, merged_into_id=new.id)
    events.keep_promise(old, queries.COLLECTION, at)
    stop_clocks(old, at)
    what = events.What(
        Action.MERGE.value, from_state=before, to_state=to, visibility=Visibility.PUBLIC,
        data={"into": new.id},
    )  # fmt: skip
    events.record(old, what, actor=actor, at=at)
    refresh(old, at=at)

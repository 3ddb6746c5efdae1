"""Going on together: one writer proposes, both write, and only what both agree to is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from civic.accounts.models import User
from civic.calendar import today
from civic.db import add_first, db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import Initiative
from civic.initiatives.models.merge import MergeProposal
from civic.initiatives.policy import merge as policy
from civic.initiatives.queries import collection_ends_on
from civic.initiatives.queries import merge as queries
from civic.initiatives.service.merge_letters import tell_writer
from civic.initiatives.service.merge_together import make_one
from civic.initiatives.states.merge import MERGE_TRANSITIONS, MergeAction, MergeState
from civic.limits import Limit, has_room, hit

TERM = "4 weken"
PROPOSALS = Limit("merge", 5, 24 * 3600)
CHANGES_TOLD = Limit("merge-changed", 10, 24 * 3600)
LEAST_DAYS = 14  # for everybody who supported to read a mail and answer


@dataclass(frozen=True)
class JointText:
    title: str
    wish: str
    plan: str


@dataclass(frozen=True)
class Pair:
    """The two initiatives of a proposal, locked in the order of their numbers."""

    source: Initiative
    target: Initiative

    def other_than(self, user: User) -> Initiative:
        return self.target if self.source.author_id == user.id else self.source


def pair_of(proposal: MergeProposal) -> Pair:
    one = db.session.get_one(Initiative, proposal.source_id)
    return Pair(one, db.session.get_one(Initiative, proposal.target_id))


def _lock(ids: list[int]) -> None:
    """Two proposals about the same initiative take turns."""
    statement = select(Initiative).where(Initiative.id.in_(ids)).order_by(Initiative.id)
    options = {"populate_existing": True}
    list(db.session.scalars(statement.with_for_update(key_share=True).execution_options(**options)))


def propose(
    source: Initiative, target: Initiative, text: JointText, *, actor: User, at: datetime
) -> MergeProposal:
    """The writer of `source` asks the writer of `target`. Asking again gives the proposal that is there."""
    _lock([source.id, target.id])
    for known in queries.open_proposals([source.id, target.id]):
        if {known.source_id, known.target_id} == {source.id, target.id}:
            return known
        raise NotAllowedNow("merge_busy")
    _require_fit(Pair(source, target), at)
    if queries.was_refused(source.id, target.id):
        raise NotAllowedNow("merge_refused")
    hit(PROPOSALS, str(actor.id), at)
    proposal = MergeProposal(
        source_id=source.id, target_id=target.id, proposed_at=at, changed_at=at, source_agreed=1,
        revision=1, state=MergeState.OPEN, **asdict(text),
    )  # fmt: skip
    if not add_first(proposal):
        raise NotAllowedNow("merge_busy")
    events.promise(proposal, events.Promise(queries.AGREEMENT, TERM, today(at)))
    _record(proposal, "propose", actor=actor, at=at)
    tell_writer(proposal, target, "merge_proposed", at, ends_on=queries.ends_on(proposal))
    return proposal


def _require_fit(pair: Pair, at: datetime) -> None:
    if not policy.fit(pair.source, pair.target):
        raise NotAllowedNow("not_in_this_state")
    ends = [collection_ends_on(one) for one in (pair.source, pair.target)]
    if any(day is None or (day - today(at)).days < LEAST_DAYS for day in ends):
        raise NotAllowedNow("merge_too_late")


def edit(proposal: MergeProposal, text: JointText, revision: int, *, actor: User, at: datetime) -> None:
    """Change the joint text. Who changes it agrees to it; the other has to read it again."""
    pair = pair_of(proposal)
    side = _side(pair, actor)
    facts = {**asdict(text), "source_agreed": None, "target_agreed": None, "changed_at": at}
    _update(proposal, revision, {**facts, "revision": revision + 1, side: revision + 1})
    _record(proposal, "edit", actor=actor, at=at, data={"revision": revision + 1})
    if has_room(CHANGES_TOLD, str(proposal.id), at):  # the other one is not mailed for every word of it
        other = pair.other_than(actor)
        tell_writer(proposal, other, "merge_changed", at, ends_on=queries.ends_on(proposal))


def agree(proposal: MergeProposal, revision: int, *, actor: User, at: datetime) -> Initiative | None:
    """Say yes to the text as it was on the screen. The second yes makes them one: that one is returned."""
    _lock([proposal.source_id, proposal.target_id])
    db.session.refresh(proposal)
    if proposal.state is MergeState.AGREED:
        return db.session.get(Initiative, proposal.new_id)
    pair = pair_of(proposal)
    _require_fit(pair, at)
    _update(proposal, revision, {_side(pair, actor): revision})
    if proposal.source_agreed != revision or proposal.target_agreed != revision:
        return None
    new = make_one(proposal, pair.source, pair.target, actor=actor, at=at)
    facts = {"closed_at": at, "new_id": new.id}
    _close(proposal, MergeAction.AGREE, actor=actor, at=at, facts=facts, data={"into": new.id})
    return new


def stop(proposal: MergeProposal, *, actor: User, at: datetime) -> None:
    """Either may, as long as not both agreed. No of the one who was asked is no. Twice is once."""
    if proposal.state in (MergeState.REFUSED, MergeState.STOPPED):
        return
    pair = pair_of(proposal)
    is_asked = pair.target.author_id == actor.id and proposal.target_agreed is None
    action = MergeAction.REFUSE if is_asked else MergeAction.STOP
    _close(proposal, action, actor=actor, at=at)
    tell_writer(proposal, pair.other_than(actor), "merge_stopped", at)


def expire(proposal: MergeProposal, *, at: datetime) -> None:
    """Four weeks without two yeses: both go on as they were."""
    pair = pair_of(proposal)
    _close(proposal, MergeAction.EXPIRE, actor=None, at=at)
    for one in (pair.source, pair.target):
        tell_writer(proposal, one, "merge_stopped", at)


def _side(pair: Pair, actor: User) -> str:
    return "source_agreed" if pair.source.author_id == actor.id else "target_agreed"


def _update(proposal: MergeProposal, seen: int, facts: dict[str, Any]) -> None:
    """Only while it is open and the text is the one that was read: of two writers one is first."""
    db.session.flush()
    if proposal.state is not MergeState.OPEN:
        raise NotAllowedNow("not_in_this_state")
    result: Any = db.session.execute(
        update(MergeProposal)
        .where(
            MergeProposal.id == proposal.id,
            MergeProposal.state == MergeState.OPEN,
            MergeProposal.revision == seen,
        )
        .values(**facts)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise NotAllowedNow("merge_other_text")
    db.session.refresh(proposal)


def _close(
    proposal: MergeProposal,
    action: MergeAction,
    *,
    actor: User | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    old = proposal.state
    new = MERGE_TRANSITIONS.get((old, action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(proposal, old, new, **(facts or {"closed_at": at}))
    events.keep_promise(proposal, queries.AGREEMENT, at)
    _record(proposal, action.value, actor=actor, at=at, data=data or {}, states=(old, new))


def _record(proposal: MergeProposal, action: str, *, actor: User | None, at: datetime, **more: Any) -> None:
    """Private: that two people talk about going on together is theirs until they agree."""
    old, new = more.pop("states", (None, proposal.state))
    data = {"source": proposal.source_id, "target": proposal.target_id, **more.pop("data", {})}
    what = events.What(action, from_state=old, to_state=new, visibility=Visibility.PRIVATE, data=data)
    events.record(proposal, what, actor=actor, at=at)

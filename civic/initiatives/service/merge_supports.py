"""Asking who supported whether that also holds for the joint text. Nothing moves by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.db import db
from civic.errors import NotAllowedNow
from civic.initiatives.models import Initiative, Support
from civic.initiatives.models.merge import MergeNews, MergeProposal, SupportMove
from civic.initiatives.queries import merge as queries
from civic.initiatives.service import supports
from civic.initiatives.states import SupportChannel, SupportState
from civic.initiatives.states.merge import MoveAnswer
from civic.links import absolute
from civic.mail import service as mail

BATCH = 200


def ask_supporters(*, at: datetime) -> int:
    """The next batch of mails of the oldest merge; how many were queued. A crash is resumed (W6)."""
    news = queries.open_news()
    return _ask_batch(news, at) if news is not None else 0


def _ask_batch(news: MergeNews, at: datetime) -> int:
    rows = list(
        db.session.scalars(
            select(Support)
            .where(
                Support.initiative_id == news.initiative_id,
                Support.state == SupportState.CONFIRMED,
                Support.id > news.last_support_id,
            )
            .order_by(Support.id)
            .limit(BATCH)
        )
    )
    proposal = db.session.get_one(MergeProposal, news.proposal_id)
    old = db.session.get_one(Initiative, news.initiative_id)
    told = sum(_ask(proposal, old, one, at) for one in rows)
    news.told, news.unreachable = news.told + told, news.unreachable + len(rows) - told
    if rows:
        news.last_support_id = rows[-1].id
    if len(rows) < BATCH:
        news.done_at = at
    return told


def _ask(proposal: MergeProposal, old: Initiative, support: Support, at: datetime) -> bool:
    """Not on paper, not who wants no mail, and not where the address is gone: those stay with the old one."""
    address = support.email
    if support.channel is SupportChannel.PAPER or support.no_news_at is not None or not address:
        return False
    context = {
        "title": old.title,
        "new_title": proposal.title,
        "url": absolute("initiatives.move_support", token=supports.token_of(support)),
        "stop_url": absolute("initiatives.stop_news", token=supports.token_of(support)),
    }
    key = f"support-merged:{proposal.id}:{support.uid}"
    mail.queue(mail.Letter(address, "support_merged", key, context), at=at)
    return True


def move_along(support: Support, proposal: MergeProposal, *, at: datetime) -> Support:
    """Yes: a confirmed support of the new text. Who supported both counts once. Twice is once."""
    known = _known(support)
    if known is not None and known.answer is MoveAnswer.MOVED and known.new_support_id is not None:
        return db.session.get_one(Support, known.new_support_id)
    if support.state is not SupportState.CONFIRMED or not support.email:
        raise NotAllowedNow("support_withdrawn")
    new = db.session.get_one(Initiative, proposal.new_id)
    supports.require_open(new, at)
    counted = _support_of(new, support, at)
    _answer(support, proposal, known, MoveAnswer.MOVED, at).new_support_id = counted.id
    return counted


def _support_of(new: Initiative, support: Support, at: datetime) -> Support:
    who = supports.Supporter(support.name or "", support.email or "", support.postcode or "")
    place_id = supports.counts_for(new, who.postcode)
    counted = supports.find_or_insert(new, who, place_id, at=at)
    if counted.state is SupportState.CONFIRMED:
        return counted
    if counted.state is SupportState.INVALIDATED:
        raise NotAllowedNow("support_invalidated")
    supports.take_again(counted, who, place_id, at)
    supports.confirm(counted, at=at)
    return counted


def stay(support: Support, proposal: MergeProposal, *, at: datetime) -> None:
    """No: only the old record stays. After a yes the support itself can be withdrawn, by its own link."""
    known = _known(support)
    if known is not None and known.answer is MoveAnswer.MOVED:
        raise NotAllowedNow("not_in_this_state")
    _answer(support, proposal, known, MoveAnswer.STAYED, at)


def _known(support: Support) -> SupportMove | None:
    db.session.get_one(Support, support.id, with_for_update=True)  # two tabs take turns
    return db.session.get(SupportMove, support.id, populate_existing=True)


def _answer(
    support: Support, proposal: MergeProposal, known: SupportMove | None, answer: MoveAnswer, at: datetime
) -> SupportMove:
    if known is None:
        known = SupportMove(support_id=support.id, proposal_id=proposal.id, answer=answer, answered_at=at)
        db.session.add(known)
    known.answer, known.answered_at = answer, at
    db.session.flush()
    return known

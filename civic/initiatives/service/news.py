"""Telling everyone who supported, in batches: a row says how far it is, and a crash is resumed (W6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.db import db
from civic.errors import NotAllowedNow
from civic.initiatives.models import AnswerOpinion, Initiative, InitiativeNews, InitiativePlace, Support
from civic.initiatives.queries import council as queries
from civic.initiatives.service.letters import is_challenge
from civic.initiatives.service.supports import token_of
from civic.initiatives.states import PlaceState, SupportState, Verdict
from civic.links import absolute
from civic.mail import service as mail

BATCH = 200


def tell_supporters(*, at: datetime) -> int:
    """The next batch of mails about the oldest news; how many were queued."""
    for news in queries.open_news(1):
        return _tell_batch(news, at)
    return 0


def _tell_batch(news: InitiativeNews, at: datetime) -> int:
    supports = list(
        db.session.scalars(
            select(Support)
            .where(
                Support.initiative_id == news.place.initiative_id,
                Support.state == SupportState.CONFIRMED,
                Support.id > news.last_support_id,
            )
            .order_by(Support.id)
            .limit(BATCH)
        )
    )
    initiative = db.session.get_one(Initiative, news.place.initiative_id)
    told = sum(_tell(news, initiative, one, at) for one in supports)
    news.told += told
    if supports:
        news.last_support_id = supports[-1].id
    if len(supports) < BATCH:
        news.done_at = at
    return told


def _tell(news: InitiativeNews, initiative: Initiative, support: Support, at: datetime) -> bool:
    """Not who wants no news, or whose address was blanked."""
    address = support.email
    if support.no_news_at is not None or not address:
        return False
    place, token = news.place, token_of(support)
    context = {
        "title": initiative.title,
        "is_challenge": is_challenge(initiative),
        "municipality": place.municipality.name,
        "place": place,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        "opinion_url": absolute("initiatives.opinion", token=token, place_id=place.id),
        "stop_url": absolute("initiatives.stop_news", token=token),
    }
    key = f"initiative-news:{news.id}:{support.uid}"
    mail.queue(mail.Letter(address, f"support_{news.kind}", key, context), at=at)
    return True


def stop_news(support: Support, *, at: datetime) -> None:
    """No more mail about this initiative; the support itself stays."""
    if support.no_news_at is None:
        support.no_news_at = at


def give_opinion(support: Support, place: InitiativePlace, verdict: Verdict, *, at: datetime) -> None:
    """Does the decision answer the question? People may think again: the newest answer counts."""
    if place.initiative_id != support.initiative_id or place.state is not PlaceState.DECIDED:
        raise NotAllowedNow("not_in_this_state")
    if support.state is not SupportState.CONFIRMED:
        raise NotAllowedNow("support_withdrawn")
    known = db.session.get(AnswerOpinion, (place.id, support.id), with_for_update=True)
    if known is None:
        db.session.add(AnswerOpinion(place_id=place.id, support_id=support.id, verdict=verdict, given_at=at))
    else:
        known.verdict, known.given_at = verdict, at

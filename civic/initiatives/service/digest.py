"""Overviews for who follows: what happened since the last one, read from the event log, never empty.

A batch is one transaction: whose turn it was, the overview and its mail stand together or not at all. A
row per follower and period, and the key of the mail, keep a second job from telling anybody twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import force_locale, format_date

from civic.accounts.models import User
from civic.calendar import Calendar, today
from civic.db import db
from civic.events.models import Event
from civic.initiatives import presentation
from civic.initiatives.models import Digest, Follow, Follower, FollowNews, Initiative, InitiativeNews, Support
from civic.initiatives.policy.follow import is_visible
from civic.initiatives.queries import follow as queries
from civic.initiatives.queries import place_list
from civic.initiatives.queries.follow import Happened
from civic.initiatives.service.follow import mail_prefix, manage_url, person_key_of, stop_url
from civic.initiatives.service.letters import is_challenge
from civic.initiatives.service.supports import person_key_of as support_key_of
from civic.initiatives.states import SupportState
from civic.initiatives.states.follow import FollowScope, Rhythm
from civic.links import absolute
from civic.mail import service as mail

BATCH = 200
# A request that is still writing may commit events of a moment ago. What is younger waits for the next one.
SETTLED = timedelta(minutes=15)
MOST_INITIATIVES, MOST_LINES = 25, 8
RENEW_FROM = timedelta(days=2 * 365 - 60)


@dataclass(frozen=True)
class Group:
    """One initiative in a mail: its name, where it is, what happened, the newest first."""

    title: str
    places: str
    lines: list[str]
    more: int
    url: str


# --- overviews ------------------------------------------------------------------------------------------


def send_digests(*, at: datetime) -> dict[str, int]:
    """The next batch of overviews that are due, in office hours only."""
    if not Calendar().is_office_time(at):
        return {"looked": 0, "sent": 0}
    followers, until = queries.due_followers(today(at), BATCH), at - SETTLED
    if not followers:
        return {"looked": 0, "sent": 0}
    since = min(one.told_until for one in followers if one.told_until is not None)
    happened = queries.what_happened(since, until)
    follows = queries.follows_of(one.id for one in followers)
    sent = sum(_look(one, follows.get(one.id, []), happened, at) for one in followers)
    return {"looked": len(followers), "sent": sent}


def _look(follower: Follower, follows: list[Follow], happened: list[Happened], at: datetime) -> bool:
    """Mail this follower what is new to them; when nothing is, there is no mail."""
    since, until = follower.told_until or at, max(follower.told_until or at, at - SETTLED)
    mine = [
        one for found in happened if (one := _new_in(found, since, follows)) is not None and since < until
    ]
    follower.looked_on, follower.told_until = today(at), until
    if not mine or not follower.email:
        return False
    lines = sum(len(one.events) for one in mine)
    period = _period(follower.rhythm, today(at))
    db.session.add(
        Digest(follower_id=follower.id, period=period, from_at=since, until_at=until, made_at=at, lines=lines)
    )
    _mail_digest(follower, mine, period, at)
    return True


def _new_in(found: Happened, since: datetime, follows: Iterable[Follow]) -> Happened | None:
    """Of this initiative what happened after the last mail, and after it was followed."""
    begins = [one.confirmed_at for one in follows if one.confirmed_at and _covers(one, found)]
    if not begins:
        return None
    start = max(since, min(begins))
    events = [event for event in found.events if event.at > start]
    return Happened(found.initiative, events) if events else None


def _covers(follow: Follow, found: Happened) -> bool:
    if follow.scope is FollowScope.INITIATIVE:
        return follow.initiative_id == found.initiative.id
    return follow.scope is FollowScope.EVERYTHING or follow.municipality_id in found.place_ids


def _period(rhythm: Rhythm, day: date) -> str:
    monday = day - timedelta(days=day.weekday())
    return (day if rhythm is Rhythm.DAILY else monday).isoformat()


def _mail_digest(follower: Follower, mine: list[Happened], period: str, at: datetime) -> None:
    with force_locale("nl"):  # a job has no request to take a language from
        groups = [_group(one) for one in mine[:MOST_INITIATIVES]]
    context = {
        "groups": groups,
        "initiatives": len(mine),
        "more": len(mine) - len(groups),
        "is_daily": follower.rhythm is Rhythm.DAILY,
        "must_renew": follower.renewed_at is not None and at - follower.renewed_at > RENEW_FROM,
        "all_url": absolute("initiatives.index"),
        **_links(follower, at),
    }
    _queue(follower, "initiative_digest", f"digest:{period}", context, at)


def _links(follower: Follower, at: datetime) -> dict[str, str]:
    return {"manage_url": manage_url(follower, at), "stop_url": stop_url(follower, at)}


def _queue(follower: Follower, template: str, name: str, context: dict[str, object], at: datetime) -> None:
    key = f"{mail_prefix(follower)}{name}"
    letter = mail.Letter(
        follower.email or "", template, key, context, unsubscribe_url=str(context["stop_url"])
    )
    mail.queue(letter, at=at)


def _group(found: Happened) -> Group:
    initiative = found.initiative
    lines = presentation.timeline(found.events, _place_names(initiative))
    newest = reversed(found.events)
    texts = [
        _line(event, line.title, line.text)
        for event, line in list(zip(newest, lines, strict=True))[:MOST_LINES]
    ]
    return Group(
        title=initiative.title,
        places=place_list(place.municipality.name for place in initiative.places),
        lines=texts,
        more=max(0, len(found.events) - MOST_LINES),
        url=absolute("initiatives.show", initiative_id=initiative.id),
    )


def _line(event: Event, title: str, text: str) -> str:
    """ "24 november: Er is genoeg steun: 500 van 500." """
    said = f"{title.rstrip('.')}. {text}" if text else title
    return f"{format_date(event.at, 'd MMMM')}: {said}"


def _place_names(initiative: Initiative) -> dict[str, str]:
    """Where the page says which municipality a line is about, the mail does too."""
    places = initiative.places if len(initiative.places) > 1 else []
    by_code = {one.municipality.code: one.municipality.name for one in places}
    return by_code | {f"#{one.id}": one.municipality.name for one in places}


# --- decisions of a council, at once --------------------------------------------------------------------


def tell_followers(*, at: datetime) -> int:
    """The next batch of mails about the oldest decision; how many were queued."""
    news = queries.open_follow_news()
    return _tell_batch(news, at) if news is not None else 0


def _tell_batch(news: InitiativeNews, at: datetime) -> int:
    progress = db.session.get(FollowNews, news.id, with_for_update=True)
    if progress is None:
        progress = FollowNews(news_id=news.id, last_follower_id=0, told=0)
        db.session.add(progress)
    initiative = db.session.get_one(Initiative, news.place.initiative_id)
    followers = queries.followers_of(news, progress.last_follower_id, BATCH) if is_visible(initiative) else []
    knows = _told_otherwise(initiative, followers)
    told = sum(_tell(news, initiative, one, at) for one in followers if one.id not in knows)
    progress.told += told
    if followers:
        progress.last_follower_id = followers[-1].id
    if len(followers) < BATCH:
        progress.done_at = at
    return told


def _told_otherwise(initiative: Initiative, followers: list[Follower]) -> set[int]:
    """The writer, and who supports it and wants news: they get this mail already, nobody gets two."""
    keys = {support_key_of(initiative.id, one.email): one.id for one in followers if one.email}
    rows = db.session.scalars(
        db.select(Support.person_key).where(
            Support.initiative_id == initiative.id,
            Support.person_key.in_(list(keys)),
            Support.state == SupportState.CONFIRMED,
            Support.email_sealed.is_not(None),
            Support.no_news_at.is_(None),
        )
    )
    known = {keys[key] for key in rows if key is not None}
    author = db.session.get_one(User, initiative.author_id).email
    author_key = person_key_of(author) if author else ""
    return known | {one.id for one in followers if one.person_key == author_key}


def _tell(news: InitiativeNews, initiative: Initiative, follower: Follower, at: datetime) -> bool:
    if not follower.email:
        return False
    context = {
        "title": initiative.title,
        "is_challenge": is_challenge(initiative),
        "municipality": news.place.municipality.name,
        "place": news.place,
        "kind": news.kind,
        "url": absolute("initiatives.show", initiative_id=initiative.id),
        **_links(follower, at),
    }
    _queue(follower, "follow_decision", f"news:{news.id}", context, at)
    return True

"""Demo initiatives in every state, made through the service like real ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from civic.accounts.demo import persona
from civic.accounts.models import User
from civic.crypto import email_index
from civic.db import db
from civic.initiatives import queries, service
from civic.initiatives.demo import councils, pictures, steps
from civic.initiatives.demo.texts import FIRST_NAMES, LAST_NAMES, PROPOSALS, Proposal
from civic.initiatives.demo.texts_more import MORE
from civic.initiatives.models import Initiative
from civic.initiatives.service import sheets
from civic.initiatives.states import WithdrawReason
from civic.initiatives.states.people import AgeBand
from civic.regions.models import Municipality, PostcodeArea
from civic.regions.rules import EXCLUSION_GROUNDS

ON_PAPER = 9  # lines of a sheet in each municipality of a regional proposal
OTHER_STEPS = {
    "offered": steps.offer,
    "returned": steps.ask_back,
    "refused": steps.refuse,
    "running": steps.start_project,
    "finished": steps.finish_project,
}
PERSONAS = ("resident", "resident2")
LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
DECLARED = (*queries.STATEMENTS_ASKED, *EXCLUSION_GROUNDS)


def load(at: datetime) -> None:
    """Make the initiatives of the demo, the oldest first, so that the log runs forward."""
    steps.by_laws(at)
    for number, one in enumerate(sorted((*PROPOSALS, *MORE), key=lambda proposal: -proposal.days_online)):
        _add(one, number, at)
    steps.merge_two(_find, at)
    steps.talk_about(_find(steps.TALKED_ABOUT), at)
    steps.promise_what_comments_do(at)
    waiting = _find(steps.TALKED_ABOUT)
    lines = list(_signatures(waiting, waiting.places[0].municipality, 5, first=40))
    steps.waiting_on_paper(waiting, lines, at - timedelta(days=3))


def _find(title: str) -> Initiative:
    return db.session.scalars(select(Initiative).where(Initiative.title == title)).one()


def _add(one: Proposal, number: int, at: datetime) -> None:
    places = [_place(code) for code in (one.place, *one.also)]
    author = _author(one.author, at)
    begun = at - timedelta(days=one.days_online, hours=5)
    initiative = service.start(one.title, one.wish, actor=author, at=begun)
    db.session.flush()
    answers = service.Answers(
        title=one.title,
        wish=one.wish,
        plan=one.plan,
        place_ids=tuple(found.id for found in places),
        is_district=bool(one.district),
        district_name=one.district,
        solution_owner=one.owner,
        author_name=author.name or "",
        author_postcode=f"{_postcodes(places[0])[0]} AB",
        confirmed_rules=DECLARED if one.plan else (),
        kind=one.kind,
        age_band=AgeBand.ADULT if one.plan else None,
        wants_buddy=one.ending == "running" or None,
    )
    service.save(initiative, answers, service.Edit(initiative.revision, f"{number:032x}"), at=begun)
    pictures.add(initiative, author, begun)
    steps.challenge_or_none(initiative, begun)
    online = at - timedelta(days=one.days_online)
    if one.ending in OTHER_STEPS:
        OTHER_STEPS[one.ending](initiative, author, online)
    elif one.ending != "draft":
        _put_online(initiative, one, author, at)


def _place(code: str) -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.code == code)).one()


def _put_online(initiative: Initiative, one: Proposal, author: User, at: datetime) -> None:
    online = at - timedelta(days=one.days_online)
    steps.publish(initiative, author, online)
    later = (online + timedelta(days=one.days_online) / 3).replace(hour=13, minute=20)
    shares = dict(zip((one.place, *one.also), (one.supports, *one.also_supports), strict=True))
    for place in initiative.places:
        wanted = round((place.threshold or 0) * shares[place.municipality.code] / 100)
        if len(initiative.places) > 1:  # at the market people signed on paper too
            wanted -= ON_PAPER
            steps.on_paper(initiative, list(_signatures(initiative, place.municipality, ON_PAPER)), online)
        service.add_confirmed(initiative, _people(initiative, place.municipality, wanted), at=later)
    is_now = one.ending == "collecting"
    service.recount(initiative.id, at=at - timedelta(minutes=4) if is_now else later)
    if one.ending == "withdrawn":
        reason = WithdrawReason.TAKEN_OVER
        service.withdraw(initiative, reason, actor=author, at=later + timedelta(days=9, hours=2))
    elif one.ending == "councils":
        steps.look_after(initiative, later)
        councils.load(initiative, later)
    elif one.ending == "expired":
        service.expire(initiative, at=_day_after_end(initiative, at))


def _day_after_end(initiative: Initiative, at: datetime) -> datetime:
    ends_on = queries.collection_ends_on(initiative)
    days = (at.date() - ends_on).days if ends_on else 1
    return at - timedelta(days=max(days - 1, 0))


def _people(initiative: Initiative, place: Municipality, count: int) -> Iterator[service.Supporter]:
    """Invented supporters with postcodes of the place."""
    postcodes, firsts, lasts = _postcodes(place), FIRST_NAMES.split(), LAST_NAMES.split()
    for n in range(count):
        first, last = firsts[n % len(firsts)], lasts[(n * 7) % len(lasts)]
        letters = LETTERS[n % len(LETTERS)] + LETTERS[(n * 3 + 1) % len(LETTERS)]
        email = f"steun-{initiative.id}-{place.slug}-{n}@example.nl"
        yield service.Supporter(f"{first} {last}", email, f"{postcodes[n % len(postcodes)]} {letters}")


def _signatures(
    initiative: Initiative, place: Municipality, count: int, first: int = 0
) -> Iterator[sheets.Line]:
    """Invented lines of a paper sheet, of other people than online; the last one cannot be read."""
    firsts, lasts = FIRST_NAMES.split()[::-1], LAST_NAMES.split()[::-1]
    people = list(_people(initiative, place, first + count))[first:]
    for n, one in enumerate(people, start=1):
        born = date(1950 + n * 3 % 50, 1 + n % 12, 1 + n % 28)
        name = f"{firsts[(first + n) % len(firsts)]} {lasts[(first + n * 3) % len(lasts)]}"
        yield sheets.Line(n, name, born, one.postcode)
    yield sheets.Line(count + 1, is_skipped=True)


def _postcodes(place: Municipality) -> list[str]:
    areas = select(PostcodeArea.postcode4).where(PostcodeArea.municipality_id == place.id)
    return list(db.session.scalars(areas.order_by(PostcodeArea.postcode4)))


def _author(key: str, at: datetime) -> User:
    """A persona of the demo, or someone made for this one proposal."""
    if key in PERSONAS:
        return persona(key)
    email = f"{key.split()[0].lower()}.initiatief@example.nl".encode("ascii", "ignore").decode()
    known: User | None = db.session.scalar(select(User).where(User.email_index == email_index(email)))
    if known is not None:
        return known
    user = User(created_at=at, last_login_at=at)
    user.name, user.email, user.email_index = key, email, email_index(email)
    db.session.add(user)
    db.session.flush()
    return user

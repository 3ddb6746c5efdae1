"""Mail after the draw: to the drawn, to everybody else, reminders. None of it names the group somebody is in.

What goes out in batches marks its row in the same transaction as it queues the mail (see `seats`). People
without a mail address are marked too: they are on the list for a letter or a telephone call.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.calendar import deadline, today
from civic.db import db
from civic.events import queries as promises
from civic.links import absolute
from civic.mail import service as mail
from civic.panels.models import Mandate, Panel, PublicDraw, Registration, ReserveOffer, Seat
from civic.panels.policy.registrations import age_on
from civic.panels.queries import public_draws as draws
from civic.panels.queries import seats as queries
from civic.panels.service.draws_public import numbers_of
from civic.panels.states import PublicDrawState, RegistrationState, SeatState, Stage

log = logging.getLogger("civic.panels")
ADULT, OWN_CHOICE = 18, 16
ANSWER = "seat_answer"  # the promise: until this day the seat is kept for who was drawn
OFFER_KEY = "reserve-answered:"
BATCH = 50
FIRST_REMINDER, LAST_REMINDER = timedelta(days=5), timedelta(days=2)
# an index that retention blanked does not make anybody new again
STILL_NEWS = timedelta(days=60)


def wrong_days(low: int, high: int) -> str:
    return str(_("Kies een aantal dagen van %(low)s tot %(high)s.", low=low, high=high))


# --- what a mail is about --------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What is the same in every mail of one panel."""

    title: str
    question: str
    client: str
    advice_on: date | None
    meetings: str
    honorarium: str
    draw_url: str
    panel_url: str
    size: int  # seats that this draw filled
    pool: int  # people who could be drawn


def about(panel: Panel, public_draw: PublicDraw | None) -> About:
    text = queries.text_of(panel.id)
    mandate = db.session.scalar(select(Mandate).where(Mandate.panel_id == panel.id))
    size, pool = _seats_and_people(panel, public_draw)
    return About(
        title=panel.title,
        question=panel.question,
        client=mandate.client if mandate else "",
        advice_on=mandate.advice_on if mandate else None,
        meetings=(text.meetings if text else "") or _("De dagen en de tijden hoort u nog van ons."),
        honorarium=(text.honorarium if text else "") or _("U krijgt een vergoeding voor uw tijd."),
        draw_url=draw_url(panel.id, public_draw),
        panel_url=absolute("panels.show", panel_id=panel.id),
        size=size,
        pool=pool,
    )


def _seats_and_people(panel: Panel, public_draw: PublicDraw | None) -> tuple[int, int]:
    """As the public page of the draw says it: a replacement fills a few seats, and who sits is not drawn."""
    manifest = draws.manifest_of(public_draw) if public_draw is not None else {}
    if manifest:
        numbers = numbers_of(manifest)
        return numbers.seats, numbers.people
    in_pool = (Registration.panel_id == panel.id) & Registration.frozen_at.is_not(None)
    return panel.size, db.session.scalar(select(func.count(Registration.id)).where(in_pool)) or 0


def draw_url(panel_id: int, public_draw: PublicDraw | None) -> str:
    """Where anybody can check the draw; the page of the panel when it has no public draw (any more)."""
    if public_draw is None:
        return absolute("panels.show", panel_id=panel_id)
    return absolute("panels.check_draw", panel_id=panel_id, public_draw_id=public_draw.id)


def age_of(registration: Registration, day: date) -> int | None:
    born = registration.birth_date
    return None if born is None else age_on(date.fromisoformat(born), day)


def is_minor(registration: Registration, day: date) -> bool:
    age = age_of(registration, day)
    return age is not None and age < ADULT


def needs_consent(registration: Registration, day: date) -> bool:
    """Under sixteen a parent has to agree."""
    age = age_of(registration, day)
    return age is not None and age < OWN_CHOICE


# --- batches ---------------------------------------------------------------------------------------------


def _due() -> Select[Seat]:
    """Seats without an answer, by a draw that stands. Locked: two processes take different ones."""
    return (
        select(Seat)
        .join(PublicDraw, PublicDraw.id == Seat.public_draw_id)
        .join(Panel, Panel.id == Seat.panel_id)
        .join(Registration, Registration.id == Seat.registration_id)
        .where(
            Seat.state == SeatState.INVITED,
            PublicDraw.state == PublicDrawState.DRAWN,
            Panel.stage == Stage.DRAWN,
            Registration.state == RegistrationState.CONFIRMED,
        )
        .options(
            joinedload(Seat.public_draw).joinedload(PublicDraw.panel),
            joinedload(Seat.registration),
        )
        .order_by(Seat.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Seat)
    )


def send_invitations(at: datetime) -> int:
    """Tell a batch of the drawn. Returns how many rows were done, with or without a mail."""
    is_new = Seat.token_index.is_(None) & (Seat.invited_at > at - STILL_NEWS)
    seats = list(db.session.scalars(_due().where(is_new)))
    for seat, words in _with_words(seats):
        seat.token_index = queries.seat_index(queries.seat_token(seat))
        day = last_day(seat, at)
        note = Note("seat_invitation", f"{seat.public_draw_id}", more={"answer_by": day})
        if _to_seat(seat, note, words, at):
            seat.told_at, seat.answer_by = at, day
    return len(seats)


def last_day(seat: Seat, told_at: datetime) -> date:
    """Everybody has the same number of days, from the day they were told on."""
    if today(told_at) <= today(seat.invited_at):
        return seat.answer_by
    kept = promises.deadline_of(seat.public_draw, ANSWER)
    if kept is None:
        return seat.answer_by
    return max(seat.answer_by, deadline(today(told_at), kept.term).on)


def send_reminders(at: datetime) -> int:
    """After five days, and two days before the end: to who did not answer and can be mailed."""
    day = today(at)
    is_first = Seat.reminded_at.is_(None) & (Seat.told_at <= at - FIRST_REMINDER)
    # not on the last day itself: who was reminded two days before hears it once
    is_last = Seat.answer_by.between(day + timedelta(days=1), day + LAST_REMINDER) & (
        Seat.reminded_at.is_(None) | (Seat.reminded_at < at - LAST_REMINDER)
    )
    statement = _due().where(
        Seat.token_index.is_not(None),
        Seat.told_at > at - STILL_NEWS,
        Seat.answer_by >= day,
        Registration.email_sealed.is_not(None),
        is_first | is_last,
    )
    seats = list(db.session.scalars(statement))
    for seat, words in _with_words(seats):
        seat.reminded_at = at
        key = f"{seat.public_draw_id}:{day.isoformat()}"
        _to_seat(seat, Note("seat_reminder", key, waits=True), words, at)
    return len(seats)


def overdue(at: datetime) -> list[Seat]:
    """A batch of those who let the date pass: only who was told loses a seat."""
    statement = _due().where(Seat.told_at > at - STILL_NEWS, Seat.answer_by < today(at))
    return list(db.session.scalars(statement))


def send_thanks(at: datetime) -> int:
    """Tell a batch of those who were not drawn. Who holds a seat by a draw that stands is not told so."""
    has_seat = (
        select(Seat.id)
        .join(PublicDraw, PublicDraw.id == Seat.public_draw_id)
        .where(
            Seat.registration_id == ReserveOffer.registration_id, PublicDraw.state == PublicDrawState.DRAWN
        )
        .exists()
    )
    statement = (
        select(ReserveOffer)
        .join(Panel, Panel.id == ReserveOffer.panel_id)
        .join(Registration, Registration.id == ReserveOffer.registration_id)
        .where(
            ReserveOffer.token_index.is_(None),
            ReserveOffer.told_at > at - STILL_NEWS,
            Panel.stage == Stage.DRAWN,
            Registration.state == RegistrationState.CONFIRMED,
            ~has_seat,
        )
        .options(joinedload(ReserveOffer.registration))
        .order_by(ReserveOffer.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=ReserveOffer)
    )
    offers = list(db.session.scalars(statement))
    known: dict[int, About] = {}
    for offer in offers:
        if offer.panel_id not in known:
            panel = db.session.get_one(Panel, offer.panel_id)
            known[offer.panel_id] = about(panel, first_draw(panel.id))
        _thank(offer, known[offer.panel_id], at)
    return len(offers)


def first_draw(panel_id: int) -> PublicDraw | None:
    return db.session.scalar(
        select(PublicDraw)
        .where(
            PublicDraw.panel_id == panel_id,
            PublicDraw.state == PublicDrawState.DRAWN,
            PublicDraw.is_rehearsal.is_(False),
        )
        .order_by(PublicDraw.sequence)
        .limit(1)
    )


def _thank(offer: ReserveOffer, words: About, at: datetime) -> None:
    registration = offer.registration
    token = queries.offer_token(registration)
    offer.token_index = queries.offer_index(token)
    context = {**vars(words), "url": absolute("registrations.reserve", token=token)}
    key = f"reserve-offer:{registration.uid}:{int(offer.told_at.timestamp())}"
    _queue(registration, mail.Letter("", "reserve_offer", key, context), at)


def _with_words(seats: list[Seat]) -> list[tuple[Seat, About]]:
    known: dict[int, About] = {}
    for seat in seats:
        if seat.public_draw_id not in known:
            known[seat.public_draw_id] = about(seat.public_draw.panel, seat.public_draw)
    return [(seat, known[seat.public_draw_id]) for seat in seats]


# --- one mail --------------------------------------------------------------------------------------------


def send_answered(seat: Seat, at: datetime, *, is_recorded: bool) -> None:
    """What we noted, so that nobody can answer for somebody else unseen. No reminder follows any more."""
    mail.forget(_key("seat_reminder", seat))
    words = about(db.session.get_one(Panel, seat.panel_id), seat.public_draw)
    key = f"{seat.state.value}:{int(at.timestamp() * 1000)}"
    _to_seat(seat, Note("seat_answered", key, more={"is_recorded": is_recorded}), words, at)


def send_offer_recorded(offer: ReserveOffer, at: datetime) -> None:
    """Staff noted whether somebody stays on the reserve list: that person hears it, and can choose again."""
    registration = offer.registration
    context = {
        "title": db.session.get_one(Panel, offer.panel_id).title,
        "is_available": offer.is_available,
        "url": absolute("registrations.reserve", token=queries.offer_token(registration)),
    }
    key = f"{OFFER_KEY}{registration.uid}:{int(at.timestamp() * 1000)}"
    _queue(registration, mail.Letter("", "reserve_answered", key, context), at)


def send_lapsed(seat: Seat, at: datetime) -> None:
    words = about(seat.public_draw.panel, seat.public_draw)
    _to_seat(seat, Note("seat_lapsed", f"{seat.public_draw_id}"), words, at)


def send_void(seat: Seat, code: str, at: datetime) -> None:
    """Only to who was told of the draw."""
    if seat.token_index is None:
        return
    words = about(db.session.get_one(Panel, seat.panel_id), None)
    _to_seat(seat, Note("seat_void", f"{seat.public_draw_id}", more={"code": code}), words, at)


@dataclass(frozen=True)
class Note:
    """Which mail: `key` tells it from others to the same seat, `waits` keeps it for office hours."""

    template: str
    key: str
    waits: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def _to_seat(seat: Seat, note: Note, words: About, at: datetime) -> bool:
    registration, day = seat.registration, today(at)
    context = {
        **vars(words),
        "name": registration.name,
        "is_nominated": registration.is_nominated,
        "state": seat.state.value,
        "answer_by": seat.answer_by,
        "url": absolute("registrations.seat", token=queries.seat_token(seat)),
        "needs": registration.needs,
        "is_minor": is_minor(registration, day),
        "needs_consent": needs_consent(registration, day),
        **note.more,
    }
    letter = mail.Letter("", note.template, f"{_key(note.template, seat)}{note.key}", context)
    return _queue(registration, letter, at, waits=note.waits)


def _queue(registration: Registration, letter: mail.Letter, at: datetime, *, waits: bool = False) -> bool:
    """Whether there was an address to write to."""
    address = registration.email
    if not address:
        return False
    try:
        (mail.queue_reminder if waits else mail.queue)(replace(letter, to=address), at=at)
    except mail.BadAddress:
        # an address that came in with a file: the person is called, and the others get their mail
        log.warning("registration %s has no usable mail address", registration.id)
        return False
    return True


TEMPLATES = ("seat_invitation", "seat_reminder", "seat_answered", "seat_lapsed", "seat_void")


def _key(template: str, seat: Seat) -> str:
    return f"{template.replace('_', '-')}:{seat.uid}:"


def forget(seat: Seat | None, registration: Registration) -> None:
    """Take back what still lies in the outbox, for somebody who wants to be gone."""
    if seat is not None:
        for template in TEMPLATES:
            mail.forget(_key(template, seat))
    mail.forget(f"reserve-offer:{registration.uid}:")
    mail.forget(f"{OFFER_KEY}{registration.uid}:")

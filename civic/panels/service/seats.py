"""After the draw: seats for the drawn, an offer for everybody else, and the vacancies of a replacement draw.

`seat_the_drawn` runs in the transaction of the reveal, so it only writes rows, in bulk. The mails go out by
`jobs/seats.py`. A row without `token_index` waits for its mail: the job fills the index and queues the mail
in one transaction, so a process that is killed sends nothing twice and forgets nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from civic.accounts.models import User
from civic.calendar import today
from civic.db import db, move
from civic.errors import Invalid
from civic.events import queries as promises
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, PublicDraw, Registration, ReserveOffer, Seat, SeatText
from civic.panels.policy.seats import DROPPED_OUT, LIVING, WITHDRAWN, is_void
from civic.panels.queries import seats as queries
from civic.panels.service import seats_mail
from civic.panels.states import (
    SEAT_TRANSITIONS,
    DrawPurpose,
    RegistrationState,
    SeatAction,
    SeatState,
)

ANSWER = seats_mail.ANSWER
ANSWER_DAYS = 10
SHORTEST, LONGEST = 5, 30
CHUNK = 500


@dataclass(frozen=True)
class Vacancies:
    """For a replacement draw: who keeps their seat, who cannot be drawn, and how many seats are empty.

    `reasons` holds a code for everybody in the two lists: for the auditor, who checks them.
    """

    fixed: list[str]
    excluded: list[str]
    open_seats: int
    reasons: dict[str, str] = field(default_factory=dict)


def replacement_of(panel: Panel) -> Vacancies:
    """As it is now. Both lists hold people of the frozen pool, and nobody is in both."""
    everybody = queries.standings(panel.id)
    fixed = [one.uid for one in everybody if one.is_fixed]
    excluded = [one.uid for one in everybody if one.is_excluded]
    reasons = {one.uid: one.code for one in everybody if one.code}
    return Vacancies(fixed, excluded, max(0, panel.size - len(fixed)), reasons)


# --- who was drawn ---------------------------------------------------------------------------------------


def seat_the_drawn(public_draw: PublicDraw, uids: list[str], at: datetime) -> None:
    """A seat for everybody drawn who has none; after the first draw an offer for all others.

    A rehearsal invites nobody. A second time changes nothing.
    """
    if public_draw.is_rehearsal or promises.deadline_of(public_draw, ANSWER) is not None:
        return
    answer_by = _promise(public_draw, at)
    drawn = _people(public_draw.panel_id, uids)
    new = _make_seats(public_draw, drawn, answer_by, at)
    others = 0
    if public_draw.purpose is DrawPurpose.PANEL:
        others = _make_offers(public_draw.panel_id, {one.id for one in drawn}, at)
    data = {"draw": public_draw.id, "seats": new, "others": others, "answer_by": answer_by.isoformat()}
    what = events.What("seats_invited", visibility=Visibility.PUBLIC, data=data)
    events.record(events.Reference("panel", public_draw.panel_id), what, actor=None, at=at)


def _promise(public_draw: PublicDraw, at: datetime) -> date:
    """Who passes the date without an answer loses the seat; the administrator hears of it then."""
    text = queries.text_of(public_draw.panel_id)
    term = f"{text.answer_days if text is not None else ANSWER_DAYS} dagen"
    what = events.Promise(ANSWER, term, today(at), is_public=True, owner_id=public_draw.proposed_by_id)
    return events.promise(public_draw, what).due_on


def _people(panel_id: int, uids: Collection[str]) -> list[Any]:
    """The drawn who are still there: who withdrew since the freeze leaves the seat empty."""
    wanted = list(uids)
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        found += db.session.execute(
            select(Registration.id, Registration.uid).where(
                Registration.panel_id == panel_id,
                Registration.uid.in_(wanted[start : start + CHUNK]),
                Registration.state == RegistrationState.CONFIRMED,
            )
        ).all()
    return sorted(found)


def _make_seats(public_draw: PublicDraw, drawn: list[Any], answer_by: date, at: datetime) -> int:
    known = {
        one.registration_id: one
        for one in db.session.scalars(select(Seat).where(Seat.panel_id == public_draw.panel_id))
    }
    facts = {"public_draw_id": public_draw.id, "answer_by": answer_by, "invited_at": at}
    rows = [
        {"panel_id": public_draw.panel_id, "registration_id": person.id, **facts}
        for person in drawn
        if person.id not in known
    ]
    if rows:
        db.session.execute(insert(Seat), rows)
    again = [known[one.id].id for one in drawn if one.id in known and _is_anew(known[one.id], public_draw)]
    if again:
        _invite_again(again, facts)
    return len(rows) + len(again)


def _is_anew(seat: Seat, public_draw: PublicDraw) -> bool:
    """The draw this seat came from is void: what was answered then was about another draw.

    In a replacement draw somebody who was fixed can have said no meanwhile: that no holds.
    """
    if public_draw.purpose is DrawPurpose.PANEL:
        return seat.state not in LIVING
    return is_void(seat)


def _invite_again(ids: list[int], facts: dict[str, Any]) -> None:
    """One row per person per panel: it begins again. What it was before stands in the log."""
    nothing = dict.fromkeys(
        (
            "token_index",
            "told_at",
            "reminded_at",
            "answered_at",
            "answered_by",
            "recorded_by_id",
            "left_at",
            "left_code",
        )
    )
    db.session.execute(
        update(Seat)
        .where(Seat.id.in_(ids))
        .values(state=SeatState.INVITED, **nothing, **facts)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _make_offers(panel_id: int, drawn: set[int], at: datetime) -> int:
    pool = set(
        db.session.scalars(
            select(Registration.id).where(
                Registration.panel_id == panel_id,
                Registration.frozen_at.is_not(None),
                Registration.state == RegistrationState.CONFIRMED,
            )
        )
    )
    # after a void draw everybody is told again; a no to the reserve list stays a no
    mine = ReserveOffer.panel_id == panel_id
    known = set(db.session.scalars(select(ReserveOffer.registration_id).where(mine)))
    db.session.execute(
        update(ReserveOffer)
        .where(mine)
        .values(token_index=None, told_at=at)
        .execution_options(synchronize_session="fetch")
    )
    rows = [
        {"panel_id": panel_id, "registration_id": one, "told_at": at} for one in sorted(pool - drawn - known)
    ]
    if rows:
        db.session.execute(insert(ReserveOffer), rows)
    return len(pool - drawn)


# --- a void draw ---------------------------------------------------------------------------------------


def withdraw_seats(public_draw: PublicDraw, code: str, at: datetime) -> int:
    """The draw is void: nobody holds a seat by it. Who was told so gets a mail that says why."""
    if code in (DROPPED_OUT, WITHDRAWN):
        raise ValueError(f"not a reason for a void draw: {code!r}")
    # the panel first, as who answers an invitation does: two who wait for each other would both fail
    db.session.execute(select(Panel.id).where(Panel.id == public_draw.panel_id).with_for_update())
    living = select(Seat).where(Seat.public_draw_id == public_draw.id, Seat.state.in_(LIVING))
    living = living.options(joinedload(Seat.registration)).order_by(Seat.id)
    seats = list(db.session.scalars(living.with_for_update(of=Seat)))
    for seat in seats:
        leave(seat, code, actor=None, at=at)
        seats_mail.send_void(seat, code, at)
    events.keep_promise(public_draw, ANSWER, at)
    return len(seats)


def leave(seat: Seat, code: str, *, actor: User | None, at: datetime) -> None:
    """The seat is empty: `code` says why (a void draw, a registration that was withdrawn, dropping out)."""
    old, new = seat.state, SEAT_TRANSITIONS[seat.state, SeatAction.LEAVE]
    move(seat, old, new, left_at=at, left_code=code)
    what = events.What(
        "seat_left", from_state=old, to_state=new, reason_code=code, visibility=Visibility.PRIVATE
    )
    events.record(seat, what, actor=actor, at=at)


# --- what an invitation says ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """When and how long, what people get, and how many days they have to answer."""

    meetings: str
    honorarium: str
    answer_days: int


def save_text(panel: Panel, words: Words, *, actor: User, at: datetime) -> SeatText:
    """For the invitations that still have to go out, and for the page behind their links."""
    if not SHORTEST <= words.answer_days <= LONGEST:
        raise Invalid({"answer_days": [seats_mail.wrong_days(SHORTEST, LONGEST)]})
    row = queries.text_of(panel.id)
    if row is None:
        row = SeatText(panel_id=panel.id)
        db.session.add(row)
    row.meetings, row.honorarium = words.meetings.strip()[:600], words.honorarium.strip()[:300]
    row.answer_days, row.changed_by_id, row.changed_at = words.answer_days, actor.id, at
    what = events.What("seat_text_changed", data={"answer_days": words.answer_days})
    events.record(panel, what, actor=actor, at=at)
    return row

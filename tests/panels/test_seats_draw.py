"""Seats and offers in the transaction of the reveal, a void draw, and the vacancies of a replacement draw."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from civic.db import db
from civic.events.models import Deadline, Event, Visibility
from civic.panels.models import Panel, PublicDraw, Registration, ReserveOffer, Seat
from civic.panels.queries.seats import Standing
from civic.panels.service import seats as service
from civic.panels.service import seats_answers as answers
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.service.seats import Words
from civic.panels.states import (
    VOID_CODES,
    DrawPurpose,
    PublicDrawState,
    RegistrationState,
    SeatAnswer,
    SeatState,
    Stage,
)
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_seats import (
    PEOPLE,
    first_uids,
    frozen_panel,
    hold,
    invited,
    mails,
    make_public_draw,
    offer_of,
    pass_days,
    passed_over,
    person_in,
    seat_of,
    seated_panel,
    seats_of,
)

ACT = answers.Act(SeatAnswer.LINK, None, NOW)


def offers(panel: Panel) -> list[ReserveOffer]:
    return list(db.session.scalars(select(ReserveOffer).where(ReserveOffer.panel_id == panel.id)))


def test_the_drawn_get_a_seat_and_the_others_an_offer(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel(told=False)
        seats = seats_of(panel)
        assert len(seats) == panel.size == 45
        assert {one.state for one in seats} == {SeatState.INVITED}
        assert len(offers(panel)) == PEOPLE - 45
        assert not {one.registration_id for one in seats} & {one.registration_id for one in offers(panel)}
        assert all(one.token_index is None for one in seats)  # nobody was told yet
        event = db.session.scalars(select(Event).where(Event.action == "seats_invited")).one()
        assert event.visibility is Visibility.PUBLIC
        assert (event.data["seats"], event.data["others"]) == (45, PEOPLE - 45)


def test_seating_is_cheap_and_happens_once(app: Flask, count_statements: object) -> None:
    with app.app_context():
        panel = frozen_panel()
        draw, uids = make_public_draw(panel), first_uids(panel)
        with count_statements() as seen:  # type: ignore[operator]  # the fixture of the house
            service.seat_the_drawn(draw, uids, NOW)
        assert len(seen) <= 15
        service.seat_the_drawn(draw, uids, NOW)
        db.session.commit()
        assert len(seats_of(panel)) == 45


def test_the_date_to_answer_is_a_promise(app: Flask) -> None:
    """Ten days, unless the administrator said otherwise; a free day moves it, and it says why."""
    with app.app_context():
        seat = invited(told=False)
        promise = db.session.scalars(select(Deadline).where(Deadline.subject_type == "public_draw")).one()
        assert promise.due_on == seat.answer_by
        assert (promise.term, promise.is_public) == ("10 dagen", True)
        assert promise.owner_id == administrator().id
        other = frozen_panel(0)
        service.save_text(
            other, Words("Zaterdag 6 maart, 10 tot 16 uur.", "€ 50", 21), actor=administrator(), at=NOW
        )
        person = person_in(other)
        hold(other, [person.uid], told=False)
        assert (seat_of(person).answer_by - NOW.date()).days == 21


def test_a_rehearsal_invites_nobody(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(20)
        draw = make_public_draw(panel, is_rehearsal=True)
        service.seat_the_drawn(draw, first_uids(panel), NOW)
        assert seats_of(panel) == []
        assert offers(panel) == []


def test_who_withdrew_before_the_number_came_has_no_seat(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(40)
        uids = first_uids(panel)
        gone = db.session.scalars(select(Registration).where(Registration.uid == uids[0])).one()
        withdraw(gone, actor=None, at=NOW)
        draw = make_public_draw(panel)
        service.seat_the_drawn(draw, uids, NOW)
        assert len(seats_of(panel)) == len(uids) - 1
        assert service.replacement_of(panel).open_seats == panel.size - len(uids) + 1


def test_withdrawing_after_the_draw_leaves_the_seat(app: Flask) -> None:
    with app.app_context():
        seat = invited()
        person = seat.registration
        assert len(mails("seat_invitation")) == 1
        withdraw(person, actor=None, at=NOW + timedelta(days=1))
        db.session.commit()
        assert (seat.state, seat.left_code, seat.token_index) == (SeatState.LEFT, "withdrawn", None)
        assert mails() == []  # the outbox held the name and the link
        vacancies = service.replacement_of(db.session.get_one(Panel, seat.panel_id))
        assert (vacancies.fixed, vacancies.excluded) == ([], [person.uid])


def test_withdrawing_from_the_reserve_list_too(app: Flask) -> None:
    with app.app_context():
        offer = passed_over()
        withdraw(offer.registration, actor=None, at=NOW)
        db.session.commit()
        assert offer.token_index is None
        assert mails("reserve_offer") == []


def test_a_replacement_keeps_who_sits_and_fills_what_is_empty(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel()
        seats = seats_of(panel)
        for seat in seats[:20]:
            answers.decline(seat, ACT)
        for seat in seats[20:40]:
            answers.accept(seat, ACT)
        db.session.commit()
        vacancies = service.replacement_of(panel)
        assert vacancies.open_seats == 20
        assert set(vacancies.fixed) == {one.registration.uid for one in seats[20:]}
        assert set(vacancies.excluded) == {one.registration.uid for one in seats[:20]}
        reserve = [one.registration.uid for one in offers(panel)][:20]
        later = NOW + timedelta(days=12)
        hold(panel, [*vacancies.fixed, *reserve], DrawPurpose.REPLACEMENT, later)
        again = seats_of(panel)
        assert len(again) == 65
        new = [one for one in again if one.registration.uid in reserve]
        assert {one.state for one in new} == {SeatState.INVITED}
        assert service.replacement_of(panel).open_seats == 0
        assert len(offers(panel)) == PEOPLE - 45  # nobody is told a second time that they were not drawn
        assert len(mails("reserve_offer")) == PEOPLE - 45
        assert len(mails("seat_invitation")) == 65


def test_a_no_during_the_replacement_draw_stays_a_no(app: Flask) -> None:
    """The manifest has them as fixed, so the result names them again: they are not invited again."""
    with app.app_context():
        panel = seated_panel()
        seat = seats_of(panel)[0]
        fixed = service.replacement_of(panel).fixed
        answers.decline(seat, ACT)
        db.session.commit()
        hold(panel, fixed, DrawPurpose.REPLACEMENT, NOW + timedelta(days=3))
        assert seat.state is SeatState.DECLINED
        assert service.replacement_of(panel).open_seats == 1


def test_a_void_draw_takes_the_seats_back_and_says_why(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel()
        draw = db.session.scalars(select(PublicDraw)).one()
        seats = seats_of(panel)
        answers.accept(seats[0], ACT)
        answers.decline(seats[1], ACT)
        assert service.withdraw_seats(draw, VOID_CODES[0], NOW + timedelta(hours=2)) == 44
        db.session.commit()
        assert [one.state for one in seats[:3]] == [SeatState.LEFT, SeatState.DECLINED, SeatState.LEFT]
        assert {one.left_code for one in seats if one.state is SeatState.LEFT} == {VOID_CODES[0]}
        told = mails("seat_void")
        assert len(told) == 44
        assert "fout in het getal" in (told[0].text or "")
        assert service.withdraw_seats(draw, VOID_CODES[0], NOW + timedelta(hours=3)) == 0
        with pytest.raises(ValueError, match="not a reason"):
            service.withdraw_seats(draw, "dropped-out", NOW)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (VOID_CODES[1], "fout in de lijst met aanmeldingen"),
        ("lotingsgetal-kwam-toch", "Het eerste lotingsgetal kwam toch nog."),
        ("iets-anders", "staat op de pagina van het panel"),
    ],
)
def test_every_reason_has_its_words(app: Flask, code: str, why: str) -> None:
    """Also that of a fallback whose first chain gave its number after all."""
    with app.app_context():
        seat = invited()
        service.withdraw_seats(seat.public_draw, code, NOW)
        db.session.commit()
        assert why in (mails("seat_void")[0].text or "")
        assert service.replacement_of(db.session.get_one(Panel, seat.panel_id)).excluded == []


def test_a_void_draw_before_the_mails_writes_to_nobody(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel(told=False)
        draw = db.session.scalars(select(PublicDraw)).one()
        service.withdraw_seats(draw, VOID_CODES[1], NOW)
        draw.state, draw.ended_at = PublicDrawState.VOIDED, NOW
        panel.stage = Stage.FROZEN
        db.session.commit()
        pass_days(1)
        assert mails() == []


def test_after_a_void_draw_everybody_can_be_drawn_anew(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel()
        first = db.session.scalars(select(PublicDraw)).one()
        seats = seats_of(panel)
        answers.decline(seats[0], ACT)
        lucky = offers(panel)[0].registration
        service.withdraw_seats(first, VOID_CODES[0], NOW)
        first.state, first.ended_at = PublicDrawState.VOIDED, NOW
        db.session.commit()
        uids = [one.registration.uid for one in seats[:44]]
        later = NOW + timedelta(days=5)
        hold(panel, [*uids, lucky.uid], at=later)
        again = seats_of(panel, SeatState.INVITED)
        assert len(again) == 45
        assert all(one.answered_at is None and one.left_at is None for one in again)
        assert seat_of(lucky).state is SeatState.INVITED
        # who is not drawn this time is told, also who sat in the void draw; who is drawn is not
        assert len([one for one in mails("reserve_offer") if one.created_at == later]) == PEOPLE - 45
        assert len([one for one in mails("seat_invitation") if one.created_at == later]) == 45


def test_fixed_and_excluded_have_nobody_in_common(app: Flask) -> None:
    """Whatever people do, both lists are disjoint and lie in the frozen pool."""
    with app.app_context():
        panel = seated_panel(60)
        outside = person_in(panel)
        outside.frozen_at = None
        chance = random.Random(5)
        pool = {
            one.uid: one
            for one in db.session.scalars(select(Registration).where(Registration.frozen_at.is_not(None)))
        }
        later = NOW
        for step in range(80):
            later += timedelta(hours=1)
            act = answers.Act(SeatAnswer.LINK, None, later)
            person = pool[chance.choice(sorted(pool))]
            if person.state is RegistrationState.CONFIRMED:
                _do_something(person, chance, act)
            db.session.commit()
            found = service.replacement_of(panel)
            fixed, excluded = set(found.fixed), set(found.excluded)
            assert not fixed & excluded, step
            assert fixed | excluded <= pool.keys()
            assert found.open_seats == panel.size - len(fixed)
            assert (len(found.fixed), len(found.excluded)) == (len(fixed), len(excluded))
        assert len(excluded) > 10


def _do_something(person: Registration, chance: random.Random, act: answers.Act) -> None:
    seat = db.session.scalar(select(Seat).where(Seat.registration_id == person.id))
    what = chance.random()
    if what < 0.15:
        withdraw(person, actor=None, at=act.at)
    elif seat is None:
        answers.answer_offer(offer_of(person), is_available=what < 0.6, actor=None, at=act.at)
    elif seat.state in (SeatState.INVITED, SeatState.DECLINED) and what < 0.5:
        answers.accept(seat, act)
    elif seat.state is SeatState.ACCEPTED and what > 0.8:
        answers.drop_out(seat, act)
    elif seat.state in (SeatState.INVITED, SeatState.ACCEPTED):
        answers.decline(seat, act)


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing("a", RegistrationState.CONFIRMED, None, None, None), ""),
        (Standing("a", RegistrationState.CONFIRMED, None, None, True), ""),
        (Standing("a", RegistrationState.CONFIRMED, None, None, False), "no_reserve"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.INVITED, None, False), "invited"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.ACCEPTED, None, None), "sits"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.LAPSED, None, None), "lapsed"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.DECLINED, None, None), "declined"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.LEFT, "dropped-out", None), "left"),
        (Standing("a", RegistrationState.CONFIRMED, SeatState.LEFT, VOID_CODES[0], None), ""),
        (Standing("a", RegistrationState.WITHDRAWN, None, None, None), "withdrawn"),
        (Standing("a", RegistrationState.REMOVED, SeatState.INVITED, None, None), "removed"),
    ],
)
def test_who_keeps_a_seat_and_who_cannot_be_drawn(standing: Standing, code: str) -> None:
    """The code is for the auditor: everybody who is passed over, or not drawn for, has one."""
    is_fixed = code in {"sits", "invited"}
    assert (standing.is_fixed, standing.is_excluded) == (is_fixed, bool(code) and not is_fixed)
    assert standing.code == code

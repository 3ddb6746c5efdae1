"""Telling, reminding and lapsing: in batches, once each, whatever stops in between."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.calendar import today
from civic.db import committing, db
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from civic.panels.jobs.seats import tell_everybody
from civic.panels.models import Panel, PublicDraw, PublicDrawFile
from civic.panels.queries import seats as queries
from civic.panels.service import seats, seats_mail
from civic.panels.service import seats_answers as answers
from civic.panels.service.seats_answers import Told
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_pool import Wish
from tests.panels.makers_seats import (
    PEOPLE,
    frozen_panel,
    hold,
    invited,
    mails,
    make_public_draw,
    pass_days,
    passed_over,
    person_in,
    seat_of,
    seated_panel,
    seats_of,
    unreachable,
    without_mail,
)

ACT = answers.Act(SeatAnswer.LINK, None, NOW)


def test_everybody_hears_once(app: Flask) -> None:
    with app.app_context():
        panel = seated_panel(told=False)
        assert tell_everybody(NOW) == {"invited": 45, "thanked": PEOPLE - 45}
        assert tell_everybody(NOW + timedelta(seconds=10)) == {"invited": 0, "thanked": 0}
        assert (len(mails("seat_invitation")), len(mails("reserve_offer"))) == (45, PEOPLE - 45)
        assert all(one.token_index for one in seats_of(panel))


def _killed_after(count: int) -> None:
    with committing():
        assert seats_mail.send_invitations(NOW) == count
        raise KeyboardInterrupt


def test_a_kill_halfway_sends_nothing_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies in the second batch, after some of its mails were queued: that batch never was."""
    with app.app_context():
        monkeypatch.setattr(seats_mail, "BATCH", 20)
        panel = seated_panel(told=False)
        with committing():
            assert seats_mail.send_invitations(NOW) == 20
        with pytest.raises(KeyboardInterrupt):
            _killed_after(20)
        assert len(mails("seat_invitation")) == 20
        assert sum(one.token_index is not None for one in seats_of(panel)) == 20
        tell_everybody(NOW)
        assert len({one.address for one in mails("seat_invitation")}) == 45
        assert len(mails("seat_invitation")) == 45


def test_the_invitation_says_what_when_and_until_when(app: Flask) -> None:
    with app.app_context():
        seat = invited()
        mail = mails("seat_invitation")[0]
        assert mail.address == "zoe@example.nl"
        assert mail.subject == "U bent geloot: Zorg dicht bij huis"
        for text in (
            "Zoë Yılmaz",
            "Welke zorg moet",
            "3 december 2026",
            "/meedoen/plaats/",
            "kunt u uw antwoord",
        ):
            assert text in (mail.text or "")
        assert "18 jaar" not in (mail.text or "")
        assert seat.answer_by == date(2026, 12, 3)
        # only a keyed hash of the token is kept
        token = (mail.text or "").split("/meedoen/plaats/", 1)[1].split()[0]
        assert seat.token_index not in (None, token)


def _with_manifest(draw: PublicDraw, **numbers: int) -> None:
    content = json.dumps({"panel_size": 45, "excluded": 0, "impossible": 0, **numbers}).encode()
    row = PublicDrawFile(public_draw_id=draw.id, name="manifest.json", content=content)
    row.sha256, row.size = "0" * 64, len(content)
    db.session.add(row)
    db.session.commit()


def test_the_numbers_are_those_of_the_draw_itself(app: Flask, client: FlaskClient) -> None:
    """A replacement fills a few seats: who sits already is not drawn, and who said no cannot be."""
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel)
        draw = make_public_draw(panel, DrawPurpose.REPLACEMENT)
        _with_manifest(draw, pool_size=651, fixed=25, excluded=20, impossible=6)
        seats.seat_the_drawn(draw, [person.uid], NOW)
        db.session.commit()
        tell_everybody(NOW)
        text = mails("seat_invitation")[0].text or ""
        page = client.get(f"/meedoen/plaats/{queries.seat_token(seat_of(person))}").text
    for told in (text, page):
        assert "Uit 600 mensen zijn er 20 geloot." in told
        assert "651" not in told


def test_who_was_nominated_is_not_told_to_be_drawn(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel)
        person.is_nominated = True
        draw = hold(panel, [person.uid])
        seat = seat_of(person)
        pass_days(5)
        mail = mails("seat_invitation")[0]
        assert mail.subject == "U hebt een plaats: Zorg dicht bij huis"
        assert "U bent voorgedragen door een organisatie." in (mail.text or "")
        page = client.get(f"/meedoen/plaats/{queries.seat_token(seat)}").text
        assert "U hebt een plaats in het panel" in page
        pass_days(11)
        seats.withdraw_seats(draw, "fout-in-het-lotingsgetal", NOW)
        db.session.commit()
        told = [one.text or "" for one in mails()] + [page]
    assert len(told) >= 4
    assert not any("geloot voor het panel" in text or "zijn er" in text for text in told)


def test_support_that_was_asked_for_is_not_forgotten(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel)
        person.needs = {"interpreter": "Turks", "travel": True}
        db.session.commit()
        hold(panel, [person.uid])
        text = mails("seat_invitation")[0].text or ""
        assert "U vroeg om hulp" in text
        assert "Turks" not in text  # a mail box may be shared: what they need is on the page
        assert "Zorgontvangers" not in text


@pytest.mark.parametrize(
    ("born", "sentence"),
    [("2010-05-17", "U beslist zelf of u meedoet."), ("2011-05-17", "Vraag eerst een ouder of verzorger")],
)
def test_young_people_are_told_who_decides(app: Flask, born: str, sentence: str) -> None:
    """Sixteen and fifteen on the day of the draw."""
    with app.app_context():
        invited(Wish(name="Zoë Yılmaz", born=born, email="zoe@example.nl"))
        text = mails("seat_invitation")[0].text or ""
        assert "U bent nog geen 18 jaar." in text
        assert sentence in text


def test_without_mail_address_the_row_waits_for_a_call(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel)
        without_mail(person)
        hold(panel, [person.uid])
        assert mails() == []
        (seat,) = seats_of(panel)
        assert (seat.token_index is None, seat.told_at) == (False, None)
        assert tell_everybody(NOW)["invited"] == 0


def test_a_bad_address_stops_nobody_else(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        bad = person_in(panel, Wish(name="Cor Smit", email="a b@@example.nl"))
        good = person_in(panel)
        hold(panel, [bad.uid, good.uid])
        assert [one.address for one in mails()] == ["zoe@example.nl"]
        assert [one.told_at is None for one in seats_of(panel)] == [True, False]
        assert [one.registration_id for one in queries.seats_without_mail(panel.id)] == [bad.id]


@pytest.mark.parametrize("why", ["void", "stopped"])
def test_nothing_goes_out_for_a_draw_that_does_not_stand(app: Flask, why: str) -> None:
    with app.app_context():
        seat = invited(told=False)
        if why == "void":
            seat.public_draw.state, seat.public_draw.ended_at = PublicDrawState.VOIDED, NOW
        else:
            db.session.get_one(Panel, seat.panel_id).stage = Stage.STOPPED
        db.session.commit()
        assert tell_everybody(NOW) == {"invited": 0, "thanked": 0}
        pass_days(20)
        assert mails() == []
        assert seat.state is SeatState.INVITED


def test_reminders_after_five_days_and_two_days_before_the_end(app: Flask) -> None:
    with app.app_context():
        invited()
        sent = []
        for hours in range(0, 11 * 24, 6):
            before = len(mails("seat_reminder"))
            pass_days(0, NOW + timedelta(hours=hours))
            sent += [today(NOW + timedelta(hours=hours))] * (len(mails("seat_reminder")) - before)
        assert sent == [date(2026, 11, 28), date(2026, 12, 1)]
        assert "Dan gaat uw plaats naar iemand anders." in (mails("seat_reminder")[0].text or "")


def test_who_answered_is_not_reminded(app: Flask) -> None:
    """Also not by a reminder that waits for office hours."""
    with app.app_context():
        seat = invited()
        saturday = pass_days(5)
        assert mails("seat_reminder")[0].next_at > saturday
        answers.accept(seat, answers.Act(SeatAnswer.LINK, None, saturday))
        db.session.commit()
        assert mails("seat_reminder") == []
        pass_days(8)
        assert mails("seat_reminder") == []


def test_after_the_date_the_seat_is_empty_and_the_mail_says_so(app: Flask) -> None:
    with app.app_context():
        seat = invited()
        pass_days(10)  # the last day itself
        assert mails("seat_lapsed") == []
        later = pass_days(11)
        db.session.expire_all()
        assert seat.state is SeatState.LAPSED
        lapsed: list[OutgoingMail] = mails("seat_lapsed")
        assert "Wilt u toch meedoen?" in (lapsed[0].text or "")
        pass_days(0, later)
        assert len(mails("seat_lapsed")) == 1


def test_nobody_loses_a_seat_they_were_never_told_of(app: Flask) -> None:
    with app.app_context():
        seat = invited(told=False)
        pass_days(12)
        assert seat.state is SeatState.INVITED


def test_the_clock_alone_takes_no_seat_from_who_cannot_be_mailed(app: Flask) -> None:
    with app.app_context():
        seat = unreachable()
        for days in (12, 59, 70):
            pass_days(days)
        db.session.refresh(seat)
        assert seat.state is SeatState.INVITED


@pytest.mark.parametrize(("how", "action"), [(Told.CALLED, "seat_called"), (Told.WRITTEN, "seat_written")])
def test_the_days_run_from_the_day_staff_told_somebody(app: Flask, how: Told, action: str) -> None:
    """Also when that is long after the draw: the same ten days as everybody."""
    with app.app_context():
        seat = unreachable()
        late = NOW + timedelta(days=55)
        for hours in (0, 5):  # twice is once
            answers.tell(seat, how, actor=administrator(), at=late + timedelta(hours=hours))
        db.session.commit()
        assert seat.told_at == late
        assert (seat.answer_by - late.date()).days >= 10
        event = db.session.scalars(select(Event).where(Event.action == action)).one()
        assert (event.data["how"], event.actor_kind) == (how.value, "user")
        last = (seat.answer_by - late.date()).days
        pass_days(last, late)
        db.session.refresh(seat)
        assert seat.state is SeatState.INVITED
        pass_days(last + 1, late)
        db.session.refresh(seat)
        assert seat.state is SeatState.LAPSED


def test_a_mail_that_goes_out_late_gives_the_same_days(app: Flask) -> None:
    """The jobs stood still for twelve days."""
    with app.app_context():
        seat = invited(told=False)
        late = NOW + timedelta(days=12)
        tell_everybody(late)
        db.session.refresh(seat)
        assert seat.told_at == late
        assert (seat.answer_by - late.date()).days >= 10
        assert "3 december" not in (mails("seat_invitation")[0].text or "")
        pass_days(0, late + timedelta(days=1))
        db.session.refresh(seat)
        assert seat.state is SeatState.INVITED


def test_who_calls_first_was_told(app: Flask) -> None:
    with app.app_context():
        seat = unreachable()
        late = NOW + timedelta(days=20)
        answers.accept(seat, answers.Act(SeatAnswer.CODE, None, late))
        db.session.commit()
        assert seat.told_at == late
        assert seat.answer_by > late.date()


def test_nobody_is_told_of_a_seat_that_is_over(app: Flask) -> None:
    with app.app_context():
        seat = unreachable()
        answers.decline(seat, ACT)
        seat.told_at = None
        with pytest.raises(NotAllowedNow):
            answers.tell(seat, Told.CALLED, actor=administrator(), at=NOW)


def test_a_row_that_retention_blanked_is_not_news_again(app: Flask) -> None:
    with app.app_context():
        seat = invited()
        offer = passed_over()
        seat.token_index = offer.token_index = None
        db.session.commit()
        assert tell_everybody(NOW + timedelta(days=731)) == {"invited": 0, "thanked": 0}

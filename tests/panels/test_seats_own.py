"""Answering behind the link of the mail, with the code of the first letter, and on the reserve list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.events.models import Deadline, Event
from civic.panels.models import Panel, ReserveOffer, Seat
from civic.panels.queries import seats as queries
from civic.panels.queries.registrations import access_index_of
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.service.seats import withdraw_seats
from civic.panels.states import VOID_CODES, DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_pool import Wish
from tests.panels.makers_seats import (
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
    with_letter,
)

LATE = timedelta(days=11)


def drawn(app: Flask, wish: Wish | None = None) -> tuple[str, int]:
    with app.app_context():
        seat = invited(wish)
        return f"/meedoen/plaats/{queries.seat_token(seat)}", seat.id


def now_is(app: Flask, seat_id: int) -> Seat:
    db.session.expire_all()
    return db.session.get_one(Seat, seat_id)


def say(client: FlaskClient, url: str, answer: str) -> Any:
    return client.post(url, data={"answer": answer})


def test_looking_answers_nothing(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    page = client.get(url)
    assert page.status_code == 200
    for text in ("U bent geloot", "Zorg dicht bij huis", "3 december 2026", "Zoë Yılmaz", "Ja, ik doe mee"):
        assert text in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    client.head(url)
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.INVITED
        assert actions_of(now_is(app, seat_id)) == []


def test_yes_and_then_no_and_yes_again(app: Flask, client: FlaskClient) -> None:
    """Until the date people may think again, with the same link and without a session."""
    url, seat_id = drawn(app)
    for answer, state in (("ja", "accepted"), ("nee", "declined"), ("ja", "accepted")):
        reply = app.test_client().post(url, data={"answer": answer})
        assert reply.status_code == 303
        with app.app_context():
            assert now_is(app, seat_id).state.value == state
    assert "U doet mee" in client.get(url).text
    with app.app_context():
        seat = now_is(app, seat_id)
        assert (seat.answered_by, seat.recorded_by_id) == (SeatAnswer.LINK, None)
        assert actions_of(seat) == ["seat_accepted", "seat_declined", "seat_accepted"]
        assert len(mails("seat_answered")) == 3
        event = db.session.scalars(select(Event).where(Event.action == "seat_declined")).one()
        assert (event.actor_kind, event.data) == ("anonymous", {"by": "link"})


def test_twice_is_once(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    for answer in ("ja", "ja"):
        assert say(client, url, answer).status_code == 303
    with app.app_context():
        assert actions_of(now_is(app, seat_id)) == ["seat_accepted"]
        assert len(mails("seat_answered")) == 1


def test_when_all_answered_the_promise_is_kept(app: Flask, client: FlaskClient) -> None:
    url, _seat_id = drawn(app)
    say(client, url, "nee")
    with app.app_context():
        assert db.session.scalars(select(Deadline)).one().met_at is not None


@pytest.mark.parametrize("answer", ["", "misschien", "ja\0", "<script>", "x" * 5000])
def test_something_else_than_a_button(app: Flask, client: FlaskClient, answer: str) -> None:
    url, seat_id = drawn(app)
    reply = say(client, url, answer)
    assert reply.status_code in (400, 422)
    if reply.status_code == 422:
        assert "Kies ja of nee." in reply.text
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.INVITED


@pytest.mark.parametrize("kind", ["plaats", "reserve"])
def test_a_guessed_link_is_no_link(app: Flask, client: FlaskClient, kind: str) -> None:
    drawn(app)
    for token in ("ab" * 32, "x", "A" * 64, "ab" * 31 + "zz", "..%2f..", "é" * 10):
        assert client.get(f"/meedoen/{kind}/{token}").status_code == 404
        assert client.post(f"/meedoen/{kind}/{token}", data={"answer": "ja"}).status_code == 404


def test_other_links_of_the_person_do_not_answer(app: Flask, client: FlaskClient) -> None:
    """The link of the own page, of the reserve list and of another person open no seat."""
    with app.app_context():
        seat = invited()
        seat.registration.access_index = access_index_of("cd" * 32)
        db.session.commit()
        offer_token = queries.offer_token(seat.registration)
    assert client.get(f"/meedoen/plaats/{'cd' * 32}").status_code == 404
    assert client.get(f"/meedoen/plaats/{offer_token}").status_code == 404
    assert client.get(f"/meedoen/reserve/{offer_token}").status_code == 404


def test_after_the_date_somebody_who_said_yes_confirms_dropping_out(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    say(client, url, "ja")
    with time_machine.travel(NOW + LATE):
        assert "Ik kan toch niet meedoen" in client.get(url).text
        reply = say(client, url, "nee")  # an old page: asked once more
        assert reply.location.endswith("?afzeggen=1")
        assert "niet meer terugdraaien" in client.get(f"{url}?afzeggen=1").text
        assert say(client, f"{url}?afzeggen=1", "stop").status_code == 303
        page = client.get(url).text
        assert "U bent gestopt met dit panel" in page
        assert "Ja, ik doe mee" not in page
        assert say(client, url, "ja").status_code == 409
        assert say(client, url, "nee").status_code == 303  # they are gone already
    with app.app_context():
        seat = now_is(app, seat_id)
        assert (seat.state, seat.left_code) == (SeatState.LEFT, "dropped-out")
        assert actions_of(seat) == ["seat_accepted", "seat_left"]


def test_late_is_possible_while_nobody_sits_there(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    with app.app_context():
        pass_days(11)
    with time_machine.travel(NOW + LATE):
        page = client.get(url).text
        assert "De dag om te antwoorden is voorbij" in page
        assert "er zit nog niemand op uw plaats" in page
        assert say(client, url, "ja").status_code == 303
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.ACCEPTED


@pytest.mark.parametrize("state", [PublicDrawState.COMMITTED, PublicDrawState.DRAWN])
def test_late_is_too_late_once_the_seat_is_drawn_for(
    app: Flask, client: FlaskClient, state: PublicDrawState
) -> None:
    url, seat_id = drawn(app)
    with app.app_context():
        pass_days(11)
        panel = db.session.get_one(Panel, now_is(app, seat_id).panel_id)
        make_public_draw(panel, DrawPurpose.REPLACEMENT, NOW + timedelta(days=14), state)
    with time_machine.travel(NOW + timedelta(days=13)):
        page = client.get(url).text
        assert "voor uw plaats is iemand anders geloot" in page
        assert "Ja, ik doe mee" not in page
        reply = say(client, url, "ja")
        assert reply.status_code == 409
        assert "Uw plaats is niet meer vrij" in reply.text
        assert "Bel" in reply.text or "bel" in reply.text
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.LAPSED


def test_a_full_panel_takes_nobody_back(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    say(client, url, "nee")
    with app.app_context():
        seat = now_is(app, seat_id)
        panel = db.session.get_one(Panel, seat.panel_id)
        panel.size = 2
        for number in range(2):
            other = person_in(panel, Wish(name=f"Cor Smit {number}"))
            db.session.add(
                Seat(
                    panel_id=panel.id,
                    public_draw_id=seat.public_draw_id,
                    registration_id=other.id,
                    answer_by=seat.answer_by,
                    invited_at=NOW,
                )
            )
        db.session.commit()
    assert say(client, url, "ja").status_code == 409


@pytest.mark.parametrize("stage", [Stage.FROZEN, Stage.STOPPED])
def test_not_when_the_panel_stopped(app: Flask, client: FlaskClient, stage: Stage) -> None:
    url, seat_id = drawn(app)
    with app.app_context():
        db.session.get_one(Panel, now_is(app, seat_id).panel_id).stage = stage
        db.session.commit()
    assert "U kunt nu niet antwoorden" in client.get(url).text
    assert say(client, url, "ja").status_code == 409
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.INVITED


def test_a_void_draw_says_so(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    with app.app_context():
        withdraw_seats(now_is(app, seat_id).public_draw, VOID_CODES[0], NOW)
        db.session.commit()
    page = client.get(url).text
    assert "Deze loting is ongeldig" in page
    assert "fout in het lotingsgetal" in page
    assert say(client, url, "ja").status_code == 409


def test_the_link_dies_with_the_registration(app: Flask, client: FlaskClient) -> None:
    url, seat_id = drawn(app)
    with app.app_context():
        withdraw(now_is(app, seat_id).registration, actor=None, at=NOW)
        db.session.commit()
    assert client.get(url).status_code == 404
    assert say(client, url, "ja").status_code == 404
    with app.app_context():
        assert now_is(app, seat_id).state is SeatState.LEFT


def test_answering_a_hundred_times_is_stopped(app: Flask, client: FlaskClient) -> None:
    url, _seat_id = drawn(app)
    codes = [say(client, url, "ja" if number % 2 else "nee").status_code for number in range(32)]
    assert codes == [303] * 30 + [429] * 2


@pytest.mark.parametrize(
    ("born", "text"), [("2010-05-17", "U beslist zelf"), ("2011-05-17", "ouder of verzorger")]
)
def test_young_people_read_who_decides(app: Flask, client: FlaskClient, born: str, text: str) -> None:
    url, _seat_id = drawn(app, Wish(name="Zoë Yılmaz", born=born, email="zoe@example.nl"))
    page = client.get(url).text
    assert "U bent nog geen 18 jaar" in page
    assert text in page


# --- with the code of the first letter ----------------------------------------------------------------------


def by_code(client: FlaskClient, code: str, born: str = "17-05-1980") -> Any:
    return client.post("/meedoen/plaats", data={"code": code, "birth_date": born})


def test_the_code_of_the_letter_opens_the_same_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seat = invited()
        code, seat_id = with_letter(seat.registration), seat.id
    reply = by_code(client, code.lower().replace("-", " "))
    assert reply.status_code == 303
    assert say(client, reply.location, "ja").status_code == 303
    with app.app_context():
        assert now_is(app, seat_id).answered_by is SeatAnswer.CODE


def test_wrong_code_and_wrong_date_get_one_answer(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seat = invited()
        code = with_letter(seat.registration)
        panel = frozen_panel(0, stage=Stage.FROZEN)
        undrawn = with_letter(person_in(panel))
    answers = [
        by_code(client, code, "18-05-1980"),
        by_code(client, "K7QM-3XDP-WT5R"),
        by_code(client, "onzin"),
        by_code(client, undrawn),
    ]
    assert {one.status_code for one in answers} == {422}
    for one in answers:
        assert "Bij deze code en geboortedatum vinden wij geen uitslag." in one.text
    assert by_code(client, "", "").text.count("field__error") >= 2  # both at once


def test_trying_codes_is_stopped(app: Flask, client: FlaskClient) -> None:
    codes = [by_code(client, "K7QM-3XDP-WT5R").status_code for _number in range(61)]
    assert codes[-1] == 429


def test_the_code_of_who_was_not_drawn_opens_the_reserve_list(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        code = with_letter(passed_over().registration)
    reply = by_code(client, code)
    assert "/meedoen/reserve/" in reply.location


# --- the reserve list ---------------------------------------------------------------------------------------


def test_no_answer_stays_available_and_one_button_says_no(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        offer = passed_over()
        url, offer_id = f"/meedoen/reserve/{queries.offer_token(offer.registration)}", offer.id
    page = client.get(url).text
    for text in ("U bent niet geloot", "Zegt u niets? Dan blijft u erop staan.", "hoe er geloot is"):
        assert text in page
    for answer, is_available in (("nee", False), ("nee", False), ("ja", True)):
        assert say(client, url, answer).status_code == 303
        with app.app_context():
            assert db.session.get_one(ReserveOffer, offer_id).is_available is is_available
    with app.app_context():
        assert actions_of(db.session.get_one(ReserveOffer, offer_id)) == [
            "reserve_declined",
            "reserve_accepted",
        ]


def test_who_is_drawn_later_is_sent_on(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        offer = passed_over()
        person, url = offer.registration, f"/meedoen/reserve/{queries.offer_token(offer.registration)}"
        panel = db.session.get_one(Panel, offer.panel_id)
        hold(panel, [person.uid], DrawPurpose.REPLACEMENT, NOW + timedelta(days=12))
        token = queries.seat_token(seat_of(person))
    reply = client.get(url)
    assert (reply.status_code, reply.location) == (303, f"/meedoen/plaats/{token}")


# --- the own page -------------------------------------------------------------------------------------------


def own_page(app: Flask, client: FlaskClient, row: Seat | ReserveOffer) -> str:
    with app.app_context():
        person = db.session.merge(row).registration
        person.access_index = access_index_of("ef" * 32)
        db.session.commit()
    return client.get(f"/meedoen/mijn/{'ef' * 32}").text


def test_the_own_page_says_drawn(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seat = invited()
        url = f"/meedoen/plaats/{queries.seat_token(seat)}"
        row = db.session.merge(seat)
    page = own_page(app, client, row)
    assert "U bent geloot" in page
    assert url in page
    say(client, url, "ja")
    assert "U bent geloot en u doet mee" in client.get(f"/meedoen/mijn/{'ef' * 32}").text


def test_the_own_page_says_not_drawn(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        offer = passed_over()
    page = own_page(app, client, offer)
    assert "U bent niet geloot" in page
    assert "U staat op de reservelijst" in page


def test_the_own_page_says_nothing_before_people_are_told(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seat = invited(told=False)
    page = own_page(app, client, seat)
    assert "geloot" not in page.split("<h2", 1)[0]
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel)
        assert queries.chosen(person) == (None, None)
        hold(panel, [])
        assert queries.chosen(person).offer == offer_of(person)

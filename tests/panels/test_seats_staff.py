"""What lottery administrators see and do after the draw, and what nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db, now
from civic.events.models import Event
from civic.panels.models import Panel, ReserveOffer, Seat
from civic.panels.queries import seats as queries
from civic.panels.queries import seats_counts as counts
from civic.panels.service import registrations
from civic.panels.service import seats as service
from civic.panels.service import seats_answers as answers
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_pool import Wish
from tests.panels.makers_seats import (
    frozen_panel,
    hold,
    invited,
    make_public_draw,
    passed_over,
    person_in,
    seated_panel,
    seats_of,
    with_letter,
    without_mail,
)

ACT = answers.Act(SeatAnswer.LINK, None, NOW)
SignIn = Callable[..., FlaskClient]


def seated(app: Flask, declined: int = 0) -> str:
    with app.app_context():
        panel = seated_panel(told=False)
        for seat in seats_of(panel)[:declined]:
            answers.decline(seat, ACT)
        db.session.commit()
        return f"/panels/{panel.id}/leden"


def one(app: Flask, wish: Wish | None = None) -> tuple[str, int]:
    with app.app_context():
        seat = invited(wish)
        return f"/panels/{seat.panel_id}/leden", seat.id


def forget_second_factor(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int(now().timestamp()) - 600


# --- the page -----------------------------------------------------------------------------------------------


def test_counts_and_the_next_step(app: Flask, administrator_client: FlaskClient) -> None:
    url = seated(app, declined=20)
    page = administrator_client.get(url).text
    for text in (
        "Er zijn 20 plaatsen leeg.",
        "Bereid een naloting voor.",
        "25 moeten nog antwoorden.",
        "Urk",
    ):
        assert text in page
    for hidden in ("Anna de Boer", "@example.nl", "Kerkweg"):
        assert hidden not in page  # the list names nobody


def test_who_sits_or_left_is_not_on_the_reserve_list(app: Flask) -> None:
    """126 people, 45 drawn. Of the other 81: one said no, one withdrew, one was drawn later; and a void seat
    never was one."""
    with app.app_context():
        panel = seated_panel()
        offers = db.session.scalars(select(ReserveOffer).order_by(ReserveOffer.id)).all()
        assert (counts.head_of(panel.id).reserve, counts.head_of(panel.id).said_no) == (81, 0)
        answers.answer_offer(offers[0], is_available=False, actor=None, at=NOW)
        registrations.withdraw(offers[1].registration, actor=None, at=NOW)
        drawn = [one.registration.uid for one in offers[2:4]]
        db.session.commit()
        hold(panel, drawn, DrawPurpose.REPLACEMENT)
        assert (counts.head_of(panel.id).reserve, counts.head_of(panel.id).said_no) == (77, 1)
        seat = queries.seat_of_registration(offers[2].registration_id)
        assert seat is not None
        service.leave(seat, "fout-in-het-lotingsgetal", actor=None, at=NOW)
        db.session.commit()
        assert counts.head_of(panel.id).reserve == 78


def test_a_draw_under_way_is_the_next_step(app: Flask, administrator_client: FlaskClient) -> None:
    url = seated(app, declined=3)
    with app.app_context():
        panel = db.session.get_one(Panel, int(url.split("/")[2]))
        make_public_draw(panel, DrawPurpose.REPLACEMENT, NOW + timedelta(days=3), PublicDrawState.COMMITTED)
    page = administrator_client.get(url).text
    assert "Er loopt al een loting voor lege plaatsen." in page
    assert "Bereid een naloting voor" not in page


def test_before_the_draw_there_is_a_letter_to_write(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = frozen_panel(0, stage=Stage.FROZEN)
        url = f"/panels/{panel.id}/leden"
    assert "Schrijf de uitnodiging" in administrator_client.get(url).text
    form = {"meetings": "Zaterdag 6 maart\n10 tot 16 uur", "honorarium": "€ 50", "answer_days": "14"}
    assert administrator_client.post(f"{url}/uitnodiging", data=form).status_code == 303
    with app.app_context():
        panel = db.session.merge(panel)
        panel.stage = Stage.DRAWN
        person = person_in(panel)
        hold(panel, [person.uid])
        token = queries.seat_token(seats_of(panel)[0])
    page = administrator_client.get(f"/meedoen/plaats/{token}").text
    assert "Zaterdag 6 maart" in page
    assert "7 december 2026" in page


@pytest.mark.parametrize(
    "form",
    [
        {"answer_days": ""},
        {"meetings": "x" * 601, "honorarium": "x" * 301, "answer_days": "1000"},
        {"answer_days": "tien"},
    ],
)
def test_a_bad_letter_says_all_that_is_wrong(
    app: Flask, administrator_client: FlaskClient, form: dict[str, str]
) -> None:
    url, _seat_id = one(app)
    reply = administrator_client.post(f"{url}/uitnodiging", data=form)
    assert reply.status_code == 422
    assert reply.text.count('<p class="field__error">') == 3


def test_pages_cost_the_same_whatever_the_size(
    app: Flask, administrator_client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    small, _seat_id = one(app)
    large = seated(app, declined=5)
    administrator_client.get(small)
    counts = []
    for url in (small, large):
        with count_statements() as seen:
            assert administrator_client.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    # three of them are what every page asks: the person, their roles, the region
    assert counts[0] <= 3 + 4


def test_paging_and_filters(app: Flask, administrator_client: FlaskClient) -> None:
    url = seated(app, declined=3)
    page = administrator_client.get(url).text
    assert page.count("/leden/") > 20
    older = page.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert administrator_client.get(older).status_code == 200
    declined = administrator_client.get(f"{url}?stand=declined").text
    assert declined.count('<th scope="row"><a') == 3
    for strange in ("stand=zomaar", "gemeente=999999", "gemeente=-1", "voor=x", "stand=%00", "_external=1"):
        assert administrator_client.get(f"{url}?{strange}").status_code in (200, 400)
    assert "Hier staat niemand." in administrator_client.get(f"{url}?stand=left").text


def test_the_auditor_sees_counts_and_no_small_ones(app: Flask, sign_in: SignIn) -> None:
    url = seated(app, declined=2)
    auditor = sign_in(Role.AUDITOR, email="auditor@example.nl")
    page = auditor.get(url).text
    assert "niet getoond" in page
    assert "Zorgontvangers" not in page
    for path in ("/lijst", "/zoeken", "/uitnodiging"):
        assert auditor.get(f"{url}{path}").status_code == 403


@pytest.mark.parametrize("role", [Role.CIVIL_REGISTRY, Role.COUNCIL_OFFICE, Role.ADMINISTRATOR])
def test_municipalities_see_nothing_of_it(app: Flask, sign_in: SignIn, role: Role) -> None:
    url, seat_id = one(app)
    client = sign_in(role, email="daan@example.nl", code=None if role is Role.ADMINISTRATOR else "GM0034")
    for path in ("", f"/{seat_id}", f"/{seat_id}/antwoord", "/lijst", "/zoeken", ".csv", "/uitnodiging"):
        assert client.get(f"{url}{path}").status_code == 403
    assert client.post(f"{url}/{seat_id}/antwoord", data={"answer": "ja"}).status_code == 403
    with app.app_context():
        assert db.session.get_one(Seat, seat_id).state is SeatState.INVITED


# --- one seat -----------------------------------------------------------------------------------------------


def test_reading_one_is_logged(app: Flask, administrator_client: FlaskClient) -> None:
    url, seat_id = one(app)
    page = administrator_client.get(f"{url}/{seat_id}").text
    for text in ("Zoë Yılmaz", "zoe@example.nl", "Wacht op antwoord"):
        assert text in page
    with app.app_context():
        assert actions_of(db.session.get_one(Seat, seat_id)) == ["seat_read"]


def test_answering_on_the_telephone(app: Flask, administrator_client: FlaskClient) -> None:
    url, seat_id = one(app)
    page = administrator_client.get(f"{url}/{seat_id}/antwoord").text
    assert "Ik stop voorgoed" not in page  # nobody can stop before they said yes
    assert administrator_client.post(f"{url}/{seat_id}/antwoord", data={}).status_code == 422
    for answer, state in (("ja", "accepted"), ("nee", "declined"), ("ja", "accepted"), ("stop", "left")):
        reply = administrator_client.post(f"{url}/{seat_id}/antwoord", data={"answer": answer})
        assert reply.status_code == 303
        with app.app_context():
            seat = db.session.get_one(Seat, seat_id)
            assert seat.state.value == state
            assert seat.answered_by is SeatAnswer.PHONE
            assert seat.recorded_by_id is not None
    assert administrator_client.get(f"{url}/{seat_id}/antwoord").status_code == 409
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "seat_left")).one()
        assert (event.actor_kind, event.reason_code) == ("user", "dropped-out")


@pytest.mark.parametrize("answer", ["stop", "zomaar", "<b>", "ja" * 900])
def test_what_cannot_be_said_now(app: Flask, administrator_client: FlaskClient, answer: str) -> None:
    url, seat_id = one(app)
    reply = administrator_client.post(f"{url}/{seat_id}/antwoord", data={"answer": answer})
    assert reply.status_code == 422


def test_a_seat_of_another_panel(app: Flask, administrator_client: FlaskClient) -> None:
    url, seat_id = one(app)
    other, _other_id = one(app)
    assert administrator_client.get(f"{other}/{seat_id}").status_code == 404
    reply = administrator_client.post(f"{other}/{seat_id}/antwoord", data={"answer": "ja"})
    assert reply.status_code == 404
    assert administrator_client.get(f"{url}/999999").status_code == 404
    with app.app_context():
        offer = passed_over()
        offer_id, foreign = offer.id, offer.panel_id
    assert administrator_client.get(f"{url}/reserve/{offer_id}").status_code == 404
    assert administrator_client.get(f"/panels/{foreign}/leden/reserve/{offer_id}").status_code == 200


def test_somebody_who_was_not_drawn_calls(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        offer = passed_over()
        url, offer_id = f"/panels/{offer.panel_id}/leden", offer.id
    reply = administrator_client.post(f"{url}/zoeken", data={"wanted": "ZOE@example.nl"})
    assert f"/reserve/{offer_id}" in reply.text
    administrator_client.post(f"{url}/reserve/{offer_id}", data={"answer": "nee"})
    with app.app_context():
        assert db.session.get_one(ReserveOffer, offer_id).is_available is False


def test_finding_the_seat_of_who_calls(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        seat = invited()
        code, person_id = with_letter(seat.registration), seat.registration_id
        url, seat_id = f"/panels/{seat.panel_id}/leden", seat.id
    for wanted in (code, "zoe@example.nl", str(person_id)):
        reply = administrator_client.post(f"{url}/zoeken", data={"wanted": wanted})
        assert (reply.status_code, reply.location) == (303, f"{url}/{seat_id}")
    reply = administrator_client.post(f"{url}/zoeken", data={"wanted": "niemand@example.nl"})
    assert reply.status_code == 422
    other, _other_id = one(app)
    assert administrator_client.post(f"{other}/zoeken", data={"wanted": code}).status_code == 422


# --- lists with names ---------------------------------------------------------------------------------------


def test_lists_need_a_second_factor_just_given(app: Flask, administrator_client: FlaskClient) -> None:
    url, _seat_id = one(app)
    forget_second_factor(administrator_client)
    for path in ("/lijst?soort=alle", ".csv?soort=alle"):
        reply = administrator_client.get(f"{url}{path}")
        assert reply.status_code == 302
        assert "Yılmaz" not in reply.text
    with app.app_context():
        assert db.session.scalar(select(Event.id).where(Event.action == "seats_listed")) is None


def test_who_has_no_mail_is_on_the_list_to_call(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        called = person_in(panel, Wish(name="=Cor Smit", born="1991-02-03"))
        without_mail(called, "06-00000000")
        mailed = person_in(panel)
        passed = person_in(panel, Wish(name="Gerda Post", born="1991-02-04"))
        hold(panel, [called.uid, mailed.uid])
        url = f"/panels/{panel.id}/leden"
        assert passed.email is None
    page = administrator_client.get(f"{url}/lijst?soort=bellen").text
    assert "Cor Smit" in page
    assert "06-00000000" in page
    assert "Zoë" not in page
    assert "Gerda Post" in administrator_client.get(f"{url}/lijst?soort=reserve").text
    file = administrator_client.get(f"{url}.csv?soort=alle")
    assert file.mimetype == "text/csv"
    assert "'=Cor Smit" in file.text  # never a formula
    assert "Zoë Yılmaz" in file.text
    assert "Zorgontvangers" not in file.text
    assert "meedoen/plaats" not in file.text
    assert administrator_client.get(f"{url}.csv?soort=zomaar").status_code == 404
    with app.app_context():
        events = db.session.scalars(
            select(Event).where(Event.action == "seats_listed").order_by(Event.id)
        ).all()
        assert [one.data for one in events] == [
            {"kind": "bellen", "people": 1},
            {"kind": "reserve", "people": 1},
            {"kind": "alle", "people": 2},
        ]

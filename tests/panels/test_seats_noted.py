"""What staff type in for somebody: the person hears it, a second administrator sees how often."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.accounts.session import SECOND_FACTOR_AT
from civic.db import db, now
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from civic.panels.models import Panel, Registration, ReserveOffer, Seat
from civic.panels.presentation.seats import exclusions
from civic.panels.queries import seats as queries
from civic.panels.service import seats as service
from civic.panels.service import seats_answers as answers
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_freeze import second
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
    seated_panel,
    seats_of,
    unreachable,
    without_mail,
)

LINK = answers.Act(SeatAnswer.LINK, None, NOW)


def phoned() -> answers.Act:
    return answers.Act(SeatAnswer.PHONE, administrator(), NOW)


def forget_second_factor(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int(now().timestamp()) - 600


def test_nobody_empties_the_reserve_list_unseen(app: Flask) -> None:
    """Everybody who is taken off gets a mail, and who decides on the replacement sees the number."""
    with app.app_context():
        panel = seated_panel()
        offers = db.session.scalars(select(ReserveOffer).where(ReserveOffer.panel_id == panel.id)).all()
        before = db.session.scalar(select(func.count(OutgoingMail.id))) or 0
        for offer in offers[:-10]:
            answers.answer_offer(offer, is_available=False, actor=administrator(), at=NOW)
        db.session.commit()
        after = db.session.scalar(select(func.count(OutgoingMail.id))) or 0
        assert after - before == len(offers) - 10
        assert dict(exclusions(panel))["Een medewerker noteerde een nee"] == len(offers) - 10


@pytest.mark.parametrize("is_available", [True, False])
def test_the_mail_about_the_reserve_list_has_the_own_link(
    app: Flask, client: FlaskClient, is_available: bool
) -> None:
    with app.app_context():
        offer = passed_over()
        answers.answer_offer(offer, is_available=is_available, actor=administrator(), at=NOW)
        db.session.commit()
        (mail,) = mails("reserve_answered")
        assert mail.address == "zoe@example.nl"
        text = mail.text or ""
        assert "Iemand noteerde dat u" in text
        assert "Klopt dat niet? Bel ons, of kies hier opnieuw:" in text
        path = f"/meedoen/reserve/{queries.offer_token(offer.registration)}"
        assert path in text
        offer_id = offer.id
    client.post(path, data={"answer": "ja"})
    with app.app_context():
        found = db.session.get_one(ReserveOffer, offer_id)
        assert found.is_available is True
        assert (found.recorded_by_id is None) is (not is_available)  # who chooses again, chose
        assert len(mails("reserve_answered")) == 1  # nothing about what people do themselves


@pytest.mark.parametrize(("answer", "words"), [("ja", "dat u meedoet"), ("nee", "dat u niet meedoet")])
def test_a_noted_answer_is_mailed_with_the_own_link(
    app: Flask, administrator_client: FlaskClient, answer: str, words: str
) -> None:
    with app.app_context():
        seat = invited()
        url, token = f"/panels/{seat.panel_id}/leden/{seat.id}/antwoord", queries.seat_token(seat)
    assert administrator_client.post(url, data={"answer": answer}).status_code == 303
    with app.app_context():
        text = mails("seat_answered")[0].text or ""
        assert f"Iemand noteerde voor u {words}." in text
        assert f"/meedoen/plaats/{token}" in text


def test_stopping_for_somebody_is_mailed_too(app: Flask) -> None:
    with app.app_context():
        seat = invited()
        answers.accept(seat, LINK)
        answers.drop_out(seat, phoned())
        db.session.commit()
        texts = [one.text or "" for one in mails("seat_answered")]
        assert "Iemand noteerde" not in texts[0]
        assert "Iemand noteerde voor u dat u stopt." in texts[1]
        assert seat.recorded_by_id == administrator().id


def test_without_an_address_there_is_the_log(app: Flask) -> None:
    with app.app_context():
        offer = passed_over()
        without_mail(offer.registration)
        answers.answer_offer(offer, is_available=False, actor=administrator(), at=NOW)
        db.session.commit()
        assert mails("reserve_answered") == []
        event = db.session.scalars(select(Event).where(Event.action == "reserve_declined")).one()
        assert event.actor_kind == "user"


def test_who_withdraws_leaves_no_mail_behind(app: Flask) -> None:
    with app.app_context():
        offer = passed_over()
        answers.answer_offer(offer, is_available=False, actor=administrator(), at=NOW)
        withdraw(offer.registration, actor=None, at=NOW)
        db.session.commit()
        assert mails("reserve_answered") == []


@pytest.mark.parametrize("kind", ["seat", "offer", "tell"])
def test_answering_for_somebody_needs_a_second_factor(
    app: Flask, administrator_client: FlaskClient, kind: str
) -> None:
    with app.app_context():
        row = passed_over() if kind == "offer" else unreachable()
        end = {"seat": f"{row.id}/antwoord", "offer": f"reserve/{row.id}", "tell": f"{row.id}/bericht"}[kind]
        url = f"/panels/{row.panel_id}/leden/{end}"
    forget_second_factor(administrator_client)
    if kind != "tell":
        assert administrator_client.get(url).status_code == 302
    form = {"how": "gebeld"} if kind == "tell" else {"answer": "nee"}
    assert administrator_client.post(url, data=form).status_code == 403
    with app.app_context():
        assert all(one.state is SeatState.INVITED for one in db.session.scalars(select(Seat)))
        assert all(one.told_at is None for one in db.session.scalars(select(Seat)) if kind == "tell")
        assert all(one.is_available is None for one in db.session.scalars(select(ReserveOffer)))


# --- telling who cannot be mailed ---------------------------------------------------------------------------


def test_the_list_has_a_button_that_starts_the_days(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        seat = unreachable()
        seat_id, url = seat.id, f"/panels/{seat.panel_id}/leden"
    assert "1 mens weet nog niet van de loting." in administrator_client.get(url).text
    listed = administrator_client.get(f"{url}/lijst?soort=bellen").text
    for text in ("Ik belde", "Ik stuurde een brief", "de tijd loopt nog niet", f"{url}/{seat_id}/bericht"):
        assert text in listed
    assert "Ik belde" in administrator_client.get(f"{url}/{seat_id}").text
    for how in ("gebeld", "brief"):  # a second press changes nothing
        reply = administrator_client.post(f"{url}/{seat_id}/bericht", data={"how": how})
        assert reply.status_code == 303
    listed = administrator_client.get(reply.location).text
    assert "Ik belde" not in listed
    assert "tot en met" in listed
    assert "weet nog niet van de loting" not in administrator_client.get(url).text
    with app.app_context():
        assert db.session.get_one(Seat, seat_id).told_at is not None
        assert db.session.scalar(select(Event.id).where(Event.action == "seat_written")) is None


@pytest.mark.parametrize("how", ["", "zomaar", "<b>", "gebeld" * 900])
def test_another_word_tells_nobody(app: Flask, administrator_client: FlaskClient, how: str) -> None:
    with app.app_context():
        seat = unreachable()
        seat_id, url = seat.id, f"/panels/{seat.panel_id}/leden"
    assert administrator_client.post(f"{url}/{seat_id}/bericht", data={"how": how}).status_code == 400
    assert administrator_client.get(f"{url}/{seat_id}/bericht").status_code == 405
    with app.app_context():
        other = passed_over().panel_id
    reply = administrator_client.post(f"/panels/{other}/leden/{seat_id}/bericht", data={"how": "gebeld"})
    assert reply.status_code == 404
    with app.app_context():
        assert db.session.get_one(Seat, seat_id).told_at is None


# --- what a second administrator sees -----------------------------------------------------------------------


def test_why_people_cannot_be_drawn(app: Flask) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        names = ("Anna", "Bilal", "Cor", "Dina", "Elif", "Fien", "Gerda", "Henk")
        people = [person_in(panel, Wish(name=f"{one} Post", email=f"{one}@example.nl")) for one in names]
        hold(panel, [one.uid for one in people[:5]])
        own, noted, silent, stopped, stopped_for = seats_of(panel)
        answers.decline(own, LINK)
        answers.decline(noted, phoned())
        for seat in (stopped, stopped_for):
            answers.accept(seat, LINK)
        answers.drop_out(stopped, LINK)
        answers.drop_out(stopped_for, phoned())
        answers.answer_offer(offer_of(people[5]), is_available=False, actor=None, at=NOW)
        answers.answer_offer(offer_of(people[6]), is_available=False, actor=administrator(), at=NOW)
        withdraw(people[7], actor=None, at=NOW)
        db.session.commit()
        pass_days(12)
        assert [count for _label, count in exclusions(panel)] == [2, 3, 1, 2, 0]
        db.session.refresh(silent)
        assert silent.state is SeatState.LAPSED
        assert len(service.replacement_of(panel).excluded) == 8


def test_the_counts_stand_before_the_decision(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = seated_panel()
        offers = db.session.scalars(select(ReserveOffer)).all()
        for offer in offers[:30]:
            answers.answer_offer(offer, is_available=False, actor=administrator(), at=NOW)
        draw = make_public_draw(panel, DrawPurpose.REPLACEMENT)
        draw.state, draw.drawn_at, draw.signature, draw.index = PublicDrawState.PROPOSED, None, None, None
        draw.approved_by_id = draw.approved_at = draw.committed_at = None
        draw.commitment = draw.sequence = None
        draw.proposed_by_id = second().id
        draw.draw.options = {"excluded": service.replacement_of(panel).excluded}
        db.session.commit()
        url = f"/panels/{panel.id}/openbare-loting/{draw.id}/voorbereiding"
    page = administrator_client.get(url).text
    assert page.index("Wie kan niet geloot worden?") < page.index("Uw besluit")
    counts = page.split("Een medewerker noteerde een nee", 1)[1]
    assert counts.split("</td>", 1)[0].endswith(">30")
    assert "In dit voorstel zijn 30 mensen overgeslagen." in page
    with app.app_context():
        assert db.session.scalar(select(func.count(Registration.id))) == 126
        assert db.session.scalar(select(func.count(Panel.id))) == 1

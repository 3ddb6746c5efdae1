"""Invitations on paper: for who cannot be mailed, made on request, with a code of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.models import Panel, Seat
from civic.panels.queries import seats as queries
from civic.panels.service import seats_letters as service
from civic.panels.states import SeatState, Stage
from civic.panels.typeset.letters import Batch
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_pool import Wish
from tests.panels.makers_seats import (
    frozen_panel,
    hold,
    person_in,
    seat_of,
    unreachable,
    with_letter,
    with_mail,
    without_mail,
)
from tests.panels.pdf_text import text_of

SignIn = Callable[..., FlaskClient]
ZOE_BORN = "17-05-1980"


def _links(page: str) -> tuple[str, str]:
    """The numbers of the seats, as the page gives them to the PDF and to the button."""
    (pdf,) = re.findall(r"brieven\.pdf\?plaatsen=([\d,%C]+)", page)
    (button,) = re.findall(r'name="plaatsen" value="([\d,]+)"', page)
    return pdf.replace("%2C", ","), button


def _batch(panel: Panel) -> Batch:
    ids = [one.id for one in service.waiting(panel)]
    found = service.letters(panel, ids, actor=administrator(), at=NOW)
    assert found is not None
    return found


def _said(batch: Batch, place: int = 0) -> str:
    letter = batch.letters[place]
    parts = [one.text or " ".join(one.lines) for one in letter.body]
    return "\n".join([letter.subject, *parts])


def test_a_letter_that_fits_the_envelope_and_can_be_answered(
    app: Flask, administrator_client: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        seat = unreachable()
        url, code = f"/panels/{seat.panel_id}/leden", queries.seat_code(seat.uid)
    page = administrator_client.get(f"{url}/lijst?soort=bellen").text
    numbers, same = _links(page)
    assert numbers == same
    answer = administrator_client.get(f"{url}/brieven.pdf?plaatsen={numbers}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    text = " ".join(text_of(answer.data).split())
    for part in ("Zoë Yılmaz", "U bent geloot voor het panel", code, "Welke zorg moet", "3 december 2026"):
        assert part in text
    reply = client.post("/meedoen/plaats", data={"code": code.lower(), "birth_date": ZOE_BORN})
    assert reply.status_code == 303
    assert client.post(reply.location, data={"answer": "ja"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Seat)).one().state is SeatState.ACCEPTED


def test_the_code_opens_nothing_without_the_birth_date(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        seat = unreachable()
        code, panel_id = queries.seat_code(seat.uid), seat.panel_id
        assert queries.seat_of_code(code, date(1980, 5, 17)) == seat
    other = code[:-1] + ("0" if code[-1] != "0" else "1")
    for typed, born in ((code, "18-05-1980"), (other, ZOE_BORN), ("", ZOE_BORN), ("x" * 99, ZOE_BORN)):
        assert client.post("/meedoen/plaats", data={"code": typed, "birth_date": born}).status_code == 422
    with app.app_context():
        db.session.get_one(Panel, panel_id).stage = Stage.FROZEN  # the draw became void
        db.session.commit()
        assert queries.seat_of_code(code, date(1980, 5, 17)) is None


def test_the_first_letter_still_opens_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        code = with_letter(unreachable().registration)
    reply = client.post("/meedoen/plaats", data={"code": code, "birth_date": ZOE_BORN})
    assert reply.status_code == 303


def test_once_posted_the_days_run_and_the_letter_is_done(
    app: Flask, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        seat = unreachable()
        seat_id, url = seat.id, f"/panels/{seat.panel_id}/leden"
        assert seat.told_at is None
    for _time in range(2):  # a double click posts nothing twice
        reply = administrator_client.post(f"{url}/brieven", data={"plaatsen": str(seat_id)})
        assert (reply.status_code, reply.location) == (303, f"{url}/lijst?soort=bellen")
    with app.app_context():
        seat = db.session.get_one(Seat, seat_id)
        assert seat.told_at is not None
        assert actions_of(seat).count("seat_written") == 1
    assert "brieven.pdf" not in administrator_client.get(f"{url}/lijst?soort=bellen").text
    assert administrator_client.get(f"{url}/brieven.pdf?plaatsen={seat_id}").status_code == 303


def test_the_page_says_for_whom_there_is_no_letter(
    app: Flask, administrator_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        people = [
            person_in(panel, Wish(name=name, born=f"199{place}-01-01", email=f"{place}@example.nl"))
            for place, name in enumerate(("Anna de Boer", "Bilal Post", "Cor 漢 Visser"))
        ]
        for person in people:
            without_mail(person)
        hold(panel, [one.uid for one in people])
        address = f"/panels/{panel.id}/leden/lijst?soort=bellen"
    page = administrator_client.get(address).text
    assert "Download 2 brieven" in page
    assert "Voor 1 mens kan de site geen brief maken: bel." in page
    monkeypatch.setattr(service, "MOST", 1)
    page = administrator_client.get(address).text
    assert "Download 1 brief met" in page
    assert "Daarna staan hier de volgende brieven." in page


def test_only_who_waits_gets_one(app: Flask) -> None:
    """Not who can be mailed, who was told, whose name our fonts lack; nor somebody of another panel."""
    with app.app_context():
        panel = frozen_panel(0)
        names = ("Anna de Boer", "Bilal Post", "Cor 漢 Visser", "Dina Vos")
        people = [
            person_in(panel, Wish(name=name, born=f"199{place}-01-01", email=f"{place}@example.nl"))
            for place, name in enumerate(names)
        ]
        for person in people:
            without_mail(person)
        with_mail(people[1], "bilal@example.nl")
        hold(panel, [one.uid for one in people])
        told = seat_of(people[3])
        told.told_at = NOW
        db.session.commit()
        assert [one.registration.name for one in service.waiting(panel)] == ["Anna de Boer"]
        foreign = unreachable()
        assert service.letters(panel, [foreign.id, told.id], actor=administrator(), at=NOW) is None
        assert service.posted(panel, [foreign.id], actor=administrator(), at=NOW) == 0
        assert foreign.told_at is None


@pytest.mark.parametrize(
    ("born", "sentence"),
    [
        ("2012-01-01", "Vraag eerst een ouder of verzorger of het goed is."),
        ("2009-06-01", "U beslist zelf of u meedoet."),
    ],
)
def test_young_people_read_who_decides(app: Flask, born: str, sentence: str) -> None:
    with app.app_context():
        panel = frozen_panel(0)
        person = person_in(panel, Wish(name="Zoë Yılmaz", born=born))
        without_mail(person)
        hold(panel, [person.uid])
        assert sentence in _said(_batch(panel))


def test_who_was_nominated_reads_no_luck(app: Flask) -> None:
    with app.app_context():
        seat = unreachable()
        seat.registration.is_nominated = True
        db.session.commit()
        said = _said(_batch(db.session.get_one(Panel, seat.panel_id)))
    assert said.startswith("U hebt een plaats in het panel")
    assert "geloot voor" not in said


def test_a_letter_is_dutch_whoever_makes_it(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        seat = unreachable()
        url, number = f"/panels/{seat.panel_id}/leden", seat.id
    page = administrator_client.get(f"{url}/lijst?soort=bellen&taal=en").text
    assert 'lang="en"' in page
    pdf = administrator_client.get(f"{url}/brieven.pdf?plaatsen={number}&taal=en").data
    assert "De dagen en de tijden hoort u nog van ons." in " ".join(text_of(pdf).split())


def test_making_letters_is_logged_and_asks_for_the_second_factor(
    app: Flask, administrator_client: FlaskClient, sign_in: SignIn
) -> None:
    with app.app_context():
        seat = unreachable()
        url, number = f"/panels/{seat.panel_id}/leden", seat.id
    address = f"{url}/brieven.pdf?plaatsen={number}"
    assert sign_in(Role.AUDITOR, email="rekenkamer@example.nl").get(address).status_code == 403
    assert administrator_client.get(address).status_code == 200
    with app.app_context():
        made = db.session.scalars(select(Event).where(Event.action == "seat_letters_made")).all()
        assert [one.data for one in made] == [{"people": 1}]
    with administrator_client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(minutes=6)).timestamp())
    assert administrator_client.get(address).status_code == 302
    assert administrator_client.post(f"{url}/brieven", data={"plaatsen": "1"}).status_code == 403


@pytest.mark.parametrize("given", ["", "x", "1;2", "-1", "٣", "9" * 3000, ",".join(["1"] * 900)])
def test_strange_numbers_name_nobody(app: Flask, administrator_client: FlaskClient, given: str) -> None:
    with app.app_context():
        url = f"/panels/{frozen_panel(0).id}/leden"
    assert administrator_client.get(f"{url}/brieven.pdf", query_string={"plaatsen": given}).status_code == 303
    assert administrator_client.post(f"{url}/brieven", data={"plaatsen": given}).status_code == 303

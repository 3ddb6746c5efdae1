"""Fraud, simulated: every attack of docs/steun-en-fraude.md, and whether it is stopped, flagged or passes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.calendar import today
from civic.db import db, now
from civic.initiatives import service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.queries import fraud as queries
from civic.initiatives.queries.fraud import Suspects
from civic.initiatives.queries.sheets import flags_of
from civic.initiatives.service import sheets
from civic.initiatives.service.fraud import Act, invalidate
from civic.initiatives.service.ledger_trace import opened_stamp
from civic.initiatives.sheet import codes
from civic.initiatives.states import SupportState
from civic.initiatives.states.ledger import InvalidReason, LineVerdict
from tests.documents import DOCS, functions_of
from tests.factories import make_user, municipality
from tests.initiatives.factories import mails, published

DOCUMENT = DOCS / "steun-en-fraude.md"
OWN = "test_the_document_names_tests_that_exist"
MANY = {"SUPPORT_BURST": 1000}  # the limit per network has a test of its own


@pytest.fixture
def number(app: Flask) -> int:
    """An initiative under attack."""
    app.config.update(MANY)
    with app.app_context():
        return published().id


def send(client: FlaskClient, number: int, email: str, address: str = "192.0.2.7", **changes: Any) -> int:
    form = {"name": "Ada Groen", "email": email, "postcode": "8232 AB", "declares": "y"}
    url = f"/initiatieven/{number}/steunen"
    return client.post(url, data={**form, **changes}, environ_base={"REMOTE_ADDR": address}).status_code


def confirm_all(app: Flask, client: FlaskClient) -> list[str]:
    """Follow the link in every mail, as somebody does who owns all those mailboxes."""
    with app.app_context():
        texts = [one.text or "" for one in mails("support_confirm")]
    paths = [re.search(r"/steun/[0-9a-f]{64}", text)[0] for text in texts]
    for path in paths:
        assert client.post(path).status_code == 303
    return paths


def counted(app: Flask, number: int) -> int:
    with app.app_context():
        service.recount(number, at=now())
        db.session.commit()
        return db.session.get_one(Initiative, number).support_count


def initiative_of(number: int) -> Initiative:
    return db.session.get_one(Initiative, number)


# --- stopped --------------------------------------------------------------------------------------------


def test_one_mailbox_with_dots_and_plus_signs(app: Flask, client, number: int) -> None:
    spellings = (
        "ada.groen@gmail.com",
        "adagroen@gmail.com",
        "A.d.a.Groen+2@googlemail.com",
        "adagroen+x@gmail.com",
    )
    assert [send(client, number, one) for one in spellings] == [303] * 4
    confirm_all(app, client)
    assert counted(app, number) == 1


def test_a_confirmation_played_again(app: Flask, client, number: int) -> None:
    send(client, number, "ada@example.nl")
    for _again in range(3):
        confirm_all(app, client)
    assert counted(app, number) == 1


def test_guessed_codes(app: Flask, client, number: int) -> None:
    """Ten guesses of a million, for a mailbox that is not yours."""
    send(client, number, "ander@example.nl")
    url, thief = f"/initiatieven/{number}/steunen/code", app.test_client()
    with app.app_context():
        right = re.search(r"code in: (\d{6})", mails("support_confirm")[0].text or "")[1]
    wrong = [f"{(int(right) + n) % 1_000_000:06d}" for n in range(1, 13)]
    found = [thief.post(url, data={"email": "ander@example.nl", "code": one}).status_code for one in wrong]
    assert found == [422] * 10 + [429] * 2
    assert thief.post(url, data={"email": "ander@example.nl", "code": right}).status_code == 429
    assert counted(app, number) == 0
    assert thief.post("/steun/" + "ab" * 32).status_code == 404, "a link cannot be guessed either"


def test_a_script_from_one_network(app: Flask, client, number: int) -> None:
    """More than twenty in ten minutes from one network have to wait."""
    app.config["SUPPORT_BURST"] = 20
    found = [send(client, number, f"x{n}@example.nl", f"192.0.2.{n}") for n in range(25)]
    assert found == [303] * 20 + [429] * 5


def test_twice_on_paper(app: Flask, number: int) -> None:
    with app.app_context():
        for copy in range(2):
            sheet = _sheet(initiative_of(number), copy, "Ada Groen")
            _accept(sheet)
        assert sheet.lines[0].verdict is LineVerdict.TWICE_ON_PAPER
        db.session.commit()
    assert counted(app, number) == 1


def _accept(sheet: Any) -> None:
    other = make_user(email="b@example.nl")
    sheets.accept(sheet, {1: LineVerdict.ACCEPTED}, 1, actor=other, at=now())


def _sheet(initiative: Initiative, copy: int, name: str) -> Any:
    line = sheets.Line(1, name, today(now()).replace(year=1980), "8232 AB")
    code = codes.make(initiative.id, copy, "proef")
    sheet = sheets.enter(initiative, code, [line], actor=make_user(email="a@example.nl"), at=now())
    db.session.flush()
    db.session.refresh(sheet)
    return sheet


# --- flagged, and taken out by hand ---------------------------------------------------------------------


def _take_out(number: int, wanted: Suspects, expected: int) -> None:
    initiative = initiative_of(number)
    act = Act(InvalidReason.NOT_A_PERSON, "Zie de lijst.", expected)
    places = {one.municipality_id for one in initiative.places}
    invalidate(initiative, wanted, act, places=places, actor=make_user(), at=now())
    db.session.commit()


def test_many_from_one_network(app: Flask, client, number: int) -> None:
    """A library looks just the same: it is flagged, counted, and a person decides."""
    for n in range(12):
        send(client, number, f"x{n}@voorbeeld{n}.nl", f"192.0.2.{n}", name=f"Naam {n}")
    send(client, number, "buur@example.nl", "198.51.100.1")
    confirm_all(app, client)
    assert counted(app, number) == 13
    with app.app_context():
        (network,) = queries.top_networks(initiative_of(number))
        assert network.count == 12
        _take_out(number, Suspects(network=network.key), 12)
    assert counted(app, number) == 1


def test_throw_away_domains(app: Flask, client, number: int) -> None:
    from civic.initiatives.presentation.ledger_fraud import is_throw_away, known_domains

    for n in range(5):
        send(client, number, f"x{n}@mailinator.com", f"198.51.{n}.1", name=f"Naam {n}")
    confirm_all(app, client)
    with app.app_context():
        initiative = initiative_of(number)
        (domain,) = queries.top_domains(initiative)
        assert is_throw_away(known_domains(initiative)[domain.key])
        _take_out(number, Suspects(domain=domain.key), 5)
    assert counted(app, number) == 0


def test_forms_of_one_second(app: Flask, client, number: int) -> None:
    with app.app_context():
        stamp = opened_stamp(number, now())
    for n in range(3):
        send(client, number, f"x{n}@voorbeeld{n}.nl", f"198.51.{n}.1", name=f"Naam {n}", opened=stamp)
    confirm_all(app, client)
    with app.app_context():
        assert queries.totals(initiative_of(number)).fast == 3
        _take_out(number, Suspects(is_fast=True), 3)
    assert counted(app, number) == 0


def test_a_script_with_fresh_addresses(app: Flask, client, number: int) -> None:
    """A domain of one's own, another network each time, no form: it counts until somebody looks."""
    for n in range(8):
        send(client, number, f"k{n}@eigen-domein.nl", f"203.0.{n}.9", name=f"Naam {n}")
    confirm_all(app, client)
    assert counted(app, number) == 8
    with app.app_context():
        initiative = initiative_of(number)
        assert queries.totals(initiative).no_form == 8
        assert queries.top_domains(initiative)[0].count == 8
        assert sum(one.count for one in queries.bursts(initiative)) >= 4, "eight in two windows at most"
        _take_out(number, Suspects(has_no_form=True), 8)
    assert counted(app, number) == 0


def test_on_paper_and_online(app: Flask, client, number: int) -> None:
    send(client, number, "ada@example.nl")
    confirm_all(app, client)
    with app.app_context():
        sheet = _sheet(initiative_of(number), 0, "ada groen")
        assert flags_of(sheet)[1].online_at is not None
        other = make_user(email="b@example.nl")
        sheets.accept(sheet, {1: LineVerdict.SAME_AS_ONLINE}, 1, actor=other, at=now())
        db.session.commit()
    assert counted(app, number) == 1


def test_two_mailboxes_of_one_person(app: Flask, client, number: int) -> None:
    send(client, number, "ada@example.nl")
    send(client, number, "ada@example.org", name="  ada GROEN ")
    confirm_all(app, client)
    assert counted(app, number) == 2, "it may be a mother and a daughter"
    with app.app_context():
        assert queries.totals(initiative_of(number)).double == 2


# --- one person, two municipalities ---------------------------------------------------------------------


def _regional(app: Flask) -> int:
    with app.app_context():
        return published(place_ids=(municipality("GM0995").id, municipality("GM0303").id)).id


def test_one_mailbox_in_two_municipalities(app: Flask, client) -> None:
    number = _regional(app)
    send(client, number, "ada@example.nl", postcode="8232 AB")
    confirm_all(app, client)
    send(client, number, "ada@example.nl", postcode="8251 AB")
    with app.app_context():
        rows = db.session.scalars(db.select(Support).where(Support.state == SupportState.CONFIRMED)).all()
        assert [row.municipality_id for row in rows] == [municipality("GM0995").id], "the first one stands"


# --- what passes ----------------------------------------------------------------------------------------


def test_two_mailboxes_two_names_pass(app: Flask, client, number: int) -> None:
    """Two mailboxes and two names are two people to us. Only a sample against the register finds it."""
    send(client, number, "ada@example.nl", "198.51.1.1", name="Ada Groen")
    send(client, number, "bo@example.org", "198.51.2.1", name="Bo Blauw")
    confirm_all(app, client)
    assert counted(app, number) == 2
    with app.app_context():
        initiative = initiative_of(number)
        assert queries.totals(initiative).double == 0
        assert queries.top_networks(initiative) == []


def test_two_mailboxes_in_two_municipalities_pass(app: Flask, client) -> None:
    """The site knows no register: two postcodes with two mailboxes are two people to it."""
    number = _regional(app)
    send(client, number, "ada@example.nl", postcode="8232 AB")
    send(client, number, "ada@example.org", postcode="8251 AB")
    confirm_all(app, client)
    assert counted(app, number) == 2


def test_another_spelling_on_paper_passes(app: Flask, number: int) -> None:
    with app.app_context():
        for copy, name in enumerate(("Ada Groen", "A. Groen")):
            sheet = _sheet(initiative_of(number), copy, name)
            assert flags_of(sheet) == {}
            _accept(sheet)
        db.session.commit()
    assert counted(app, number) == 2


def test_the_document_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8")))
    own = Path(__file__)
    here = {name for name in functions_of(own) if name.startswith("test_")} - {OWN}
    assert here <= named, here - named
    assert named <= frozenset().union(*(functions_of(path) for path in own.parent.glob("test_*.py")))

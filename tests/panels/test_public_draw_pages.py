"""The staff pages of a draw in public, its files, and the form for the public number."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.session import SECOND_FACTOR_AT
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import Panel, PublicDraw
from civic.panels.presentation import public_draws as words
from civic.panels.queries import public_draws as queries
from civic.panels.routes import public_draws_after as after
from civic.panels.routes import public_draws_files as files
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_chain as chain
from civic.panels.states import DrawPurpose, PublicDrawState
from civic.sortition.publication import practice_signature, verify_draw
from tests.conftest import NOW
from tests.panels.makers import ADMINISTRATOR_EMAIL, actions_of, administrator
from tests.panels.makers_freeze import SECOND_EMAIL, frozen, pool_panel, second
from tests.panels.makers_public_draws import (
    BALLS,
    EARLIER,
    PAST,
    PEOPLE,
    REASON,
    allow_practice,
    approved_draw,
    committed_draw,
    drawn_draw,
    due_draw,
    frozen_panel,
    griffier,
    log_is_sealed,
    proposed_draw,
    requested_draw,
    signature_of,
    superseded_draw,
    voided_draw,
)
from tests.panels.makers_public_draws_drand import (
    BEFORE,
    committed_on_drand,
    declared_fallback,
    sign,
    use_own_keys,
)

DAY = (NOW + timedelta(days=5)).date().isoformat()
PLAN = {"kind": "real", "panels": "100", "balls": "no", "day": DAY, "clock": "14:30"}
CODE = "fout-in-de-lijst-met-aanmeldingen"


@pytest.fixture
def first(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)


@pytest.fixture
def other(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.LOTTERY_ADMINISTRATOR, email=SECOND_EMAIL)


@pytest.fixture
def office(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code="GM0184")


@pytest.fixture
def auditor(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(Role.AUDITOR, email="rekenkamer@example.nl")


def path_of(app: Flask, make: Callable[[], PublicDraw]) -> str:
    with app.app_context():
        draw = make()
        return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}"


def only_draw() -> PublicDraw:
    return db.session.scalars(select(PublicDraw).order_by(PublicDraw.id.desc()).limit(1)).one()


def go_stale(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(minutes=6)).timestamp())


# --- proposing -------------------------------------------------------------------------------------------


def test_propose(app: Flask, first: FlaskClient) -> None:
    with app.app_context():
        allow_practice()
        address = f"/panels/{frozen_panel().id}/loting/voorbereiden"
    page = first.get(address)
    assert page.status_code == 200
    assert "Deze site loot met oefengetallen." in page.text
    answer = first.post(address, data=PLAN)
    assert answer.status_code == 303
    page = first.get(answer.location)
    assert "De computer is bezig" in page.text
    assert "Uw besluit" not in page.text
    with app.app_context():
        draw = only_draw()
        assert (draw.purpose, draw.panels, draw.is_rehearsal) == (DrawPurpose.PANEL, 100, False)
        # half past two in the Netherlands, in winter
        assert draw.round_at.isoformat() == f"{DAY}T13:30:00+00:00"
    assert first.post(address, data=PLAN).status_code == 422  # a second click: the first is open


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": ""}, "Kies of de loting telt."),
        ({"kind": "<script>"}, "Kies of de loting telt."),
        ({"panels": "7"}, "Kies hoeveel panels er komen."),
        ({"balls": "x"}, "Kies of er ballen zijn."),
        ({"day": ""}, "Schrijf de datum zo"),
        ({"day": "31-02-2027"}, "Schrijf de datum zo"),
        ({"clock": "25:00"}, "Schrijf de tijd zo: 14:00."),
        ({"clock": "twee uur 🕑"}, "Schrijf de tijd zo: 14:00."),
        ({"day": "2026-11-20"}, "Kies een moment dat nog moet komen."),
        ({"day": "2027-11-20"}, "Kies een moment binnen 30 dagen."),
    ],
)
def test_what_is_wrong_with_a_plan(
    app: Flask, first: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    with app.app_context():
        allow_practice()
        address = f"/panels/{frozen_panel().id}/loting/voorbereiden"
    page = first.post(address, data={**PLAN, **change})
    assert page.status_code == 422
    assert sentence in page.text
    with app.app_context():
        assert db.session.scalars(select(PublicDraw)).all() == []


def test_why_it_cannot_yet(app: Flask, first: FlaskClient) -> None:
    with app.app_context():
        panel_id = frozen(pool_panel(PEOPLE)).panel_id
        other_id = pool_panel(50).id
    page = first.get(f"/panels/{panel_id}/loting/voorbereiden")
    assert "Mensen kunnen nog reageren op de pool" in page.text
    assert "minder dan twee getuigen" in page.text
    page = first.get(f"/panels/{other_id}/loting/voorbereiden")
    assert "De pool staat nog niet vast." in page.text
    assert "<form method" not in page.text.split("<main")[1].split("</main")[0]


def test_proposing_asks_for_the_second_factor(app: Flask, first: FlaskClient) -> None:
    with app.app_context():
        address = f"/panels/{frozen_panel().id}/loting/voorbereiden"
    go_stale(first)
    assert first.get(address).status_code == 302
    assert first.post(address, data=PLAN).status_code == 403


def test_a_rehearsal_of_a_panel(app: Flask, first: FlaskClient) -> None:
    with app.app_context():
        address = f"/panels/{frozen_panel().id}/loting/voorbereiden"
    answer = first.post(address, data={**PLAN, "kind": "rehearsal", "balls": "yes"})
    assert answer.status_code == 303
    assert "Oefenloting: niemand wordt gekozen" in first.get(answer.location).text
    with app.app_context():
        assert (only_draw().ball_digits, only_draw().is_rehearsal) == (2, True)


# --- following and deciding ------------------------------------------------------------------------------


def test_progress(app: Flask, first: FlaskClient) -> None:
    path = path_of(app, requested_draw)
    page = first.get(f"{path}/voorbereiding")
    assert f'hx-get="{path}/voorbereiding"' in page.text
    block = first.get(f"{path}/voorbereiding", headers={"HX-Request": "true"})
    assert block.text.startswith('<div id="voortgang"')
    with app.app_context():
        service.cancel(only_draw(), actor=administrator(), at=NOW)
        db.session.commit()
    block = first.get(f"{path}/voorbereiding", headers={"HX-Request": "true"})
    assert block.headers["HX-Refresh"] == "true"
    assert "Een beheerder stopte de loting" in first.get(f"{path}/voorbereiding").text


def test_the_second_administrator_sees_what_is_fixed_and_agrees(
    app: Flask, first: FlaskClient, other: FlaskClient
) -> None:
    path = path_of(app, lambda: proposed_draw(plan=BALLS))
    page = other.get(f"{path}/voorbereiding").text
    for words_shown in (
        "Dit wordt vastgelegd",
        "kleinste kans",
        "2 ballen",
        "geslacht".capitalize(),
        "Uw besluit",
        "de oefenketen",
    ):
        assert words_shown in page
    assert "Uw besluit" not in first.get(f"{path}/voorbereiding").text
    assert first.post(f"{path}/besluit", data={"decision": "agree"}).status_code == 403
    assert other.post(f"{path}/besluit", data={}).status_code == 422
    refused = other.post(f"{path}/besluit", data={"decision": "refuse", "reason": "nee"})
    assert refused.status_code == 422
    assert "Schrijf in een zin waarom" in refused.text
    answer = other.post(f"{path}/besluit", data={"decision": "agree"})
    assert (answer.status_code, answer.location) == (303, f"{path}/voorbereiding")
    assert "De loting wordt nu vastgelegd." in first.get(f"{path}/voorbereiding").text


def test_deciding_asks_for_the_second_factor(app: Flask, other: FlaskClient) -> None:
    path = path_of(app, proposed_draw)
    go_stale(other)
    assert other.post(f"{path}/besluit", data={"decision": "agree"}).status_code == 403
    with app.app_context():
        assert only_draw().state is PublicDrawState.PROPOSED


def test_refusing(app: Flask, other: FlaskClient) -> None:
    path = path_of(app, proposed_draw)
    reason = "<script>alert(1)</script> de datum klopt niet"
    assert other.post(f"{path}/besluit", data={"decision": "refuse", "reason": reason}).status_code == 303
    page = other.get(f"{path}/voorbereiding").text
    assert "&lt;script&gt;alert(1)" in page
    assert "De tweede beheerder ging niet akkoord." in page


def test_stopping(app: Flask, first: FlaskClient) -> None:
    path = path_of(app, proposed_draw)
    assert first.get(f"{path}/annuleren").status_code == 405
    for _ in range(2):
        assert first.post(f"{path}/annuleren").status_code == 303
    committed = path_of(app, committed_draw)
    assert first.post(f"{committed}/annuleren").status_code == 409


def test_stopping_what_was_agreed_to(app: Flask, first: FlaskClient, office: FlaskClient) -> None:
    """Nothing is public yet, so one administrator can still stop it."""
    path = path_of(app, approved_draw)
    assert "Stop deze loting" in first.get(f"{path}/voorbereiding").text
    assert "Stop deze loting" not in office.get(f"{path}/voorbereiding").text
    assert office.post(f"{path}/annuleren").status_code == 403
    assert first.post(f"{path}/annuleren").status_code == 303
    with app.app_context():
        assert only_draw().state is PublicDrawState.CANCELLED


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (approved_draw, "De loting wordt nu vastgelegd."),
        (committed_draw, "Alles ligt vast."),
        (due_draw, "Het lotingsgetal is er, of komt er zo aan."),
        (drawn_draw, "De uitslag is openbaar."),
        (superseded_draw, "Er is een fout gevonden voordat het lotingsgetal er was."),
        (voided_draw, "Er zit een fout in de lijst met aanmeldingen."),
    ],
)
def test_each_state_has_its_page(
    app: Flask,
    first: FlaskClient,
    office: FlaskClient,
    auditor: FlaskClient,
    make: Callable[[], PublicDraw],
    sentence: str,
) -> None:
    path = path_of(app, make)
    for client in (first, office, auditor):
        page = client.get(f"{path}/voorbereiding")
        assert page.status_code == 200
        assert sentence in page.text


def test_a_failure_says_what_is_in_the_way(app: Flask, first: FlaskClient) -> None:
    def _failed() -> PublicDraw:
        draw = requested_draw()
        draw.draw.error_details = [
            {"kind": "cause", "text": "Te weinig jonge mensen."},
            {"kind": "change", "quota": "leeftijd: 16-34", "min": 12, "max": 16, "new_min": 9, "new_max": 16},
        ]
        db.session.commit()
        return draw

    path = path_of(app, _failed)
    with app.app_context():
        from civic.panels.service import draws
        from civic.panels.service import public_draws_commit as commits

        draws.claim_draw("test", NOW)
        draws.fail_draw(only_draw().draw, "impossible_quotas", only_draw().draw.error_details, at=NOW)
        commits.note_computed(only_draw(), at=NOW)
        db.session.commit()
    page = first.get(f"{path}/voorbereiding").text
    assert "Met deze aanmeldingen kunnen niet alle quota gehaald worden." in page
    assert "Te weinig jonge mensen." in page
    assert "leeftijd: 16-34" in page


def test_the_engine_of_a_draw_in_public_has_no_page_of_its_own(app: Flask, client: FlaskClient) -> None:
    """Nothing of it may be taken for a practice draw, and nobody is picked in it."""
    with app.app_context():
        draw = proposed_draw()
        panel_id, number = draw.panel_id, draw.draw_id
    for name in ("", "/voortgang", "/samenstelling.csv", "/kansen.csv"):
        assert client.get(f"/panels/{panel_id}/loting/{number}{name}").status_code == 404
    assert f"/panels/{panel_id}/loting/{number}" not in client.get(f"/panels/{panel_id}").text


# --- balls -----------------------------------------------------------------------------------------------


def test_balls_are_shown_back_before_they_are_written_down(app: Flask, office: FlaskClient) -> None:
    path = path_of(app, lambda: committed_draw(plan=BALLS))
    assert "Ga verder" in office.get(f"{path}/ballen").text
    page = office.post(f"{path}/ballen", data={"digits": "4 7"})
    assert page.status_code == 200
    assert "Kloppen deze cijfers?" in page.text
    with app.app_context():
        assert only_draw().balls is None
    # what is confirmed must be what was shown
    page = office.post(f"{path}/ballen", data={"digits": "48", "confirmed": "47"})
    assert "Kloppen deze cijfers?" in page.text
    answer = office.post(f"{path}/ballen", data={"digits": "47", "confirmed": "47"})
    assert answer.status_code == 303
    assert office.post(f"{path}/ballen", data={"digits": "47", "confirmed": "47"}).status_code == 303
    page = office.post(f"{path}/ballen", data={"digits": "48", "confirmed": "48"})
    assert page.status_code == 422
    assert "De ballen staan al in het logboek." in page.text
    with app.app_context():
        assert only_draw().balls == "47"
        assert actions_of(only_draw()).count("balls") == 1


@pytest.mark.parametrize("digits", ["4", "475", "4a", "٤٧", "<b>", ""])
def test_wrong_balls(app: Flask, office: FlaskClient, digits: str) -> None:
    path = path_of(app, lambda: committed_draw(plan=BALLS))
    assert office.post(f"{path}/ballen", data={"digits": digits}).status_code == 422


def test_no_balls_where_none_were_asked(app: Flask, office: FlaskClient) -> None:
    path = path_of(app, committed_draw)
    assert office.get(f"{path}/ballen").status_code == 302
    assert office.post(f"{path}/ballen", data={"digits": "47", "confirmed": "47"}).status_code == 409


# --- ending it -------------------------------------------------------------------------------------------


def test_taking_back(app: Flask, first: FlaskClient, office: FlaskClient) -> None:
    path = path_of(app, committed_draw)
    assert office.post(f"{path}/terugnemen", data={"reason": REASON}).status_code == 403
    assert "Neem de loting terug" in first.get(f"{path}/terugnemen").text
    assert first.post(f"{path}/terugnemen", data={"reason": "kort"}).status_code == 422
    for _ in range(2):
        assert first.post(f"{path}/terugnemen", data={"reason": REASON}).status_code == 303
    with app.app_context():
        assert only_draw().state is PublicDrawState.SUPERSEDED
        assert [note.reason for note in queries.notes_of(only_draw())] == [REASON]


def test_taking_back_is_too_late_after_the_round(app: Flask, first: FlaskClient) -> None:
    path = path_of(app, due_draw)
    assert first.get(f"{path}/terugnemen").status_code == 302
    page = first.post(f"{path}/terugnemen", data={"reason": REASON})
    assert page.status_code == 409
    assert "Het lotingsgetal is er al" in page.text


def test_declaring_void(app: Flask, first: FlaskClient, office: FlaskClient) -> None:
    """By a griffier of any municipality; never by who made the draw."""
    path = path_of(app, drawn_draw)
    assert first.post(f"{path}/ongeldig", data={"code": CODE, "reason": REASON}).status_code == 403
    assert "Bevalt de uitslag iemand niet?" in office.get(f"{path}/ongeldig").text
    assert office.post(f"{path}/ongeldig", data={"code": "zomaar", "reason": REASON}).status_code == 422
    assert office.post(f"{path}/ongeldig", data={"code": CODE, "reason": ""}).status_code == 422
    for _ in range(2):
        assert office.post(f"{path}/ongeldig", data={"code": CODE, "reason": REASON}).status_code == 303
    with app.app_context():
        assert only_draw().state is PublicDrawState.VOIDED
        assert actions_of(only_draw()).count("voided") == 1


def test_the_fallback_page(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    plan = replace(PAST, round_at=NOW - timedelta(minutes=30))
    path = path_of(app, lambda: committed_on_drand(plan=plan, at=EARLIER))
    assert "Besluit dat het reservegetal telt" in office.get(f"{path}/voorbereiding").text
    assert "Van elke ronde is er maar één getal." in office.get(f"{path}/terugval").text
    assert office.post(f"{path}/terugval", data={"reason": ""}).status_code == 422
    for _ in range(2):
        assert office.post(f"{path}/terugval", data={"reason": REASON}).status_code == 303
    with app.app_context():
        assert actions_of(only_draw()).count("fallback") == 1


@pytest.mark.parametrize("name", ["terugnemen", "ballen"])
def test_what_cannot_be_undone_asks_for_the_second_factor(app: Flask, first: FlaskClient, name: str) -> None:
    path = path_of(app, lambda: committed_draw(plan=BALLS))
    go_stale(first)
    assert first.get(f"{path}/{name}").status_code == 302
    assert first.post(f"{path}/{name}", data={"reason": REASON, "digits": "12"}).status_code == 403


# --- the public number -----------------------------------------------------------------------------------


def test_anybody_brings_the_number(app: Flask, client: FlaskClient) -> None:
    path = path_of(app, due_draw)
    with app.app_context():
        signature = signature_of(only_draw())
    assert "Iedereen mag dit doen." in client.get(f"{path}/lotingsgetal").text
    spaced = f" {signature[:30].upper()}\r\n{signature[30:]} "
    answer = client.post(f"{path}/lotingsgetal", data={"signature": spaced})
    assert (answer.status_code, answer.location) == (303, path)
    assert client.post(f"{path}/lotingsgetal", data={"signature": signature}).status_code == 303
    assert "Invullen hoeft niet meer." in client.get(f"{path}/lotingsgetal").text
    with app.app_context():
        draw = only_draw()
        assert (draw.state, draw.signature_source) == (PublicDrawState.DRAWN, "form")
        assert actions_of(draw).count("result") == 1


def test_a_wrong_number_has_its_sentence_at_the_field(app: Flask, client: FlaskClient) -> None:
    path = path_of(app, due_draw)
    with app.app_context():
        wrong = practice_signature(only_draw().round + 1).hex()
    page = client.post(f"{path}/lotingsgetal", data={"signature": wrong})
    assert page.status_code == 422
    assert "Dit is niet het getal van ronde" in page.text
    assert wrong in page.text
    for text in ("", "geen hex 😀", "a" * 401, "\u202egetal"):
        page = client.post(f"{path}/lotingsgetal", data={"signature": text})
        assert page.status_code == 422
    with app.app_context():
        assert only_draw().state is PublicDrawState.COMMITTED


def test_too_early(app: Flask, client: FlaskClient) -> None:
    path = path_of(app, committed_draw)
    assert "Het lotingsgetal is er nog niet." in client.get(f"{path}/lotingsgetal").text
    with app.app_context():
        signature = signature_of(only_draw())
    assert client.post(f"{path}/lotingsgetal", data={"signature": signature}).status_code == 409


def test_guessing_is_limited(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of(app, due_draw)
    with app.app_context():
        wrong = practice_signature(only_draw().round + 1).hex()

    def _status(signature: str, address: str = "192.0.2.7") -> int:
        data, origin = {"signature": signature}, {"REMOTE_ADDR": address}
        return client.post(f"{path}/lotingsgetal", data=data, environ_base=origin).status_code

    assert {_status(text) for text in ("ab", wrong[2:], wrong + "00", "zz") for _ in range(9)} == {422}
    monkeypatch.setattr(after, "ROUNDS_BY_ONE", replace(after.ROUNDS_BY_ONE, most=2))
    assert [_status(wrong, f"192.0.2.{last}") for last in (1, 2, 3)] == [422, 422, 429]  # one network
    assert [_status(wrong, f"2001:db8::{last}") for last in (1, 2, 3)] == [422, 422, 429]
    monkeypatch.setattr(after, "CHECKS_OF_ALL", replace(after.CHECKS_OF_ALL, most=4))
    assert _status(wrong, "198.51.100.1") == 429  # whoever asks: four checks were done this minute


def test_no_number_is_checked_of_a_draw_that_is_done(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[Any] = []
    path = path_of(app, due_draw)
    with app.app_context():
        draw = only_draw()
        right, wrong = signature_of(draw), practice_signature(draw.round + 1).hex()
    assert client.post(f"{path}/lotingsgetal", data={"signature": right}).status_code == 303
    monkeypatch.setattr(chain, "is_signature", lambda *given: checks.append(given))
    assert client.post(f"{path}/lotingsgetal", data={"signature": wrong}).status_code == 409
    assert client.post(f"{path}/lotingsgetal", data={"signature": right}).status_code == 303
    assert checks == []


def test_the_right_number_of_a_draw_without_witnesses(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    path = path_of(app, lambda: committed_on_drand(is_witnessed=False, plan=PAST, at=EARLIER))
    with app.app_context():
        draw = only_draw()
        right = sign(draw.chain, draw.round)
    page = client.post(f"{path}/lotingsgetal", data={"signature": right})
    assert page.status_code == 422
    assert "te weinig getuigen tekenden" in page.text


def test_anybody_ends_a_fallback(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_keys(monkeypatch)
    plan = replace(PAST, round_at=NOW - timedelta(hours=2))

    def _declared() -> PublicDraw:
        draw = committed_on_drand(plan=plan, at=EARLIER)
        assert "Het reservegetal" not in client.get(place(draw)).text
        declared_fallback(draw)
        return draw

    def place(draw: PublicDraw) -> str:
        return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/lotingsgetal"

    path = path_of(app, _declared)
    with app.app_context():
        draw = only_draw()
        assert draw.fallback_round is not None
        spare = draw.fallback_chain or ""
        right, wrong = sign(spare, draw.fallback_round), sign(spare, draw.fallback_round + 1)
        number = draw.fallback_round
    page = client.get(f"{path}/lotingsgetal").text
    assert "Het reservegetal" in page
    assert str(number) in page
    for signature, previous in ((wrong, BEFORE), (right, BEFORE[2:]), (right, ""), (right, "cd" * 96)):
        data = {"fallback_signature": signature, "fallback_previous": previous}
        assert client.post(f"{path}/lotingsgetal", data=data).status_code == 422
    data = {"fallback_signature": right, "fallback_previous": BEFORE}
    assert client.post(f"{path}/lotingsgetal", data=data).status_code == 303
    with app.app_context():
        draw = only_draw()
        assert (draw.state, draw.used_fallback) == (PublicDrawState.DRAWN, True)
        assert (draw.previous_signature, draw.signature_source) == (BEFORE, "form")


def test_voiding_has_no_button_between_the_number_and_the_result(app: Flask, office: FlaskClient) -> None:
    path = path_of(app, due_draw)
    assert "Verklaar deze loting ongeldig" not in office.get(f"{path}/voorbereiding").text
    assert office.get(f"{path}/ongeldig").status_code == 302
    data = {"code": "fout-in-het-lotingsgetal", "reason": REASON}
    assert office.post(f"{path}/ongeldig", data=data).status_code == 409


def test_the_zip_is_limited(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = path_of(app, committed_draw)
    monkeypatch.setattr(files, "ZIPS_BY_ONE", replace(files.ZIPS_BY_ONE, most=2))
    found = [
        client.get(f"{path}/bestanden.zip", environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "198.51.100.1")
    ]
    assert found == [200, 200, 429, 200]


def test_a_number_of_drand_through_the_form(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    path = path_of(app, lambda: committed_on_drand(plan=PAST, at=EARLIER))
    with app.app_context():
        draw = only_draw()
        right, wrong = sign(draw.chain, draw.round), sign(draw.chain, draw.round + 1)
    assert client.post(f"{path}/lotingsgetal", data={"signature": wrong}).status_code == 422
    assert client.post(f"{path}/lotingsgetal", data={"signature": right}).status_code == 303
    with app.app_context():
        log_is_sealed()
        assert verify_draw.check(queries.folder_of(only_draw())).codes == set()


# --- files -----------------------------------------------------------------------------------------------


def test_the_files_are_the_folder(app: Flask, client: FlaskClient) -> None:
    path = path_of(app, drawn_draw)
    with app.app_context():
        folder = queries.folder_of(only_draw())
    for name, content in folder.items():
        answer = client.get(f"{path}/bestanden/{name}")
        assert (answer.status_code, answer.data) == (200, content)
        assert "attachment" in answer.headers["Content-Disposition"]
    answer = client.get(f"{path}/bestanden.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert verify_draw.check(found).codes == set()
    assert client.get(f"{path}/bestanden.zip").data == answer.data
    for name in ("pool.json", "..", "%2e%2e%2fpool.json", "result.JSON"):
        assert client.get(f"{path}/bestanden/{name}").status_code == 404


def test_no_result_before_the_round(app: Flask, client: FlaskClient) -> None:
    path = path_of(app, committed_draw)
    assert client.get(f"{path}/bestanden/manifest.json").status_code == 200
    assert client.get(f"{path}/bestanden/result.json").status_code == 404


def test_the_auditors_list(app: Flask, auditor: FlaskClient, first: FlaskClient) -> None:
    path = path_of(app, drawn_draw)
    answer = auditor.get(f"{path}/controlelijst")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        draw = only_draw()
        assert verify_draw.check(queries.folder_of(draw), pool=answer.data).codes == set()
        assert len(json.loads(answer.data)["members"]) == PEOPLE
        rows = db.session.scalars(select(Event).where(Event.action == "pool_read")).all()
        assert [row.visibility for row in rows] == [Visibility.INTERNAL]
    assert first.get(f"{path}/controlelijst").status_code == 403
    go_stale(auditor)
    assert auditor.get(f"{path}/controlelijst").status_code == 302


def test_no_list_when_it_is_gone(app: Flask, auditor: FlaskClient) -> None:
    path = path_of(app, proposed_draw)
    assert auditor.get(f"{path}/controlelijst").status_code == 409


# --- what is next ----------------------------------------------------------------------------------------


def test_the_next_step_per_person(app: Flask) -> None:
    with app.app_context(), app.test_request_context():
        panel = frozen_panel()
        one, two, office = administrator(), second(), griffier()
        assert words.next_step(panel, None) is None
        step = words.next_step(panel, one)
        assert step is not None
        assert step.url == f"/panels/{panel.id}/loting/voorbereiden"
        assert words.next_step(panel, office) is None
        draw = proposed_draw(panel)
        assert "U besluit" in _text(panel, two)
        assert "wacht op het besluit" in _text(panel, one)
        service.approve(draw, actor=two, at=NOW)
        db.session.commit()
        assert "vastgelegd" in _text(panel, office)


def _text(panel: Panel, user: object) -> str:
    step = words.next_step(panel, user)  # type: ignore[arg-type]  # a user
    assert step is not None
    return step.text


def test_statements_do_not_grow_with_the_pool(
    app: Flask, first: FlaskClient, count_statements: Callable[[], object]
) -> None:
    path = path_of(app, drawn_draw)
    first.get(f"{path}/voorbereiding")
    with count_statements() as seen:  # type: ignore[attr-defined]  # a context manager
        assert first.get(f"{path}/voorbereiding").status_code == 200
    assert len(seen) <= 18

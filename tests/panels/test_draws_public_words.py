"""What the pages say of a draw: practice beside real, every reason and failure, what somebody can do now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.panels import service as panel_services
from civic.panels.models import PublicDraw
from civic.panels.presentation import draws_public as words
from civic.panels.presentation import public_draws as staff
from civic.panels.presentation import seats as seat_words
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_rules as rules
from civic.panels.states import HOUSE_VOID_CODES, LATE_VOID_CODES, VOID_CODES, PublicDrawState
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers
from tests.panels.makers import administrator
from tests.panels.makers_draws_public import TOKEN, panel_with_registrant
from tests.panels.makers_public_draws_drand import BALLS, committed_on_drand, use_own_keys

SERVICES = Path(panel_services.__file__ or "").parent
EVERY_VOID_CODE = (*VOID_CODES, *LATE_VOID_CODES, *HOUSE_VOID_CODES)
REHEARSED = "Oefenloting: niemand wordt gekozen"
SHOWN = "Demonstratie: hier doen we alsof de loting telt"


def _path(draw: PublicDraw, end: str = "") -> str:
    return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}{end}"


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main")[0]).split())


# --- practice, in its two kinds --------------------------------------------------------------------------


def test_a_demonstration_does_what_a_draw_does_and_says_so(app: Flask, client: FlaskClient) -> None:
    """It invites people: nowhere may it say that nobody is chosen, or that it does not count."""
    with app.app_context():
        draw = makers.drawn_draw(panel_with_registrant())
        panel_id, path, own = draw.panel_id, _path(draw), f"/meedoen/mijn/{TOKEN}/loting/{draw.id}"
    pages = [client.get(one).text for one in (path, f"{path}/controleren", own)]
    badges = [f"/panels/{panel_id}", f"/panels/{panel_id}/loting", f"{path}/zaal"]
    assert all(SHOWN in page for page in pages)
    for page in [*pages, *(client.get(one).text for one in badges)]:
        assert "Demonstratie" in page
        assert "niemand wordt gekozen" not in page
        assert "telt niet" not in page
    assert "Wie geloot is, krijgt bericht." in pages[0]
    assert client.get(f"{path}/kansen.csv").text.splitlines()[1].startswith("demonstratie;")


def test_a_rehearsal_chooses_nobody_and_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.drawn_draw(panel_with_registrant(), makers.REHEARSAL)
        panel_id, path, own = draw.panel_id, _path(draw), f"/meedoen/mijn/{TOKEN}/loting/{draw.id}"
    for one in (path, f"{path}/zaal", f"{path}/controleren", own, f"/panels/{panel_id}/loting"):
        page = client.get(one).text
        assert REHEARSED in page
        assert SHOWN not in page
    assert "Wie geloot is, krijgt bericht." not in client.get(path).text


@pytest.mark.parametrize("plan", [makers.PLAN, makers.REHEARSAL])
def test_a_number_that_is_known_is_not_called_unknown(
    app: Flask, client: FlaskClient, plan: rules.Plan
) -> None:
    with app.app_context():
        path = _path(makers.committed_draw(plan=plan))
    page = _text(client.get(path).text)
    assert "iedereen kan het vooraf weten" in page
    assert "dat niemand vooraf weet" not in page
    assert "kiest wie er in het panel komen" not in page or not plan.is_rehearsal


# --- codes and their words -------------------------------------------------------------------------------


def _codes(pattern: str, *files: str) -> set[str]:
    found = {code for name in files for code in re.findall(pattern, (SERVICES / name).read_text("utf-8"))}
    assert found
    return found


def test_every_failure_has_words(app: Flask) -> None:
    """The codes are read from the code that gives them."""
    codes = {
        *_codes(r'NotPossible\("(\w+)"', "public_draws_commit.py"),
        *_codes(r'error_code or "(\w+)"', "public_draws_commit.py"),
        *_codes(r'fail_draw\(draw, "(\w+)"', "draws.py"),
        *_codes(r'"error": "(\w+)"', "compute.py"),
        # a refusal at the last of three starts becomes the reason of the failure
        *_codes(r'NotAllowedNow\("(\w+)"', "public_draws_commit.py"),
        "practice_refused",
        "too_many_attempts",
    }
    assert len(codes) >= 10
    with app.test_request_context():
        said = {code: staff.failed_text(PublicDraw(end_code=code)) for code in codes}
        unknown = staff.failed_text(PublicDraw(end_code="no such code"))
    assert [code for code, text in said.items() if text == unknown] == []


def test_every_end_has_words(app: Flask) -> None:
    codes = {
        *_codes(r'"end_code": "([\w-]+)"', "public_draws.py", "public_draws_commit.py"),
        *(service.MISTAKE_FOUND, service.POOL_CORRECTED),
        *EVERY_VOID_CODE,
    }
    assert codes >= {"refused", "cancelled"}
    assert codes - set(staff.ENDS) == set()
    with app.test_request_context():
        assert all(words.rule_text(code) != code for code in EVERY_VOID_CODE)


@pytest.mark.parametrize("code", EVERY_VOID_CODE)
def test_who_declared_it_void(app: Flask, client: FlaskClient, code: str) -> None:
    """A griffier, or the rules by themselves: the page may not say one for the other."""
    with app.app_context():
        draw = makers.voided_draw()
        draw.end_code = code
        db.session.commit()
        path, text = _path(draw), str(staff.ENDS[code])
    page = _text(client.get(path).text)
    assert text in page
    assert ("Een griffier besloot dit." in page) is (code not in HOUSE_VOID_CODES)
    assert ("Dat volgt uit de regels, die vooraf vastlagen." in page) is (code in HOUSE_VOID_CODES)
    assert "Een griffier verklaarde" not in page


def test_a_seat_of_a_void_draw_says_why(app: Flask) -> None:
    """Only a draw that was drawn had seats: a number that never came took nobody's."""
    with app.test_request_context():
        for code in {*EVERY_VOID_CODE} - {"lotingsgetal-bleef-uit", "te-weinig-getuigen"}:
            assert str(seat_words.LEFT[code]).startswith("De loting is ongeldig")


def test_without_a_spare_number_nothing_is_promised_of_one(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        path = _path(makers.committed_draw())
    page = _text(client.get(path).text)
    assert "een oefengetal komt altijd" in page
    assert "Komt het eerste getal later toch?" not in page


def test_with_a_spare_number_a_griffier_must_decide(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_own_keys(monkeypatch)
    with app.app_context():
        path = _path(committed_on_drand(is_witnessed=False))
    page = _text(client.get(path).text)
    assert "van drand default tellen. Een griffier moet dat besluiten en zeggen waarom." in page
    assert "Komt het eerste getal later toch? Dan telt alleen dat getal." in page


# --- what somebody can do now ----------------------------------------------------------------------------


def test_the_balls_have_their_own_last_moment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour before the number: whoever read the moment of the number here came too late."""
    use_own_keys(monkeypatch)
    with app.app_context():
        plan = replace(BALLS, round_at=NOW + timedelta(days=2))
        draw = committed_on_drand(plan=plan, is_witnessed=False)
        with app.test_request_context():
            (before, after) = (
                _waiting(draw, rules.balls_until(draw) + timedelta(seconds=s)) for s in (-1, 1)
            )
    assert "Trek de ballen, en vul ze in vóór 25 november 2026, 10:30." in before
    assert "Trek de ballen" not in after
    assert "Het lotingsgetal komt op 25 november 2026, 11:00." in after


def _waiting(draw: PublicDraw, at: object) -> str:
    return staff._waiting(draw, administrator(), at)[1]  # type: ignore[arg-type]  # a moment


def test_a_refused_result_waits_for_a_griffier(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.due_draw()
        draw.refused_at, draw.refused_codes = NOW, "label_unknown"
        db.session.commit()
        path = _path(draw)
        with app.test_request_context():
            assert "Dan kan een griffier de loting ongeldig verklaren." in _waiting(draw, NOW)
    page = _text(client.get(path).text)
    assert "Het controleprogramma keurt de uitslag af." in page
    assert "De computer haalt het nu op" not in page


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.COUNCIL_OFFICE, "Dan kunt u de loting ongeldig verklaren."),
        (Role.AUDITOR, "U kunt de vertrouwelijke lijst ophalen"),
        (Role.LOTTERY_ADMINISTRATOR, "Kijk wie al antwoord gaf"),
    ],
)
def test_an_official_reads_on_the_page_what_can_be_done(
    app: Flask, sign_in: Callable[..., FlaskClient], client: FlaskClient, role: Role, sentence: str
) -> None:
    with app.app_context():
        path = _path(makers.drawn_draw())
    code = {"code": "GM0184"} if role is Role.COUNCIL_OFFICE else {}
    assert sentence in sign_in(role, email="ambtenaar@example.nl", **code).get(path).text
    assert "Wat kunt u nu doen?" not in client.get(path).text


def test_nothing_can_be_done_with_a_draw_that_ended(app: Flask) -> None:
    with app.app_context(), app.test_request_context():
        draw = makers.superseded_draw()
        step = staff.step_of(draw, makers.griffier())
        assert step is not None
        assert "Deze loting geldt niet meer." in step.text
        assert staff.step_of(draw, User()) is None


def test_the_page_to_declare_void_leads_to_the_check(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    with app.app_context():
        draw = makers.drawn_draw()
        path, index = _path(draw), draw.index
    page = (
        sign_in(Role.COUNCIL_OFFICE, email="griffie@example.nl", code="GM0184").get(f"{path}/ongeldig").text
    )
    assert f'href="{path}/controleren"' in page
    assert f"Panel {index} van 100, met 45 mensen" in page


def test_a_frozen_pool_has_one_way_to_a_draw(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    """A rehearsal is a choice in the proposal: no second button beside it."""
    with app.app_context():
        panel_id = makers.frozen_panel().id
    page = sign_in(Role.LOTTERY_ADMINISTRATOR, email="beheer@example.nl").get(f"/panels/{panel_id}").text
    assert f'href="/panels/{panel_id}/loting/voorbereiden"' in page
    assert "Vraag een oefenloting aan" not in page


# --- figures ---------------------------------------------------------------------------------------------


def test_columns_for_the_engine_are_no_quotas(app: Flask) -> None:
    composition = [
        {
            "name": "geslacht",
            "values": [
                {"value": "vrouw", "min": 20, "max": 24, "available": 40},
                {"value": "n.v.t.", "min": 15, "max": 15, "available": 15},
            ],
        },
        {"name": "plaats", "values": [{"value": "vast", "min": 15, "max": 15, "available": 15}]},
    ]
    (group,) = staff.quotas_of({"composition": composition})
    assert [(row.value, row.minimum, row.maximum, row.registered) for row in group.rows] == [
        ("vrouw", 20, 24, None)
    ]


def test_nominated_people_are_counted_apart() -> None:
    quotas = [
        {"condition": [["geleding", "Mantelzorgers"]], "constituencies": [], "min": 15, "max": 15},
        {"condition": [["plaats", "vast"]], "constituencies": [], "min": 5, "max": 5},
        {"condition": [["plaats", "loting"]], "constituencies": [], "min": 0, "max": 40},
    ]
    assert words.nominated_in({"quotas": quotas}) == 5
    assert words.nominated_in({"quotas": quotas[:1]}) == 0


def test_a_question_says_for_how_many_seats_it_was_put(app: Flask, client: FlaskClient) -> None:
    """Part of the panel was not asked: without this its numbers do not add up to the panel."""
    with app.app_context():
        draw = makers.drawn_draw()
        values = [
            {"value": "vrouw", "min": 13, "max": 17, "available": 70, "drawn": 15},
            {"value": "man", "min": 13, "max": 17, "available": 70, "drawn": 15},
            {"value": "n.v.t.", "min": 15, "max": 15, "available": 15, "drawn": 15},
        ]
        row = draw.draw
        row.result = {**(row.result or {}), "composition": [{"name": "geslacht", "values": values}]}
        db.session.commit()
        path = _path(draw)
    page = _text(client.get(path).text)
    assert "Geslacht gevraagd voor 30 plaatsen" in page
    assert "n.v.t." not in page


def test_states_that_everybody_sees_have_one_name(app: Flask) -> None:
    with app.test_request_context():
        for state in PublicDrawState:
            draw = PublicDraw(state=state)
            assert words.badge_of(draw) == staff.badge_of(draw)

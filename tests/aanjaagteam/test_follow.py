"""The receipt, and following a report with the code on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import DecisionOwner
from civic.db import db, now
from tests.aanjaagteam.makers import STORY, TITLE, member, new_report
from tests.aanjaagteam.test_start import URL as START
from tests.aanjaagteam.test_start import answers, receipt_code, reports
from tests.conftest import NOW

URL = "/meldingen/volgen"
STAND = "/meldingen/volgen/stand"


def code_of(app: Flask, **given: object) -> str:
    with app.app_context():
        receipt = new_report(**given)
        db.session.commit()
        return receipt.code


def test_receipt_shows_the_code_again_on_reload(app: Flask, client: FlaskClient) -> None:
    client.post(START, data=answers(client))
    assert receipt_code(client) == receipt_code(client)
    page = client.get("/meldingen/ontvangst")
    assert "Uiterlijk op" in page.text
    assert STORY not in page.text
    assert len(reports(app)) == 1


def test_the_device_forgets_after_half_an_hour(client: FlaskClient) -> None:
    client.post(START, data=answers(client))
    client.post(URL, data={"code": receipt_code(client)})
    for name in ("report_receipt", "report_followed"):
        with client.session_transaction() as session:
            session[name] = [session[name][0], int(now().timestamp()) - 1]
    assert "niet meer te zien" in client.get("/meldingen/ontvangst").text
    assert client.get(STAND).status_code == 302


def test_receipt_without_a_report(client: FlaskClient) -> None:
    page = client.get("/meldingen/ontvangst")
    assert page.status_code == 200
    assert "niet meer te zien" in page.text


def test_code_is_long_enough_and_only_a_hash_is_kept(app: Flask) -> None:
    assert len(service.ALPHABET) ** service.CODE_LENGTH > 2**80
    assert not set("ILOSU01") & set(service.ALPHABET)
    code = code_of(app)
    with app.app_context():
        columns = db.session.execute(db.select(Report.__table__)).one()
        bare = code.replace("-", "")
        assert not any(bare in str(value) or code in str(value) for value in columns)


def test_two_reports_never_share_a_code(app: Flask) -> None:
    with app.app_context():
        assert len({new_report().code for _number in range(50)}) == 50


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} ",
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("5", "S").replace("V", "u"),
    ],
)
def test_code_is_forgiving(app: Flask, client: FlaskClient, typed: Callable[[str], str]) -> None:
    answer = client.post(URL, data={"code": typed(code_of(app))})
    assert (answer.status_code, answer.location) == (303, STAND)
    page = client.get(STAND)
    assert page.status_code == 200
    assert "Wij hebben uw melding." in page.text
    assert STORY not in page.text


@pytest.mark.parametrize("code", ["ABCD-ABCD-ABCD-ABCD-ABCD", "abc", "🚲", "' OR 1=1", "A" * 5000])
def test_wrong_code(client: FlaskClient, code: str) -> None:
    answer = client.post(URL, data={"code": code})
    assert answer.status_code == 422
    assert "Deze code kennen wij niet." in answer.text
    assert client.get(STAND).location == URL


def test_no_code(client: FlaskClient) -> None:
    answer = client.post(URL, data={"code": " "})
    assert answer.status_code == 422
    assert "Vul uw code in." in answer.text


def test_guessing_is_limited_and_the_right_code_waits_too(app: Flask, client: FlaskClient) -> None:
    code = code_of(app)
    for _attempt in range(10):
        assert client.post(URL, data={"code": "ABCD"}).status_code == 422
    assert client.post(URL, data={"code": "ABCD"}).status_code == 429
    assert client.post(URL, data={"code": code}).status_code == 429


def test_without_a_code_you_are_asked_for_one(client: FlaskClient) -> None:
    answer = client.get(STAND)
    assert (answer.status_code, answer.location) == (302, URL)


def test_stop_forgets_everything_on_this_device(app: Flask, client: FlaskClient) -> None:
    client.post(START, data=answers(client))
    client.post(URL, data={"code": receipt_code(client)})
    assert client.post(URL, data={"stop": "1"}).status_code == 303
    assert client.get(STAND).status_code == 302
    assert "niet meer te zien" in client.get("/meldingen/ontvangst").text


def test_the_cookie_holds_no_readable_code(app: Flask, client: FlaskClient) -> None:
    client.post(START, data=answers(client))
    code = receipt_code(client)
    client.post(URL, data={"code": code})
    with client.session_transaction() as session:
        assert code not in str(dict(session))
        assert code.replace("-", "") not in str(dict(session))


def test_reporter_sees_decision_owner_and_end(app: Flask, client: FlaskClient) -> None:
    from tests.aanjaagteam.makers import PATHS

    with app.app_context():
        receipt = new_report(at=NOW - timedelta(days=30))
        report, actor, at = receipt.report, member(), NOW - timedelta(days=20)
        triage = service.Triage(TITLE, decision_owner=DecisionOwner.UNKNOWN)
        service.triage(report, triage, 0, actor=actor, at=at)
        for step in PATHS[State.DONE]:
            step(report, report.revision, actor=actor, at=at)
        service.add_note(report, "Geheime notitie", actor=actor, at=at)
        db.session.commit()
        code = receipt.code
    client.post(URL, data={"code": code})
    page = client.get(STAND).text
    for words in (
        "Ja, het terras mag open.",
        "teamleider vergunningen",
        "Tess Team",
        "Voor een deel opgelost",
        TITLE,
    ):
        assert words in page
    assert "Geheime notitie" not in page
    assert "Bekijk wat iedereen op de site ziet" not in page


def test_codes_are_not_in_urls(app: Flask, client: FlaskClient) -> None:
    code = code_of(app)
    assert client.get(f"{URL}?code={code}").status_code == 200
    assert client.get(STAND).status_code == 302

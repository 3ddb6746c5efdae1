"""Reporting: who, what, twice, too much, strange."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from civic.aanjaagteam.models import STORY_LENGTH, Report
from civic.aanjaagteam.routes import intake
from civic.aanjaagteam.states import Channel, State, Waiting
from civic.db import db
from civic.events.models import Deadline, Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.makers import STORY
from tests.factories import municipality

URL = "/meldingen/nieuw"


def token_of(client: FlaskClient, url: str = URL) -> str:
    found = re.search(r'name="token"[^>]* value="([^"]+)"', client.get(url).text)
    assert found
    return found[1]


def answers(client: FlaskClient, **given: str) -> dict[str, str]:
    empty = {"since": "", "waiting": "unknown", "municipality": "", "email": ""}
    return {"story": STORY, "token": token_of(client), **empty, **given}


def reports(app: Flask) -> list[Report]:
    with app.app_context():
        return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_page_has_five_questions_and_the_exit_first(client: FlaskClient) -> None:
    page = client.get(URL)
    assert page.status_code == 200
    form = page.text[page.text.index('<form method="post"') :]
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form.split("</form>")[0]))
    assert names - {"csrf_token", "token"} == {"story", "since", "waiting", "municipality", "email"}
    assert page.text.index("/meldingen/misstand") < page.text.index('<form method="post"')
    assert "klein team" in page.text


def test_wrongdoing_page_says_where_to_go(client: FlaskClient) -> None:
    page = client.get("/meldingen/misstand")
    assert page.status_code == 200
    for word in (
        "Wet bescherming klokkenluiders",
        "vertrouwenspersoon",
        "https://www.huisvoorklokkenluiders.nl",
    ):
        assert word in page.text


def test_only_the_story_is_needed(app: Flask, client: FlaskClient) -> None:
    answer = client.post(URL, data=answers(client))
    assert (answer.status_code, answer.location) == (303, "/meldingen/ontvangst")
    (report,) = reports(app)
    assert report.state is State.NEW
    assert report.is_anonymous
    assert report.channel is Channel.WEB
    assert not report.is_since_known
    with app.app_context():
        assert db.session.get(Report, report.id).story == STORY
        assert STORY not in str(report.story_sealed)


def test_all_answers_are_kept(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        place = municipality("GM0303").id
    since = re.findall(r'<option value="(\d{4}-\d{2})"', client.get(URL).text)[7]
    given = {"since": since, "waiting": "family", "municipality": str(place), "email": "Melder@Example.nl"}
    client.post(URL, data=answers(client, **given))
    (report,) = reports(app)
    assert f"{report.since_on:%Y-%m-%d}" == f"{since}-01"
    assert report.waiting is Waiting.FAMILY
    assert report.municipality_id == place
    assert not report.is_anonymous


def test_a_first_answer_is_promised(app: Flask, client: FlaskClient) -> None:
    client.post(URL, data=answers(client))
    with app.app_context():
        promise = db.session.scalars(select(Deadline)).one()
        assert (promise.subject_type, promise.kind, promise.term) == (
            "report",
            "first_answer",
            "10 werkdagen",
        )


def test_mail_with_the_code_only_if_there_is_an_address(app: Flask, client: FlaskClient) -> None:
    client.post(URL, data=answers(client))
    client.post(URL, data=answers(client, email="melder@example.nl"))
    with app.app_context():
        mail = db.session.scalars(select(OutgoingMail)).one()
        code = re.search(r"(\w{4}-){4}\w{4}", mail.text or "")
        assert mail.address == "melder@example.nl"
        assert code
        assert "/meldingen/volgen" in (mail.text or "")
        assert code[0] not in (mail.subject or "")
        assert STORY not in (mail.text or "")


@pytest.mark.parametrize("story", ["", "   \n\t ", "\u202e\u2066"])
def test_empty_story(app: Flask, client: FlaskClient, story: str) -> None:
    answer = client.post(URL, data=answers(client, story=story, email="geen adres"))
    assert answer.status_code == 422
    assert "Vertel wat er vastloopt." in answer.text
    assert "Schrijf een mailadres zoals naam@voorbeeld.nl." in answer.text
    assert "geen adres" in answer.text
    assert reports(app) == []


def test_too_long_a_story_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    long = "a" * (STORY_LENGTH + 1)
    answer = client.post(URL, data=answers(client, story=long))
    assert answer.status_code == 422
    assert "10000 tekens" in answer.text
    assert long in answer.text
    assert client.post(URL, data=answers(client, story=long[1:])).status_code == 303
    assert len(reports(app)) == 1


def test_line_ends_count_once(client: FlaskClient) -> None:
    story = "\r\n".join(["abcdefghi"] * (STORY_LENGTH // 10))
    assert client.post(URL, data=answers(client, story=story)).status_code == 303


@pytest.mark.parametrize(
    "story",
    [
        "مرحبا، تأخّر القرار",
        "🚲🏚️ 👩‍👩‍👧",
        "<script>alert(1)</script>",
        "'; DROP TABLE report; --",
        "{{ 7*7 }}",
    ],
)
def test_strange_stories_survive(app: Flask, client: FlaskClient, story: str) -> None:
    assert client.post(URL, data=answers(client, story=story)).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Report)).one().story == story


def test_signs_that_cannot_be_stored(app: Flask, client: FlaskClient) -> None:
    assert client.post(URL, data=answers(client, story="voor\x00na")).status_code == 400
    assert client.post(URL, data=answers(client, story="voor\x07\u202ena")).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Report)).one().story == "voorna"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "1999-01"),
        ("since", "2026-13"),
        ("waiting", "president"),
        ("municipality", "99999"),
        ("municipality", "x"),
    ],
)
def test_answers_outside_the_lists(app: Flask, client: FlaskClient, name: str, value: str) -> None:
    answer = client.post(URL, data=answers(client, **{name: value}))
    assert answer.status_code == 422
    assert "Kies een antwoord uit de lijst." in answer.text
    assert reports(app) == []


def test_long_address_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.post(URL, data=answers(client, email=f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.nl"))
    assert answer.status_code == 422
    assert "Dit mailadres is te lang." in answer.text


def test_nobody_can_post_what_officials_decide(app: Flask, client: FlaskClient) -> None:
    extra = {
        "state": "done",
        "owner_id": "1",
        "is_public": "y",
        "public_title": "Gehackt",
        "decide_now": "y",
        "channel": "phone",
        "outcome": "solved",
        "revision": "7",
        "receipt_code_hash": "x",
    }
    client.post(URL, data=answers(client, **extra))
    (report,) = reports(app)
    assert (report.state, report.owner_id, report.is_public, report.public_title) == (
        State.NEW,
        None,
        False,
        "",
    )
    assert (report.decide_now, report.channel, report.outcome, report.revision) == (
        False,
        Channel.WEB,
        None,
        0,
    )


def receipt_code(client: FlaskClient) -> str:
    found = re.search(r'id="receipt-code">([^<]+)<', client.get("/meldingen/ontvangst").text)
    assert found
    return found[1]


def test_the_same_post_twice_is_one_report_with_one_receipt(app: Flask, client: FlaskClient) -> None:
    data = answers(client, email="melder@example.nl")
    client.post(URL, data=data)
    first = receipt_code(client)
    assert client.post(URL, data=data).status_code == 303
    assert receipt_code(client) == first
    assert len(reports(app)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1
        assert db.session.scalar(select(func.count()).where(Event.action == "reported")) == 1


def test_back_and_another_story_is_another_report(app: Flask, client: FlaskClient) -> None:
    data = answers(client)
    client.post(URL, data=data)
    first = receipt_code(client)
    client.post(URL, data={**data, "story": "Nu gaat het over iets heel anders."})
    assert receipt_code(client) != first
    assert len(reports(app)) == 2


@pytest.mark.parametrize("token", ["", "x", "00.00", "é.é"])
def test_a_form_that_is_not_ours_keeps_the_text(app: Flask, client: FlaskClient, token: str) -> None:
    answer = client.post(URL, data={**answers(client), "token": token})
    assert answer.status_code == 422
    assert STORY in answer.text
    fresh = re.search(r'name="token"[^>]* value="([^"]+)"', answer.text)
    assert fresh
    assert client.post(URL, data={**answers(client), "token": fresh[1]}).status_code == 303
    assert len(reports(app)) == 1


def test_too_many_reports_from_one_place_keep_the_text(app: Flask, client: FlaskClient) -> None:
    for number in range(10):
        assert client.post(URL, data=answers(client, story=f"Verhaal {number}")).status_code == 303
    answer = client.post(URL, data=answers(client, story="Verhaal elf"))
    assert answer.status_code == 429
    assert "Verhaal elf" in answer.text
    assert "te vaak" in answer.text
    assert len(reports(app)) == 10
    elsewhere = client.post(URL, data=answers(client), environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 303


def test_one_address_does_not_get_a_flood_of_mail(app: Flask, client: FlaskClient) -> None:
    for number in range(11):
        other = {"REMOTE_ADDR": f"198.51.{number}.7"}
        data = answers(client, story=f"Verhaal {number}", email="Slacht.Offer+x@example.nl")
        answer = client.post(URL, data=data, environ_overrides=other)
    assert answer.status_code == 429
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 10


def test_signed_in_people_are_not_linked_to_their_report(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    resident = sign_in(email="inwoner@example.nl")
    assert resident.post(URL, data=answers(resident)).status_code == 303
    with app.app_context():
        event: Any = db.session.scalars(select(Event).where(Event.action == "reported")).one()
        assert (event.actor_id, event.actor_kind) == (None, "anonymous")


def test_huge_body_is_refused(client: FlaskClient) -> None:
    data = answers(client, story="a" * 6_000_000)
    assert client.post(URL, data=data).status_code == 413


def test_a_crowd_is_warned_about_once_and_nobody_is_refused(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(intake, "UNUSUALLY_MANY", 2)
    for number in range(5):
        elsewhere = {"REMOTE_ADDR": f"198.51.{number}.7"}
        data = answers(client, story=f"Verhaal {number}")
        assert client.post(URL, data=data, environ_overrides=elsewhere).status_code == 303
    assert len(reports(app)) == 5
    assert [record.message for record in caplog.records].count("more than 2 reports in ten minutes") == 1


def test_longer_than_five_years_is_an_answer(app: Flask, client: FlaskClient) -> None:
    found = re.search(r'<option value="(\d{4}-\d{2})">Langer dan vijf jaar</option>', client.get(URL).text)
    assert found
    assert found[1] == "2021-11"
    assert client.post(URL, data=answers(client, since=found[1])).status_code == 303
    (report,) = reports(app)
    assert (report.since_on, report.is_since_known) == (date(2021, 11, 1), True)

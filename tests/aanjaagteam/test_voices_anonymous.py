"""A whole conversation by code word; afterwards nothing anywhere tells who the reporter was (S42, need H)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, ReportMessage, ReportWait
from civic.aanjaagteam.service import voices
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import DecisionOwner, WaitKind
from civic.calendar import ZONE
from civic.db import db, now
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.case_makers import wait_on
from tests.aanjaagteam.grepping import VISITOR, mails, nowhere
from tests.aanjaagteam.makers import TITLE, member, new_report
from tests.conftest import NOW

STORY = "Mijn aanvraag ligt stil. Herkenningswoord: zeepbellenblazer."
FIRST = "Kunt u mij zeggen wie beslist? Herkenningswoord: knikkerzak."
SECOND = "Het gaat om het derde formulier. Herkenningswoord: tollendraaier."
QUESTION = "Bij welk formulier liep u vast? Herkenningswoord: hoepelrok."
WRITTEN = ("zeepbellenblazer", "knikkerzak", "tollendraaier", "hoepelrok")
STAND = "/meldingen/volgen/stand"


def _write(client: FlaskClient, text: str, token: str) -> None:
    data = {"text": text, "token": token}
    answer = client.post("/meldingen/volgen/bericht", data=data, **VISITOR.outside)
    assert (answer.status_code, answer.location) == (303, f"{STAND}#gesprek")


def _conversation(app: Flask, client: FlaskClient, team: FlaskClient) -> int:
    """Report, write, be asked, answer; all of it from a place and a browser that nobody else has."""
    with app.app_context():
        tokens = [service.new_token() for _number in range(3)]
        receipt = new_report(story=STORY)
        number, code = receipt.report.id, receipt.code
        db.session.commit()
    client.post("/meldingen/volgen", data={"code": code}, **VISITOR.outside)
    _write(client, FIRST, tokens[0])
    case = f"/aanjaagteam/meldingen/{number}"
    assert "knikkerzak" in team.get(case).text
    data = {"text": QUESTION, "token": tokens[2], "is_question": "y"}
    assert team.post(f"{case}/berichten", data=data).status_code == 303
    page = client.get(STAND, **VISITOR.outside)
    assert "hoepelrok" in page.text
    assert "Er is een nieuw bericht voor u" in page.text
    _write(client, SECOND, tokens[1])
    page = client.get(STAND, **VISITOR.outside)
    assert "Er is een nieuw bericht voor u" not in page.text
    assert all(word in page.text for word in ("knikkerzak", "hoepelrok", "tollendraaier"))
    assert "tollendraaier" in team.get(case).text
    return number


def test_nothing_identifies_who_wrote(
    app: Flask, client: FlaskClient, team: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _conversation(app, client, team)
    nowhere(app, caplog, VISITOR.traces, only_sealed=WRITTEN)


def test_the_search_finds_what_is_there(
    app: Flask, client: FlaskClient, make: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    """A search that never finds anything proves nothing."""
    make(State.NEW, email="melder@example.nl")
    with pytest.raises(AssertionError, match=r"\(opened\)"):
        nowhere(app, caplog, ["melder@example.nl"])
    assert any("melder@example.nl" in text for text in mails(app).values())
    nowhere(app, caplog, [], only_sealed=["melder@example.nl"])
    logging.getLogger("civic").warning("melder@example.nl")
    with pytest.raises(AssertionError, match="log"):
        nowhere(app, caplog, [], only_sealed=["melder@example.nl"])


def test_only_the_day_is_kept(app: Flask, client: FlaskClient, team: FlaskClient) -> None:
    number = _conversation(app, client, team)
    with app.app_context():
        messages = list(db.session.scalars(select(ReportMessage).where(ReportMessage.report_id == number)))
        assert [one.is_from_reporter for one in messages] == [True, False, True]
        assert [one.sent_at is None for one in messages] == [True, False, True]
        others = {
            event.at
            for event in db.session.scalars(select(Event).where(Event.subject_id == number))
            if event.action not in ("message_received", "wait_ended")
        }
        for event in db.session.scalars(
            select(Event).where(Event.action.in_(("message_received", "wait_ended")))
        ):
            local = event.at.astimezone(ZONE)
            # the beginning of the day, or the moment of something that somebody else did before
            assert local.time() == time.min or event.at in others


def test_the_answer_ends_the_wait(app: Flask, client: FlaskClient, team: FlaskClient) -> None:
    number = _conversation(app, client, team)
    with app.app_context():
        names = [
            event.action
            for event in db.session.scalars(
                select(Event)
                .where(Event.subject_id == number, Event.subject_type == "report")
                .order_by(Event.id)
            )
        ]
    assert [one for one in names if one.startswith(("message", "wait"))] == [
        "message_received",
        "message_sent",
        "wait_started",
        "message_received",
        "wait_ended",
    ]


def test_with_an_address_the_moment_is_kept_and_a_mail_says_that_there_is_a_message(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP, email="melder@example.nl")
    with app.app_context():
        token = service.new_token()
    data = {"text": QUESTION, "token": token}
    team.post(f"/aanjaagteam/meldingen/{number}/berichten", data=data)
    with app.app_context():
        letters = list(
            db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "report_message"))
        )
        assert [mail.address for mail in letters] == ["melder@example.nl"]
        assert "hoepelrok" not in (letters[0].text or "") + (letters[0].subject or "")
        assert "/meldingen/volgen" in (letters[0].text or "")


def test_never_before_what_already_happened(app: Flask) -> None:
    with app.app_context():
        report, actor, last = new_report(at=NOW).report, member(), NOW + timedelta(hours=1)
        service.add_note(report, "Gebeld.", actor=actor, at=last)
        assert voices.veiled(report, NOW + timedelta(hours=2)) == last
        next_day = voices.veiled(report, NOW + timedelta(days=1)).astimezone(ZONE)
        assert next_day == datetime(2026, 11, 24, tzinfo=ZONE)


EVERYWHERE = ("", "?wacht-op=melder", ".json", ".csv", ".atom", "/cijfers", "/{}", "/{}.json")


def _seen(app: Flask, number: int) -> list[tuple[str, str, str | None, str | None]]:
    """All that a watcher without an account gets, with the marks by which a program sees a change."""
    watcher = app.test_client()
    pages = [watcher.get("/meldingen" + name.format(number)) for name in EVERYWHERE]
    assert {page.status_code for page in pages} == {200}
    return [
        (one.request.path, one.text, one.headers.get("ETag"), one.headers.get("Last-Modified"))
        for one in pages
    ]


def test_a_watcher_does_not_see_when_an_anonymous_reporter_is_at_the_keyboard(
    app: Flask, client: FlaskClient, team: FlaskClient, make: Callable[..., int]
) -> None:
    """The page said that it waits for the reporter, until the very minute of the answer."""
    for _number in range(5):  # else the number of waits is too small to be shown
        _ask(app, make(State.TAKEN_UP, email="bekend@example.nl"))
    number, code = _published(app)
    _ask(app, number)
    before = _seen(app, number)
    assert "wacht op de melder" in before[1][1].casefold()  # of those who left an address
    assert f'href="/meldingen/{number}"' not in before[1][1]
    with app.app_context():
        token = service.new_token()
    client.post("/meldingen/volgen", data={"code": code})
    _write(client, FIRST, token)
    with app.app_context():
        assert not db.session.scalars(
            select(ReportWait).where(ReportWait.report_id == number, ReportWait.ended_at.is_(None))
        ).all()
    assert _seen(app, number) == before


def _published(app: Flask) -> tuple[int, str]:
    with app.app_context():
        receipt, actor = new_report(), member()
        wanted = service.Triage(TITLE, is_public=True, decision_owner=DecisionOwner.UNKNOWN)
        service.triage(receipt.report, wanted, 0, actor=actor, at=now())
        db.session.commit()
        return receipt.report.id, receipt.code


def _ask(app: Flask, number: int) -> None:
    with app.app_context():
        report = db.session.get_one(Report, number)
        wait_on(report, kind=WaitKind.REPORTER)
        db.session.commit()

"""Closed is not solved: the reporter says so, and "no" is work with a date (peers.md, asks 4 to 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Report, ReportVerdict
from civic.aanjaagteam.my_data import _erase, _export
from civic.aanjaagteam.queries import voices as reads
from civic.aanjaagteam.queries.inbox import waiting_for
from civic.aanjaagteam.service import voices
from civic.aanjaagteam.states import Outcome
from civic.aanjaagteam.states.facts import DecisionOwner, ReopenReason
from civic.calendar import today
from civic.db import db, now
from civic.events import queries as events
from tests.aanjaagteam.makers import TITLE, member
from tests.aanjaagteam.voices_makers import actions, followed, tokens
from tests.factories import make_user

URL = "/meldingen/volgen/opgelost"
STAND = "/meldingen/volgen/stand"


def _closed(app: Flask, client: FlaskClient) -> int:
    number = followed(app, client)
    with app.app_context():
        report, actor, at = db.session.get_one(Report, number), member(), now()
        triage = service.Triage(
            TITLE,
            is_public=True,
            municipality_id=report.municipality_id,
            decision_owner=DecisionOwner.UNKNOWN,
        )
        service.triage(report, triage, 0, actor=actor, at=at)
        service.assign(report, actor, report.revision, actor=actor, at=at)
        ending = service.Ending(Outcome.SOLVED, "Het terras is open.")
        service.close(report, ending, report.revision, actor=actor, at=at)
        db.session.commit()
    return number


def test_no_is_work_with_a_date(app: Flask, client: FlaskClient, team: FlaskClient) -> None:
    number = _closed(app, client)
    assert "Is het voor u opgelost?" in client.get(STAND).text
    assert client.post(URL, data={"opgelost": "nee"}).status_code == 303
    assert "U zei op" in client.get(STAND).text
    with app.app_context():
        [line] = [one for one in waiting_for(member(), frozenset(), now()) if one.kind == "not_solved"]
        assert line.report_id == number
        assert line.due_on is not None
    assert "De melder zegt: niet opgelost" in team.get(f"/aanjaagteam/meldingen/{number}").text


def test_everybody_reads_the_answer_of_an_anonymous_reporter_the_next_morning(
    app: Flask, client: FlaskClient
) -> None:
    """Also another answer: what was there stays until then, so nothing says when the reporter was here."""
    number, day = _closed(app, client), today(now())
    for answer in ("ja", "nee"):
        client.post(URL, data={"opgelost": answer})
        assert "De melder zegt" not in client.get(f"/meldingen/{number}").text
    with app.app_context():
        report = db.session.get_one(Report, number)
        assert reads.public_verdict(report, day + timedelta(days=1)) is False
        voices.give_verdict(report, True, at=now() + timedelta(days=1))
        assert reads.public_verdict(report, day + timedelta(days=1)) is False
        assert reads.public_verdict(report, day + timedelta(days=2)) is True
        report.is_anonymous = False
        assert reads.public_verdict(report, day + timedelta(days=1)) is True


def test_why_not_is_for_the_team_alone(app: Flask, client: FlaskClient, team: FlaskClient) -> None:
    number = _closed(app, client)
    too_long = client.post(URL, data={"opgelost": "nee", "reason": "Te lang. " * 200})
    assert too_long.status_code == 422
    assert "Maak deze tekst korter." in too_long.text
    assert "Te lang. Te lang." in too_long.text
    why = "Het bord <b>hangt</b> er nog: kwikstaart."
    assert client.post(URL, data={"opgelost": "nee", "reason": why}).status_code == 303
    case = team.get(f"/aanjaagteam/meldingen/{number}").text
    assert "Het bord &lt;b&gt;hangt&lt;/b&gt; er nog: kwikstaart." in case
    for path in (f"/meldingen/{number}", f"/meldingen/{number}.json", STAND):
        assert "kwikstaart" not in client.get(path).text
    with app.app_context():
        row = db.session.get_one(ReportVerdict, number)
        assert "kwikstaart" not in (row.reason_sealed or "")
    client.post(URL, data={"opgelost": "nee"})
    assert "kwikstaart" in team.get(f"/aanjaagteam/meldingen/{number}").text, "the same again, without words"
    client.post(URL, data={"opgelost": "ja"})
    with app.app_context():
        assert db.session.get_one(ReportVerdict, number).reason is None


def test_why_not_stays_in_sight_of_the_team_that_opens_it_again(
    app: Flask, client: FlaskClient, team: FlaskClient
) -> None:
    number = _closed(app, client)
    client.post(URL, data={"opgelost": "nee", "reason": "Het bord hangt er nog: kwikstaart."})
    with app.app_context():
        report = db.session.get_one(Report, number)
        again = service.Reopening(ReopenReason.REPORTER_SAYS_SO, "U zei dat het niet is opgelost.")
        service.reopen(report, again, report.revision, actor=member(), at=now())
        db.session.commit()
    for path in ("", "/berichten"):
        assert "kwikstaart" in team.get(f"/aanjaagteam/meldingen/{number}{path}").text
    assert "kwikstaart" not in client.get(STAND).text


def test_why_not_in_the_export_and_gone_with_the_account(app: Flask, client: FlaskClient) -> None:
    number = _closed(app, client)
    client.post(URL, data={"opgelost": "nee", "reason": "Het bord hangt er nog: kwikstaart."})
    with app.app_context():
        user = make_user(email="melder@example.nl")
        report = db.session.get_one(Report, number)
        report.contact, report.is_anonymous = user.email, False
        db.session.commit()
        [row] = next(one.rows for one in _export(user) if one.name == "report_verdicts")
        assert "kwikstaart" in str(row)
        _erase(user, now())
        db.session.commit()
        assert db.session.get_one(ReportVerdict, number).reason is None


def test_the_answer_of_the_team_keeps_the_promise(app: Flask, client: FlaskClient, team: FlaskClient) -> None:
    number = _closed(app, client)
    client.post(URL, data={"opgelost": "nee"})
    data = {"text": "Wij kijken er opnieuw naar.", "token": tokens(app)[0]}
    answer = team.post(f"/aanjaagteam/meldingen/{number}/berichten", data=data)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        promise = events.deadline_of(db.session.get_one(Report, number), voices.NOT_SOLVED)
        assert promise is not None
        assert promise.met_at is not None
        assert reads.lines_for(member(), frozenset(), now()) == []


def test_yes_and_another_mind(app: Flask, client: FlaskClient) -> None:
    number = _closed(app, client)
    for answer in ("ja", "ja", "nee", "ja"):
        assert client.post(URL, data={"opgelost": answer}).status_code == 303
    assert actions(app, number).count("verdict_given") == 3
    with app.app_context():
        report = db.session.get_one(Report, number)
        verdict = reads.current_verdict(report)
        assert verdict is not None
        assert verdict.is_solved
        promise = events.deadline_of(report, voices.NOT_SOLVED)
        assert promise is not None
        assert promise.met_at is not None


def test_not_while_it_is_open(app: Flask, client: FlaskClient, make: Callable[..., int]) -> None:
    number = followed(app, client)
    assert "Is het voor u opgelost?" not in client.get(STAND).text
    refused = client.post(URL, data={"opgelost": "nee", "reason": "Het bord hangt er nog."})
    assert refused.status_code == 409
    for words in ("Is het voor u opgelost?", "Het bord hangt er nog."):
        assert words in refused.text, "read back in the words of the question"
    assert "verdict_given" not in actions(app, number)


def test_changing_your_mind_without_end_is_refused(app: Flask, client: FlaskClient) -> None:
    _closed(app, client)
    answers = [client.post(URL, data={"opgelost": ("ja", "nee")[turn % 2]}).status_code for turn in range(11)]
    assert answers == [303] * 10 + [429]


def test_nonsense_get_and_stranger(app: Flask, client: FlaskClient) -> None:
    number = _closed(app, client)
    assert client.get(URL).status_code == 405
    assert client.post(URL, data={"opgelost": "misschien"}).status_code == 303
    client.post("/meldingen/volgen", data={"stop": "1"})
    answer = client.post(URL, data={"opgelost": "nee"})
    assert (answer.status_code, answer.location) == (303, "/meldingen/volgen")
    assert "verdict_given" not in actions(app, number)


def test_reopened_the_question_is_new(app: Flask, client: FlaskClient) -> None:
    number = _closed(app, client)
    client.post(URL, data={"opgelost": "nee"})
    with app.app_context():
        report, actor = db.session.get_one(Report, number), member()
        why = service.Reopening(ReopenReason.REPORTER_SAYS_SO, "U zei dat het niet is opgelost.")
        service.reopen(report, why, report.revision, actor=actor, at=now())
        promise = events.deadline_of(report, voices.NOT_SOLVED)
        assert promise is not None
        assert promise.met_at is not None
        assert reads.current_verdict(report) is None
        db.session.commit()
    assert "Is het voor u opgelost?" not in client.get(STAND).text

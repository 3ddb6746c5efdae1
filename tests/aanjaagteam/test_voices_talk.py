"""An official writes to the reporter, asks a question, or says that no answer is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.models import Report, ReportMessage, ReportWait
from civic.aanjaagteam.queries import first_answer
from civic.aanjaagteam.queries import voices as reads
from civic.aanjaagteam.queries.inbox import waiting_for
from civic.aanjaagteam.service import voices
from civic.aanjaagteam.states import State
from civic.accounts.states import Role
from civic.db import db, now
from tests.aanjaagteam.makers import member
from tests.aanjaagteam.voices_makers import actions, mails, tokens


def _url(number: int) -> str:
    return f"/aanjaagteam/meldingen/{number}/berichten"


def _wrote(app: Flask, number: int, text: str = "Wanneer hoor ik iets?") -> None:
    """The reporter wrote something."""
    with app.app_context():
        report = db.session.get_one(Report, number)
        voices.write_as_reporter(report, voices.NewMessage(text, "t"), at=now())
        db.session.commit()


def test_works_and_keeps_the_first_promise(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.NEW, email="melder@example.nl")
    data = {"text": "Dank voor uw melding.", "token": tokens(app)[0]}
    answer = team.post(_url(number), data=data)
    assert (answer.status_code, answer.location) == (303, f"/aanjaagteam/meldingen/{number}#gesprek")
    page = team.get(answer.location).text
    assert "Dank voor uw melding." in page
    assert "Tess Team" in page
    assert [address for address, _text in mails(app, "report_message")] == ["melder@example.nl"]
    with app.app_context():
        promise = first_answer(db.session.get_one(Report, number))
        assert promise is not None
        assert promise.met_at is not None


def test_twice_is_one_message_and_one_mail(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP, email="melder@example.nl")
    data = {"text": "Wij bellen de afdeling.", "token": tokens(app)[0]}
    for _time in range(2):
        assert team.post(_url(number), data=data).status_code == 303
    assert actions(app, number).count("message_sent") == 1
    assert len(mails(app, "report_message")) == 1


def test_a_question_makes_it_wait_once(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    for token in tokens(app, 2):
        team.post(_url(number), data={"text": "Wat hoorde u het laatst?", "token": token, "is_question": "y"})
    with app.app_context():
        waits = list(db.session.scalars(select(ReportWait).where(ReportWait.report_id == number)))
        assert [wait.ended_at for wait in waits] == [None]
        assert "hoorde" not in waits[0].question  # the question itself is sealed
    _wrote(app, number)
    with app.app_context():
        assert db.session.scalars(select(ReportWait.ended_at)).one() is not None


def test_nothing_written_shows_the_page_again(
    app: Flask, team: FlaskClient, make: Callable[..., int]
) -> None:
    page = team.post(_url(make(State.TAKEN_UP)), data={"text": " ", "token": tokens(app)[0]})
    assert page.status_code == 422
    assert "Schrijf uw bericht." in page.text


def test_a_ready_sentence(team: FlaskClient, make: Callable[..., int]) -> None:
    url = _url(make(State.TAKEN_UP))
    assert "Is er bij u iets veranderd sinds uw melding?</textarea>" in team.get(f"{url}?tekst=2").text
    for nonsense in ("0", "99", "x", "²", "-1"):
        assert team.get(f"{url}?tekst={nonsense}").status_code == 200


def test_the_read_is_logged(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    team.get(_url(number))
    assert actions(app, number)[-1] == "story_read"


def test_opening_marks_read_by_the_day(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    _wrote(app, number)
    page = team.get(f"/aanjaagteam/meldingen/{number}").text
    assert "Wacht op antwoord" in page
    with app.app_context():
        message = db.session.scalars(select(ReportMessage)).one()
        assert message.read_on is not None
        assert message.handled_on is None


def test_no_answer_needed(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP)
    _wrote(app, number)
    assert team.get(f"{_url(number)}/gelezen").status_code == 405
    for _time in range(2):
        assert team.post(f"{_url(number)}/gelezen").status_code == 303
    assert actions(app, number).count("message_handled") == 1
    with app.app_context():
        assert reads.open_messages([number]) == {}


def test_unanswered_is_a_line_for_the_owner(app: Flask, make: Callable[..., int]) -> None:
    mine, nobodys = make(State.TAKEN_UP), make(State.TRIAGED)
    for number in (mine, nobodys):
        _wrote(app, number, f"Bericht {number}")
    with app.app_context():
        found = [one for one in waiting_for(member(), frozenset(), now()) if one.kind == "message"]
        assert [(one.report_id, one.is_mine) for one in found] == [(mine, True), (nobodys, False)]
        assert all(one.due_on is not None for one in found)
        other = member("ander@example.nl", "An Ander")
        assert [one.report_id for one in reads.lines_for(other, frozenset(), now())] == [nobodys]
        dronten = member("dronten2@example.nl", "Dirk Dronten", code="GM0303")
        assert list(reads.lines_for(dronten, frozenset(), now())) == []


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_reads_it(
    app: Flask, sign_in: Callable[..., FlaskClient], make: Callable[..., int], role: Role
) -> None:
    number = make(State.TAKEN_UP)
    other = sign_in(role, email="x@example.nl")
    assert other.get(_url(number)).status_code == 403
    assert other.post(_url(number), data={"text": "Hallo"}).status_code == 403
    assert other.post(f"{_url(number)}/gelezen").status_code == 403


def test_anonymous_and_other_municipality(
    client: FlaskClient, scoped: FlaskClient, make: Callable[..., int]
) -> None:
    number = make(State.TAKEN_UP, code="GM0995")
    assert client.get(_url(number)).status_code in (302, 401)
    assert scoped.get(_url(number)).status_code == 403

"""A day that is promised to the reporter: made, kept, broken; once, in office hours, and it climbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam import service
from civic.aanjaagteam.models import Escalation, Report
from civic.aanjaagteam.service.promises import break_promises, make_promise, settle
from civic.aanjaagteam.states import DeclineReason, Outcome, State
from civic.db import committing, db
from civic.errors import NotAllowedNow
from civic.events import queries as events
from civic.events.models import Event
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.makers import KNOT, member, new_report, report_in
from tests.aanjaagteam.test_case import CASE, actions_on, mails
from tests.conftest import NOW

DUE = date(2026, 11, 30)  # a Monday
AFTER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def promised(app: Flask) -> Callable[..., int]:
    def _make(state: State = State.TAKEN_UP, email: str = "melder@example.nl") -> int:
        with app.app_context():
            report = report_in(state, email=email)
            make_promise(report, DUE, actor=member(), at=NOW)
            db.session.commit()
            return report.id

    return _make


def promise_counts() -> dict[str, int]:
    names = ("promise_made", "promise_kept", "promise_broken")
    found = Counter(db.session.scalars(select(Event.action).where(Event.action.in_(names))))
    return {name: found[name] for name in names}


def promise_mails(app: Flask) -> list[str]:
    return [name for name in mails(app) if name.startswith("report_promise")]


def test_promise_a_day(app: Flask, team: FlaskClient, make: Callable[..., int]) -> None:
    number = make(State.TAKEN_UP, email="melder@example.nl")
    url = f"{CASE}/{number}/belofte"
    assert "De melder krijgt ook een mail." in team.get(url).text
    assert team.post(url, data={"due_on": "2026-11-30"}).status_code == 303
    page = team.get(f"{CASE}/{number}").text
    assert "De melder hoort uiterlijk op 30 november 2026" in page
    assert actions_on(app, number).count("promise_made") == 1
    assert promise_mails(app) == ["report_promise"]
    assert team.post(url, data={"due_on": "2026-12-07"}).status_code == 409, "one at a time"
    assert "Er loopt al een belofte: 30 november 2026" in team.get(url).text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "Kies de dag waarop de melder het hoort."),
        ("morgen", "Schrijf de datum zo: 23-11-2026."),
        ("2026-11-23", "Kies een dag die nog komt."),
        ("2026-11-29", "Kies een werkdag."),
        ("2026-12-25", "Kies een werkdag."),
        ("2030-01-07", "Kies een dag binnen twee jaar."),
    ],
)
def test_bad_day(team: FlaskClient, make: Callable[..., int], day: str, sentence: str) -> None:
    page = team.post(f"{CASE}/{make(State.TAKEN_UP)}/belofte", data={"due_on": day})
    assert page.status_code == 422
    assert sentence in page.text


def test_closed_report_gets_no_promise(team: FlaskClient, make: Callable[..., int]) -> None:
    assert team.post(f"{CASE}/{make(State.DONE)}/belofte", data={"due_on": "2026-11-30"}).status_code == 409


def test_kept(app: Flask, team: FlaskClient, promised: Callable[..., int]) -> None:
    number = promised()
    url = f"{CASE}/{number}/belofte/nagekomen"
    assert team.get(url).status_code == 405
    assert team.post(url).status_code == 303
    assert team.post(url).status_code == 409
    with app.app_context():
        assert promise_counts() == {"promise_made": 1, "promise_kept": 1, "promise_broken": 0}
        with committing():
            assert break_promises(AFTER) == {"broken": 0}


@pytest.mark.parametrize("how", ["decide", "close", "decline"])
def test_an_answer_keeps_it(app: Flask, promised: Callable[..., int], how: str) -> None:
    number = promised()
    with app.app_context():
        report, who = db.session.get_one(Report, number), {"actor": member(), "at": NOW}
        if how == "decide":
            service.decide(report, KNOT, report.revision, **who)
        elif how == "close":
            service.close(report, service.Ending(Outcome.SOLVED, "Open."), report.revision, **who)
        else:
            refusal = service.Refusal(DeclineReason.OTHER, "Nee.", "Bel.")
            service.decline(report, refusal, report.revision, **who)
        assert promise_counts()["promise_kept"] == 1


def test_broken_once_in_office_hours_and_it_climbs(app: Flask, promised: Callable[..., int]) -> None:
    number = promised()
    with app.app_context():
        for at, broken in ((AFTER - timedelta(days=1), 0), (NIGHT, 0), (AFTER, 1), (AFTER, 0)):
            with committing():
                assert break_promises(at) == {"broken": broken}
        assert promise_counts() == {"promise_made": 1, "promise_kept": 0, "promise_broken": 1}
        assert db.session.scalars(select(Escalation.report_id)).all() == [number]
        letter = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.template == "report_promise_broken")
        ).one()
        assert "Dat had niet mogen gebeuren." in (letter.text or "")
        assert letter.next_at == AFTER
    assert promise_mails(app) == ["report_promise", "report_promise_broken"]


def test_a_new_promise_after_a_broken_one(app: Flask, promised: Callable[..., int]) -> None:
    number = promised()
    with app.app_context():
        report = db.session.get_one(Report, number)
        with committing():
            break_promises(AFTER)
        with committing():
            make_promise(report, date(2026, 12, 7), actor=member(), at=AFTER)
        again = events.deadline_of(report, "promise")
        assert again is not None
        assert (again.due_on, again.escalation, again.met_at) == (date(2026, 12, 7), 0, None)
        with committing():
            assert break_promises(datetime(2026, 12, 8, 9, 0, tzinfo=UTC)) == {"broken": 1}
        assert promise_counts() == {"promise_made": 2, "promise_kept": 0, "promise_broken": 2}
    assert len(promise_mails(app)) == 4


def test_too_late_is_broken_even_before_the_job_looked(app: Flask, promised: Callable[..., int]) -> None:
    number = promised()
    with app.app_context():
        report = db.session.get_one(Report, number)
        assert settle(report, actor=member(), at=AFTER)
        assert promise_counts() == {"promise_made": 1, "promise_kept": 0, "promise_broken": 1}
        assert not settle(report, actor=member(), at=AFTER)
        make_promise(report, date(2026, 12, 7), actor=member(), at=AFTER)
        with pytest.raises(NotAllowedNow):
            make_promise(report, date(2026, 12, 14), actor=member(), at=AFTER)


def test_the_reporter_sees_it_with_the_code(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        receipt = new_report(at=NOW)
        make_promise(receipt.report, DUE, actor=member(), at=NOW)
        db.session.commit()
        number = receipt.report.id
    client.post("/meldingen/volgen", data={"code": receipt.code})
    page = client.get("/meldingen/volgen/stand").text
    assert "U hoort uiterlijk op 30 november 2026 wat er gebeurt" in page
    assert promise_mails(app) == [], "no address, no mail"
    with app.app_context(), committing():
        row = events.deadline_of(db.session.get_one(Report, number), "promise")
        assert row is not None
        row.starts_on, row.due_on = date(2026, 11, 9), date(2026, 11, 16)
    assert "Dat had niet mogen gebeuren." in client.get("/meldingen/volgen/stand").text

"""What waits for an official in one mail: asked for, in office hours, never empty, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.aanjaagteam.jobs import send_work_digests as send_due
from civic.aanjaagteam.models import WorkDigest
from civic.aanjaagteam.queries import inbox
from civic.aanjaagteam.service.digests import choose_rhythm
from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.queue import Rhythm
from civic.accounts.models import User
from civic.accounts.service.roles import take_role
from civic.accounts.states import Role
from civic.db import db
from civic.mail.models import OutgoingMail
from tests.aanjaagteam.ladder_makers import commit, local
from tests.aanjaagteam.makers import TITLE, member, report_in
from tests.aanjaagteam.queue_makers import EMPLOYEE_EMAIL, employee, unit, wait_for, works_at

URL = "/aanjaagteam/voor-mij/overzicht"
FRIDAY = local(2026, 11, 20, 9, 0)
MONDAY = local(2026, 11, 23, 9, 0)


def mails() -> list[OutgoingMail]:
    found = select(OutgoingMail).where(OutgoingMail.template == "work_digest").order_by(OutgoingMail.id)
    return list(db.session.scalars(found))


def asked(rhythm: Rhythm) -> User:
    """An employee who wants the mail, and whose unit was asked something by Friday."""
    where, worker = unit(), employee()
    works_at(worker, where)
    wait_for(report_in(State.TAKEN_UP, at=FRIDAY), where, due_on=FRIDAY.date())
    choose_rhythm(worker, rhythm, at=FRIDAY)
    commit()
    return worker


def test_one_mail_each_working_day(app: Flask) -> None:
    with app.app_context():
        worker = asked(Rhythm.DAILY)
        assert send_due(FRIDAY) == {"mails": 0}, "from the next day on"
        assert send_due(MONDAY - timedelta(days=1)) == {"mails": 0}, "not on a Sunday"
        assert send_due(MONDAY - timedelta(hours=2)) == {"mails": 0}, "not at seven"
        assert send_due(MONDAY) == {"mails": 1}
        assert send_due(MONDAY + timedelta(hours=1)) == {"mails": 0}
        (mail,) = mails()
        assert mail.address == worker.email
        text = mail.text or ""
        assert text.count("http") == 2
        assert f"Wacht op antwoord: {TITLE} (te laat: 20 november 2026)" in text
        assert "Van 1 ding is de dag al voorbij." in text
        assert send_due(MONDAY + timedelta(days=1)) == {"mails": 1}


def test_once_a_week_on_its_first_working_day(app: Flask) -> None:
    with app.app_context():
        worker = asked(Rhythm.WEEKLY)
        sent = [day for day in range(12) if send_due(MONDAY + timedelta(days=day))["mails"]]
        assert sent == [0, 7]
        # Easter Monday is free
        db.session.get_one(WorkDigest, worker.id).sent_on = date(2027, 3, 26)
        commit()
        assert send_due(local(2027, 3, 29, 9, 0)) == {"mails": 0}
        assert send_due(local(2027, 3, 30, 9, 0)) == {"mails": 1}


def test_nothing_waits_or_no_official_any_more(app: Flask) -> None:
    with app.app_context():
        worker, idle = asked(Rhythm.DAILY), member()
        choose_rhythm(idle, Rhythm.DAILY, at=FRIDAY)
        for grant in list(worker.grants):
            take_role(grant, actor=idle, at=FRIDAY)
        commit()
        db.session.expire_all()
        assert send_due(MONDAY) == {"mails": 0}
        assert {row.sent_on for row in db.session.scalars(select(WorkDigest))} == {MONDAY.date()}


def test_what_cannot_be_read_for_one_keeps_it_from_nobody_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user: User, _units: frozenset[int], _at: datetime) -> list[inbox.Item]:
        if user.id == unlucky:
            raise RuntimeError("a row nobody thought of")
        return []

    with app.app_context():
        unlucky = member().id  # a lower number than the other: looked at first
        choose_rhythm(member(), Rhythm.DAILY, at=FRIDAY)
        worker = asked(Rhythm.DAILY)
        assert unlucky < worker.id
        with monkeypatch.context() as one:
            one.setattr(inbox, "SOURCES", [*inbox.SOURCES, broken])
            assert send_due(MONDAY) == {"mails": 1, "failed": 1}
            assert send_due(MONDAY) == {"mails": 0, "failed": 1}
        assert db.session.get_one(WorkDigest, unlucky).sent_on == FRIDAY.date(), "tried again"


def test_chosen_changed_and_switched_off(
    app: Flask, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    assert client.post(URL, data={"rhythm": "daily"}).status_code == 302
    official = sign_in(Role.EMPLOYEE, email=EMPLOYEE_EMAIL)
    assert official.get(URL).status_code == 405
    for rhythm in ("daily", "daily", "weekly"):
        assert official.post(URL, data={"rhythm": rhythm}).status_code == 303
    assert 'selected value="weekly"' in official.get("/aanjaagteam/voor-mij").text
    wrong = official.post(URL, data={"rhythm": "elk uur"})
    assert wrong.status_code == 422
    assert "Kies een antwoord uit de lijst." in wrong.text
    for _twice in range(2):
        assert official.post(URL, data={"rhythm": ""}).status_code == 303
    with app.app_context():
        assert list(db.session.scalars(select(WorkDigest))) == []

"""Promises: the date, its explanation, and what happens when it passes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from civic.db import committing, db
from civic.events import presentation, queries
from civic.events import service as events
from civic.events.jobs import notice_passed_deadlines
from civic.events.models import Event, Visibility
from civic.mail.models import OutgoingMail
from tests.conftest import NOW
from tests.factories import make_user, municipality

LATE = NOW + timedelta(weeks=9)


def promised(kind: str = "council_answer", **options: Any) -> None:
    events.promise(municipality(), events.Promise(kind, "8 weken", date(2026, 11, 23), **options))
    db.session.commit()


def passed_events() -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.action == "deadline_passed")))


def test_a_promise_has_a_date_and_a_reason(app: Flask) -> None:
    with app.app_context():
        promised()
        row = queries.deadline_of(municipality(), "council_answer")
        assert row is not None
        assert row.due_on == date(2027, 1, 18)
        assert row.explanation == "8 weken vanaf 23 november 2026."
        assert queries.deadlines_of(municipality()) == [row]
        assert queries.deadline_of(municipality(), "other") is None


def test_the_reason_is_kept_in_dutch(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        promised()
        row = queries.deadline_of(municipality(), "council_answer")
        assert row is not None
        assert "vanaf 23 november 2026" in row.explanation


def test_one_promise_per_kind(app: Flask) -> None:
    with app.app_context():
        promised()
        with pytest.raises(IntegrityError):
            promised()


def test_a_passed_date_makes_noise_once(app: Flask) -> None:
    with app.app_context():
        promised()
        with committing():
            assert notice_passed_deadlines(NOW) == {"passed": 0, "mails": 0}
        with committing():
            assert notice_passed_deadlines(LATE) == {"passed": 1, "mails": 0}
        with committing():
            assert notice_passed_deadlines(LATE + timedelta(days=1)) == {"passed": 0, "mails": 0}
        row = queries.deadline_of(municipality(), "council_answer")
        assert row is not None
        assert row.passed_at == LATE
        (event,) = passed_events()
        assert (event.subject_type, event.subject_id) == ("municipality", municipality().id)
        assert event.data == {"deadline": row.id, "kind": "council_answer", "due_on": "2027-01-18"}
        assert event.visibility is Visibility.INTERNAL
        assert event.actor_kind == "system"


def test_a_public_promise_passes_in_public(app: Flask) -> None:
    with app.app_context():
        promised(is_public=True)
        with committing():
            notice_passed_deadlines(LATE)
        assert [event.action for event in queries.timeline(municipality())] == ["deadline_passed"]


def test_the_day_itself_is_in_time(app: Flask) -> None:
    with app.app_context():
        promised()
        due = NOW.replace(year=2027, month=1, day=18)
        with committing():
            assert notice_passed_deadlines(due.replace(hour=22))["passed"] == 0  # 23.00 in the Netherlands
        with committing():
            assert notice_passed_deadlines(due.replace(hour=23))["passed"] == 1  # midnight there


def test_a_kept_promise_never_passes(app: Flask) -> None:
    with app.app_context():
        promised()
        with committing():
            events.keep_promise(municipality(), "council_answer", NOW)
            events.keep_promise(municipality(), "council_answer", LATE)
            events.keep_promise(municipality(), "unknown", NOW)
        row = queries.deadline_of(municipality(), "council_answer")
        assert row is not None
        assert row.met_at == NOW
        with committing():
            assert notice_passed_deadlines(LATE)["passed"] == 0


def test_its_owner_gets_one_mail_in_office_hours(app: Flask) -> None:
    presentation.register_deadlines({"council_answer": "een antwoord van de raad"})
    saturday = NOW.replace(year=2027, month=1, day=23)
    with app.app_context():
        owner = make_user(name="Jan Postma")
        promised(owner_id=owner.id)
        with committing():
            assert notice_passed_deadlines(saturday) == {"passed": 1, "mails": 1}
        mail = db.session.scalars(select(OutgoingMail)).one()
        assert mail.address == owner.email
        assert mail.subject == "Een beloofde datum is voorbij: 18 januari 2027"
        assert mail.text is not None
        assert "Beste Jan Postma," in mail.text
        assert "een antwoord van de raad" in mail.text
        assert "8 weken vanaf 23 november 2026." in mail.text
        assert mail.next_at.isoformat() == "2027-01-25T07:30:00+00:00"


def test_an_erased_owner_gets_nothing(app: Flask) -> None:
    with app.app_context():
        owner = make_user()
        promised(owner_id=owner.id)
        owner.email = None
        db.session.commit()
        with committing():
            assert notice_passed_deadlines(LATE) == {"passed": 1, "mails": 0}


def test_many_pass_at_once(app: Flask) -> None:
    with app.app_context():
        for number in range(130):
            promised(f"kind_{number}")
        total = 0
        for _round in range(2):
            with committing():
                total += notice_passed_deadlines(LATE)["passed"]
        assert total == 130
        assert len(passed_events()) == 130

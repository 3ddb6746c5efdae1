"""Clocks that stand still, and who takes over what nobody did."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.calendar import today
from civic.db import db
from civic.events import escalation, jobs, queries, service
from civic.events.models import Deadline, DeadlinePause, Event
from civic.mail.models import OutgoingMail
from tests.conftest import NOW
from tests.factories import make_user

DAY = timedelta(days=1)


def promised(term: str = "6 maanden", owner: User | None = None) -> Deadline:
    what = service.Promise(
        "test_clock", term, today(NOW), is_public=True, owner_id=owner.id if owner else None
    )
    row = service.promise(service.Reference("initiative", 1), what)
    db.session.commit()
    return row


def test_a_pause_moves_the_date_and_says_so(app: Flask) -> None:
    with app.app_context():
        row, kees = promised(), make_user()
        assert row.due_on == date(2027, 5, 23)
        service.pause(row, "court", actor=kees, at=NOW + DAY)
        service.resume(row, actor=kees, at=NOW + 5 * DAY)
        db.session.commit()
        assert row.due_on == date(2027, 5, 27)
        assert "plus 4 dagen opgeschort" in row.explanation
        actions = list(db.session.scalars(db.select(Event.action).order_by(Event.id)))
        assert actions == ["clock_paused", "clock_resumed"]


def test_two_pauses_and_a_begun_day(app: Flask) -> None:
    with app.app_context():
        row, kees = promised(), make_user()
        for start, hours in ((1, 5), (10, 49)):
            service.pause(row, "technical", actor=kees, at=NOW + start * DAY)
            service.resume(row, actor=kees, at=NOW + start * DAY + timedelta(hours=hours))
        assert row.due_on == date(2027, 5, 27)  # one day that was begun, and three


def test_twice_is_once(app: Flask) -> None:
    with app.app_context():
        row, kees = promised(), make_user()
        first = service.pause(row, "court", actor=kees, at=NOW)
        assert service.pause(row, "technical", actor=kees, at=NOW + DAY).id == first.id
        for _round in range(2):
            service.resume(row, actor=kees, at=NOW + 2 * DAY)
        assert db.session.scalar(db.select(db.func.count()).select_from(DeadlinePause)) == 1
        assert row.due_on == date(2027, 5, 25)


def test_what_stands_still_does_not_pass(app: Flask) -> None:
    with app.app_context():
        row, kees = promised("1 week"), make_user()
        service.pause(row, "court", actor=kees, at=NOW + DAY)
        late = NOW + 30 * DAY
        assert queries.passed_deadlines(today(late)) == []
        service.resume(row, actor=kees, at=late)
        assert queries.passed_deadlines(today(late)) == []  # six days are left
        assert queries.passed_deadlines(today(late + 8 * DAY)) == [row]


def test_a_promise_can_be_made_again(app: Flask) -> None:
    with app.app_context():
        row = promised("1 week")
        service.notice_passed(row, NOW + 10 * DAY)
        service.keep_promise(service.Reference("initiative", 1), "test_clock", NOW + 11 * DAY)
        new = service.Promise("test_clock", "2 weken", today(NOW + 21 * DAY))
        again = service.promise_again(service.Reference("initiative", 1), new)
        assert (again.id, again.met_at, again.passed_at) == (row.id, None, None)
        assert again.due_on == today(NOW + 35 * DAY)


@pytest.fixture
def ladder(monkeypatch: pytest.MonkeyPatch) -> list[list[User]]:
    steps: list[list[User]] = [[], []]
    monkeypatch.setitem(escalation.LADDERS, "test_clock", lambda _row: steps)
    return steps


def test_first_a_colleague_then_the_region(app: Flask, ladder: list[list[User]]) -> None:
    with app.app_context():
        owner, carla = make_user(), make_user(email="carla@example.nl", name="Carla")
        bea = make_user(Role.ADMINISTRATOR, email="bea@example.nl", name="Bea")
        ladder[0] += [owner, carla]
        ladder[1] += [bea]
        row = promised("1 week", owner)
        late = NOW + 8 * DAY  # a Tuesday
        jobs.notice_passed_deadlines(late)
        assert escalation.escalate_deadlines(late - timedelta(hours=8)) == {"escalated": 0}  # at night
        assert escalation.escalate_deadlines(late) == {"escalated": 1}
        assert (row.escalated_to_id, row.escalation) == (carla.id, 1)
        for days in (0, 3, 6):  # the same person, until five working days are over
            assert escalation.escalate_deadlines(late + days * DAY) == {"escalated": 0}
        assert escalation.escalate_deadlines(late + 7 * DAY) == {"escalated": 1}
        assert (row.escalated_to_id, row.escalation) == (bea.id, 2)
        assert escalation.escalate_deadlines(late + 30 * DAY) == {"escalated": 0}
        letters = db.session.scalars(
            db.select(OutgoingMail)
            .where(OutgoingMail.template == "deadline_escalated")
            .order_by(OutgoingMail.id)
        )
        assert [letter.address for letter in letters] == ["carla@example.nl", "bea@example.nl"]


def test_without_a_colleague_it_goes_to_the_region_at_once(app: Flask, ladder: list[list[User]]) -> None:
    with app.app_context():
        owner, bea = make_user(), make_user(Role.ADMINISTRATOR, email="bea@example.nl")
        ladder[0] += [owner]
        ladder[1] += [bea]
        row = promised("1 week", owner)
        late = NOW + 8 * DAY
        jobs.notice_passed_deadlines(late)
        escalation.escalate_deadlines(late)
        assert (row.escalated_to_id, row.escalation) == (bea.id, 2)


def test_what_is_done_in_time_or_late_goes_to_nobody(app: Flask, ladder: list[list[User]]) -> None:
    with app.app_context():
        ladder[0] += [make_user(email="carla@example.nl")]
        promised("1 week", make_user())
        late = NOW + 8 * DAY
        jobs.notice_passed_deadlines(late)
        service.keep_promise(service.Reference("initiative", 1), "test_clock", late)
        assert escalation.escalate_deadlines(late) == {"escalated": 0}

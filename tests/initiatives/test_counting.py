from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from civic.db import db
from civic.events.models import Event, Visibility
from civic.initiatives import jobs, queries, service
from civic.initiatives.models import Initiative, Support
from civic.initiatives.states import State, SupportState
from civic.jobs import Job, run_job
from tests.access import OWNER_EMAIL
from tests.conftest import NOW
from tests.initiatives.factories import mails, published, supported, supporter


def _supports(initiative: Initiative, numbers: range) -> None:
    for number in numbers:
        service.ask(initiative, supporter(number), at=NOW)
        if number % 100 == 99:
            db.session.commit()  # as requests do; one long transaction would only make the test slow
    for row in db.session.scalars(db.select(Support).where(Support.state == SupportState.PENDING)):
        service.confirm(row, at=NOW)
    db.session.commit()


def test_a_thousand_supports_are_a_thousand_after_one_run(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        number = initiative.id
        _supports(initiative, range(200))
        service.add_confirmed(initiative, [supporter(n) for n in range(200, 1000)], at=NOW)
        db.session.commit()
        assert initiative.support_count == 0, "supporting does not touch the initiative's row"
    assert run_job(app, Job("count_supports", 3, jobs.count_supports), NOW)
    with app.app_context():
        initiative = db.session.get_one(Initiative, number)
        assert initiative.support_count == 1000
        assert initiative.state is State.THRESHOLD_REACHED
        assert not db.session.scalar(db.select(db.func.count()).where(Support.is_dirty))
    assert run_job(app, Job("count_supports", 3, jobs.count_supports), NOW) is False, "a slot is done once"


def test_reaching_the_threshold_is_an_event_and_one_mail(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        _supports(initiative, range(99))
        assert service.count_dirty(at=NOW) == {"counted": 1, "reached_threshold": 0}
        assert initiative.state is State.COLLECTING
        _supports(initiative, range(99, 101))
        assert service.count_dirty(at=NOW) == {"counted": 1, "reached_threshold": 1}
        assert initiative.threshold_reached_at == NOW
        _supports(initiative, range(101, 103))
        assert service.count_dirty(at=NOW) == {"counted": 1, "reached_threshold": 0}
        assert service.count_dirty(at=NOW) == {"counted": 0, "reached_threshold": 0}
        event = db.session.scalars(db.select(Event).where(Event.action == "reach_threshold")).one()
        assert event.visibility is Visibility.PUBLIC
        assert event.data == {"support_count": 101, "threshold": 100, "place": "GM0995"}
        assert [mail.address for mail in mails("threshold_reached")] == [OWNER_EMAIL]


def test_the_mail_can_be_made_by_the_job(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        service.add_confirmed(initiative, [supporter(n) for n in range(100)], at=NOW)
        db.session.commit()
    assert run_job(app, Job("count_supports", 3, jobs.count_supports), NOW)
    with app.app_context():
        assert "Gefeliciteerd" in (mails("threshold_reached")[0].text or "")


def test_withdrawn_support_is_counted_off(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        _supports(initiative, range(3))
        service.count_dirty(at=NOW)
        service.withdraw_support(db.session.scalars(db.select(Support)).first(), at=NOW)
        service.count_dirty(at=NOW)
        assert initiative.support_count == 2


def test_a_reached_threshold_stays_reached(app: Flask) -> None:
    with app.app_context():
        initiative = published(NOW)
        supported(initiative, 100, NOW)
        service.withdraw_support(db.session.scalars(db.select(Support)).first(), at=NOW)
        service.count_dirty(at=NOW)
        assert (initiative.support_count, initiative.state) == (99, State.THRESHOLD_REACHED)


def test_the_dirty_index_is_used(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads a small table whole, whatever indexes there are")
        statement = db.select(Support.initiative_id).where(Support.is_dirty).distinct()
        text = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(row[-1] for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {text}")))
        assert "ix_support_dirty" in plan


def test_reconcile_reports_and_mends_a_wrong_number(app: Flask) -> None:
    with app.app_context():
        wrong, right, late = published(NOW), published(NOW), published(NOW)
        for one in (wrong, right):
            supported(one, 5, NOW)
        service.add_confirmed(late, [supporter()], at=NOW)  # not counted yet: late, not wrong
        db.session.execute(update(Initiative).where(Initiative.id == wrong.id).values(support_count=7))
        db.session.commit()
        outcome = jobs.reconcile_counts(NOW + timedelta(hours=1))
        assert outcome == {
            "checked": 2,
            "differences": 1,
            "wrong": [{"id": wrong.id, "stored": 7, "counted": 5}],
        }
        assert wrong.support_count == 5
        corrected = db.session.scalars(db.select(Event).where(Event.action == "count_corrected")).one()
        assert corrected.data == {"stored": 7, "support_count": 5}
        noted = db.session.scalars(db.select(Event).where(Event.action == "count")).all()
        assert {event.subject_id for event in noted} == {wrong.id, right.id}
        assert jobs.reconcile_counts(NOW + timedelta(hours=2))["differences"] == 0


def test_a_collection_ends_the_day_after_its_last_day(app: Flask) -> None:
    with app.app_context():
        few, enough = published(NOW), published(NOW)
        supported(few, 5, NOW)
        service.add_confirmed(enough, [supporter(n) for n in range(100)], at=NOW)  # not counted yet
        db.session.commit()
        last_day = NOW.replace(year=2027, month=5, day=23)
        assert queries.collection_ends_on(few) == last_day.date()
        assert jobs.expire_collections(last_day) == {"expired": 0}
        midnight = last_day.replace(hour=22, minute=30)  # 00.30 in the Netherlands
        assert jobs.expire_collections(midnight) == {"expired": 0}, "an hour of grace"
        assert jobs.expire_collections(midnight + timedelta(hours=1)) == {"expired": 1}
        assert jobs.expire_collections(midnight + timedelta(hours=1)) == {"expired": 0}
        assert few.state is State.EXPIRED
        assert enough.state is State.THRESHOLD_REACHED, "the last supports count first"
        event = db.session.scalars(db.select(Event).where(Event.action == "expire")).one()
        assert event.data == {"support_count": 5, "threshold": 100}


def test_an_ended_collection_says_so_kindly(app: Flask, client) -> None:
    with app.app_context():
        initiative = published(NOW - timedelta(days=300))
        service.expire(initiative, at=NOW)
        db.session.commit()
        number = initiative.id
    page = client.get(f"/initiatieven/{number}").text
    assert "Niet genoeg steun" in page
    assert "Niemand heeft het voorstel afgewezen." in page
    assert client.get(f"/initiatieven/{number}/steunen").status_code == 409

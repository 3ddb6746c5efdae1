"""Counting a pool, and the flags that counting raises."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from civic.accounts.models import User
from civic.db import db
from civic.events.models import Event
from civic.panels.jobs import pool as jobs
from civic.panels.models import Panel, PoolFlag, PoolSummary, Registration
from civic.panels.queries.composition import constituencies_of, features_of
from civic.panels.service import former_members, pool_count, pool_flags
from civic.panels.service.pool_flags import Judgement
from civic.panels.service.registrations_withdraw import withdraw
from civic.panels.states import FlagDecision, FlagKind, RegistrationState
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.stages import prepared_panel


def figures(panel: Panel) -> dict[str, Any]:
    return db.session.get_one(PoolSummary, panel.id, populate_existing=True).figures


def flags(panel: Panel, kind: FlagKind | None = None) -> list[PoolFlag]:
    statement = select(PoolFlag).where(PoolFlag.panel_id == panel.id).order_by(PoolFlag.id)
    found = list(db.session.scalars(statement))
    return [one for one in found if kind is None or one.kind is kind]


def test_it_counts_who_is_confirmed(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_registration(panel, Wish(number="1"))
        answers = (("geslacht", "man"), ("leeftijd", "65+"), ("opleiding", None))
        make_registration(panel, Wish(constituency=3, municipality="GM0184", answers=answers, number="2"))
        make_registration(panel, Wish(state=RegistrationState.PENDING))
        make_registration(panel, Wish(state=RegistrationState.REMOVED))
        assert jobs.count_changed(NOW)["panels"] == 1
        found = figures(panel)
        gender, _age, school = features_of(panel.id)
        assert found["registrations"] == 2
        assert found["features"][str(gender.id)] == {"man": 1, "vrouw": 1}
        assert found["features"][str(school.id)] == {"": 1, "midden": 1}
        thirds = constituencies_of(panel.id)
        assert sum(found["cells"][str(thirds[1].id)].values()) == 1
        assert found["channels"] == {"web": 2}
        assert found["honorarium"] == {"later": 2}


def test_nothing_dirty_is_nothing_done(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 30)
        jobs.count_changed(NOW)
        assert jobs.count_changed(NOW) == {"panels": 0, "flags": 0}
        assert figures(panel)["registrations"] == 30
        assert not db.session.scalar(select(Registration.id).where(Registration.is_dirty).limit(1))


def test_a_row_that_changes_while_it_is_counted_stays_dirty(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        row = make_registration(panel)
        reading = pool_count.read_pool(panel.id)
        row.changed_at = NOW + timedelta(seconds=1)
        db.session.commit()
        pool_count.store_count(panel.id, reading, 10, NOW)
        db.session.commit()
        assert db.session.get_one(Registration, row.id, populate_existing=True).is_dirty
        assert jobs.count_changed(NOW)["panels"] == 1


def test_the_night_reports_a_difference(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 20)
        jobs.count_changed(NOW)
        assert jobs.count_all(NOW)["differences"] == 0
        # somebody changed the table behind the back of the site
        db.session.execute(update(PoolSummary).values(figures={**figures(panel), "registrations": 19}))
        db.session.commit()
        assert jobs.count_all(NOW)["differences"] == 1
        assert figures(panel)["registrations"] == 20
        event = db.session.scalars(select(Event).where(Event.action == "pool_recount_differs")).one()
        assert event.data == {"registrations": 20}


def test_one_address_is_a_flag_each_against_the_first(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        people = [make_registration(panel, Wish(born=f"19{50 + n}-01-02")) for n in range(4)]
        jobs.count_changed(NOW)
        found = flags(panel, FlagKind.SAME_ADDRESS)
        assert [(one.registration_id, one.other_id) for one in found] == [
            (one.id, people[0].id) for one in people[1:]
        ]
        for row in people:
            row.is_dirty = True
        db.session.commit()
        jobs.count_changed(NOW)
        assert len(flags(panel, FlagKind.SAME_ADDRESS)) == 3


def test_an_open_flag_goes_with_the_reason_for_it(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        first, second, third = (make_registration(panel, Wish(born=f"19{n}-01-02")) for n in (50, 60, 70))
        jobs.count_changed(NOW)
        withdraw(first, actor=None, at=NOW)
        db.session.commit()
        jobs.count_changed(NOW)
        assert [(one.registration_id, one.other_id) for one in flags(panel)] == [(third.id, second.id)]


def test_an_exempt_address_raises_nothing_any_more(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        for year in (50, 60, 70):
            make_registration(panel, Wish(born=f"19{year}-01-02"))
        jobs.count_changed(NOW)
        judgement = Judgement(FlagDecision.EXEMPT, "Dit is een zorghuis.")
        pool_flags.decide(panel, flags(panel)[0], judgement, actor=administrator(), at=NOW)
        db.session.commit()
        make_registration(panel, Wish(born="1980-02-02"))
        jobs.count_changed(NOW)
        assert [one.decision for one in flags(panel)] == [FlagDecision.EXEMPT]


def test_the_same_birth_date_and_mailbox_may_be_one_person(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_registration(panel, Wish(name="Fadi Hakim", email="f@example.nl", number="1"))
        make_registration(panel, Wish(name="F. Hakim", email="f@example.nl", number="2"))
        make_registration(panel, Wish(name="Gerda", email="f@example.nl", number="3", born="1950-01-01"))
        jobs.count_changed(NOW)
        assert [one.kind for one in flags(panel)] == [FlagKind.SAME_PERSON]


def test_namesakes_without_a_letter_may_be_one_person(app: Flask) -> None:
    """In a manifest nothing would tell them apart; with a letter each has a code of their own."""
    with app.app_context():
        panel = prepared_panel()
        make_registration(panel, Wish(name="Jan de Vries", postcode="1315 AB", number="1"))
        twin = make_registration(panel, Wish(name="Jan de  VRIES", postcode="8232 AB", number="2"))
        make_registration(panel, Wish(name="Jan de Vries", postcode="8251 AB", number="3", born="1990-01-01"))
        jobs.count_changed(NOW)
        found = flags(panel, FlagKind.SAME_PERSON)
        assert [one.registration_id for one in found] == [twin.id]


def test_a_postcode_elsewhere(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        row = make_registration(panel, Wish(municipality="GM0995", postcode="1315 AB"))
        unknown = make_registration(panel, Wish(municipality="GM0995", postcode="9999 ZZ", number="3"))
        jobs.count_changed(NOW)
        assert [one.registration_id for one in flags(panel, FlagKind.OTHER_MUNICIPALITY)] == [row.id]
        assert unknown.id not in {one.registration_id for one in flags(panel)}


def test_a_former_member_who_came_on_the_list_later_is_found_at_night(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        row = make_registration(panel, Wish(name="Ivo Smit"))
        actor = db.session.get_one(User, panel.created_by_id)
        former_members.add_members(panel, [row], date(2029, 1, 1), actor=actor, at=NOW)
        db.session.commit()
        jobs.count_changed(NOW)
        assert flags(panel, FlagKind.FORMER_MEMBER) == []
        jobs.count_all(NOW)
        jobs.count_all(NOW)
        assert [one.registration_id for one in flags(panel, FlagKind.FORMER_MEMBER)] == [row.id]


def test_the_public_copy_moves_slowly(app: Flask) -> None:
    """Somebody who looks every minute may not learn what the newest neighbour answered."""
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 9)
        jobs.count_changed(NOW)
        assert figures(panel)["public"] is None
        make_pool(panel, 3, seed=2)
        jobs.count_changed(NOW)
        assert figures(panel)["public"]["registrations"] == 12
        make_pool(panel, 30, seed=3)
        jobs.count_changed(NOW + timedelta(hours=5))
        assert figures(panel)["public"]["registrations"] == 12
        make_registration(panel)
        jobs.count_changed(NOW + timedelta(days=1))
        assert figures(panel)["public"]["registrations"] == 43
        make_registration(panel)
        jobs.count_changed(NOW + timedelta(days=3))
        assert figures(panel)["public"]["registrations"] == 43


def test_figures_hold_no_person_and_no_combination(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_registration(panel, Wish(name="Gerda Geheim", email="gerda@example.nl"))
        jobs.count_changed(NOW)
        text = json.dumps(figures(panel))
        assert "Gerda" not in text
        assert "gerda" not in text


def test_statements_do_not_grow_with_the_pool(app: Flask, count_statements: Any) -> None:
    with app.app_context():
        panel = prepared_panel()
        make_pool(panel, 10)
        with count_statements() as few:
            jobs.count_changed(NOW)
        make_pool(panel, 200, seed=5)
        with count_statements() as many:
            jobs.count_changed(NOW)
        inserts = [one for one in many if one.startswith("INSERT INTO panel_flag")]
        assert len(many) - len(inserts) <= len(few) + 3

"""Who was a member makes room for others, until an agreed day."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic import retention
from civic.db import db
from civic.panels.models import ExclusionList, FormerMember, PoolFlag
from civic.panels.service import former_members
from civic.panels.states import FlagKind
from tests.conftest import NOW
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_registrations import PERSON, make_letter, questions, register, send, walk
from tests.panels.stages import prepared_panel

UNTIL = date(2028, 6, 1)


def put_on_list(until: date = UNTIL) -> None:
    panel = prepared_panel()
    members = [register(panel).registration, register(panel, name="Jan Smit").registration]
    assert former_members.add_members(panel, members, until, actor=administrator(), at=NOW) == 2
    db.session.commit()
    assert actions_of(panel) == ["former_members_added"]


def test_on_the_list_until_the_day(app: Flask) -> None:
    with app.app_context():
        put_on_list()
        region = db.session.query(ExclusionList).one().region_id
        assert former_members.excluded_until(PERSON, region, UNTIL) == UNTIL
        assert not former_members.is_former(PERSON, region, UNTIL + timedelta(days=1))
        assert not former_members.is_former(PERSON, region + 1, UNTIL)


def test_the_list_holds_no_names(app: Flask) -> None:
    with app.app_context():
        put_on_list()
        listed, members = db.session.query(ExclusionList).one(), db.session.query(FormerMember).all()
        assert listed.key is not None
        assert listed.key not in (listed.key_sealed or "")
        assert len({one.person_hash for one in members}) == 2


def test_a_member_of_two_panels_stays_the_longest(app: Flask) -> None:
    with app.app_context():
        put_on_list()
        put_on_list(UNTIL - timedelta(days=100))
        assert {one.excluded_until for one in db.session.query(FormerMember)} == {UNTIL}
        put_on_list(UNTIL + timedelta(days=100))
        assert db.session.query(FormerMember).count() == 2
        assert db.session.query(ExclusionList).one().ends_on == UNTIL + timedelta(days=100)


def test_a_former_member_is_told_after_sending_and_flagged(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        put_on_list()
        panel = prepared_panel()
        _row, code = make_letter(panel)
        said = questions(panel)
    page = walk(client, code, said)
    assert "eerder in een panel" not in page.text
    receipt = client.get(send(client, page).location)
    assert "eerder in een panel" in receipt.text
    assert "1 juni 2028" in receipt.text
    with app.app_context():
        assert [flag.kind for flag in db.session.query(PoolFlag)] == [FlagKind.FORMER_MEMBER]


def test_the_list_and_its_key_go_when_the_day_has_passed(app: Flask) -> None:
    with app.app_context():
        put_on_list()
        region = db.session.query(ExclusionList).one().region_id
        retention.apply_retention(NOW.replace(year=2028, month=6, day=5))
        db.session.expire_all()
        assert db.session.query(FormerMember).count() == 0
        assert db.session.query(ExclusionList).one().key_sealed is None
        assert not former_members.is_former(PERSON, region, UNTIL)
        put_on_list(date(2030, 1, 1))
        assert former_members.is_former(PERSON, region, UNTIL)


def test_nobody_to_add(app: Flask) -> None:
    with app.app_context():
        assert former_members.add_members(prepared_panel(), [], UNTIL, actor=None, at=NOW) == 0
        assert db.session.query(ExclusionList).count() == 0

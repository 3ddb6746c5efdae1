"""Flags: looking at them and deciding about them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.models import Panel, PoolFlag, Registration
from civic.panels.states import FlagDecision, FlagKind, RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import actions_of
from tests.panels.makers_pool import Wish, make_registration
from tests.panels.stages import prepared_panel


def two_at_one_address(app: Flask, stage: Stage = Stage.POOL) -> tuple[int, int, int, int]:
    """Ids: panel, flag, the first and the second registration."""
    with app.app_context():
        panel = prepared_panel(stage)
        first = make_registration(panel, Wish(name="Anna Zwart"))
        second = make_registration(panel, Wish(name="Bilal Zwart", born="1979-02-03"))
        flag = make_flag(panel, second, first)
        return panel.id, flag.id, first.id, second.id


def make_flag(
    panel: Panel,
    one: Registration,
    other: Registration | None = None,
    kind: FlagKind = FlagKind.SAME_ADDRESS,
) -> PoolFlag:
    flag = PoolFlag(
        panel_id=panel.id,
        kind=kind,
        registration_id=one.id,
        other_id=other.id if other else None,
        raised_at=NOW,
    )
    db.session.add(flag)
    db.session.commit()
    return flag


def decision(flag_id: int, value: str, reason: str = "Zij wonen samen op dit adres.") -> dict[str, str]:
    return {f"signaal{flag_id}-decision": value, f"signaal{flag_id}-reason": reason}


def test_two_people_side_by_side_and_the_reading_is_logged(
    app: Flask, administrator_client: FlaskClient
) -> None:
    panel_id, _flag, first, second = two_at_one_address(app)
    page = administrator_client.get(f"/panels/{panel_id}/signalen").text
    assert "Anna Zwart" in page
    assert "Bilal Zwart" in page
    assert "17-05-1980" in page
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.action == "flags_read")).one()
        assert event.data == {"registrations": [first, second]}
        assert event.visibility.value == "private"


def test_keeping_both(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, flag_id, *_people = two_at_one_address(app)
    url = f"/panels/{panel_id}/signalen/{flag_id}"
    answer = administrator_client.post(url, data=decision(flag_id, "keep"))
    assert answer.status_code == 303
    with app.app_context():
        flag = db.session.get_one(PoolFlag, flag_id)
        assert flag.decision is FlagDecision.KEEP
        assert flag.reason == "Zij wonen samen op dit adres."
        assert actions_of(db.session.get_one(Panel, panel_id))[-1] == "flag_decided"
    assert "Er zijn geen signalen" in administrator_client.get(f"/panels/{panel_id}/signalen").text
    decided = administrator_client.get(f"/panels/{panel_id}/signalen?besloten=ja").text
    assert "Zij wonen samen op dit adres." in decided


def test_removing_one_and_taking_that_back(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, flag_id, first, second = two_at_one_address(app)
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        other = make_flag(panel, db.session.get_one(Registration, second), kind=FlagKind.FORMER_MEMBER)
        other_id = other.id
    url = f"/panels/{panel_id}/signalen/{flag_id}"
    administrator_client.post(url, data=decision(flag_id, f"remove-{second}", "Eén mens, twee keer."))
    with app.app_context():
        row = db.session.get_one(Registration, second)
        assert row.state is RegistrationState.REMOVED
        assert row.removed_reason == "duplicate"
        assert row.removed_note == "Eén mens, twee keer."
        assert db.session.get_one(Registration, first).state is RegistrationState.CONFIRMED
        # the open question about somebody who does not count is gone
        assert db.session.get(PoolFlag, other_id) is None
    assert administrator_client.post(f"{url}/terugdraaien").status_code == 303
    with app.app_context():
        assert db.session.get_one(Registration, second).state is RegistrationState.CONFIRMED
        flag = db.session.get_one(PoolFlag, flag_id)
        assert (flag.decision, flag.reason, flag.decided_by_id) == (None, "", None)
    # a second time changes nothing
    assert administrator_client.post(f"{url}/terugdraaien").status_code == 303


def test_all_errors_beside_the_questions(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, flag_id, *_people = two_at_one_address(app)
    url = f"/panels/{panel_id}/signalen/{flag_id}"
    answer = administrator_client.post(url, data={})
    assert answer.status_code == 422
    assert "Kies wat u besluit." in answer.text
    assert "Schrijf waarom u dit besluit." in answer.text
    short = administrator_client.post(url, data=decision(flag_id, "keep", "ja"))
    assert short.status_code == 422
    assert "5 tot 300 tekens" in short.text
    stranger = administrator_client.post(url, data=decision(flag_id, "remove-999999"))
    assert stranger.status_code == 422
    assert "Kies een besluit uit de lijst." in stranger.text
    long = administrator_client.post(url, data=decision(flag_id, "keep", "🙂\u202e<script>" * 60))
    assert long.status_code == 422


def test_exempting_is_for_addresses_only(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        flag = make_flag(panel, make_registration(panel), kind=FlagKind.FORMER_MEMBER)
        url, flag_id = f"/panels/{panel.id}/signalen/{flag.id}", flag.id
    assert administrator_client.post(url, data=decision(flag_id, "exempt")).status_code == 422


def test_who_was_first_decides(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, flag_id, *_people = two_at_one_address(app)
    url = f"/panels/{panel_id}/signalen/{flag_id}"
    administrator_client.post(url, data=decision(flag_id, "keep"))
    assert administrator_client.post(url, data=decision(flag_id, "exempt")).status_code == 409


def test_nothing_changes_once_a_freeze_is_proposed(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id, flag_id, *_people = two_at_one_address(app, Stage.FREEZE)
    url = f"/panels/{panel_id}/signalen/{flag_id}"
    assert administrator_client.post(url, data=decision(flag_id, "keep")).status_code == 409
    assert administrator_client.post(f"{url}/terugdraaien").status_code == 409
    assert "Sla dit besluit op" not in administrator_client.get(f"/panels/{panel_id}/signalen").text


def test_a_flag_of_another_panel_is_unknown_here(app: Flask, administrator_client: FlaskClient) -> None:
    _panel, flag_id, *_people = two_at_one_address(app)
    with app.app_context():
        other = prepared_panel(Stage.POOL).id
    url = f"/panels/{other}/signalen/{flag_id}"
    assert administrator_client.post(url, data=decision(flag_id, "keep")).status_code == 404
    assert administrator_client.post(f"{url}/terugdraaien").status_code == 404


def test_others_do_not_see_them(app: Flask, client: FlaskClient, sign_in: Any) -> None:
    panel_id, *_rest = two_at_one_address(app)
    url = f"/panels/{panel_id}/signalen"
    assert client.get(url).status_code == 302
    assert sign_in(Role.AUDITOR, email="a@example.nl").get(url).status_code == 403
    assert sign_in(Role.CIVIL_REGISTRY, email="b@example.nl", code="GM0034").get(url).status_code == 403


def test_a_page_has_as_many_statements_with_one_flag_as_with_many(
    app: Flask, administrator_client: FlaskClient, count_statements: Any
) -> None:
    panel_id, *_rest = two_at_one_address(app)
    url = f"/panels/{panel_id}/signalen"
    administrator_client.get(url)
    with count_statements() as few:
        administrator_client.get(url)
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        for _number in range(14):
            make_flag(panel, make_registration(panel), make_registration(panel))
    with count_statements() as many:
        page = administrator_client.get(url)
    assert len(few) == len(many)
    assert "Volgende pagina" in page.text
    assert administrator_client.get(f"{url}?soort=same_person").status_code == 200
    assert administrator_client.get(f"{url}?soort=x&voor=y").status_code == 200

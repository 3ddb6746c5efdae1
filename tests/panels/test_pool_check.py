"""The engine's look at a pool, and taking over what it proposes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import STALE_AFTER, db
from civic.errors import NotAllowedNow
from civic.events.models import Event
from civic.panels.jobs import pool as jobs
from civic.panels.models import Panel, PoolCheck, Registration
from civic.panels.queries.composition import cells_of, features_of
from civic.panels.service import pool_check
from civic.panels.service.pool_engine import GaveUp, Question, ask, look
from civic.panels.service.pool_files import pool_files
from civic.panels.states import CheckState, RegistrationState, Stage
from tests.conftest import NOW
from tests.factories import municipality
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_pool import Wish, make_pool, make_registration
from tests.panels.stages import constituency, prepared_panel


def checked(panel: Panel) -> PoolCheck:
    check = pool_check.request_check(panel, actor=administrator(), at=NOW)
    db.session.commit()
    assert jobs.check_pools(NOW) == {"checks": 1}
    return db.session.get_one(PoolCheck, check.id, populate_existing=True)


def without(panel: Panel, number: int, code: str) -> None:
    """Nobody registered in this cell."""
    rows = db.session.scalars(
        select(Registration).where(
            Registration.panel_id == panel.id,
            Registration.constituency_id == constituency(panel, number).id,
            Registration.municipality_id == municipality(code).id,
        )
    )
    for row in rows:
        row.state, row.removed_at = RegistrationState.REMOVED, NOW
    db.session.commit()


def test_a_good_pool(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        make_pool(panel, 250)
        check = checked(panel)
        assert check.state is CheckState.DONE
        assert check.result == {"is_possible": True, "shortages": [], "proposal": [], "registrations": 250}
        assert actions_of(panel)[-2:] == ["pool_check_requested", "pool_checked"]
        panel_id = panel.id
    assert "Ja, er is een panel te loten" in administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text


def test_an_empty_cell_is_named_and_a_proposal_comes_with_it(
    app: Flask, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        make_pool(panel, 250)
        without(panel, 2, "GM0184")
        check = checked(panel)
        assert check.result is not None
        assert check.result["is_possible"] is False
        texts = [one["text"] for one in check.result["shortages"]]
        assert "“geleding: Zorgontvangers, gemeente: Urk”: 1 nodig, 0 aangemeld." in texts
        changes = {one["label"]: (one["old"], one["new"]) for one in check.result["proposal"]}
        assert changes["geleding: Zorgontvangers, gemeente: Urk"] == ([1, 1], [0, 1])
        # the seat goes to another municipality of the same constituency
        assert len(changes) == 2
        assert all(one["kind"] == "cell" for one in check.result["proposal"])
        panel_id = panel.id
    page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert "Nee, zo kan het niet." in page
    assert "1 nodig, 0 aangemeld" in page
    assert f"/panels/{panel_id}/brieven" in page
    assert "Neem het voorstel over" in page


def test_taking_over_a_proposal_moves_the_seats(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        make_pool(panel, 250)
        without(panel, 2, "GM0184")
        check_id, panel_id = checked(panel).id, panel.id
        cell = constituency(panel, 2).id, municipality("GM0184").id
    url = f"/panels/{panel_id}/aanmeldingen/toets/{check_id}/overnemen"
    page = administrator_client.get(url).text
    assert "Zorgontvangers, gemeente: Urk" in page
    assert administrator_client.post(url, data={"reason": "kort"}).status_code == 422
    with app.app_context():
        assert cells_of(panel_id)[cell] == 1
    reason = "Uit Urk meldde zich niemand aan, ook niet na twee rondes."
    assert administrator_client.post(url, data={"reason": reason}).status_code == 303
    with app.app_context():
        panel = db.session.get_one(Panel, panel_id)
        assert cells_of(panel_id)[cell] == 0
        assert sum(cells_of(panel_id).values()) == 45
        assert {"quota_relaxed", "proposal_accepted"} <= set(actions_of(panel))
        event = db.session.scalars(select(Event).where(Event.action == "proposal_accepted")).one()
        assert event.visibility.value == "public"
        assert checked(panel).result == {
            "is_possible": True,
            "shortages": [],
            "proposal": [],
            "registrations": len(pool_files(panel).uids),
        }
    # an older check is history
    assert administrator_client.get(url).status_code == 409


def test_widening_a_feature(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        make_pool(panel, 250)
        young = features_of(panel.id)[1].values[0]
        young.minimum, young.maximum = 30, 31
        others = features_of(panel.id)[1].values[1:]
        others[0].minimum = others[1].minimum = 0
        for row in db.session.scalars(select(Registration).where(Registration.panel_id == panel.id)):
            if row.answers[str(features_of(panel.id)[1].id)] == "16-34" and row.id % 3:
                row.state, row.removed_at = RegistrationState.REMOVED, NOW
        db.session.commit()
        check = checked(panel)
        assert check.result is not None
        change = next(one for one in check.result["proposal"] if one["kind"] == "feature")
        assert change["key"] == young.id
        url = f"/panels/{panel.id}/aanmeldingen/toets/{check.id}/overnemen"
        young_id = young.id
    reason = "Er meldden zich weinig jongeren aan."
    assert administrator_client.post(url, data={"reason": reason}).status_code == 303
    with app.app_context():
        value = features_of(db.session.get_one(PoolCheck, 1).panel_id)[1].values[0]
        assert (value.id, [value.minimum, value.maximum]) == (young_id, change["new"])
    # a second time changes nothing
    assert administrator_client.post(url, data={"reason": reason}).status_code == 303


def test_too_few_people_is_said_without_a_proposal(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.REGISTRATION)
        make_registration(panel, Wish())
        result = checked(panel).result
        assert result is not None
        assert result["proposal"] == []
        assert "45 plaatsen" in result["shortages"][0]["text"]


def test_one_check_at_a_time_and_not_after_the_pool_stands_still(
    app: Flask, administrator_client: FlaskClient
) -> None:
    with app.app_context():
        panel_id = prepared_panel(Stage.POOL).id
        fixed = prepared_panel(Stage.FREEZE).id
    for _twice in range(2):
        assert administrator_client.post(f"/panels/{panel_id}/aanmeldingen/toets").status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(PoolCheck)).all()) == 1
    assert "De computer toetst" in administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert administrator_client.post(f"/panels/{fixed}/aanmeldingen/toets").status_code == 409


def test_quotas_move_only_when_the_pool_is_closed(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.REGISTRATION)
        make_pool(panel, 200)
        without(panel, 2, "GM0184")
        check = checked(panel)
        url = f"/panels/{panel.id}/aanmeldingen/toets/{check.id}/overnemen"
        panel_id, check_id = panel.id, check.id
        other = prepared_panel(Stage.POOL).id
    assert administrator_client.get(url).status_code == 409
    assert administrator_client.post(url, data={"reason": "Ik wil het toch doen."}).status_code == 409
    page = administrator_client.get(f"/panels/{panel_id}/aanmeldingen").text
    assert "Neem het voorstel over" not in page
    assert (
        administrator_client.get(f"/panels/{other}/aanmeldingen/toets/{check_id}/overnemen").status_code
        == 404
    )


def test_a_check_that_was_left_behind_is_taken_up_and_fails_in_the_end(app: Flask) -> None:
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        check = pool_check.request_check(panel, actor=administrator(), at=NOW)
        db.session.commit()
        later = NOW
        for _attempt in range(pool_check.MOST_ATTEMPTS):
            assert pool_check.claim_check("a worker that dies", later) == check.id
            assert pool_check.claim_check("another", later) is None
            db.session.commit()
            later += STALE_AFTER + timedelta(seconds=1)
        assert pool_check.claim_check("the last", later) is None
        db.session.commit()
        assert db.session.get_one(PoolCheck, check.id).state is CheckState.FAILED
        with pytest.raises(NotAllowedNow):
            pool_check.accept_proposal(panel, check, "Zomaar een reden.", actor=administrator(), at=NOW)


def test_the_address_rule_counts(app: Flask) -> None:
    """Forty-five people of whom two live together: no panel of forty-five."""
    with app.app_context():
        panel = prepared_panel(Stage.POOL)
        make_pool(panel, 250)
        for row in db.session.scalars(select(Registration)):
            row.address_index = "a" * 64
        db.session.commit()
        result = checked(panel).result
        assert result is not None
        assert result["is_possible"] is False


def test_a_child_that_dies_is_a_failed_check(app: Flask, monkeypatch: Any) -> None:
    from civic.panels.service import pool_engine

    question = Question(b"geen tabel", b"", 3, "")
    assert look(question)["is_possible"] is False
    monkeypatch.setattr(pool_engine, "MODULE", "civic.panels.service.bestaat_niet")
    with pytest.raises(GaveUp):
        ask(question, lambda: None)
    monkeypatch.setattr(pool_engine, "MODULE", "civic.panels.service.pool_engine")
    monkeypatch.setattr(pool_engine, "MOST_SECONDS", 0)
    with pytest.raises(GaveUp):
        ask(question, lambda: None)

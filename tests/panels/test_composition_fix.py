"""Fixing and reopening a composition, and making quotas wider once there is a pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event, Visibility
from civic.panels.models import Composition, InvitationShare, InvitationWave, Panel, SeatCell, StageNote
from civic.panels.queries import composition as queries
from civic.panels.service import composition as service
from civic.panels.service.composition import QuotaChange
from civic.panels.service.composition_facts import as_stored, facts_of
from civic.panels.states import ShareState, Stage
from tests.conftest import NOW
from tests.factories import municipality
from tests.panels.makers import actions_of, administrator
from tests.panels.makers_composition import composed_panel, feature, fixed_panel
from tests.panels.stages import prepared_panel

REASON = "De gemeente Urk wil een plaats meer voor mantelzorgers."


def only_panel() -> Panel:
    return db.session.scalars(select(Panel)).one()


def last_event(action: str) -> Event:
    return db.session.scalars(
        select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1)
    ).one()


def test_fixing(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel().id}/samenstelling/vaststellen"
    page = administrator_client.get(url)
    assert "Dit gebeurt er als u vaststelt" in page.text
    assert "Mensen met een uitkering" in page.text
    assert administrator_client.post(url).status_code == 303
    assert administrator_client.post(url).status_code == 409
    with app.app_context():
        panel = only_panel()
        assert panel.stage is Stage.INVITATION
        assert db.session.scalars(select(Composition)).one().fixed_at is not None
        event = last_event("fix_composition")
        assert event.data == {"seats": 150, "constituencies": 3, "features": 3}
        assert event.visibility is Visibility.PUBLIC


def test_what_is_wrong_is_said_and_not_fixed(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = composed_panel(ready=("gender",))
        url = f"/panels/{panel.id}/samenstelling/vaststellen"
        man, woman = feature(panel, "geslacht").values[:2]
        man.minimum = man.maximum = 100
        woman.minimum = woman.maximum = 90
        db.session.commit()
    answer = administrator_client.post(url)
    assert answer.status_code == 422
    assert "De minima van “geslacht” zijn samen 190. Er zijn maar 150 plaatsen." in answer.text
    with app.app_context():
        panel = only_panel()
        panel.size = 140  # somebody changed it on the page of the panel
        db.session.commit()
    assert (
        "De geledingen hebben samen 150 plaatsen. Het panel heeft er 140."
        in administrator_client.get(url).text
    )
    with app.app_context():
        assert only_panel().stage is Stage.COMPOSITION


def test_a_panel_without_features_cannot_be_fixed(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{composed_panel(ready=()).id}/samenstelling/vaststellen"
    assert "Er is nog geen kenmerk." in administrator_client.post(url).text


def test_maxima_and_small_groups(app: Flask) -> None:
    with app.test_request_context():
        panel = composed_panel(ready=("gender", "age"))
        row = queries.composition_of(panel.id)
        assert row is not None
        for value in feature(panel, "geslacht").values:
            value.minimum, value.maximum = 0, 10
        row.minimum_age = 20
        db.session.flush()
        assert as_stored(facts_of(panel, row)).blocks == [
            "De leeftijden van “leeftijd” beginnen bij 16 jaar. De jongste mag 20 zijn."
        ]
        row.minimum_age = 16
        db.session.flush()
        blocks = as_stored(facts_of(panel, row)).blocks
        assert blocks == ["De maxima van “geslacht” zijn samen 30. Er zijn 150 plaatsen te vullen."]
        rare = feature(panel, "geslacht").values[2]
        rare.per_mille, rare.minimum, rare.maximum = 1, 10, 10
        row.pool_ratio, row.response_per_mille = 20, 1
        db.session.flush()
        warnings = as_stored(facts_of(panel, row)).warnings
        assert any("Bij “geslacht: X” wilt u 200 aanmeldingen." in one for one in warnings)
        assert any("In Urk zijn 60.000 brieven nodig. Er wonen 21.914 mensen." in one for one in warnings)


def test_reopening(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        url = f"/panels/{fixed_panel().id}/samenstelling/heropenen"
    assert administrator_client.post(url, data={"reason": ""}).status_code == 422
    assert "Schrijf in een zin waarom." in administrator_client.post(url, data={"reason": "kort"}).text
    assert administrator_client.post(url, data={"reason": REASON}).status_code == 303
    assert administrator_client.post(url, data={"reason": REASON}).status_code == 409
    with app.app_context():
        panel = only_panel()
        assert panel.stage is Stage.COMPOSITION
        assert db.session.scalars(select(Composition)).one().fixed_at is None
        assert db.session.scalars(select(StageNote)).one().reason == REASON
        assert actions_of(panel)[-1] == "reopen_composition"


def test_not_once_there_are_codes(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = fixed_panel()
        source = queries.constituencies_of(panel.id)[0].sources[0]
        wave = InvitationWave(
            panel_id=panel.id,
            number=1,
            closes_on=date(2027, 1, 31),
            created_by_id=administrator().id,
            created_at=NOW,
        )
        share = InvitationShare(municipality_id=municipality().id, source_id=source.id, letters=100)
        wave.shares = [share]
        db.session.add(wave)
        db.session.commit()
        assert not queries.has_codes(panel.id)
        share.state, share.issued_at = ShareState.ISSUED, NOW
        db.session.commit()
        url = f"/panels/{panel.id}/samenstelling"
    assert administrator_client.get(f"{url}/heropenen").status_code == 409
    assert administrator_client.post(f"{url}/heropenen", data={"reason": REASON}).status_code == 409
    assert "Samenstelling weer openen" not in administrator_client.get(url).text
    with app.test_request_context(), pytest.raises(NotAllowedNow):
        service.reopen(only_panel(), REASON, actor=administrator(), at=NOW)


@pytest.mark.parametrize("path", ["vaststellen", "heropenen"])
def test_strangers(app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], path: str) -> None:
    with app.app_context():
        panel = composed_panel() if path == "vaststellen" else fixed_panel()
        url, stage = f"/panels/{panel.id}/samenstelling/{path}", panel.stage
    assert client.post(url, data={"reason": REASON}).status_code == 302
    assert sign_in(Role.AUDITOR, email="v@example.nl").post(url, data={"reason": REASON}).status_code == 403
    with app.app_context():
        assert only_panel().stage is stage


def cells(panel: Panel) -> list[SeatCell]:
    first = queries.constituencies_of(panel.id)[0].id
    return list(
        db.session.scalars(select(SeatCell).where(SeatCell.constituency_id == first).order_by(SeatCell.id))
    )


def test_relaxing_quotas(app: Flask) -> None:
    with app.test_request_context():
        panel = prepared_panel(Stage.POOL)
        value = feature(panel, "geslacht").values[0]
        one, other = cells(panel)[:2]
        seats = one.seats, other.seats
        changes = [
            QuotaChange(value.id, 18, 24),
            QuotaChange(one.id, seats[0] - 1, seats[0], "cell"),
            QuotaChange(other.id, seats[1], seats[1] + 1, "cell"),
        ]
        note = service.relax_quota(panel, changes, REASON, actor=administrator(), at=NOW)
        assert note is not None
        db.session.commit()
        assert (value.minimum, value.maximum) == (18, 24)
        assert (one.seats, other.seats) == (seats[0] - 1, seats[1] + 1)
        event = last_event("quota_relaxed")
        assert event.visibility is Visibility.PUBLIC
        assert event.data["note"] == note.id
        assert event.data["changes"][0] == {"value": value.id, "from": [20, 24], "to": [18, 24]}
        again = service.relax_quota(panel, changes[:1], REASON, actor=administrator(), at=NOW)
        assert again is None  # it is so already


def test_what_relaxing_refuses(app: Flask) -> None:
    with app.test_request_context():
        panel, other = prepared_panel(Stage.POOL), prepared_panel(Stage.POOL)
        value, cell = feature(panel, "geslacht").values[0], cells(panel)[0]
        foreign, far = feature(other, "geslacht").values[0].id, cells(other)[0].id
        refused = [
            ([QuotaChange(value.id, 21, 24)], REASON, "changes"),  # narrower
            ([QuotaChange(value.id, 18, 46)], REASON, "changes"),  # more than there are seats
            ([QuotaChange(foreign, 0, 45)], REASON, "changes"),
            ([QuotaChange(far, 0, 0, "cell")], REASON, "changes"),
            (
                [QuotaChange(cell.id, cell.seats - 1, cell.seats, "cell")],
                REASON,
                "changes",
            ),  # no longer adds up
            ([QuotaChange(cell.id, cell.seats - 1, cell.seats + 1, "cell")], REASON, "changes"),
            ([QuotaChange(value.id, 18, 24)], "kort", "reason"),
        ]
        for changes, reason, name in refused:
            with pytest.raises(Invalid) as error:
                service.relax_quota(panel, changes, reason, actor=administrator(), at=NOW)
            assert list(error.value.errors) == [name]
            db.session.rollback()
        early = prepared_panel(Stage.REGISTRATION)
        with pytest.raises(NotAllowedNow):
            service.relax_quota(early, [], REASON, actor=administrator(), at=NOW)
        assert feature(panel, "geslacht").values[0].minimum == 20

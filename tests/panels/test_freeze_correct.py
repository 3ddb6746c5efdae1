"""A mistake in the frozen pool, the page of all its versions, and somebody who leaves after the freeze."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic import merkle
from civic.accounts.session import SECOND_FACTOR_AT
from civic.db import db
from civic.errors import NotAllowedNow
from civic.events import queries as events
from civic.events.jobs import notice_passed_deadlines
from civic.events.presentation import entries
from civic.panels.models import Freeze, PanelFiles, Registration
from civic.panels.models.registrations import PERSONAL
from civic.panels.queries import freeze as queries
from civic.panels.service import freeze as service
from civic.panels.service import receipts
from civic.panels.states import RegistrationState, Stage
from tests.conftest import NOW
from tests.panels.makers import administrator, two_files
from tests.panels.makers_freeze import (
    PEOPLE,
    REASON,
    frozen,
    make_in_order,
    panel_of,
    pool_panel,
    registrant,
)

LATER = NOW + timedelta(days=1)


def _frozen(app: Flask) -> int:
    with app.app_context():
        return frozen().panel_id


def test_correcting(app: Flask, administrator_client: FlaskClient) -> None:
    panel_id = _frozen(app)
    path = f"/panels/{panel_id}/vastzetten/herstellen"
    assert "U maakt de pool weer open." in administrator_client.get(path).text
    for reason in ("", "kort", "a" * 1001):
        assert administrator_client.post(path, data={"reason": reason}).status_code == 422
    answer = administrator_client.post(path, data={"reason": REASON})
    assert (answer.status_code, answer.location) == (303, f"/panels/{panel_id}/vastzetten")
    assert administrator_client.post(path, data={"reason": REASON}).status_code == 409
    assert administrator_client.get(path).location == f"/panels/{panel_id}/vastzetten"
    with app.app_context():
        freeze = db.session.scalars(select(Freeze)).one()
        assert panel_of(freeze).stage is Stage.POOL
        assert freeze.superseded_at is not None
        assert queries.leaves_of(panel_id) == []
        assert not any(row.frozen_at for row in db.session.scalars(select(Registration)))
        promise = events.deadline_of(freeze, service.OBJECTION_PERIOD)
        assert promise is not None
        assert promise.met_at == freeze.superseded_at


def test_correcting_needs_a_fresh_second_factor(app: Flask, administrator_client: FlaskClient) -> None:
    path = f"/panels/{_frozen(app)}/vastzetten/herstellen"
    with administrator_client.session_transaction() as session:
        session[SECOND_FACTOR_AT] = int((NOW - timedelta(minutes=6)).timestamp())
    assert "opnieuw?verder=" in administrator_client.get(path).location
    answer = administrator_client.post(path, data={"reason": REASON})
    assert answer.status_code == 403
    assert REASON in answer.text
    with app.app_context():
        assert db.session.scalars(select(Freeze)).one().superseded_at is None


def test_both_versions_stay_public(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        first = frozen()
        panel = panel_of(first)
        service.correct(panel, REASON, actor=administrator(), at=LATER)
        db.session.commit()
        make_in_order(panel, LATER + timedelta(minutes=1))
        second = frozen(panel, LATER + timedelta(hours=1))
        roots = [first.pool_root or "", second.pool_root or ""]
        path = f"/panels/{panel.id}/pool"
        files = db.session.get_one(PanelFiles, second.files_id)
        assert files.version == 2
        quotas = files.categories_sha256
    # nothing about anybody changed, and the draw has the same name: the same leaves
    assert roots[0] == roots[1]
    page = client.get(path)
    assert "Versie 1" in page.text
    assert "Versie 2" in page.text
    assert REASON in page.text
    assert page.text.count("Vervangen") >= 1
    content = json.loads(client.get(f"{path}.json").data)
    assert [one["version"] for one in content["versions"]] == [2, 1]
    assert content["versions"][0]["quotas_sha256"] == quotas
    assert content["versions"][0]["pool_size"] == PEOPLE
    assert content["versions"][0]["superseded_at"] is None
    assert content["versions"][1]["superseded_at"] == int(LATER.timestamp())


def test_one_person_does_not_replace_or_delete_the_files(
    app: Flask, administrator_client: FlaskClient
) -> None:
    path = f"/panels/{_frozen(app)}"
    for page, form in ((f"{path}/bestanden", two_files()), (f"{path}/bestanden/verwijderen", {})):
        assert administrator_client.get(page).location == f"{path}/vastzetten"
        assert administrator_client.post(page, data=form).status_code == 409
    with app.app_context():
        files = db.session.scalars(select(PanelFiles)).one()
        assert files.respondents is not None


def test_before_any_freeze(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel_id = pool_panel(count=20).id
        hidden = pool_panel(count=1, stage=Stage.MANDATE).id
    assert "Er is nog geen pool." in client.get(f"/panels/{panel_id}/pool").text
    assert json.loads(client.get(f"/panels/{panel_id}/pool.json").data)["versions"] == []
    assert client.get(f"/panels/{hidden}/pool").status_code == 404
    assert client.get(f"/panels/{hidden}/pool.json").status_code == 404


def test_a_small_pool_shows_no_number(app: Flask, client: FlaskClient) -> None:
    app.config["SMALL_NUMBER"] = PEOPLE + 1
    path = f"/panels/{_frozen(app)}/pool"
    assert json.loads(client.get(f"{path}.json").data)["versions"][0]["pool_size"] is None
    text = client.get(path).text.split("<main")[1]
    assert "weinig" in text
    assert f">{PEOPLE}<" not in text


def test_the_page_names_nobody(app: Flask, client: FlaskClient) -> None:
    panel_id = _frozen(app)
    with app.app_context():
        names = {row.name or "" for row in db.session.scalars(select(Registration))}
        leaves = {leaf.hex() for leaf in queries.leaves_of(panel_id)}
    for page in (
        client.get(f"/panels/{panel_id}/pool").text,
        client.get(f"/panels/{panel_id}/pool.json").text,
    ):
        assert not any(name in page for name in names)
        assert not any(leaf in page for leaf in leaves)


def test_the_timeline_tells_it(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen())
        service.correct(panel, REASON, actor=administrator(), at=LATER)
        db.session.commit()
        titles = [entry.title for entry in entries(events.timeline(panel))]
        assert "Pool vastgezet (versie 1)" in titles
        assert titles[-1] == "Pool weer open om een fout te herstellen (versie 1)"


def test_the_end_of_the_period_is_no_broken_promise(app: Flask) -> None:
    with app.app_context():
        freeze = frozen()
        counts = notice_passed_deadlines(NOW + timedelta(days=15))
        db.session.commit()
        assert counts == {"passed": 1, "mails": 0}
        assert [one.title for one in entries(events.timeline(freeze))] == [
            "De dagen om te reageren op de pool zijn voorbij"
        ]


# --- leaving after the freeze ------------------------------------------------------------------------------


def test_withdrawing_blanks_the_person_and_keeps_the_leaf(app: Flask) -> None:
    with app.app_context():
        panel = pool_panel()
        row = registrant(panel)
        make_in_order(panel, NOW - timedelta(hours=1))
        freeze = frozen(panel)
        db.session.refresh(row)
        leaf, secret = row.leaf, row.secrets["s"]
        service.withdraw_after_freeze(row, actor=None, at=LATER)
        db.session.commit()
        assert row.state is RegistrationState.WITHDRAWN
        assert row.leaf == leaf
        assert [name for name in PERSONAL if getattr(row, name) is not None] == ["secrets_sealed"]
        kept = row.secrets
        assert set(kept) == {"s", "person_hash", "attributes_hash"}
        assert kept["s"] == secret
        hashes = {
            "person": kept["person_hash"],
            "attributes": kept["attributes_hash"],
            "secret": hashlib.sha256(bytes.fromhex(secret)).hexdigest(),
        }
        assert receipts.leaf_of(receipts.draw_name(panel), hashes).hex() == leaf
        assert merkle.root_of(queries.leaves_of(panel.id)).hex() == freeze.pool_root
        with pytest.raises(NotAllowedNow):
            service.withdraw_after_freeze(row, actor=None, at=LATER)


def test_withdrawing_before_the_freeze_goes_another_way(app: Flask) -> None:
    with app.app_context():
        row = registrant(pool_panel(count=20))
        with pytest.raises(NotAllowedNow):
            service.withdraw_after_freeze(row, actor=None, at=NOW)


def test_who_left_is_not_in_the_next_version(app: Flask, count_statements: Callable[[], object]) -> None:
    with app.app_context():
        panel = pool_panel()
        row = registrant(panel)
        make_in_order(panel, NOW - timedelta(hours=1))
        frozen(panel)
        db.session.refresh(row)
        service.withdraw_after_freeze(row, actor=None, at=LATER)
        service.correct(panel, REASON, actor=administrator(), at=LATER)
        db.session.commit()
        make_in_order(panel, LATER + timedelta(minutes=1))
        frozen(panel, LATER + timedelta(hours=1))
        db.session.refresh(row)
        assert row.leaf is None
        assert len(queries.leaves_of(panel.id)) == PEOPLE

"""Seats that were left are filled by a draw of its own: fixed members stay, the rest is drawn anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts.states import Role
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events.models import Event
from civic.panels.models import Panel, PanelFiles, PublicDraw, Seat
from civic.panels.queries import public_draws as queries
from civic.panels.service import draws, seats, seats_answers
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_pool as pools
from civic.panels.service.public_draws import Plan
from civic.panels.service.seats_answers import Act
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from civic.sortition.publication import verify_draw
from tests.panels.makers import ADMINISTRATOR_EMAIL, administrator
from tests.panels.makers_public_draws import (
    AFTER,
    REASON,
    commit,
    compute_lottery,
    drawn_draw,
    griffier,
    log_is_sealed,
    note,
    reveal,
    second,
    withdrawn,
)

LATER = AFTER + timedelta(days=1)
PLAN = Plan(DrawPurpose.REPLACEMENT, 100, 0, LATER + timedelta(days=1))
RELAXED = replace(PLAN, accepts_changes=True)
LEAVERS = 4


def with_empty_seats() -> tuple[Panel, PublicDraw]:
    """Drawn; everybody but a few says yes."""
    draw = drawn_draw()
    for number, seat in enumerate(db.session.scalars(select(Seat).order_by(Seat.id)).all()):
        act = Act(SeatAnswer.PHONE, administrator(), AFTER + timedelta(hours=1))
        seats_answers.decline(seat, act) if number < LEAVERS else seats_answers.accept(seat, act)
    db.session.commit()
    return db.session.get_one(Panel, draw.panel_id), draw


def computed(panel: Panel, plan: Plan) -> PublicDraw:
    draw = service.propose(panel, plan, actor=administrator(), at=LATER)
    db.session.commit()
    compute_lottery(draw, LATER)
    note(draw, LATER)
    return draw


def impossible(panel: Panel) -> PublicDraw:
    """As the engine says it when the people who are left cannot keep the quotas, with its proposal."""
    draw = service.propose(panel, PLAN, actor=administrator(), at=LATER)
    db.session.commit()
    files = db.session.get_one(PanelFiles, draw.draw.files_id)
    changes = [
        {
            "kind": "change",
            "quota": f"{feature['name']}: {one['value']}",
            "min": one["min"],
            "max": one["max"],
            "new_min": 0,
            "new_max": panel.size,
        }
        for feature in files.summary["features"]
        if feature["name"] in {"geslacht", "leeftijd", "opleiding"}
        for one in feature["values"]
    ]
    while (order := draws.claim_draw("test", LATER)) is not None and order.draw_id != draw.draw_id:
        continue
    draws.fail_draw(draw.draw, "impossible_quotas", changes, at=LATER)
    note(draw, LATER)
    return draw


def replaced(panel: Panel) -> PublicDraw:
    """The second proposal accepts what the engine proposed."""
    assert impossible(panel).end_code == "impossible_quotas"
    draw = computed(panel, RELAXED)
    if draw.state is PublicDrawState.FAILED:  # a group that is empty now: what is proposed next is added
        draw = computed(panel, RELAXED)
    assert draw.state is PublicDrawState.PROPOSED, (draw.end_code, draw.draw.error_details)
    service.approve(draw, actor=second(), at=LATER)
    db.session.commit()
    commit(draw, LATER)
    log_is_sealed(LATER)
    reveal(draw)
    return draw


def test_a_replacement_draw(app: Flask) -> None:
    with app.app_context():
        panel, first = with_empty_seats()
        found = seats.replacement_of(panel)
        assert (found.open_seats, len(found.fixed)) == (LEAVERS, panel.size - LEAVERS)
        draw = replaced(panel)
        assert (draw.sequence, draw.purpose) == (2, DrawPurpose.REPLACEMENT)
        manifest = queries.manifest_of(draw)
        assert manifest["fixed"] == panel.size - LEAVERS
        assert manifest["previous"] == first.commitment
        assert manifest["kind"] == "replacement"
        # one does not put a shadow on the other
        assert verify_draw.check(queries.folder_of(first)).codes == set()
        assert verify_draw.check(queries.folder_of(draw)).codes == set()
        # what moved is in the manifest, and in words for everybody
        before = {one["quota"]: one for one in quotas_of(first)}
        moved = [one for one in quotas_of(draw) if before[one["quota"]] != one]
        assert moved
        words = queries.notes_of(draw)[0].reason
        assert all(one["quota"] in words for one in moved)
        new = db.session.scalars(select(Seat).where(Seat.public_draw_id == draw.id)).all()
        assert len(new) == LEAVERS
        declined = select(Seat.registration_id).where(Seat.state == SeatState.DECLINED)
        assert not {one.registration_id for one in new} & set(db.session.scalars(declined))
        assert db.session.get_one(Panel, panel.id).stage is Stage.DRAWN


def quotas_of(draw: PublicDraw) -> list[dict[str, Any]]:
    return [
        {"quota": verify_draw.quota_name(one), "min": one["min"], "max": one["max"]}
        for one in queries.manifest_of(draw)["quotas"]
    ]


def test_the_auditor_reads_why_somebody_is_passed_over(app: Flask) -> None:
    with app.app_context():
        panel, _first = with_empty_seats()
        gone = withdrawn(panel, LATER)
        draw = replaced(panel)
        pool = pools.read_pool(draw, actor=second(), at=LATER)
        reasons = {one["id"]: one["reason"] for one in json.loads(pool)["members"] if one["reason"]}
        assert reasons[gone.uid] == "withdrawn"
        options = draw.draw.options
        assert reasons.keys() >= {*options["fixed"], *options["excluded"]}
        found = Counter(reasons.values())
        assert found["sits"] == len(options["fixed"])
        assert LEAVERS - 1 <= found["declined"] <= LEAVERS
        assert verify_draw.check(queries.folder_of(draw), pool=pool).codes == set()
        # no event names a person
        rows = db.session.scalars(select(Event).where(Event.subject_type == "public_draw")).all()
        assert not any(uid in json.dumps(row.data) for row in rows for uid in reasons)


def test_changes_that_nobody_proposed(app: Flask) -> None:
    with app.app_context():
        panel, _first = with_empty_seats()
        with pytest.raises(Invalid) as caught:
            service.propose(panel, RELAXED, actor=administrator(), at=LATER)
        assert "accepts_changes" in caught.value.errors


def test_the_page_shows_the_smallest_change(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)
    with app.app_context():
        panel, _first = with_empty_seats()
        failed = impossible(panel)
        panel_id, draw_id = panel.id, failed.id
    address = f"/panels/{panel_id}/loting/voorbereiden"
    page = client.get(f"/panels/{panel_id}/openbare-loting/{draw_id}/voorbereiding").text
    assert "Stel de naloting opnieuw voor" in page
    page = client.get(address).text
    assert "De quota passen niet meer" in page
    assert "Er zijn 4 plaatsen leeg." in page
    plan = {"kind": "real", "panels": "100", "balls": "no", "day": "2026-12-01", "clock": "14:00"}
    answer = client.post(address, data={**plan, "accepts_changes": "y"})
    assert answer.status_code == 303
    assert "Voor deze naloting veranderen quota." in client.get(answer.location).text


def test_no_replacement_without_an_empty_seat(app: Flask) -> None:
    with app.app_context():
        panel = db.session.get_one(Panel, drawn_draw().panel_id)
        with pytest.raises(Invalid) as caught:
            service.propose(panel, PLAN, actor=administrator(), at=LATER)
        assert "niets na te loten" in str(caught.value.errors["purpose"])


def test_a_replayed_replacement(app: Flask) -> None:
    """The same empty seats are not drawn for twice, and a number is of one manifest only."""
    with app.app_context():
        panel, first = with_empty_seats()
        draw = replaced(panel)
        with pytest.raises(Invalid):
            service.propose(panel, PLAN, actor=administrator(), at=LATER)
        with pytest.raises(NotAllowedNow):
            service.receive_signature(draw, first.signature or "", source="form", at=LATER)
        # the public folder of the first draw with the result of the second
        folder = queries.folder_of(first)
        folder["result.json"] = queries.folder_of(draw)["result.json"]
        folder["SHA256SUMS"] = queries.sums(folder)
        assert {"commitment_stale", "result_differs"} <= verify_draw.check(folder).codes


def test_voiding_a_replacement_leaves_the_panel(app: Flask) -> None:
    with app.app_context():
        panel, first = with_empty_seats()
        draw = replaced(panel)
        code = "fout-in-het-lotingsgetal"
        with pytest.raises(NotAllowedNow, match="newer_draw"):
            service.void(first, code, REASON, actor=griffier(), at=LATER + timedelta(days=2))
        db.session.rollback()
        service.void(draw, code, REASON, actor=griffier(), at=LATER + timedelta(days=2))
        db.session.commit()
        assert draw.state is PublicDrawState.VOIDED
        assert db.session.get_one(Panel, panel.id).stage is Stage.DRAWN
        states = db.session.scalars(select(Seat.state).where(Seat.public_draw_id == draw.id)).all()
        assert set(states) == {SeatState.LEFT}
        assert seats.replacement_of(panel).open_seats == LEAVERS

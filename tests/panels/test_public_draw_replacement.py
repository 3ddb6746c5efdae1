"""Seats that were left are filled by a draw of its own: fixed members stay, the rest is drawn anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.panels.models import Panel, PublicDraw, Seat
from civic.panels.queries import public_draws as queries
from civic.panels.service import public_draws as service
from civic.panels.service import public_draws_rules as rules
from civic.panels.service import seats_answers
from civic.panels.service.public_draws import Plan
from civic.panels.service.seats_answers import Act
from civic.panels.states import DrawPurpose, PublicDrawState, SeatAnswer, SeatState, Stage
from civic.sortition.publication import verify_draw
from tests.panels.makers import administrator
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
)

LATER = AFTER + timedelta(days=1)
PLAN = Plan(DrawPurpose.REPLACEMENT, 100, 0, LATER + timedelta(days=1))
RELAXED = replace(PLAN, may_relax=True)
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


def replaced(panel: Panel) -> PublicDraw:
    """In this small pool the quotas cannot be kept: the second proposal lets them move a little."""
    impossible = computed(panel, PLAN)
    assert (impossible.state, impossible.end_code) == (PublicDrawState.FAILED, "impossible_quotas")
    draw = computed(panel, RELAXED)
    service.approve(draw, actor=second(), at=LATER)
    db.session.commit()
    commit(draw, LATER)
    log_is_sealed(LATER)
    reveal(draw)
    return draw


def test_a_replacement_draw(app: Flask) -> None:
    with app.app_context():
        panel, first = with_empty_seats()
        found = rules.vacancies(panel)
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
        # what moved is in the manifest, and the page says so
        before = {one["quota"]: one for one in quotas_of(first)}
        moved = [one for one in quotas_of(draw) if before[one["quota"]] != one]
        assert moved
        told = {one["quota"] for one in (draw.draw.result or {})["changes"]}
        assert {one["quota"] for one in moved} == told
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
        with pytest.raises(Invalid):
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
        assert rules.vacancies(panel).open_seats == LEAVERS

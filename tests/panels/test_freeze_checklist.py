"""Every point of the checklist, open and in order, and what of it stops a freeze."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from civic.db import db
from civic.panels.models import (
    Composition,
    Draw,
    Extraction,
    InvitationShare,
    InvitationWave,
    LetterOrder,
    MandateAgreement,
    Panel,
    PoolCheck,
    PoolFlag,
    PoolSummary,
    Registration,
    SeatCell,
)
from civic.panels.presentation.freeze import DONE, checklist_lines, open_text
from civic.panels.queries.freeze import BLOCKING, Point, checklist
from civic.panels.service import freeze as service
from civic.panels.states import CheckState, FlagDecision, FlagKind, OrderState, RegistrationState, Stage
from civic.regions.queries import municipalities
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_freeze import (
    EARLIER,
    PEOPLE,
    REASON,
    frozen,
    make_in_order,
    objection,
    panel_of,
    pool_panel,
)
from tests.panels.stages import constituency


def open_points(panel: Panel) -> dict[Point, int]:
    db.session.flush()
    return {item.point: item.count for item in checklist(panel) if item.is_open}


def _panel() -> Panel:
    return pool_panel()


def test_all_in_order(app: Flask) -> None:
    with app.app_context():
        panel = _panel()
        assert open_points(panel) == {}
        assert {item.point for item in checklist(panel)} == set(Point)


def _one(panel: Panel) -> Registration:
    return db.session.scalars(select(Registration).where(Registration.panel_id == panel.id).limit(1)).one()


def _flag(panel: Panel) -> None:
    row = PoolFlag(
        panel_id=panel.id, kind=FlagKind.SAME_PERSON, registration_id=_one(panel).id, raised_at=EARLIER
    )
    db.session.add(row)


def _kept(panel: Panel) -> None:
    _flag(panel)
    db.session.flush()
    db.session.execute(
        update(PoolFlag).values(decision=FlagDecision.KEEP, reason="Twee neven.", decided_at=EARLIER)
    )


def _dirty(panel: Panel) -> None:
    _one(panel).is_dirty = True


def _never_counted(panel: Panel) -> None:
    db.session.execute(delete(PoolSummary))


def _changed(panel: Panel) -> None:
    db.session.execute(update(PoolSummary).values(counted_at=NOW))
    _one(panel).changed_at = NOW


def _check(panel: Panel, **facts: Any) -> None:
    db.session.execute(update(PoolCheck).values(facts))


def _unchecked(panel: Panel) -> None:
    db.session.execute(delete(PoolCheck))


def _other_number(panel: Panel) -> None:
    _check(panel, result={"is_possible": True, "registrations": 7})


def _composed(panel: Panel) -> None:
    db.session.execute(update(Composition).values(changed_at=NOW))


def _running(panel: Panel) -> None:
    _check(panel, state=CheckState.CHECKING, result=None)


def _failed(panel: Panel) -> None:
    _check(panel, state=CheckState.FAILED, result=None)


def _impossible(panel: Panel) -> None:
    _check(panel, result={"is_possible": False})


def _accepted(panel: Panel) -> None:
    _check(panel, result={"is_possible": False}, accepted_at=NOW, accepted_by_id=administrator().id)
    _composed(panel)


def _share(panel: Panel) -> InvitationShare:
    wave = InvitationWave(
        panel_id=panel.id,
        number=1,
        closes_on=NOW.date(),
        created_by_id=administrator().id,
        created_at=EARLIER,
    )
    db.session.add(wave)
    db.session.flush()
    source = constituency(panel, 2).sources[0]
    share = InvitationShare(
        wave_id=wave.id, municipality_id=municipalities()[0].id, source_id=source.id, letters=5
    )
    db.session.add(share)
    db.session.flush()
    return share


def _order(panel: Panel) -> None:
    db.session.add(
        LetterOrder(
            share_id=_share(panel).id,
            letters=5,
            next_code=5,
            state=OrderState.DONE,
            requested_by_id=administrator().id,
            requested_at=EARLIER,
            finished_at=EARLIER,
        )
    )


def _extraction(panel: Panel) -> None:
    db.session.add(
        Extraction(
            panel_id=panel.id,
            municipality_id=municipalities()[0].id,
            ground="Wet BRP",
            purpose="Brieven",
            people=5,
            recipient="Drukker",
            extracted_on=EARLIER.date(),
            recorded_by_id=administrator().id,
            recorded_at=EARLIER,
        )
    )


def _pending(panel: Panel) -> None:
    row = Registration(
        panel_id=panel.id,
        constituency_id=constituency(panel, 3).id,
        municipality_id=municipalities()[0].id,
        state=RegistrationState.PENDING,
        is_dirty=False,
        registered_at=EARLIER,
        changed_at=EARLIER,
    )
    db.session.add(row)


def _seats(number: int) -> Callable[[Panel], None]:
    def _raise(panel: Panel) -> None:
        third = constituency(panel, number).id
        cell = db.session.scalars(select(SeatCell).where(SeatCell.constituency_id == third)).first()
        assert cell is not None
        cell.seats = 999

    return _raise


def _unsigned(panel: Panel) -> None:
    db.session.execute(update(MandateAgreement).values(withdrawn_at=NOW))


def _large(panel: Panel) -> None:
    panel.size = PEOPLE + 10


SPOILED: tuple[tuple[Callable[[Panel], None], dict[Point, int]], ...] = (
    (_flag, {Point.FLAGS: 1}),
    (_kept, {Point.LOOKALIKES: 1}),
    (_dirty, {Point.RECOUNT: 1}),
    (_never_counted, {Point.RECOUNT: 1}),
    (_changed, {Point.CHECK_MISSING: 1}),
    (_unchecked, {Point.CHECK_MISSING: 1}),
    (_other_number, {Point.CHECK_MISSING: 1}),
    (_composed, {Point.CHECK_MISSING: 1}),
    (_failed, {Point.CHECK_MISSING: 1}),
    (_running, {Point.CHECK_RUNNING: 1}),
    (_impossible, {Point.CHECK_IMPOSSIBLE: 1}),
    (_accepted, {}),
    (_order, {Point.ADDRESSES: 1}),
    (_extraction, {Point.EXTRACTIONS: 1}),
    (_pending, {Point.PENDING: 1}),
    (_seats(2), {Point.SHORT_CELLS: 1}),
    (_seats(1), {Point.NOMINATIONS: 1}),
    (_unsigned, {Point.AGREEMENTS: 6}),
    (_large, {Point.TOO_FEW: 10}),
)


@pytest.mark.parametrize("point", list(Point))
def test_every_point_has_its_words(app: Flask, point: Point) -> None:
    with app.test_request_context():
        for count in (1, 2):
            assert open_text(point, count).endswith(".")
        assert str(DONE[point]).endswith(".")


def test_one_thing_open(app: Flask) -> None:
    with app.app_context():
        panel = _panel()
        found = []
        for spoil, _expected in SPOILED:
            spoil(panel)
            found.append((spoil, open_points(panel)))
            items = [item for item in checklist(panel) if item.is_open]
            assert all(item.is_blocking is (item.point in BLOCKING) for item in items)
            assert all(item.is_blocking is not item.is_warning for item in items)
            db.session.rollback()
        assert tuple(found) == SPOILED


def test_a_running_draw_and_an_unanswered_reaction(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen(_panel()))
        objection(panel)
        service.correct(panel, REASON, actor=administrator(), at=NOW)
        files = queries_files(panel)
        db.session.add(
            Draw(
                panel_id=panel.id,
                files_id=files,
                number=1,
                size=45,
                seed=1,
                requested_by_id=administrator().id,
                requested_at=NOW,
            )
        )
        make_in_order(panel, NOW + timedelta(minutes=1))
        assert open_points(panel) == {Point.OBJECTIONS: 1, Point.DRAW_RUNNING: 1}


def queries_files(panel: Panel) -> int:
    return panel.files[-1].id


def test_what_belongs_to_another_panel_does_not_count(app: Flask) -> None:
    with app.app_context():
        panel, other = _panel(), pool_panel(count=20)
        for spoil in (_flag, _dirty, _order, _extraction, _pending):
            spoil(other)
        assert open_points(panel) == {}


def test_staff_read_which_cells(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel = _panel()
        _seats(2)(panel)
        db.session.commit()
        path = f"/panels/{panel.id}/vastzetten"
    page = administrator_client.get(path)
    assert "Zorgontvangers, " in page.text
    assert "/999" in page.text


def test_the_page_asks_as_much_for_any_pool(
    app: Flask, administrator_client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with app.app_context():
        small, large = pool_panel(count=36).id, pool_panel(count=200).id
    numbers = []
    for panel_id in (small, large):
        with count_statements() as seen:
            assert administrator_client.get(f"/panels/{panel_id}/vastzetten").status_code == 200
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_nothing_to_freeze(app: Flask, administrator_client: FlaskClient) -> None:
    with app.app_context():
        panel_id = pool_panel(count=0, stage=Stage.REGISTRATION).id
    page = administrator_client.get(f"/panels/{panel_id}/vastzetten")
    assert "Vastzetten kan nu niet." in page.text


@pytest.mark.parametrize("spoil", [_unchecked, _running, _changed])
def test_without_a_check_nobody_says_that_a_panel_can_be_drawn(
    app: Flask, spoil: Callable[[Panel], None]
) -> None:
    said = "Uit deze pool is een panel te loten."
    with app.test_request_context():
        panel = _panel()
        assert said in [line.text for line in checklist_lines(checklist(panel))]
        spoil(panel)
        db.session.flush()
        assert said not in [line.text for line in checklist_lines(checklist(panel))]

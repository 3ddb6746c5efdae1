"""How long a pool stays: until the advice and 90 days after it, so that whoever stops can be replaced."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.calendar import ZONE
from civic.db import db
from civic.panels.models import (
    KEEP_AFTER_ADVICE,
    KEEP_REGISTRANTS,
    Freeze,
    Mandate,
    Panel,
    PanelFiles,
    Registration,
    kept_until,
)
from civic.panels.models.registrations import KEEP_AT_MOST
from civic.panels.service import freeze as service
from civic.panels.states import RegistrationState, Stage
from civic.retention import apply_retention
from tests.conftest import NOW
from tests.panels.makers import administrator
from tests.panels.makers_freeze import REASON, frozen, panel_of, pool_panel
from tests.panels.makers_public_draws import withdrawn
from tests.panels.makers_seats import first_uids, hold

MOMENTS_KEPT = (KEEP_REGISTRANTS * 1.01, timedelta(days=181))


def kept(panel_id: int) -> tuple[bool, int]:
    """Is the file of the frozen pool there, and how many registrations?"""
    db.session.expire_all()
    freeze = db.session.scalars(select(Freeze).where(Freeze.panel_id == panel_id)).one()
    files = db.session.get_one(PanelFiles, freeze.files_id)
    people = select(Registration).where(
        Registration.panel_id == panel_id, Registration.name_sealed.is_not(None)
    )
    return files.deleted_at is None, len(db.session.scalars(people).all())


def last_day(panel_id: int) -> datetime:
    mandate = db.session.scalars(select(Mandate).where(Mandate.panel_id == panel_id)).one()
    assert mandate.advice_on is not None
    return datetime.combine(kept_until(mandate.advice_on), time(12), tzinfo=ZONE)


def test_the_pool_stays_as_long_as_somebody_can_be_replaced(app: Flask) -> None:
    with app.app_context():
        panel_id = panel_of(frozen(pool_panel(60))).id
        for after in MOMENTS_KEPT:
            apply_retention(NOW + after)
            assert kept(panel_id) == (True, 60)
        apply_retention(last_day(panel_id))
        assert kept(panel_id) == (True, 60)
        apply_retention(last_day(panel_id) + timedelta(days=1))
        assert kept(panel_id) == (False, 0)


def test_a_panel_that_was_drawn_keeps_its_pool_too(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen(pool_panel(60)))
        panel.stage = Stage.DRAWN
        db.session.commit()
        apply_retention(NOW + timedelta(days=181))
        assert kept(panel.id) == (True, 60)


def test_who_sits_in_the_panel_stays_longer(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen(pool_panel(60)))
        hold(panel, first_uids(panel)[:1], told=False)
        apply_retention(last_day(panel.id) + timedelta(days=1))
        assert kept(panel.id) == (False, 1)
        apply_retention(NOW + KEEP_AT_MOST)
        assert kept(panel.id) == (False, 0)


def test_moving_the_advice_moves_the_end(app: Flask) -> None:
    with app.app_context():
        panel_id = panel_of(frozen(pool_panel(60))).id
        end = last_day(panel_id) + timedelta(days=1)
        mandate = db.session.scalars(select(Mandate).where(Mandate.panel_id == panel_id)).one()
        assert mandate.advice_on is not None
        mandate.advice_on += timedelta(days=60)
        db.session.commit()
        apply_retention(end)
        assert kept(panel_id) == (True, 60)


def test_nothing_stays_longer_than_two_years(app: Flask) -> None:
    with app.app_context():
        panel_id = panel_of(frozen(pool_panel(60))).id
        mandate = db.session.scalars(select(Mandate).where(Mandate.panel_id == panel_id)).one()
        mandate.advice_on = (NOW + 2 * KEEP_AT_MOST).date()
        db.session.commit()
        apply_retention(NOW + KEEP_AT_MOST + timedelta(days=1))
        assert kept(panel_id) == (False, 0)


def test_an_older_version_of_the_pool_goes_after_90_days(app: Flask) -> None:
    with app.app_context():
        freeze = frozen(pool_panel(60))
        panel = panel_of(freeze)
        service.correct(panel, REASON, actor=administrator(), at=NOW)
        db.session.commit()
        apply_retention(NOW + KEEP_REGISTRANTS * 1.01)
        assert kept(panel.id)[0] is False


def test_a_stopped_panel_keeps_nothing(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen(pool_panel(60)))
        panel.stage = Stage.STOPPED
        db.session.commit()
        apply_retention(NOW + KEEP_REGISTRANTS * 1.01)
        assert kept(panel.id) == (False, 0)


def test_who_withdraws_is_blanked_at_once(app: Flask) -> None:
    with app.app_context():
        panel = panel_of(frozen(pool_panel(60)))
        row = withdrawn(panel, NOW)
        assert row.state is RegistrationState.WITHDRAWN
        assert row.name_sealed is None
        assert kept(panel.id) == (True, 59)


def test_every_page_names_the_same_term(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        panel = panel_of(frozen(pool_panel(60)))
        panel_id = db.session.get_one(Panel, panel.id).id
    days = KEEP_AFTER_ADVICE.days
    assert f"{days} dagen na de dag van het advies" in client.get(f"/panels/{panel_id}").text
    entry = client.get(f"/panels/{panel_id}/algoritmeregister.json").json
    assert entry is not None
    assert f"{days} dagen na de dag van het advies" in entry["source_data"]
    privacy = client.get("/privacy").text
    assert "na de dag van het advies" in privacy
    assert f"{days} dagen" in privacy

"""The page for the hall in a real browser: it counts, it speaks, and it shows the result by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from civic.db import db, now
from civic.panels.models import PublicDraw
from tests.access import Case
from tests.browser.checks import sideways, violations
from tests.browser.conftest import PHONE, Site, served, settings
from tests.conftest import make_app
from tests.databases import Databases
from tests.panels import makers_public_draws as makers

PROJECTOR = {"width": 1920, "height": 1080}
SECONDS = 14  # enough to open the page, and to hear the warning of ten seconds
PATIENCE = 60_000


@pytest.fixture
def hall(
    databases: Databases, live_database: tuple[str, dict[str, Case]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A region of its own: this test changes it."""
    app = make_app(settings(tmp_path_factory.mktemp("hall"), databases.copy(live_database[0])))
    with served(app, live_database[1]) as running:
        yield running


def _commit(site: Site) -> tuple[int, str]:
    with site.app.app_context():
        panel = makers.frozen_panel()
        plan = replace(makers.BALLS, round_at=now() + timedelta(seconds=60))
        draw = makers.committed_draw(panel, plan, now())
        # computing took some seconds: the moment is set anew, so that the test need not wait
        draw.round_at = now() + timedelta(seconds=SECONDS)
        db.session.commit()
        return draw.id, f"/panels/{panel.id}/openbare-loting/{draw.id}/zaal"


def _reveal(site: Site, draw_id: int) -> str:
    with site.app.app_context():
        draw = db.session.get_one(PublicDraw, draw_id)
        makers.reveal(draw)
        return f"{draw.index:02d}"


@pytest.mark.slow
def test_from_the_count_down_to_the_panel(hall: Site, visit: Callable[..., Any]) -> None:
    draw_id, path = _commit(hall)
    page = visit(at=hall, viewport=PROJECTOR).page
    page.goto(path)
    before = page.locator("[role=timer]").inner_text()
    expect(page.locator("[role=timer]")).not_to_have_text(before, timeout=PATIENCE)
    spoken = page.locator("[data-spoken]")
    expect(spoken).to_have_text("Nog 10 seconden tot het lotingsgetal.", timeout=PATIENCE)
    assert violations(page) == {}
    expect(page.get_by_text("Wij halen nu het lotingsgetal op.")).to_be_visible(timeout=PATIENCE)
    number = _reveal(hall, draw_id)
    expect(page.locator(".hall__result")).to_contain_text(number, timeout=PATIENCE)
    expect(spoken).to_have_text(f"De uitslag is er: panel {number} is gekozen.", timeout=PATIENCE)
    assert page.locator("[hx-trigger]").count() == 0
    assert violations(page) == {}
    assert sideways(page) == []
    page.set_viewport_size(PHONE)
    assert sideways(page) == []


@pytest.mark.slow
def test_without_a_script_the_page_loads_itself_again(hall: Site, visit: Callable[..., Any]) -> None:
    draw_id, path = _commit(hall)
    page = visit(at=hall, viewport=PHONE, java_script_enabled=False).page
    page.goto(path)
    _bring_forward(hall, draw_id)
    number = _reveal(hall, draw_id)
    expect(page.locator(".hall__result")).to_contain_text(number, timeout=PATIENCE)


def _bring_forward(site: Site, draw_id: int) -> None:
    with site.app.app_context():
        db.session.get_one(PublicDraw, draw_id).round_at = now()
        db.session.commit()

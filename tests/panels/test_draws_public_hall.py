"""The page for the hall: before the number, when it is due, and after it; with and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.panels.models import PublicDraw
from civic.panels.routes.draws_public_hall import Clock
from tests.panels import makers_public_draws as makers
from tests.panels.makers_draws_public import BALLS

REFRESH = re.compile(r'<noscript><meta http-equiv="refresh" content="(\d+)"></noscript>')
POLL = re.compile(r'hx-trigger="click, every (\d+)s"')


def _path(draw: PublicDraw) -> str:
    return f"/panels/{draw.panel_id}/openbare-loting/{draw.id}/zaal"


def _committed(app: Flask) -> str:
    with app.app_context():
        return _path(makers.committed_draw(plan=BALLS))


@contextmanager
def _seconds_before(seconds: float) -> Iterator[None]:
    with time_machine.travel(makers.ROUND_AT - timedelta(seconds=seconds), tick=False):
        yield


def test_counting_down_without_a_script(app: Flask, client: FlaskClient) -> None:
    path = _committed(app)
    with _seconds_before(86_400 + 3 * 3600 + 4 * 60 + 5):
        page = client.get(path).text
    assert ">1 dag 03:04:05<" in page
    assert "Het lotingsgetal komt op woensdag 25 november 2026 om 11.00 uur" in page
    assert f'data-until="{int(makers.ROUND_AT.timestamp())}"' in page
    assert 'role="timer"' in page


def test_the_nearer_the_more_often(app: Flask, client: FlaskClient) -> None:
    path = _committed(app)
    for seconds, pace in ((0, 5), (9, 10), (601, 60), (7201, 300)):
        with _seconds_before(seconds):
            page = client.get(path).text
        assert POLL.findall(page) == [str(pace)]
        assert REFRESH.findall(page) == [str(max(pace, 10))]


def test_balls_before_and_after_they_are_drawn(app: Flask, client: FlaskClient) -> None:
    path = _committed(app)
    assert client.get(path).text.count(">?<") == 2
    with app.app_context():
        draw = makers.db.session.get_one(PublicDraw, 1)
        makers.service.enter_balls(draw, "47", actor=makers.griffier(), at=makers.NOW)
        makers.db.session.commit()
    page = client.get(path).text
    assert "Getrokken: 47." in page
    assert re.findall(r'class="hall__ball" aria-hidden="true">(\d)<', page) == ["4", "7"]


def test_when_it_is_due_everybody_may_bring_the_number(app: Flask, client: FlaskClient) -> None:
    path = _committed(app)
    with _seconds_before(-1):
        page = client.get(path).text
    assert "Wij halen nu het lotingsgetal op." in page
    assert path.replace("/zaal", "/lotingsgetal") in page


def test_the_result_in_large(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        draw = makers.drawn_draw(plan=BALLS, balls="47")
        path, number = _path(draw), f"{draw.index:02d}"
    page = client.get(path).text
    assert f"<strong>{number}</strong>" in page
    assert f"De uitslag is er: panel {number} is gekozen." in page
    assert "In dit panel zitten 45 mensen" in page
    for third in ("Zorgontvangers", "Mantelzorgers"):
        assert third in page
    assert not re.search("Urk|Yılmaz|Hakim|Romkes", page)  # no place beside a group, and nobody by name


def test_afterwards_it_is_quiet(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        paths = [_path(makers.drawn_draw()), _path(makers.superseded_draw())]
    for path in paths:
        page = client.get(path).text
        assert not REFRESH.search(page)
        assert "hx-get" not in page
    assert "Deze loting gaat niet door." in page


def test_htmx_gets_the_block_only(app: Flask, client: FlaskClient) -> None:
    path = _committed(app)
    block = client.get(path, headers={"HX-Request": "true"}).text
    assert block.strip().startswith('<div id="zaal"')
    assert "<html" not in block
    assert "<script" not in block


def test_the_clock_never_runs_below_nought() -> None:
    assert (Clock(100, 200).left, Clock(100, 200).text, Clock(100, 200).pace) == (0, "00:00:00", 5)

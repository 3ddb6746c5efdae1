"""The demo panels and the generator of invented registrants."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.accounts import demo as people
from civic.db import committing, db
from civic.panels import demo
from civic.panels.demo_pool import FLEVOLAND, make_pool
from civic.panels.models import Draw, Panel
from civic.panels.states import DrawState, PanelState
from tests.conftest import NOW

DIGEST = "12792e49dea98538d1317ec8e5eb1dae2e1601f1ec936c79a0f63a2cf62492a0"


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_demo(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing():
        people.load(NOW)
        demo.load(NOW)
    with app.app_context():
        panels = db.session.scalars(select(Panel).order_by(Panel.id)).all()
        assert [panel.state for panel in panels] == [PanelState.READY, PanelState.READY, PanelState.DRAFT]
        draw = db.session.scalars(select(Draw)).one()
        assert draw.state is DrawState.DONE
        assert draw.files.registrants == 2000
        url = f"/panels/{draw.panel_id}/loting/{draw.id}"
    page = client.get(url)
    assert page.status_code == 200
    assert "Wonen in Flevoland 2040" in page.text
    assert "Zorg dicht bij huis" not in client.get("/panels").text


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert make_pool() == make_pool()
    assert hashlib.sha256(make_pool().respondents).hexdigest() == DIGEST
    assert make_pool(seed=7).respondents != make_pool().respondents


def test_the_pool_looks_like_who_registers() -> None:
    found = rows(make_pool().respondents)
    assert len(found) == len({row["id"] for row in found}) == 2000
    assert {row["gemeente"] for row in found} == {place.name for place in FLEVOLAND}
    education = Counter(row["opleiding"] for row in found)
    assert (
        education["hbo of universiteit"] > 2 * education["praktisch"]
    )  # of the region it is the other way round
    ages = Counter(row["leeftijd"] for row in found)
    assert ages["16-24"] < 0.12 * 2000
    assert 0 < Counter(row["geslacht"] for row in found)["anders"] < 60


def test_quotas_fit_the_size() -> None:
    for size in (24, 60, 100, 150):
        by_feature: dict[str, list[dict[str, str]]] = {}
        for row in rows(make_pool(10, size).categories):
            by_feature.setdefault(row["category"], []).append(row)
        assert len(by_feature) == 4
        for listed in by_feature.values():
            assert sum(int(row["min"]) for row in listed) <= size <= sum(int(row["max"]) for row in listed)


def test_the_command_writes_both_files(app: Flask, tmp_path: Path) -> None:
    answer = app.test_cli_runner().invoke(args=["panels", "demo-pool", str(tmp_path / "pool")])
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "pool" / "categories.csv").read_bytes() == make_pool().categories
    assert (tmp_path / "pool" / "respondents.csv").read_bytes() == make_pool().respondents

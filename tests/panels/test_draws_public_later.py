"""Two tables of nearly the same people: subtracting them must tell nothing about who left and who came."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Draw, Panel, PublicDraw, PublicDrawFile, Registration, Seat
from civic.panels.service import draws_composition
from civic.panels.states import DrawKind, DrawPurpose, DrawState
from tests.conftest import NOW
from tests.panels import makers_public_draws as makers

WHY = "Van een latere loting tonen wij geen aantallen."
NOT_COPIED = ("id", "uid", "draw_id", "sequence", "purpose", "pool_sealed")


def _two(app: Flask, purpose: DrawPurpose = DrawPurpose.REPLACEMENT) -> tuple[str, str]:
    """The addresses of a draw and of the one after it, in which one person left and one came."""
    with app.app_context():
        first = makers.drawn_draw()
        panel = db.session.get_one(Panel, first.panel_id)
        seats = db.session.scalars(select(Seat).order_by(Seat.id)).all()
        uids = [db.session.get_one(Registration, one.registration_id).uid for one in seats]
        pool = db.session.scalars(select(Registration).where(Registration.panel_id == panel.id)).all()
        new = next(one.uid for one in pool if one.uid not in uids)
        again = _again(panel, first, purpose)
        draws_composition.keep_composition(again, [*uids[1:], new])
        db.session.commit()
        return tuple(f"/panels/{panel.id}/openbare-loting/{one.id}" for one in (first, again))  # type: ignore[return-value]  # two of them


def _again(panel: Panel, first: PublicDraw, purpose: DrawPurpose) -> PublicDraw:
    old = db.session.get_one(Draw, first.draw_id)
    draw = Draw(
        panel_id=panel.id,
        files_id=old.files_id,
        number=99,
        kind=DrawKind.REAL,
        state=DrawState.DONE,
        size=panel.size,
        seed=1,
        requested_by_id=old.requested_by_id,
        requested_at=NOW,
        finished_at=NOW,
        result=dict(old.result or {}),
        options={"panels": 100, "fixed": [], "excluded": []},
    )
    db.session.add(draw)
    db.session.flush()
    names = [one.key for one in PublicDraw.__mapper__.column_attrs if one.key not in NOT_COPIED]
    facts = {name: getattr(first, name) for name in names}
    facts["drawn_at"] = first.drawn_at + timedelta(days=5) if first.drawn_at else None
    again = PublicDraw(draw_id=draw.id, sequence=2, purpose=purpose, **facts)
    db.session.add(again)
    db.session.flush()
    files = db.session.scalars(select(PublicDrawFile).where(PublicDrawFile.public_draw_id == first.id)).all()
    for one in files:
        row = PublicDrawFile(public_draw_id=again.id, name=one.name, content=one.content)
        row.sha256, row.size = one.sha256, one.size
        db.session.add(row)
    return again


def _table(client: FlaskClient, path: str) -> list[list[str]]:
    text = client.get(f"{path}/samenstelling.csv").text.lstrip("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


@pytest.mark.parametrize("purpose", [DrawPurpose.REPLACEMENT, DrawPurpose.PANEL])
def test_subtracting_tells_nothing(app: Flask, client: FlaskClient, purpose: DrawPurpose) -> None:
    first, again = _two(app, purpose)
    counted, hidden = _table(client, first), _table(client, again)
    assert any(row[6].isdigit() for row in counted)
    assert [row[:3] for row in counted] == [row[:3] for row in hidden]
    assert {row[6] for row in hidden} == {"binnen quotum"}
    assert {row[7] for row in hidden} == {""}
    assert all(row[8].startswith(WHY) for row in hidden)
    content = json.loads(client.get(f"{again}/loting.json").data)
    assert not any("drawn" in value for part in content["composition"] for value in part["values"])
    assert content["composition_note"].startswith(WHY)
    page = client.get(again).text
    assert page.count(WHY) == 1
    # a column that says the same on every line says nothing
    assert "binnen quotum" not in page
    assert 'data-label="In het panel"' not in page


def test_the_first_draw_keeps_its_counts(app: Flask, client: FlaskClient) -> None:
    first, _again_path = _two(app)
    assert WHY not in client.get(first).text
    assert "composition_note" not in json.loads(client.get(f"{first}/loting.json").data)
    assert all(len(row) == 8 for row in _table(client, first))


def test_administrators_see_counts_on_the_page_only(
    app: Flask, client: FlaskClient, administrator_client: FlaskClient
) -> None:
    """What can be passed on is the same for everybody."""
    _first, again = _two(app)
    page = administrator_client.get(again).text
    assert "Alleen lotingsbeheerders zien hier de aantallen." in page
    assert page.count("binnen quotum</td>") < len(_table(client, again))
    for end in ("/samenstelling.csv", "/loting.json"):
        assert administrator_client.get(f"{again}{end}").data == client.get(f"{again}{end}").data

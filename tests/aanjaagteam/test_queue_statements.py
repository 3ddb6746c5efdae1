"""A page of the queue costs at most six statements, with the session and whatever its size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import team as queries
from civic.aanjaagteam.routes import queue as routes
from civic.aanjaagteam.states import State
from civic.calendar import today
from civic.db import db, now
from tests.aanjaagteam.makers import member, report_in
from tests.aanjaagteam.queue_makers import unit, wait_for

MOST = 6
SIZES = (10, 25, 50, 100)


@pytest.fixture
def many(app: Flask, team: FlaskClient) -> FlaskClient:
    """A few made by the book, and copies of their rows: enough for more than one page of a hundred."""
    with app.app_context():
        for number in range(3):
            report = report_in(State.TAKEN_UP)
            where = unit(f"Afdeling {number}")
            report.unit_id = where.id
            wait_for(report, where, due_on=today(now()) + timedelta(days=number))
            member(f"lid{number}@example.nl", f"Lid {number}")
        db.session.flush()
        columns = Report.__table__.c
        row = dict(db.session.execute(select(*columns).limit(1)).mappings().one())
        copies = [{**row, "id": 1000 + n, "uid": f"{n:032}", "receipt_code_hash": str(n)} for n in range(110)]
        db.session.execute(insert(Report), copies)
        db.session.commit()
    return team


@pytest.mark.parametrize("query", ["", "volgorde=vervalt", "volgorde=gewicht", "weergave=bord", "wie=ik"])
def test_at_most_six_statements(
    many: FlaskClient, count_statements: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    counts = []
    for size in SIZES:
        monkeypatch.setattr(routes, "PAGE_SIZE", size)
        with count_statements() as seen:
            page = many.get(f"/aanjaagteam?{query or 'status='}")
        counts.append(len(seen))
        if not query:
            assert page.text.count("<tr data-row>") == size
            assert "113 meldingen" in page.text
    assert max(counts) == min(counts) <= MOST


def test_a_later_page_costs_no_more(
    many: FlaskClient, count_statements: Callable[[], Any], app: Flask
) -> None:
    with app.app_context():
        first = queries.queue(member(), queries.QueueFilter(), None, today(now()), 50)
        place = first.after
        assert place is not None
    with count_statements() as seen:
        page = many.get(f"/aanjaagteam?na={place.key.isoformat()}~{place.id}")
    assert page.status_code == 200
    assert len(seen) <= MOST

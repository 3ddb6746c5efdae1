"""Real rows for the tests of this room. Call them inside an app context; they commit."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from civic.accounts.models import User
from civic.accounts.states import Role
from civic.db import db
from civic.events.models import Event
from civic.panels.models import Draw, Panel
from civic.panels.service import compute, draws, panels
from civic.panels.service.panels import PanelText, Upload
from civic.panels.service.reading import read
from tests.conftest import NOW
from tests.factories import make_user

ADMINISTRATOR_EMAIL = "loting@example.nl"
POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"
CATEGORIES = b"""category,feature,min,max
leeftijd,16-34,3,5
leeftijd,35-64,3,5
leeftijd,65+,2,4
geslacht,vrouw,4,6
geslacht,man,4,6
"""
TEXT = PanelText("Wonen in de wijk", "Waar bouwen wij de komende jaren nieuwe huizen?", 10)


def respondents(count: int = 40) -> bytes:
    ages, genders = ("16-34", "35-64", "65+"), ("vrouw", "man")
    rows = [f"XK{number:04d},{ages[number % 3]},{genders[number // 3 % 2]}" for number in range(count)]
    return "\n".join(["id,leeftijd,geslacht", *rows, ""]).encode()


def administrator() -> User:
    user = make_user(email=ADMINISTRATOR_EMAIL)
    return user if user.grants else make_user(Role.LOTTERY_ADMINISTRATOR, email=ADMINISTRATOR_EMAIL)


def make_panel(text: PanelText = TEXT, at: datetime = NOW) -> Panel:
    panel = panels.create_panel(text, actor=administrator(), at=at)
    db.session.commit()
    return panel


def make_ready_panel(
    categories: bytes = CATEGORIES, people: bytes | None = None, text: PanelText = TEXT, at: datetime = NOW
) -> Panel:
    panel = make_panel(text, at)
    content = respondents() if people is None else people
    reading = read(categories, content, panel.size)
    assert reading.errors == []
    panels.accept_files(panel, Upload(categories, content, reading), actor=administrator(), at=at)
    db.session.commit()
    return panel


def make_draw(panel: Panel, at: datetime = NOW) -> Draw:
    draw = draws.request_draw(panel, actor=administrator(), at=at)
    db.session.commit()
    return draw


def make_finished_draw(panel: Panel, at: datetime = NOW) -> Draw:
    make_draw(panel, at)
    order = draws.claim_draw("test", at)
    assert order is not None
    outcome = compute.outcome_of(
        compute.Question(order.categories, order.respondents, order.size, order.columns), order.seed
    )
    draw = db.session.get_one(Draw, order.draw_id)
    draws.finish_draw(draw, outcome["result"], outcome["members"], at=at)
    db.session.commit()
    return draw


def two_files(categories: bytes = CATEGORIES, people: bytes | None = None) -> dict[str, Any]:
    """The form of the upload page."""
    content = respondents() if people is None else people
    return {
        "categories": (io.BytesIO(categories), "categories.csv"),
        "respondents": (io.BytesIO(content), "respondents.csv"),
    }


def actions_of(row: Any) -> list[str]:
    """What the log says about a row, in order."""
    return list(
        db.session.scalars(
            select(Event.action)
            .where(Event.subject_type == row.__tablename__, Event.subject_id == row.id)
            .order_by(Event.id)
        )
    )

"""Three panels for the demo region: one with a finished practice draw, one with files, one draft."""

from __future__ import annotations

from datetime import datetime, timedelta

from civic.accounts.demo import persona
from civic.accounts.models import User
from civic.db import db
from civic.panels.demo_pool import make_pool
from civic.panels.models import Draw, Panel
from civic.panels.service import compute, draws, panels
from civic.panels.service.panels import PanelText, Upload
from civic.panels.service.reading import read

HOUSING = PanelText(
    "Wonen in Flevoland 2040",
    "Waar bouwen we tot 2040, zodat jong en oud in Flevoland kunnen blijven wonen? En wat doen we niet?",
    150,
)
TRANSPORT = PanelText(
    "Zonder auto door de polder",
    "Hoe komt iedereen in 2030 op tijd op school, op het werk en in het ziekenhuis, ook zonder auto?",
    60,
)
CARE = PanelText(
    "Zorg dicht bij huis",
    "Welke zorg moet in elk dorp en in elke wijk blijven? En welke zorg mag verder weg of online?",
    100,
)
WORKER = "demo"


def load(at: datetime) -> None:
    """Through the same service functions as the site and the jobs process."""
    administrator = persona("lottery")
    housing = panels.create_panel(HOUSING, actor=administrator, at=at - timedelta(days=30))
    _place_files(housing, 2000, administrator, at - timedelta(days=9))
    _hold_practice_draw(housing, administrator, at - timedelta(days=6))
    transport = panels.create_panel(TRANSPORT, actor=administrator, at=at - timedelta(days=16))
    _place_files(transport, 480, administrator, at - timedelta(days=2))
    panels.create_panel(CARE, actor=administrator, at=at - timedelta(days=1))


def _place_files(panel: Panel, registrants: int, actor: User, at: datetime) -> None:
    db.session.flush()
    pool = make_pool(registrants, panel.size)
    reading = read(pool.categories, pool.respondents, panel.size)
    panels.accept_files(panel, Upload(pool.categories, pool.respondents, reading), actor=actor, at=at)


def _hold_practice_draw(panel: Panel, actor: User, at: datetime) -> None:
    draws.request_draw(panel, actor=actor, at=at)
    order = draws.claim_draw(WORKER, at + timedelta(seconds=2))
    if order is None:
        raise LookupError("the demo draw was not there to claim")
    outcome = compute.outcome_of(
        compute.Question(order.categories, order.respondents, order.size, order.columns), order.seed
    )
    draw = db.session.get_one(Draw, order.draw_id)
    draws.finish_draw(draw, outcome["result"], outcome["members"], at=at + timedelta(seconds=11))

"""Panels with a composition made by the services. Call them inside an app context; they commit."""

from __future__ import annotations

from datetime import datetime

from civic.db import db
from civic.panels.models import Feature, Panel
from civic.panels.queries import composition as queries
from civic.panels.service import composition as service
from civic.panels.service import composition_features as features
from civic.panels.states import Stage
from civic.panels.themes import READY, THEMES
from civic.regions.queries import the_region
from tests.conftest import NOW
from tests.panels.makers import administrator

USUAL = ("gender", "age", "education")


def bare_panel(stage: Stage = Stage.COMPOSITION, size: int = 150, at: datetime = NOW) -> Panel:
    """A panel that nobody chose a composition for yet."""
    region = the_region()
    assert region is not None
    panel = Panel(
        region_id=region.id,
        title="Werk voor iedereen",
        question="Hoe komt iedereen in de regio aan goed werk?",
        size=size,
        stage=stage,
        created_by_id=administrator().id,
        created_at=at,
    )
    db.session.add(panel)
    db.session.commit()
    return panel


def composed_panel(
    theme: str = "work", size: int = 150, ready: tuple[str, ...] = USUAL, at: datetime = NOW
) -> Panel:
    """Thirds with the usual features, still open for changes."""
    panel = bare_panel(size=size, at=at)
    service.choose_theme(panel, THEMES[theme], actor=administrator(), at=at)
    features.add_ready(panel, [READY[key] for key in ready], actor=administrator(), at=at)
    db.session.commit()
    return panel


def fixed_panel(size: int = 150, at: datetime = NOW) -> Panel:
    panel = composed_panel(size=size, at=at)
    service.fix(panel, actor=administrator(), at=at)
    db.session.commit()
    return panel


def feature(panel: Panel, name: str) -> Feature:
    return next(one for one in queries.features_of(panel.id) if one.name == name)

"""What the drawn panel looks like: counts per answer, kept as a public statistic with the draw.

Made once, when the public number is there. Later the registrants' answers are gone; these counts stay.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from civic.db import db
from civic.panels.models import Draw, PanelFiles
from civic.panels.models.public_draws import PublicDraw
from civic.panels.service.public_draws_quotas import categories_of
from civic.panels.service.reading import features_of, parse


def keep_composition(public_draw: PublicDraw, uids: Collection[str]) -> None:
    """Add the counts of these people (ids of the frozen pool) to the public result of the computation.

    The small-number rule is applied where they are shown. Does nothing when the pool's file is gone already.
    """
    draw = db.session.get_one(Draw, public_draw.draw_id)
    found = composition_of(draw, uids)
    if found is not None:
        # another object: a JSON column does not see what changes inside the old one
        draw.result = {**(draw.result or {}), "composition": found}


def composition_of(draw: Draw, uids: Collection[str]) -> list[dict[str, Any]] | None:
    """Per feature and value: bounds, how many in the pool, how many of `uids`; None without the file."""
    files = db.session.scalars(
        select(PanelFiles).where(PanelFiles.id == draw.files_id).options(undefer("*"))
    ).one()
    respondents = files.respondents
    if respondents is None:
        return None
    household = files.columns.get("household", "")
    pool, quotas, _found = parse(categories_of(draw, files), respondents, draw.size, household)
    return None if pool is None else features_of(pool, quotas, set(uids))

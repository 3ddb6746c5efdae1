"""Quotas that move for a replacement draw.

With a few seats to fill, whoever is left can be unable to keep every quota. The engine then proposes the
smallest change. A person accepts that with a new proposal, a second person agrees, and everybody can read
it. The quotas of the panel itself do not change: only those of the one manifest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from civic.db import db
from civic.panels.models import Draw, Panel, PanelFiles, PublicDraw
from civic.panels.states import DrawPurpose, PublicDrawState

Change = Mapping[str, Any]  # {"quota", "min", "max", "new_min", "new_max"}
IMPOSSIBLE = "impossible_quotas"


def proposed_changes(panel: Panel) -> list[dict[str, Any]]:
    """What the engine proposed when the newest replacement draw turned out to be impossible; else empty."""
    newest = db.session.scalar(
        select(PublicDraw)
        .where(PublicDraw.panel_id == panel.id, PublicDraw.is_rehearsal.is_(False))
        .order_by(PublicDraw.id.desc())
        .limit(1)
    )
    if newest is None or newest.purpose is not DrawPurpose.REPLACEMENT:
        return []
    if newest.state is not PublicDrawState.FAILED or newest.end_code != IMPOSSIBLE:
        return []
    found = {one["quota"]: one for one in newest.draw.options.get("changes", [])}
    for one in newest.draw.error_details:
        if one.get("kind") == "change":
            # what was accepted before and was not enough: the bounds of the pool stay the old ones
            old = found.get(one["quota"], one)
            found[one["quota"]] = {**one, "min": old["min"], "max": old["max"]}
    return list(found.values())


def sentence_of(changes: Sequence[Change]) -> str:
    """For everybody to read."""
    parts = [
        _(
            "%(quota)s: was %(low)s tot %(high)s, wordt %(new_low)s tot %(new_high)s",
            quota=one["quota"],
            low=one["min"],
            high=one["max"],
            new_low=one["new_min"],
            new_high=one["new_max"],
        )
        for one in changes
    ]
    return str(_("Voor deze naloting veranderen quota. %(changes)s.", changes="; ".join(parts)))


def categories_of(draw: Draw, files: PanelFiles) -> bytes:
    """The quotas of this draw: those of the pool, with what was accepted for it."""
    changes = draw.options.get("changes", [])
    return moved(files.categories, changes) if changes else files.categories


def moved(categories: bytes, changes: Sequence[Change]) -> bytes:
    """The same file with other bounds. It is one that the freeze wrote: plain CSV, one line per quota."""
    from civic.sortition.files import read_categories

    quotas, _errors = read_categories(categories)
    header, *lines = filter(None, csv.reader(io.StringIO(categories.decode("utf-8-sig"))))
    low, high = header.index("min"), header.index("max")
    bounds = {one["quota"]: (one["new_min"], one["new_max"]) for one in changes}
    for quota, line in zip(quotas, lines, strict=True):
        if quota.label in bounds:
            line[low], line[high] = (str(bound) for bound in bounds[quota.label])
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows([header, *lines])
    return output.getvalue().encode()

"""What everybody may see of a pool: who registered beside the population, without small numbers.

Figures that move with every registration would tell what the newest neighbour answered. So the public sees a
copy that is renewed at most once a day, and only when at least so many people came or went as may be shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Figures = dict[str, Any]
KEPT = ("registrations", "features", "cells")
OFTEN = timedelta(days=1)


def renewed(
    figures: dict[str, Any], old: dict[str, Any], minimum: int, at: datetime
) -> dict[str, Any] | None:
    """The public copy that belongs with these figures; None while there are too few people to show."""
    public: Figures | None = old.get("public")
    if public is None:
        return _copy(figures, at) if figures["registrations"] >= minimum else None
    is_new = at - datetime.fromisoformat(public["at"]) >= OFTEN
    moved = abs(figures["registrations"] - public["registrations"])
    return _copy(figures, at) if is_new and moved >= minimum else public


def _copy(figures: Figures, at: datetime) -> Figures:
    return {**{name: figures[name] for name in KEPT}, "at": at.isoformat()}

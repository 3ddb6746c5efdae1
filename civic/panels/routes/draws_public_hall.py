"""The page for the hall: a count-down, the balls, the number, and the sum that leads to a panel.

It renews itself: without JavaScript the whole page (a meta element in `noscript`), with it the block only.
The nearer the moment, the more often; afterwards not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from civic.db import now
from civic.panels.models import Panel, PublicDraw
from civic.panels.presentation import draws_public as words
from civic.panels.queries import composition as compositions
from civic.panels.queries import public_draws as queries
from civic.panels.routes.blueprint import bp
from civic.panels.routes.draws_public import ONE, load_public_draw, steps_of_result
from civic.panels.states import PublicDrawState
from civic.web import public

# (seconds until the number comes, how often the page renews itself): a full hall must not flood the site
PACE = ((0, 5), (600, 10), (7200, 60))
SLOWEST = 300


@dataclass(frozen=True)
class Clock:
    """Seconds since 1970, and what is left in words that need no script."""

    until: int
    now: int

    @property
    def left(self) -> int:
        return max(0, self.until - self.now)

    @property
    def days(self) -> int:
        return self.left // 86_400

    @property
    def text(self) -> str:
        return f"{self.left // 3600 % 24:02d}:{self.left // 60 % 60:02d}:{self.left % 60:02d}"

    @property
    def pace(self) -> int:
        return next((seconds for limit, seconds in PACE if self.left <= limit), SLOWEST)


@bp.get(f"{ONE}/zaal")
@public
def hall(panel_id: int, public_draw_id: int) -> ResponseReturnValue:
    panel, draw = load_public_draw(panel_id, public_draw_id)
    is_block = "HX-Request" in request.headers
    template = "panels/draws/hall_block.html" if is_block else "panels/draws/hall.html"
    return render_template(template, **_context(panel, draw))


def _context(panel: Panel, draw: PublicDraw) -> dict[str, Any]:
    context: dict[str, Any] = {
        "panel": panel,
        "draw": draw,
        "words": words,
        "clock": Clock(int(draw.round_at.timestamp()), int(now().timestamp())),
        "is_waiting": draw.state is PublicDrawState.COMMITTED,
    }
    result = queries.result_of(draw) if draw.drawn_at is not None else None
    if result is not None:
        steps = steps_of_result(draw, result)
        context |= {
            "sums": words.sums_of(steps),
            "number": words.panel_number(steps.index, draw.panels),
            # seats are fixed beforehand: how many people of each constituency tells nothing about anybody
            "thirds": [(one.name, one.seats) for one in compositions.constituencies_of(panel.id)],
        }
    return context

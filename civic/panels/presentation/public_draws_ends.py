"""Words for staff about a draw that cannot go on by itself: what is wrong, and who can do what about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_titles
from civic.panels.models import PublicDraw
from civic.panels.service import public_draws_ends as ends
from civic.panels.states import PublicDrawState

register_titles(
    "public_draw",
    {ends.REFUSED: _l("Het lotingsgetal klopt, maar het controleprogramma keurt de uitslag af")},
    kinds={ends.REFUSED: "negative"},
)


@dataclass(frozen=True)
class DeadEnd:
    """`details` are sentences of the public script, and those are Dutch."""

    title: str
    texts: list[str]
    details: list[str] = field(default_factory=list)


def dead_end(draw: PublicDraw, at: datetime) -> DeadEnd | None:
    """None for a draw that goes on."""
    if draw.state is PublicDrawState.COMMITTED and draw.refused_at is not None:
        return DeadEnd(
            str(_("Het controleprogramma keurt de uitslag af.")),
            [
                str(_("Het lotingsgetal klopt. Toch is er geen uitslag, want niemand zou hem goedkeuren.")),
                str(_("De computer probeert het elk uur opnieuw. Vraag de beheerder wat er mis is.")),
                str(_("Komt het niet goed? Dan kan een griffier de loting ongeldig verklaren.")),
            ],
            ends.meanings(draw.refused_codes or ""),
        )
    if ends.is_number_missing(draw, at):
        return DeadEnd(
            str(_("Het lotingsgetal kwam niet, ook niet na een week.")),
            [
                str(_("Zoek het getal eerst zelf op, en vul het in als het er is.")),
                str(_("Is het er niet? Dan kan een griffier de loting ongeldig verklaren.")),
            ],
        )
    if ends.is_left_open(draw, at):
        return DeadEnd(str(_("Een nieuwe loting kan nog niet.")), [ends.left_open_text(draw, at)])
    return None

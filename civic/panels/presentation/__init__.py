"""From the numbers of a draw to what a page shows: rows, sentences' numbers, the curve of chances.

What the public may see of a composition goes through the small-number rule here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from civic.charts import LineChart, Series, line_chart
from civic.events.presentation import register_subject, register_titles
from civic.links import absolute
from civic.panels.models import Draw, PanelFiles
from civic.panels.service.pool_files import BY_LOT, NOMINATED, NOT_ASKED, NOT_KNOWN
from civic.panels.states import DrawState, PanelState
from civic.smallnumbers import hide_small

register_subject("panel", _l("Panel"), lambda row: absolute("panels.show", panel_id=row))
register_subject("panel_draw", _l("Loting"))
register_titles(
    "panel",
    {
        "panel_created": _l("Panel gemaakt"),
        "panel_edited": _l("Panel gewijzigd"),
        "files_accepted": _l("Bestanden geplaatst en goedgekeurd"),
        "files_deleted": _l("Gegevens van de aanmeldingen gewist"),
    },
    kinds={"files_accepted": "positive"},
)
register_titles(
    "panel_draw",
    {
        "draw_requested": _l("Loting aangevraagd"),
        "draw_started": _l("Berekening begonnen"),
        "draw_resumed": _l("Berekening opnieuw begonnen, met hetzelfde startgetal"),
        "draw_finished": _l("Uitslag berekend en gecontroleerd"),
        "draw_failed": _l("Berekening mislukt"),
        "draw_cancelled": _l("Loting gestopt"),
        "members_read": _l("Lijst met gelote mensen gelezen"),
    },
    kinds={
        "draw_requested": "info",
        "draw_started": "info",
        "draw_resumed": "warning",
        "draw_finished": "positive",
        "draw_failed": "negative",
    },
)

MILLION = 1_000_000
BILLION = 1_000_000_000


@dataclass(frozen=True)
class Row:
    """One group: what was asked, and what there is. None is hidden because it is small."""

    value: str
    minimum: int
    maximum: int
    drawn: int | None
    registered: int | None

    @property
    def has_quota(self) -> bool:
        """Nobody needs who would not say, and anybody may be one."""
        return self.value != NOT_KNOWN

    @property
    def quota(self) -> str:
        if not self.has_quota:
            return "\u2013"
        return quota_text(self.minimum, self.maximum)

    @property
    def is_short(self) -> bool:
        return self.registered is not None and self.registered < self.minimum

    @property
    def is_outside(self) -> bool:
        return self.drawn is not None and not self.minimum <= self.drawn <= self.maximum


@dataclass(frozen=True)
class Group:
    """All values of one feature."""

    feature: str
    rows: list[Row]

    @property
    def hides(self) -> bool:
        return any(row.drawn is None or row.registered is None for row in self.rows)

    @property
    def shows_registered(self) -> bool:
        return any(row.registered is not None for row in self.rows)

    def without_registered(self) -> Group:
        return replace(self, rows=[replace(row, registered=None) for row in self.rows])


def quota_text(minimum: int, maximum: int) -> str:
    return str(minimum) if minimum == maximum else f"{minimum}\u2013{maximum}"


def groups_of(features: list[dict[str, Any]], small: int | None) -> list[Group]:
    """Groups of a result or a summary; `small` hides counts below it, None shows everything (staff)."""
    return [_group(feature, small) for feature in features if not _says_who_holds_a_seat(feature)]


def _says_who_holds_a_seat(feature: dict[str, Any]) -> bool:
    """A column for the engine, not an answer of anybody."""
    return {one["value"] for one in feature["values"]} <= {NOMINATED, BY_LOT}


def is_not_asked(value: Mapping[str, Any]) -> bool:
    """Everybody of a group that the feature is not about. How many that are is public: it hides nobody."""
    return bool(value["value"] == NOT_ASKED and value["min"] == value["max"])


def _group(feature: dict[str, Any], small: int | None) -> Group:
    values = [one for one in feature["values"] if not is_not_asked(one)]
    drawn = _shown([one.get("drawn") for one in values], small)
    registered = _shown([one["available"] for one in values], small)
    rows = [
        Row(one["value"], one["min"], one["max"], drawn[place], registered[place])
        for place, one in enumerate(values)
    ]
    return Group(feature["name"], rows)


def _shown(counts: list[int | None], small: int | None) -> list[int | None]:
    known = [count for count in counts if count is not None]
    if small is None or len(known) < len(counts):
        return counts
    return list(hide_small(known, small).cells)


def scale_of(groups: list[Group]) -> int:
    """One scale for all marks of a page, so that they can be compared."""
    return max((row.maximum for group in groups for row in group.rows), default=1)


def scale_of_drawn(groups: list[Group], size: int) -> int:
    """A quota without a real upper bound ("99 to 200 of 200") must not squeeze the others."""
    return min(size, scale_of(groups))


@dataclass(frozen=True)
class Chances:
    """Fractions, ready for the |percent filter."""

    smallest: float
    largest: float
    average: float
    bound: float
    gap: float
    deciles: list[tuple[int, float]]

    @property
    def is_best_possible(self) -> bool:
        return self.gap <= 1e-5


def chances_of(result: dict[str, Any]) -> Chances:
    quantiles = result["quantiles_ppm"]
    return Chances(
        smallest=result["min_ppm"] / MILLION,
        largest=result["max_ppm"] / MILLION,
        average=result["mean_ppm"] / MILLION,
        bound=result["bound_ppm"] / MILLION,
        gap=result["gap_ppb"] / BILLION,
        deciles=[(percent, quantiles[percent] / MILLION) for percent in range(0, 101, 10)],
    )


def chance_curve(result: dict[str, Any]) -> Markup:
    """Everyone from the smallest to the largest chance: the flatter the line, the fairer the draw."""
    quantiles = [one / MILLION for one in result["quantiles_ppm"]]
    chances = chances_of(result)
    chart = LineChart(
        title=_("De kansen van alle aanmeldingen, van klein naar groot"),
        description=_(
            "De lijn begint bij %(low)s en eindigt bij %(high)s. De tabel hieronder geeft dezelfde cijfers.",
            low=_percentage(chances.smallest),
            high=_percentage(chances.largest),
        ),
        x=tuple(step / 100 for step in range(101)),
        series=(
            Series(_("Kans per persoon"), tuple(quantiles)),
            Series(_("Gemiddelde kans"), (chances.average,) * 101),
        ),
        x_title=_("Deel van de aanmeldingen"),
        percent=True,
        x_percent=True,
        decimals=1 if chances.largest < 0.05 else 0,
    )
    return line_chart(chart)


def _percentage(fraction: float) -> str:
    pattern: Any = "#,##0.00%"
    return str(format_percent(fraction, pattern))


def progress_share(draw: Draw) -> tuple[float | None, float | None]:
    """(value, bound) as fractions, for "eerlijkheid: 4,98% van maximaal 4,99%"."""
    value, bound = draw.progress_value_ppm, draw.progress_bound_ppm
    return (None if value is None else value / MILLION, None if bound is None else bound / MILLION)


def panel_badge(state: PanelState) -> tuple[str, str]:
    return {
        PanelState.DRAFT: ("neutral", _("In voorbereiding")),
        PanelState.READY: ("info", _("Aanmeldingen zijn binnen")),
        PanelState.EMPTIED: ("neutral", _("Gegevens verwijderd")),
    }[state]


def draw_badge(state: DrawState) -> tuple[str, str]:
    return {
        DrawState.REQUESTED: ("info", _("Wacht op de computer")),
        DrawState.COMPUTING: ("info", _("Wordt berekend")),
        DrawState.DONE: ("positive", _("Klaar")),
        DrawState.FAILED: ("negative", _("Mislukt")),
        DrawState.CANCELLED: ("neutral", _("Gestopt")),
    }[state]


def phase_text(phase: str | None) -> str:
    """What the computer is doing, for somebody who waits."""
    texts = {
        "chase": _("De computer zoekt panels die bij de quota passen."),
        "weights": _("De computer maakt de kansen zo gelijk als kan."),
        "cuts": _("De computer zoekt het bewijs dat het niet eerlijker kan."),
        "uniform": _("De computer maakt de genummerde panels."),
        "verify": _("Een tweede programma controleert de uitslag."),
    }
    return str(texts.get(phase or "", _("De computer rekent.")))


def failure_text(code: str) -> str:
    texts = {
        "impossible_quotas": _("Met deze aanmeldingen kunnen niet alle quota gehaald worden."),
        "files_gone": _("Het bestand met aanmeldingen is verwijderd."),
        "not_verified": _("De controle vond een fout in de uitslag. Daarom is er geen uitslag."),
        "too_many_attempts": _("De berekening is drie keer afgebroken. Vraag een nieuwe loting aan."),
        "refused": _("De bestanden passen niet bij dit panel. Plaats ze opnieuw."),
    }
    return str(texts.get(code, _("De berekening liep vast. Vraag een nieuwe loting aan.")))


def summary_groups(files: PanelFiles, small: int | None) -> list[Group]:
    return groups_of(files.summary.get("features", []), small)

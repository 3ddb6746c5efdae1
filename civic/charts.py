"""The few chart kinds the pages use, drawn on the server as SVG: no script, no inline style, real text.

altair and vl-convert do the drawing. They are heavy (a V8 inside), so they are imported when the first
chart is drawn, and a drawing is kept on disk under a hash of everything that went into it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from flask_babel import get_locale
from markupsafe import Markup, escape

from civic.filecache import keep, kept, key_of

WIDTH = 360  # a phone: the drawing is scaled up from there, so its text never gets too small
PLOT_WIDTH, PLOT_HEIGHT = 300, 190
Locale = Literal["nl-NL", "en-GB"]
LOCALES: dict[str, Locale] = {"nl": "nl-NL", "en": "en-GB"}
DASHES = ([1, 0], [6, 4], [2, 3])
VERSION = 3  # raise it when the drawing code changes: old drawings are then not used any more

# Colours go in as marks and come out as the tokens of the site, so that a chart follows the theme of the
# municipality and the dark mode. A presentation attribute is no inline style: the strict CSP allows it.
INKS = {
    "#010101": "currentColor",
    "#020202": "var(--basis-color-default-color-subtle, #4a5c65)",
    "#030303": "var(--basis-color-default-border-subtle, #d3dcdf)",
    "#040404": "var(--basis-color-accent-1-border-default, #0d4650)",
    "#050505": "var(--basis-color-warning-border-default, #a36c00)",
    "#060606": "var(--basis-color-info-border-default, #2f75b5)",
}
TEXT, SUBTLE, GRID = "#010101", "#020202", "#030303"
LINES = ("#040404", "#050505", "#060606")


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class LineChart:
    """Lines over numbered steps. `title` and `description` are what a screen reader says.

    `percent` shows fractions as percentages; `y_max` fixes the axis where charts must be comparable.
    """

    title: str
    description: str
    x: tuple[float, ...]
    series: tuple[Series, ...]
    x_title: str = ""
    percent: bool = False
    x_percent: bool = False
    decimals: int = 0
    y_max: float | None = None
    interpolate: Literal["linear", "monotone", "step-after"] = "linear"

    def __post_init__(self) -> None:
        if not self.series or any(len(one.values) != len(self.x) for one in self.series):
            raise ValueError("every series needs one value per x")

    @property
    def top(self) -> float:
        """Where the y axis ends: a round number at or above everything that is drawn."""
        if self.y_max is not None:
            return self.y_max
        return round_up([value for one in self.series for value in one.values if value is not None])


def round_up(values: Sequence[float]) -> float:
    """The smallest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten that is below none of them."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    steps = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    # a hair of slack: 0.3 / 0.1 is 2.9999999999999996, and 0.30000000000000004 must not become 0.4
    return next(round(step * power, 12) for step in steps if step * power >= highest * (1 - 1e-9))


def line_chart(chart: LineChart) -> Markup:
    """The drawing, to be put in `<figure class="chart">`. Safe under `style-src 'self'`."""
    locale = LOCALES.get(str(get_locale() or "nl")[:2], "nl-NL")
    key = key_of(VERSION, locale, asdict(chart))
    svg = (kept("charts", f"{key}.svg") or b"").decode()
    if not svg:
        svg = _finish(_draw(chart, locale), chart, key[:12])
        keep("charts", f"{key}.svg", svg.encode())
    # safe: drawn by us; vega escapes the texts inside and _finish the title and description
    return Markup(svg)  # noqa: S704  # see the line above


def _draw(chart: LineChart, locale: Locale) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_specification(chart), format_locale=locale))


def _specification(chart: LineChart) -> dict[str, Any]:
    import altair as alt

    names = [one.name for one in chart.series]
    rows = [
        {"x": x, "y": value, "series": one.name}
        for one in chart.series
        for x, value in zip(chart.x, one.values, strict=True)
        if value is not None
    ]
    legend = (
        None
        if len(names) == 1
        else alt.Legend(title=None, orient="top", direction="vertical", symbolType="stroke", symbolSize=400)
    )
    drawing = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2.5, interpolate=chart.interpolate)
        .encode(
            x=alt.X(
                "x:Q", axis=_x_axis(chart), scale=alt.Scale(domain=[chart.x[0], chart.x[-1]], nice=False)
            ),
            y=alt.Y("y:Q", axis=_y_axis(chart), scale=alt.Scale(domain=[0, chart.top], nice=False)),
            color=alt.Color(
                "series:N", scale=alt.Scale(domain=names, range=LINES[: len(names)]), legend=legend
            ),
            strokeDash=alt.StrokeDash(
                "series:N", scale=alt.Scale(domain=names, range=DASHES[: len(names)]), legend=legend
            ),
        )
        .properties(width=PLOT_WIDTH, height=PLOT_HEIGHT, padding=4)
        .configure(aria=False, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=TEXT,
            titleColor=SUBTLE,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelPadding=6,
        )
        .configure_legend(labelColor=TEXT, labelFontSize=12, labelLimit=PLOT_WIDTH)
    )
    return dict(drawing.to_dict())


def _x_axis(chart: LineChart) -> Any:
    import altair as alt

    form = ".0%" if chart.x_percent else ",.0f"
    return alt.Axis(title=chart.x_title or None, grid=False, format=form, tickCount=5, labelFlush=True)


def _y_axis(chart: LineChart) -> Any:
    import altair as alt

    form = f",.{chart.decimals}{'%' if chart.percent else 'f'}"
    return alt.Axis(title=None, format=form, tickCount=5, ticks=False, domain=False)


def _finish(svg: str, chart: LineChart, identity: str) -> str:
    """Make it one image with a name and a description, in the font and the colours of the page."""
    svg = re.sub(r' (?:font-family|role|aria-roledescription)="[^"]*"', "", svg)
    for mark, ink in INKS.items():
        svg = svg.replace(f'"{mark}"', f'"{ink}"')
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None or "style=" in svg:
        raise ValueError("vl-convert drew something this site cannot show")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart__drawing" viewBox="0 0 {found[1]} {found[2]}" '
        f'role="img" aria-labelledby="chart-{identity}-title chart-{identity}-desc" focusable="false">'
        f'<title id="chart-{identity}-title">{escape(chart.title)}</title>'
        f'<desc id="chart-{identity}-desc">{escape(chart.description)}</desc>'
    )
    return re.sub(r"\A<svg[^>]*>", lambda _: opening, svg, count=1)

"""Charts in plain Python, for a page that draws several new ones at every visit.

`civic.charts` draws with a library: good looking, but it needs a second to start and 25 ms per chart, and
a cache helps little where "now" is one of the values. These kinds are lines of SVG: a millisecond each, real
text, the colours of the site, no style and no script. Every chart has a table beside it on its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from markupsafe import Markup

from civic.charts import round_up

WIDTH, HEIGHT = 360, 250  # a phone: scaled up from there, so that text never gets too small
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 10, 40
TICKS = 4
MAIN = "var(--basis-color-accent-1-border-default, #0d4650)"
SECOND = "var(--basis-color-warning-border-default, #a36c00)"
THIRD = "var(--basis-color-info-border-default, #2f75b5)"
BAD = "var(--basis-color-negative-border-default, #b3261e)"
GRID = "var(--basis-color-default-border-subtle, #d3dcdf)"
LABEL_HEIGHT = 12


@dataclass(frozen=True)
class About:
    """What a screen reader says, and what stands at the axes."""

    title: str
    description: str
    x_title: str = ""


@dataclass(frozen=True)
class Plane:
    """From values to places: x from 0 to `x_top`, y from 0 to `y_top`."""

    x_top: float
    y_top: float

    def x(self, value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * value / self.x_top, 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.y_top, 1)


def areas(about: About, layers: Sequence[Sequence[float]], x_labels: Sequence[tuple[float, str]]) -> Markup:
    """Lines that never cross, the highest first; the space between two is what is in between.

    Each line ends in its number (from 1), which the list beside the chart explains.
    """
    count = max(2, len(layers[0]) if layers else 0)
    plane = Plane(count - 1, round_up([value for layer in layers for value in layer]))
    marks = [*_grid(plane), *_x_axis(plane, x_labels, about.x_title)]
    for number, layer in enumerate(layers):
        line = " ".join(f"{plane.x(place)},{plane.y(value)}" for place, value in enumerate(layer))
        floor = f"{plane.x(len(layer) - 1)},{plane.y(0)} {plane.x(0)},{plane.y(0)}"
        shade = round(0.1 + 0.12 * number, 2)
        marks.append(f'<polygon points="{line} {floor}" fill="{MAIN}" fill-opacity="{shade}"/>')
        marks.append(f'<polyline points="{line}" fill="none" stroke="{MAIN}" stroke-width="1"/>')
    ends = _apart([plane.y(layer[-1]) for layer in layers if len(layer)])
    for number, place in enumerate(ends, start=1):
        marks.append(_text(WIDTH - RIGHT + 2, place + 4, str(number), "start"))
    return _figure(about, marks)


def steps(about: About, points: Sequence[tuple[float, float]], until: float) -> Markup:
    """A line that falls in steps, from 1 at 0; shares of a whole."""
    plane = Plane(round_up([until]), 1.0)
    marks = _grid(plane, lambda value: f"{_number(100 * value)}%")
    parts = _parts(plane.x_top)
    ticks = [plane.x_top * part / parts for part in range(parts + 1)]
    marks += _x_axis(plane, [(tick, _number(tick)) for tick in ticks], about.x_title)
    path = [f"M{plane.x(0)},{plane.y(1)}"]
    path += [f"H{plane.x(time)}V{plane.y(share)}" for time, share in points]
    path.append(f"H{plane.x(until)}")
    half = f"M{plane.x(0)},{plane.y(0.5)}H{plane.x(plane.x_top)}"
    marks.append(
        f'<path d="{half}" fill="none" stroke="{SECOND}" stroke-width="1.5" stroke-dasharray="6 4"/>'
    )
    marks.append(f'<path d="{"".join(path)}" fill="none" stroke="{MAIN}" stroke-width="2.5"/>')
    return _figure(about, marks)


@dataclass(frozen=True)
class Pair:
    """Two bars beside each other, under one label (which may be empty)."""

    label: str
    first: float
    second: float


def bars(about: About, pairs: Sequence[Pair]) -> Markup:
    """Filled is the first, open the second."""
    plane = Plane(max(1, len(pairs)), round_up([value for one in pairs for value in (one.first, one.second)]))
    marks = _grid(plane)
    width = round((plane.x(1) - plane.x(0)) * 0.36, 1)
    for place, one in enumerate(pairs):
        left = plane.x(place + 0.5) - width - 0.5
        marks.append(_bar(plane, left, width, one.first, f'fill="{MAIN}"'))
        open_bar = f'fill="{SECOND}" fill-opacity="0.25" stroke="{SECOND}" stroke-width="1"'
        marks.append(_bar(plane, left + width + 1, width, one.second, open_bar))
    labels = [(place + 0.5, one.label) for place, one in enumerate(pairs) if one.label]
    return _figure(about, [*marks, *_x_axis(plane, labels, about.x_title)])


@dataclass(frozen=True)
class Column:
    """One column of dots: (value, kind 0 to 3), and the two lines of its history, where these are known."""

    label: str
    dots: Sequence[tuple[float, int]]
    low: float | None
    high: float | None


def dots(about: About, columns: Sequence[Column]) -> Markup:
    """Circle, triangle, diamond or ring for the four kinds; a whole line for `low`, a broken one for `high`.

    Dots that would fall on each other are drawn once.
    """
    values = [value for one in columns for value, _kind in one.dots]
    plane = Plane(max(1, len(columns)), round_up([*values, *(one.high or 0 for one in columns)]))
    marks = _grid(plane)
    for place, one in enumerate(columns):
        middle, half = plane.x(place + 0.5), (plane.x(1) - plane.x(0)) / 2
        seen = {(round(plane.y(value)), number % 5, kind) for number, (value, kind) in enumerate(one.dots)}
        marks += [DOTS[kind](middle + (lane - 2) * half / 4, y) for y, lane, kind in sorted(seen)]
        for value, dash in ((one.low, ""), (one.high, ' stroke-dasharray="5 3"')):
            if value is not None:
                line = f"M{round(middle - half + 2, 1)},{plane.y(value)}H{round(middle + half - 2, 1)}"
                marks.append(f'<path d="{line}" fill="none" stroke="currentColor" stroke-width="2"{dash}/>')
    labels = [(place + 0.5, one.label) for place, one in enumerate(columns)]
    return _figure(about, [*marks, *_x_axis(plane, labels, about.x_title)])


def _circle(x: float, y: float) -> str:
    return f'<circle cx="{x:.0f}" cy="{y}" r="3" fill="{MAIN}" fill-opacity="0.7"/>'


def _triangle(x: float, y: float) -> str:
    return f'<path d="M{x:.0f},{y - 4}l4,7h-8z" fill="{SECOND}"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path d="M{x:.0f},{y - 4}l4,4l-4,4l-4,-4z" fill="{BAD}"/>'


def _ring(x: float, y: float) -> str:
    return f'<circle cx="{x:.0f}" cy="{y}" r="3" fill="none" stroke="{THIRD}"/>'


DOTS: tuple[Callable[[float, float], str], ...] = (_circle, _triangle, _diamond, _ring)


def _bar(plane: Plane, left: float, width: float, value: float, ink: str) -> str:
    top = plane.y(value)
    return f'<rect x="{left:.1f}" y="{top}" width="{width}" height="{round(plane.y(0) - top, 1)}" {ink}/>'


def _parts(top: float) -> int:
    """Into how many an axis is divided: so that its numbers are whole where they can be."""
    return next((parts for parts in (TICKS, 5, 3) if (top / parts).is_integer()), TICKS)


def _grid(plane: Plane, written: Callable[[float], str] | None = None) -> list[str]:
    marks, parts = [], _parts(plane.y_top)
    for part in range(parts + 1):
        value = plane.y_top * part / parts
        y = plane.y(value)
        marks.append(f'<path d="M{LEFT},{y}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        marks.append(_text(LEFT - 5, y + 4, (written or _number)(value), "end"))
    return marks


def _x_axis(plane: Plane, labels: Sequence[tuple[float, str]], title: str) -> list[str]:
    marks = []
    for value, label in labels:
        anchor = "start" if value == 0 else "end" if value == plane.x_top else "middle"
        marks.append(_text(plane.x(value), HEIGHT - BOTTOM + 15, label, anchor))
    if title:
        marks.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, title, "middle"))
    return marks


def _apart(places: list[float]) -> list[float]:
    """Labels from top to bottom, moved until none stands on another."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + LABEL_HEIGHT) if found else place)
    excess = max(0.0, found[-1] - (HEIGHT - BOTTOM)) if found else 0.0
    return [place - excess for place in found]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{round(x, 1)}" y="{round(y, 1)}" font-size="12" fill="currentColor" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _number(value: float) -> str:
    locale: Any = get_locale() or "nl"
    return str(format_decimal(value, format="#,##0.##", locale=locale))


def _figure(about: About, marks: Sequence[str]) -> Markup:
    name = "drawing-" + hashlib.sha256(about.title.encode()).hexdigest()[:10]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart__drawing" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" focusable="false">'
        f'<title id="{name}-title">{escape(about.title)}</title>'
        f'<desc id="{name}-desc">{escape(about.description)}</desc>{"".join(marks)}</svg>'
    )
    # safe: numbers of ours; every text went through escape()
    return Markup(svg)  # noqa: S704  # see the line above

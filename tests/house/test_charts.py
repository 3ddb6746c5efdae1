"""Charts: the right data, the right axis, Dutch numbers, and nothing the strict CSP would refuse."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from civic.charts import LineChart, Series, line_chart, round_up

STEPS = tuple(step / 10 for step in range(11))
CHART = LineChart(
    title="Kansen",
    description="Van 5 tot 11 procent.",
    x=STEPS,
    series=(
        Series("Kans per persoon", tuple(0.05 + 0.06 * x for x in STEPS)),
        Series("Gemiddelde kans", (0.08,) * 11),
    ),
    x_title="Deel van de aanmeldingen",
    percent=True,
    x_percent=True,
)
SVG = "{http://www.w3.org/2000/svg}"


def draw(app: Flask, chart: LineChart, locale: str = "nl") -> str:
    with app.test_request_context(f"/?taal={locale}"):
        return str(line_chart(chart))


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([0.0499, 0.11], 0.15),
        ([0.1], 0.1),
        ([0.1 + 0.2], 0.3),  # 0.30000000000000004
        ([0.31], 0.4),
        ([7], 8),
        ([99, 101], 150),
        ([1_000], 1_000),
        ([0.0, 0.0], 1),
        ([], 1),
    ],
)
def test_the_axis_ends_at_a_round_number_above_everything(values: list[float], top: float) -> None:
    assert round_up(values) == pytest.approx(top)
    assert round_up(values) >= max(values, default=0) * (1 - 1e-9)


def test_the_axis_looks_at_every_series_and_can_be_fixed() -> None:
    assert CHART.top == pytest.approx(0.15)
    high = replace(CHART, series=(*CHART.series, Series("Hoog", (None,) * 10 + (0.7,))))
    assert high.top == pytest.approx(0.8)
    assert replace(CHART, y_max=0.5).top == 0.5


def test_a_series_needs_one_value_per_step() -> None:
    with pytest.raises(ValueError, match="one value per x"):
        replace(CHART, series=(Series("Te kort", (0.1,)),))
    with pytest.raises(ValueError, match="one value per x"):
        replace(CHART, series=())


def test_the_drawing_is_one_named_image_without_style_or_script(app: Flask) -> None:
    svg = draw(app, CHART)
    assert "style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg
    assert not re.search(r"\son\w+=", svg)
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    assert root.get("role") == "img"
    names = {
        element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")
    }
    assert [names[one] for one in (root.get("aria-labelledby") or "").split()] == [
        CHART.title,
        CHART.description,
    ]
    assert [element for element in root.iter() if element is not root and element.get("role")] == []
    width = float((root.get("viewBox") or "").split()[2])
    assert 320 <= width <= 380  # drawn for a phone


def test_colours_are_those_of_the_site_so_dark_mode_works(app: Flask) -> None:
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', draw(app, CHART)))
    assert colours <= {
        "none",
        "currentColor",
        "transparent",
        "var(--basis-color-default-color-subtle, #4a5c65)",
        "var(--basis-color-default-border-subtle, #d3dcdf)",
        "var(--basis-color-accent-1-border-default, #0d4650)",
        "var(--basis-color-warning-border-default, #a36c00)",
    }


def test_lines_start_and_end_where_the_numbers_say(app: Flask) -> None:
    """The path of the first series, read back from its coordinates, gives the values that went in."""
    svg = draw(app, CHART)
    paths = [p for p in re.findall(r' d="(M[^"]+)"', svg) if p.count("L") == 10]
    assert len(paths) == 2
    points = [tuple(float(part) for part in pair.split(",")) for pair in paths[0][1:].split("L")]
    values = [(190 - y) / 190 * CHART.top for _, y in points]
    assert values == pytest.approx([value or 0 for value in CHART.series[0].values], abs=1e-3)
    assert [x for x, _ in points] == pytest.approx([300 * step for step in STEPS], abs=0.01)


def test_the_second_line_is_dashed(app: Flask) -> None:
    assert 'stroke-dasharray="6,4"' in draw(app, CHART)


def test_numbers_are_written_the_dutch_way(app: Flask) -> None:
    money = replace(
        CHART, percent=False, series=(Series("Aantal", tuple(200.0 * x + 1000 for x in range(11))),)
    )
    assert "3.000" in texts(draw(app, money))
    shares = replace(CHART, decimals=1)
    assert "4,0%" in texts(draw(app, shares))
    assert "3,000" in texts(draw(app, money, "en"))


def test_strange_names_stay_text(app: Flask) -> None:
    nasty = '<script>alert(1)</script>"&'
    chart = replace(CHART, title=nasty, description=nasty, series=(*CHART.series, Series(nasty, (0.1,) * 11)))
    svg = draw(app, chart)
    assert "<script" not in svg
    assert nasty in texts(svg)


def test_the_same_chart_is_drawn_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = draw(app, CHART)
    monkeypatch.setattr("civic.charts._draw", lambda *_: pytest.fail("drawn twice"))
    assert draw(app, CHART) == first
    kept = list((Path(app.config["INSTANCE"]) / "cache" / "charts").iterdir())
    assert [path.suffix for path in kept] == [".svg"]


def test_a_disk_that_cannot_be_written_costs_no_page(app: Flask) -> None:
    folder = Path(app.config["INSTANCE"]) / "cache"
    folder.write_text("in the way", encoding="utf-8")
    assert draw(app, CHART).startswith("<svg")


def test_it_can_be_drawn_without_a_request(app: Flask) -> None:
    with app.app_context():
        assert "Kansen" in str(line_chart(CHART))

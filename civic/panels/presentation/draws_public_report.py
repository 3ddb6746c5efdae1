"""What the drawn panel looks like beside what was wanted, and how the chances are divided.

Counts of people go through the small-number rule of `presentation.groups_of` before they come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _
from markupsafe import Markup

from civic.charts import LineChart, Series, line_chart
from civic.panels.presentation import MILLION, Group, Row, is_not_asked
from civic.panels.presentation.pool_public import Public
from civic.panels.service.composition_facts import Facts
from civic.panels.service.draws_public import PERCENTS, Numbers, numbers_of, quantiles

PER_MILLE = 1000
UNKNOWN = ""  # nothing was wanted, or it is not shown: an empty cell, which a phone leaves out
Shares = Mapping[tuple[str, str], float]  # {(feature, value): fraction}


@dataclass(frozen=True)
class Line:
    """One answer: seats wanted, share of the pool, seats drawn. None is not known, or not shown."""

    row: Row
    target: float | None
    pool: float | None

    @property
    def deviation(self) -> float | None:
        """Drawn less wanted, in seats."""
        if self.target is None or self.row.drawn is None:
            return None
        return self.row.drawn - self.target


@dataclass(frozen=True)
class Part:
    """All answers to one question; `left_out` seats are of people it was not put to."""

    feature: str
    lines: list[Line]
    left_out: int = 0


def parts_of(
    groups: Sequence[Group], targets: Shares, pool: Shares, left_out: Mapping[str, int]
) -> list[Part]:
    return [
        Part(
            group.feature,
            [_line(group.feature, row, targets, pool) for row in group.rows],
            left_out.get(group.feature, 0),
        )
        for group in groups
    ]


def left_out_of(features: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """{question: seats of the people it was not put to}, from the composition that a draw keeps."""
    return {
        feature["name"]: sum(one["min"] for one in feature["values"] if is_not_asked(one))
        for feature in features
    }


def _line(feature: str, row: Row, targets: Shares, pool: Shares) -> Line:
    """Where seats are fixed by the composition (constituencies, municipalities) those are what was wanted."""
    is_fixed = bool(targets) and row.minimum == row.maximum
    target = float(row.minimum) if is_fixed else targets.get((feature, row.value))
    return Line(row, target, pool.get((feature, row.value)))


def seats_text(number: float | None) -> str:
    """Seats with one decimal: a share of the population is seldom a whole number."""
    pattern: Any = "#,##0.0"
    return UNKNOWN if number is None else str(format_decimal(number, pattern))


def signed(number: float | None) -> str:
    """ "+0,4" and "−1,2": a minus that a screen reader says."""
    pattern: Any = "+#,##0.0;\u2212#,##0.0"
    if number is None:
        return UNKNOWN
    return str(format_decimal(number, pattern)) if round(number, 1) else str(format_decimal(0, "0.0"))


def without_counts(parts: Sequence[Part]) -> list[Part]:
    """Two tables of nearly the same people tell by subtraction who left and who came: no count is shown."""
    return [
        replace(part, lines=[replace(one, row=replace(one.row, drawn=None)) for one in part.lines])
        for part in parts
    ]


def why_no_counts() -> str:
    return str(
        _("Van een latere loting tonen wij geen aantallen. Anders ziet u wie wegging en wie erbij kwam.")
    )


# --- chances ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curve:
    """Chances as fractions, from small to large in a hundred steps. `fairest` None: not known."""

    drawn: list[float]
    fairest: list[float] | None
    numbers: Numbers

    @property
    def equal(self) -> float:
        return self.numbers.equal

    @property
    def smallest(self) -> float:
        return self.drawn[0]

    @property
    def largest(self) -> float:
        return self.drawn[-1]

    @property
    def table(self) -> list[tuple[int, float, float | None]]:
        """(percent of the people, chance in this draw, chance in the fairest draw) at every tenth."""
        return [
            (step, self.drawn[step], self.fairest[step] if self.fairest else None)
            for step in range(0, PERCENTS, 10)
        ]


def curve_of(manifest: Mapping[str, Any], result: Mapping[str, Any]) -> Curve | None:
    """From the histogram of the manifest, which is public, and the computation's own quantiles."""
    numbers = numbers_of(manifest)
    drawn = quantiles(manifest["histogram"], manifest["panels"], numbers.fixed, numbers.without_chance)
    if not drawn:
        return None
    fairest = [one / MILLION for one in result.get("quantiles_ppm", [])]
    return Curve(drawn, fairest or None, numbers)


def drawing_of(curve: Curve) -> Markup:
    series = [Series(_("Deze loting"), tuple(curve.drawn))]
    if curve.fairest:
        series.append(Series(_("De eerlijkste loting die kan"), tuple(curve.fairest)))
    series.append(Series(_("Iedereen gelijk"), (curve.equal,) * PERCENTS))
    chart = LineChart(
        title=_("De kansen van alle aanmeldingen, van klein naar groot"),
        description=_(
            "De kans in deze loting loopt van %(low)s tot %(high)s. Gelijk voor iedereen is %(equal)s.",
            low=_percentage(curve.smallest),
            high=_percentage(curve.largest),
            equal=_percentage(curve.equal),
        ),
        x=tuple(step / (PERCENTS - 1) for step in range(PERCENTS)),
        series=tuple(series),
        x_title=_("Deel van de aanmeldingen"),
        percent=True,
        x_percent=True,
        decimals=1 if curve.largest < 0.05 else 0,
    )
    return line_chart(chart)


def _percentage(fraction: float) -> str:
    pattern: Any = "#,##0.0%"
    return str(format_percent(fraction, pattern))


# --- what was wanted, and who registered -----------------------------------------------------------------


def targets_of(facts: Facts) -> dict[tuple[str, str], float]:
    """Seats per answer as the population would have them, over the seats that the feature is about."""
    return {
        (trait.name, value.name): value.per_mille * trait.seats_in(facts.groups) / PER_MILLE
        for trait in facts.traits
        for value in trait.values
        if value.per_mille is not None
    }


def pool_shares_of(public: Public | None) -> dict[tuple[str, str], float]:
    if public is None:
        return {}
    return {
        (table.name, group.label): group.share
        for table in public.tables
        for group in table.groups
        if group.share is not None
    }

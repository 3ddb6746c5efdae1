"""Shares of the population: from the figures of the region, or from a table of CBS StatLine."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import select

from civic.db import db
from civic.errors import Invalid
from civic.regions.models import Municipality, PopulationFigure

MOST_LINES = 5_000
MOST_COLUMNS = 40
MOST_ERRORS = 30
NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?\Z|-?\d+(?:[.,]\d+)?\Z", re.ASCII)
EMPTY = frozenset({"", ".", "-", "x", "..", "…"})  # how CBS writes "not known"
TOTAL = re.compile(r"totaal\b", re.IGNORECASE)
AGES = re.compile(r"(\d{1,3}) (?:tot|t/m|tot en met) (\d{1,3})(?: jaar)?\Z", re.IGNORECASE)
OLDEST = re.compile(r"(\d{1,3})(?: jaar (?:of|en) ouder|\+)\Z", re.IGNORECASE)
ONE_AGE = re.compile(r"(\d{1,3})(?: jaar)?\Z", re.IGNORECASE)
PERIODS = re.compile(r"peri|jaar\Z|year", re.IGNORECASE)


@dataclass(frozen=True)
class Shares:
    """Thousandths per value for the whole region, their source in words."""

    per_mille: dict[str, int]
    source: str
    is_estimate: bool


def to_per_mille(numbers: dict[str, Fraction]) -> dict[str, int]:
    """Whole thousandths that add up to exactly 1000 (largest remainder)."""
    total = sum(numbers.values()) or Fraction(1)
    exact = {name: 1000 * number / total for name, number in numbers.items()}
    whole = {name: int(share) for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    if any(numbers.values()):
        for name in order[: 1000 - sum(whole.values())]:
            whole[name] += 1
    return whole


def shares_of_region(feature: str) -> Shares | None:
    """The figures of all municipalities together, weighted by their population; None where there are none."""
    rows = db.session.execute(
        select(PopulationFigure, Municipality.population)
        .join(Municipality, Municipality.id == PopulationFigure.municipality_id)
        .where(PopulationFigure.feature == feature)
        .order_by(PopulationFigure.id)
    ).all()
    people: dict[str, Fraction] = {}
    for figure, population in rows:
        people[figure.value] = people.get(figure.value, Fraction(0)) + Fraction(figure.per_mille * population)
    if not any(people.values()):
        return None
    sources = dict.fromkeys(figure.source for figure, _population in rows if figure.source)
    return Shares(
        to_per_mille(people), "; ".join(sources)[:180], any(figure.is_estimate for figure, _p in rows)
    )


@dataclass(frozen=True)
class StatLine:
    """A table as CBS exports it: names of columns, rows with their line numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    source: str = ""

    def numeric(self) -> list[str]:
        """Columns in which something is a number and nothing is a word."""
        return [name for place, name in enumerate(self.columns) if self._is_numeric(place)]

    def _is_numeric(self, place: int) -> bool:
        cells = [cells[place] for _line, cells in self.rows]
        known = [cell for cell in cells if cell not in EMPTY]
        return bool(known) and all(NUMBER.match(cell) for cell in known)


def read_statline(content: bytes) -> StatLine:
    """Read a StatLine CSV (semicolons or commas, quotes, lines about the table above and below it).

    Raises `Invalid` for the field `file` with one sentence per line that cannot be read.
    """
    text = text_of(content)
    lines = [(number, [cell.strip() for cell in cells]) for number, cells in _cells_of(text)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise Invalid({"file": [_("Het bestand is leeg.")]})
    if len(lines) > MOST_LINES:
        raise Invalid({"file": [_("Het bestand heeft meer dan 5.000 regels. Maak een kleinere tabel.")]})
    # the table is as wide as most lines; lines about the table have one or two cells
    width = max((len(cells) for _number, cells in lines), key=[len(c) for _n, c in lines].count)
    if width < 2 or width > MOST_COLUMNS:
        raise Invalid({"file": [_("We vinden geen tabel. Kies bij CBS StatLine voor “CSV met puntkomma”.")]})
    return _table(lines, width)


def _table(lines: list[tuple[int, list[str]]], width: int) -> StatLine:
    first = next(place for place, (_number, cells) in enumerate(lines) if len(cells) == width)
    header = lines[first][1]
    before = [cells[-1] for _number, cells in lines[:first] if cells[-1]]
    errors, rows = [], []
    for number, cells in lines[first + 1 :]:
        if len(cells) == width:
            rows.append((number, tuple(cells)))
        elif not _is_note(cells, width):
            errors.append(
                _(
                    "Regel %(line)s heeft %(have)s vakken. De kop heeft er %(need)s.",
                    line=number,
                    have=len(cells),
                    need=width,
                )
            )
    if len(set(header)) < width or not all(header):
        errors.insert(0, _("Regel %(line)s: elke kolom heeft een eigen naam nodig.", line=lines[first][0]))
    if not rows:
        errors.append(_("Onder de kop staan geen regels met cijfers."))
    if errors:
        raise Invalid({"file": errors[:MOST_ERRORS]})
    return StatLine(tuple(header), tuple(rows), " ".join(before[:1])[:150])


def _is_note(cells: list[str], width: int) -> bool:
    """ "Bron: CBS", "© CBS 2026": one filled cell in a line that is too short."""
    return len(cells) < width and sum(1 for cell in cells if cell) == 1


def text_of(content: bytes) -> str:
    if b"\0" in content:
        raise Invalid({"file": [_("Dit is geen CSV-bestand. Kies bij CBS StatLine voor CSV.")]})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cells_of(text: str) -> list[tuple[int, list[str]]]:
    delimiter = max(";\t,", key=text.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend((reader.line_num, cells) for cells in reader)
    except csv.Error:
        sentence = _("Regel %(line)s is niet te lezen. Kijk naar de aanhalingstekens.", line=reader.line_num)
        raise Invalid({"file": [sentence]}) from None
    return found


@dataclass(frozen=True)
class Counted:
    """Numbers per value of one dimension, and which rows were left out ("Leeftijd: Totaal")."""

    numbers: dict[str, Fraction]
    only: dict[str, str]


def count(table: StatLine, dimension: str, figures: str, places: set[str]) -> Counted:
    """Add up one column of figures per value of one dimension.

    Of every other dimension only its total is counted, or else everything; of periods only the last; of
    municipalities only ours. Raises `Invalid` for `figures` with one sentence per cell that is no number.
    """
    column, value = table.columns.index(dimension), table.columns.index(figures)
    wanted = _filters(table, {dimension, figures}, places)
    numbers: dict[str, Fraction] = {}
    errors = []
    for line, cells in table.rows:
        if any(cells[place] not in allowed for place, allowed in wanted.items()):
            continue
        text = cells[value]
        if text in EMPTY or TOTAL.match(cells[column]) or not cells[column]:
            continue
        if not NUMBER.match(text) or text.startswith("-"):
            errors.append(_("Regel %(line)s: “%(text)s” is geen aantal.", line=line, text=text[:40]))
            continue
        name = cells[column]
        numbers[name] = numbers.get(name, Fraction(0)) + _number(text)
    if not errors and not any(numbers.values()):
        errors.append(_("In deze kolommen staan geen aantallen."))
    if errors:
        raise Invalid({"figures": errors[:MOST_ERRORS]})
    only = {table.columns[place]: next(iter(kept)) for place, kept in wanted.items() if len(kept) == 1}
    return Counted(numbers, only)


def _filters(table: StatLine, used: set[str], places: set[str]) -> dict[int, set[str]]:
    figures = set(table.numeric())
    found = {}
    for place, name in enumerate(table.columns):
        is_period = bool(PERIODS.match(name))
        if name in used or (name in figures and not is_period):
            continue
        values = dict.fromkeys(cells[place] for _line, cells in table.rows if cells[place])
        kept = _kept(list(values), is_period, places)
        if len(kept) < len(values):
            found[place] = kept
    return found


def _kept(values: list[str], is_period: bool, places: set[str]) -> set[str]:
    if is_period:
        return {max(values)} if values else set()
    ours = {one for one in values if re.sub(r" \(gemeente\)\Z", "", one) in places}
    if ours:
        return ours
    totals = {one for one in values if TOTAL.match(one)}
    return totals or set(values)


def _number(text: str) -> Fraction:
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text):
        text = text.replace(".", "")
    return Fraction(text)


@dataclass(frozen=True)
class Band:
    """Ages in whole years; no last age means and older."""

    name: str
    first: int
    last: int | None


OLDEST_AGE = 104


def ages_of(text: str) -> tuple[int, int] | None:
    """First and last age of "20 tot 25 jaar" (20–24), "65 jaar of ouder", "16-24" or "18 jaar"."""
    words = " ".join(text.split())
    if found := AGES.match(words):
        first, last = int(found[1]), int(found[2])
        last = last - 1 if " tot " in words.lower() and "tot en met" not in words.lower() else last
        return (first, last) if first <= last else None
    if found := OLDEST.match(words):
        return int(found[1]), max(OLDEST_AGE, int(found[1]))
    if found := re.match(r"(\d{1,3})\s?[-–]\s?(\d{1,3})(?: jaar)?\Z", words):
        return (int(found[1]), int(found[2])) if int(found[1]) <= int(found[2]) else None
    if found := ONE_AGE.match(words):
        return int(found[1]), int(found[1])
    return None


def into_bands(numbers: dict[str, Fraction], bands: list[Band]) -> dict[str, Fraction]:
    """Age groups of CBS put into one's own bands; a group on a border is divided by years.

    Groups inside another group ("0 tot 20 jaar" beside "0 tot 5 jaar") are left out: the narrow ones count.
    """
    known = [(ages, number) for name, number in numbers.items() if (ages := ages_of(name))]
    narrow = [one for one in known if not any(_is_inside(other[0], one[0]) for other in known)]
    result = {band.name: Fraction(0) for band in bands}
    for (first, last), number in narrow:
        for band in bands:
            end = last if band.last is None else min(last, band.last)
            years = max(0, end - max(first, band.first) + 1)
            result[band.name] += number * Fraction(years, last - first + 1)
    return result


def _is_inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]

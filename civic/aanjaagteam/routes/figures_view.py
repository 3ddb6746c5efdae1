"""From figures to what stands on the page: tiles, drawings, and the table beside each drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from civic import drawing
from civic.aanjaagteam import wording
from civic.aanjaagteam.flow.ageing import OPEN_STATES, Age, Colour
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.clock import DAY
from civic.aanjaagteam.flow.codes import DONE, STATES
from civic.aanjaagteam.flow.measures import CALENDAR_MEASURES, FEWEST, Measure, Spread, day_length, spread
from civic.aanjaagteam.flow.survival import Survival
from civic.aanjaagteam.flow.told import Answers
from civic.aanjaagteam.wording import figures as words

SLUGS = {
    "reactie": Measure.REACTION,
    "knoop": Measure.KNOT,
    "tafel": Measure.TABLE,
    "doorlooptijd": Measure.LEAD,
    "werktijd": Measure.WORK,
    "cyclus": Measure.CYCLE,
    "wachten": Measure.WAIT,
}
COLOUR_ORDER = (Colour.GREEN, Colour.AMBER, Colour.RED, Colour.UNKNOWN)
MOST_POINTS = 120  # of a line that falls in steps; more cannot be seen
SHOWN_DAYS = 12


def days(seconds: int, length: int = DAY) -> float:
    """With one decimal, as every figure shows them."""
    return round(seconds / length, 1)


@dataclass(frozen=True)
class Tile:
    """Half of them within `p50` days, 85 of 100 within `p85`; None when there are too few."""

    slug: str
    title: Any
    spread: Spread
    p50: float | None
    p85: float | None
    p95: float | None
    in_calendar_days: bool


def tiles(board: Board) -> list[Tile]:
    return [
        _tile(slug, measure, board.spread(measure)) for slug, measure in SLUGS.items() if slug != "wachten"
    ]


def _tile(slug: str, measure: Measure, found: Spread) -> Tile:
    length = day_length(measure)
    p50, p85, p95 = (None if one is None else days(one, length) for one in (found.p50, found.p85, found.p95))
    return Tile(slug, words.ROWS[slug], found, p50, p85, p95, measure in CALENDAR_MEASURES)


@dataclass(frozen=True)
class Table:
    """The same as a drawing, in numbers: for the page and for a spreadsheet."""

    header: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Chart:
    """`slug` is its definition and the name of its CSV; `legend` explains the marks in it."""

    slug: str
    title: Any
    drawing: Markup | None
    table: Table
    legend: Sequence[Any] = ()


def age_chart(board: Board, ages: list[Age]) -> Chart:
    history = board.history()
    columns = []
    for state in OPEN_STATES:
        mine = [(days(one.seconds), COLOUR_ORDER.index(one.colour)) for one in ages if one.state == state]
        known = history[state]
        low, high = (None if one is None else days(one) for one in (known.p50, known.p85))
        columns.append(drawing.Column(str(words.SHORT_STATES[state]), mine, low, high))
    title = _("Leeftijd van open meldingen per stand")
    about = drawing.About(
        title,
        _("De tabel hieronder geeft per stand de aantallen en de twee lijnen."),
        _("Werkdagen; de standen vanaf Opgepakt tellen vanaf oppakken"),
    )
    return Chart("leeftijd", title, drawing.dots(about, columns), age_table(history, ages), _age_legend())


def _age_legend() -> list[Any]:
    return [
        _("Rondje: jonger dan de helft van eerdere meldingen in die stand."),
        _("Driehoek: ouder dan de helft."),
        _("Ruit: ouder dan 85 van de 100."),
        _("Open rondje: nog te weinig bekend."),
        _("Hele lijn: de helft. Streepjeslijn: 85 van de 100."),
    ]


def age_table(history: list[Spread], ages: list[Age]) -> Table:
    header = [
        _("Stand"),
        *(words.COLOURS[colour.value] for colour in COLOUR_ORDER),
        _("Helft (werkdagen)"),
        _("85 van 100 (werkdagen)"),
        _("Gemeten"),
    ]
    rows = []
    for state in OPEN_STATES:
        colours = [one.colour for one in ages if one.state == state]
        known = history[state]
        lines = [None if one is None else days(one) for one in (known.p50, known.p85)]
        counts = [colours.count(colour) for colour in COLOUR_ORDER]
        rows.append([wording.STATES[STATES[state]], *counts, *lines, known.count])
    return Table(header, rows)


def flow_chart(board: Board) -> Chart:
    """What was done before the first day is left out of the drawing, or the rest would be a thin line."""
    flow, chosen = board.flow(), board.days()
    base = flow[0][DONE] if flow else 0
    layers = [[row[rank] - base for row in flow] for rank in range(DONE + 1)]
    title = _("Stroom door de standen")
    about = drawing.About(
        title,
        _("Elke lijn telt hoeveel meldingen zo ver waren. De tabel hieronder geeft de aantallen."),
        _("Aantal boven de %(count)s die al klaar waren", count=base),
    )
    labels = [(0.0, _short(chosen[0])), (len(chosen) - 1.0, _short(chosen[-1]))]
    drawn = drawing.areas(about, layers, labels) if len(chosen) > 1 else None
    return Chart("stroom", title, drawn, flow_table(board, flow), _rank_names())


def _rank_names() -> list[Any]:
    names = [wording.STATES[state] for state in STATES[:DONE]]
    return [*names, _("Klaar of niet opgepakt")]


def flow_table(board: Board, flow: list[list[int]]) -> Table:
    rows = zip(board.days(), flow, board.work_per_day(), strict=True)
    header = [_("Dag"), *_rank_names(), _("Onderhanden")]
    return Table(header, [[day, *counts, work] for day, counts, work in rows])


def every_week(table: Table) -> Table:
    """One row per week, counted back from the last day: what fits on a page."""
    return Table(table.header, list(table.rows)[::-1][::7][::-1])


def _short(day: Any) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def week_chart(board: Board) -> Chart:
    weeks = board.weeks()
    pairs = [
        drawing.Pair(
            str(one.monday.isocalendar().week) if place % 2 == 0 else "", one.arrived, one.done + one.declined
        )
        for place, one in enumerate(weeks)
    ]
    title = _("Erbij en eraf per week")
    about = drawing.About(title, _("De tabel hieronder geeft per week de aantallen."), _("Weeknummer"))
    header = [_("Week van"), _("Erbij"), _("Klaar"), _("Niet opgepakt"), _("Verschil")]
    rows = [[one.monday, one.arrived, one.done, one.declined, one.net] for one in weeks]
    legend = [_("Dicht: erbij."), _("Open: klaar of niet opgepakt.")]
    return Chart("instroom", title, drawing.bars(about, pairs), Table(header, rows), legend)


def survival_chart(board: Board, found: Survival) -> Chart:
    points = [(moment / DAY, float(share)) for moment, share in zip(found.times, found.shares, strict=True)]
    step = max(1, len(points) // MOST_POINTS)
    drawn = [*points[step - 1 :: step], *points[-1:]]
    title = _("Hoe lang duurt het, met wat nog open is")
    median = found.median
    about = drawing.About(
        title,
        _("Na %(days)s werkdagen is de helft klaar.", days=format_decimal(days(median)))
        if median is not None
        else _("Minder dan de helft is klaar."),
        _("Werkdagen sinds oppakken"),
    )
    is_known = found.done >= FEWEST
    svg = drawing.steps(about, drawn, max(1.0, points[-1][0])) if is_known else None
    rows = [[found_at, round(100 * share, 1)] for found_at, share in _shares(found)] if is_known else []
    table = Table([_("Werkdagen sinds oppakken"), _("Nog niet klaar (procent)")], rows)
    return Chart("overleving", title, svg, table, [about.description] if is_known else [])


def _shares(found: Survival) -> list[tuple[int, float]]:
    """After 5, 10, … working days, until the last that was done."""
    last = int(found.times[-1]) // DAY + 1
    step = max(5, -(-last // SHOWN_DAYS // 5) * 5)
    return [(day, found.at(day * DAY)) for day in range(0, last + step, step)]


@dataclass(frozen=True)
class Share:
    label: Any
    seconds: int
    total: int

    @property
    def days(self) -> float:
        return days(self.seconds)

    @property
    def part(self) -> float:
        return self.seconds / self.total if self.total else 0.0


def wait_shares(board: Board) -> tuple[int, list[Share]]:
    """How many cases it is about, and the parts; none below ten cases."""
    found = board.share()
    if found.cases < FEWEST:
        return found.cases, []
    parts = (
        (_("Samen gewacht"), found.together),
        (_("Op de melder"), found.on_reporter),
        (_("Op iemand in huis"), found.inside),
        (_("Op iemand buiten het huis"), found.outside),
        (_("Niet gewacht"), found.total - found.together),
    )
    return found.cases, [Share(label, seconds, found.total) for label, seconds in parts]


@dataclass(frozen=True)
class Stay:
    """How long the done cases were in one state, and which part of all their time that is."""

    slug: str
    label: Any
    count: int
    p50: float | None
    p85: float | None
    part: float | None


def stays(board: Board) -> list[Stay]:
    share, found = board.share(), []
    slugs = {state: slug for slug, state in wording.SLUGS.items()}
    for code in OPEN_STATES:
        values = board.dwell(code).seconds
        known = spread(values)
        p50, p85 = (None if one is None else days(one) for one in (known.p50, known.p85))
        part = float(values.sum() / share.total) if share.cases >= FEWEST and share.total else None
        state = STATES[code]
        found.append(Stay(f"stand-{slugs[state]}", wording.STATES[state], known.count, p50, p85, part))
    return found


def stay_table(found: list[Stay]) -> Table:
    header = [_("Stand"), _("Helft"), _("85 van 100"), _("Gemeten"), _("Deel van de doorlooptijd (procent)")]
    parts = [None if one.part is None else round(100 * one.part, 1) for one in found]
    rows = [[one.label, one.p50, one.p85, one.count, part] for one, part in zip(found, parts, strict=True)]
    return Table(header, rows)


def wait_table(shares: list[Share]) -> Table:
    header = [_("Wacht op"), _("Werkdagen"), _("Deel van de doorlooptijd (procent)")]
    return Table(header, [[one.label, one.days, round(100 * one.part, 1)] for one in shares])


@dataclass(frozen=True)
class Said:
    """How many were asked, and how many are yes and no; None when there are too few to say."""

    slug: str
    label: Any
    count: int
    yes: int | None
    no: int | None

    @property
    def part(self) -> float | None:
        return None if self.yes is None else self.yes / self.count


def said(board: Board) -> list[Said]:
    """Was a promised day kept, and is it solved in the eyes of the reporter?"""
    pairs = (("beloofd", board.promises()), ("opgelost", board.verdicts()))
    return [_said(slug, found) for slug, found in pairs]


def _said(slug: str, found: Answers) -> Said:
    if found.count < FEWEST:
        return Said(slug, words.SAID[slug], found.count, None, None)
    return Said(slug, words.SAID[slug], found.count, found.yes, found.count - found.yes)


def said_table(found: list[Said]) -> Table:
    header = [_("Cijfer"), _("Ja"), _("Nee"), _("Gemeten"), _("Deel ja (procent)")]
    parts = [None if one.part is None else round(100 * one.part, 1) for one in found]
    rows = [[one.label, one.yes, one.no, one.count, part] for one, part in zip(found, parts, strict=True)]
    return Table(header, rows)


def tile_table(found: list[Tile]) -> Table:
    header = [_("Cijfer"), _("Helft"), _("85 van 100"), _("95 van 100"), _("Gemeten"), _("In")]
    rows = [
        [
            one.title,
            one.p50,
            one.p85,
            one.p95,
            one.spread.count,
            _("dagen") if one.in_calendar_days else _("werkdagen"),
        ]
        for one in found
    ]
    return Table(header, rows)

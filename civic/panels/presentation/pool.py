"""From the figures of a pool to what its pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from civic.events.presentation import register_subject, register_titles
from civic.panels.models import Composition
from civic.panels.presentation import quota_text
from civic.panels.queries.pool import FeatureRow, Head, ShareLine, Third
from civic.panels.states import Channel, EntryRoute, Honorarium, ShareState

register_titles(
    "panel",
    {
        "close_registration": _l("Aanmelden gesloten"),
        "reopen_registration": _l("Aanmelden weer open"),
        "pool_check_requested": _l("Toets van de aanmeldingen gevraagd"),
        "pool_checked": _l("Aanmeldingen getoetst door de computer"),
        "proposal_accepted": _l("Voorstel voor ruimere quota overgenomen"),
        "pool_recount_differs": _l("De nachtelijke telling gaf andere cijfers"),
        "flags_read": _l("Signalen met persoonsgegevens gelezen"),
        "flag_decided": _l("Over een signaal besloten"),
        "flag_reopened": _l("Besluit over een signaal teruggedraaid"),
        "registrations_imported": _l("Lijst met aanmeldingen ingelezen"),
    },
    kinds={
        "close_registration": "info",
        "reopen_registration": "warning",
        "proposal_accepted": "warning",
        "pool_recount_differs": "negative",
    },
)
register_subject("panel_registration", _l("Aanmelding"))
register_titles(
    "panel_registration",
    {
        "removed": _l("Aanmelding telt niet meer mee"),
        "restored": _l("Aanmelding telt weer mee"),
        "corrected": _l("Aanmelding verbeterd"),
        "registration_read": _l("Aanmelding gelezen"),
    },
    kinds={"removed": "negative", "restored": "positive"},
)

MOST_MISSING = 8
CHANNELS = {
    Channel.WEB: _l("Website"),
    Channel.PHONE: _l("Telefoon"),
    Channel.PAPER: _l("Papier"),
    Channel.NOMINATION: _l("Voordracht"),
}
HONORARIA = {
    Honorarium.LATER: _l("Zegt het later"),
    Honorarium.MONEY: _l("Geld"),
    Honorarium.VOUCHER: _l("Cadeaubon"),
    Honorarium.WAIVED: _l("Ziet ervan af"),
}
NEEDS = {
    "interpreter": _l("Tolk"),
    "travel": _l("Hulp bij de reis"),
    "childcare": _l("Kinderopvang"),
    "step_free": _l("Zaal zonder drempels"),
    "other": _l("Iets anders"),
}


@dataclass(frozen=True)
class Row:
    """One group or cell: who registered, how many seats there are, and how many people we hope for."""

    label: str
    registered: int
    minimum: int
    maximum: int
    goal: int

    @property
    def quota(self) -> str:
        return quota_text(self.minimum, self.maximum)

    @property
    def kind(self) -> str:
        """Of a badge and a bar: too few for the seats, fewer than hoped for, or enough."""
        if self.registered < self.minimum:
            return "negative"
        return "warning" if self.is_wanted else "positive"

    @property
    def is_wanted(self) -> bool:
        return self.minimum > 0 and self.registered < self.goal

    @property
    def text(self) -> str:
        if self.registered < self.minimum:
            return str(_("Te weinig"))
        return str(_("Liever meer")) if self.is_wanted else str(_("Genoeg"))

    @property
    def misses(self) -> int:
        return max(0, self.goal - self.registered)

    @property
    def worst_first(self) -> tuple[bool, float]:
        return self.registered >= self.minimum, self.registered / max(1, self.goal)


@dataclass(frozen=True)
class Cover:
    """A feature with its values; `unknown` people did not say."""

    name: str
    rows: list[Row]
    unknown: int
    bound: list[str]  # the constituencies it counts for; empty is all


def covers(
    features: Sequence[FeatureRow], thirds: Sequence[Third], figures: dict[str, Any], ratio: int
) -> list[Cover]:
    counted = figures.get("features", {})
    names = {third.number: third.name for third in thirds}
    found = []
    for feature in features:
        counts = counted.get(str(feature.id), {})
        rows = [
            _row(one.value, int(counts.get(one.value, 0)), (one.minimum, one.maximum), ratio)
            for one in feature.values
        ]
        unknown = int(sum(counts.values())) - sum(row.registered for row in rows)
        bound = [names[number] for number in feature.constituencies if number in names]
        found.append(Cover(feature.name, rows, unknown, bound))
    return found


def _row(label: str, registered: int, bounds: tuple[int, int], ratio: int) -> Row:
    middle = -(-(bounds[0] + bounds[1]) // 2)
    return Row(label, registered, *bounds, goal=ratio * middle)


@dataclass(frozen=True)
class Line:
    """One municipality of the two-way table: a row per constituency, and the sum."""

    municipality: str
    rows: list[Row]
    total: Row


@dataclass(frozen=True)
class SeatTable:
    thirds: list[str]
    lines: list[Line]
    totals: list[Row]
    total: Row


def seat_table(thirds: Sequence[Third], figures: dict[str, Any], ratio: int) -> SeatTable:
    """Registrations against seats, per constituency and municipality."""
    places = {cell.municipality_id: cell.municipality for third in thirds for cell in third.cells}
    table = {
        (third.id, place): _cell(third, place, name, figures, ratio)
        for third in thirds
        for place, name in places.items()
    }
    lines = [
        Line(
            name,
            [table[third.id, place] for third in thirds],
            _sum(name, [table[third.id, place] for third in thirds]),
        )
        for place, name in sorted(places.items(), key=lambda one: one[1])
    ]
    totals = [_sum(third.name, [table[third.id, place] for place in places]) for third in thirds]
    return SeatTable([third.name for third in thirds], lines, totals, _sum("", totals))


def _cell(third: Third, place: int, name: str, figures: dict[str, Any], ratio: int) -> Row:
    seats = next((cell.seats for cell in third.cells if cell.municipality_id == place), 0)
    registered = int(figures.get("cells", {}).get(str(third.id), {}).get(str(place), 0))
    # who is nominated has a seat: one person per seat is enough
    times = 1 if third.route is EntryRoute.NOMINATION else ratio
    return Row(f"{third.name}, {name}", registered, seats, seats, goal=seats * times)


def _sum(label: str, rows: Iterable[Row]) -> Row:
    listed = list(rows)
    return Row(
        label,
        sum(row.registered for row in listed),
        sum(row.minimum for row in listed),
        sum(row.maximum for row in listed),
        goal=sum(row.goal for row in listed),
    )


def missing(found: Sequence[Cover], table: SeatTable) -> list[Row]:
    """Whom we miss most, the worst first."""
    groups = [
        Row(f"{cover.name[:1].upper()}{cover.name[1:]}: {row.label}", *_numbers(row))
        for cover in found
        for row in cover.rows
    ]
    cells = [row for line in table.lines for row in line.rows]
    wanted = [row for row in [*groups, *cells] if row.is_wanted]
    return sorted(wanted, key=lambda row: row.worst_first)[:MOST_MISSING]


def _numbers(row: Row) -> tuple[int, int, int, int]:
    return row.registered, row.minimum, row.maximum, row.goal


@dataclass(frozen=True)
class Response:
    """Letters and who came of them; `per_mille` is None where nothing was posted yet."""

    label: str
    letters: int
    registered: int

    @property
    def share(self) -> float | None:
        return self.registered / self.letters if self.letters else None


@dataclass(frozen=True)
class ResponseTables:
    municipalities: list[Response]
    sources: list[Response]
    waves: list[Response]

    @property
    def is_empty(self) -> bool:
        return not self.waves


def responses(shares: Sequence[ShareLine], figures: dict[str, Any]) -> ResponseTables:
    """Per municipality, source and wave; only letters of which the codes exist."""
    counted = figures.get("response", {})
    sent = [one for one in shares if one.state in (ShareState.ISSUED, ShareState.POSTED)]
    lines = [(one, int(counted.get(one.key, 0))) for one in sent]
    return ResponseTables(
        municipalities=_grouped((one.municipality or "", one, count) for one, count in lines),
        sources=_grouped((one.source, one, count) for one, count in lines),
        waves=_grouped((str(_("Ronde %(number)s", number=one.wave)), one, count) for one, count in lines),
    )


def _grouped(lines: Iterable[tuple[str, ShareLine, int]]) -> list[Response]:
    letters: dict[str, int] = {}
    people: dict[str, int] = {}
    for label, share, count in lines:
        letters[label] = letters.get(label, 0) + share.letters
        people[label] = people.get(label, 0) + count
    return [Response(label, number, people[label]) for label, number in letters.items()]


def counted(figures: dict[str, Any], name: str, labels: dict[Any, Any]) -> list[tuple[str, int]]:
    """(label, how many) of a simple count, in the order of `labels`."""
    numbers = figures.get(name, {})
    return [(str(text), int(numbers.get(getattr(key, "value", key), 0))) for key, text in labels.items()]


def sources_of(shares: Sequence[ShareLine], figures: dict[str, Any]) -> list[tuple[str, int]]:
    names = {str(one.source_id): one.source for one in shares}
    numbers = figures.get("sources", {})
    return [(name, int(numbers.get(key, 0))) for key, name in names.items()]


def proposed(change: dict[str, Any]) -> str:
    """The new bounds; a cell gets exactly one new number."""
    (old_low, _old_high), (low, high) = change["old"], change["new"]
    if change["kind"] == "cell":
        return str(low if low != old_low else high)
    return quota_text(low, high)


def ratio_of(composition: Composition | None) -> int:
    return composition.pool_ratio if composition is not None else 1


def total_of(head: Head) -> int:
    return int(head.figures.get("registrations", 0))


def cover_rows(found: Sequence[Cover], table: SeatTable) -> list[tuple[Any, ...]]:
    """For the CSV: everything on the page, one line a group."""
    rows: list[tuple[Any, ...]] = [
        (cover.name, row.label, row.registered, row.minimum, row.maximum, row.goal)
        for cover in found
        for row in cover.rows
    ]
    for line in table.lines:
        for name, row in zip(table.thirds, line.rows, strict=True):
            rows.append((name, line.municipality, row.registered, row.minimum, row.maximum, row.goal))
    return rows

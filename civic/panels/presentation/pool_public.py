"""The public view of a pool: small numbers hidden, also those that other tables would give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from civic.panels.queries.pool import FeatureRow, Third
from civic.smallnumbers import hide_small


@dataclass(frozen=True)
class Group:
    """One value: its share of the population, and who registered (None is hidden)."""

    label: str
    population: float | None
    registered: int | None
    total: int | None

    @property
    def share(self) -> float | None:
        return self.registered / self.total if self.registered is not None and self.total else None

    @property
    def difference(self) -> float | None:
        """In percentage points of the share."""
        if self.share is None or self.population is None:
            return None
        return self.share - self.population


@dataclass(frozen=True)
class Table:
    """One way to divide everybody who registered; `bound` names who it is about, empty is everybody."""

    name: str
    groups: list[Group]
    bound: list[str]

    @property
    def hides(self) -> bool:
        return any(group.registered is None for group in self.groups)


@dataclass(frozen=True)
class Public:
    at: datetime
    registrations: int
    tables: list[Table]
    withheld: list[str]  # features whose total, beside the others, would tell about a few people


def public_of(
    figures: dict[str, Any], features: Sequence[FeatureRow], thirds: Sequence[Third], minimum: int
) -> Public | None:
    """None while there are too few people."""
    shown = figures.get("public")
    if shown is None or shown["registrations"] < minimum:
        return None
    people = {third.number: _of_third(shown, third) for third in thirds}
    totals = [int(shown["registrations"])]
    tables, withheld = [], []
    for feature in features:
        numbers = [one for one in feature.constituencies if one in people] or list(people)
        total = sum(people[one] for one in numbers)
        if any(0 < abs(total - other) < minimum for other in [0, *totals]):
            withheld.append(feature.name)
            continue
        totals.append(total)
        names = {third.number: third.name for third in thirds}
        bound = [names[one] for one in numbers] if len(numbers) < len(people) else []
        tables.append(_feature_table(shown, feature, bound, minimum))
    tables += [_third_table(people, thirds, minimum), _place_table(shown, thirds, minimum)]
    return Public(datetime.fromisoformat(shown["at"]), totals[0], tables, withheld)


def _of_third(shown: dict[str, Any], third: Third) -> int:
    return int(sum(shown["cells"].get(str(third.id), {}).values()))


def _feature_table(shown: dict[str, Any], feature: FeatureRow, bound: list[str], minimum: int) -> Table:
    counts = shown["features"].get(str(feature.id), {})
    known = [int(counts.get(one.value, 0)) for one in feature.values]
    unknown = int(sum(counts.values())) - sum(known)
    shares = [None if one.per_mille is None else one.per_mille / 1000 for one in feature.values]
    labels = [one.value for one in feature.values]
    groups = _groups([*labels, _("niet gezegd")], [*shares, None], [*known, unknown], minimum)
    # nobody left it open: a line with nought says nothing
    return Table(feature.name, groups if unknown else groups[:-1], bound)


def _third_table(people: dict[int, int], thirds: Sequence[Third], minimum: int) -> Table:
    seats = sum(third.seats for third in thirds)
    shares = [third.seats / seats if seats else None for third in thirds]
    counts = [people[third.number] for third in thirds]
    return Table(_("groep in het panel"), _groups([one.name for one in thirds], shares, counts, minimum), [])


def _place_table(shown: dict[str, Any], thirds: Sequence[Third], minimum: int) -> Table:
    """Municipalities alone: a sensitive constituency is never crossed with them, and no other is either."""
    places = {cell.municipality_id: cell.municipality for third in thirds for cell in third.cells}
    seats = {
        place: sum(cell.seats for third in thirds for cell in third.cells if cell.municipality_id == place)
        for place in places
    }
    total = sum(seats.values())
    ordered = sorted(places, key=lambda place: places[place])
    counts = [int(sum(cells.get(str(place), 0) for cells in shown["cells"].values())) for place in ordered]
    shares = [seats[place] / total if total else None for place in ordered]
    return Table(_("gemeente"), _groups([places[one] for one in ordered], shares, counts, minimum), [])


def _groups(
    labels: Sequence[str], shares: Sequence[float | None], counts: Sequence[int], minimum: int
) -> list[Group]:
    hidden = hide_small(list(counts), minimum)
    return [
        Group(label, share, count, hidden.total)
        for label, share, count in zip(labels, shares, hidden.cells, strict=True)
    ]


def csv_rows(public: Public) -> list[tuple[Any, ...]]:
    return [
        (
            table.name,
            group.label,
            _percent(group.population),
            "" if group.registered is None else group.registered,
            _percent(group.share),
        )
        for table in public.tables
        for group in table.groups
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}".replace(".", ",")

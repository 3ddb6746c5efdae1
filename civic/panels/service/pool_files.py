"""The pool as the two files of the engine (docs/loting.md): who can be drawn, what a panel must be like.

What stands in them, and why:

- `id` is the row's own random number (`Registration.uid`): no name, no code, no order of arrival.
- Every registrant has `geleding` and `gemeente`. The public table of seats is in the quotas as it stands:
  one conjunction `geleding + gemeente` per cell, lowest = highest = its seats.
- A feature that binds some constituencies only has the value `n.v.t.` for the others, and a line that allows
  it to exactly their seats. So the files mean the same with and without the engine's `--constituency`.
- Who would not answer counts for no quota: the value `niet bekend`, which nobody needs and anybody may be.
- `huishouden` names the homes of two or more (h1, h2, …; nothing else about the address). It is empty for
  who lives alone here, at an exempt address, or where the panel has no address rule.
- Nominated people hold a seat without a draw. They are in the files, with `plaats` = `vast`, and a quota says
  that all of them are in every panel; the quotas stay those of the whole panel, so the number of seats is
  `panel.size`. With `--fixed` (their ids are in `PoolFiles.fixed`) the engine also leaves them out of the
  chances. The first nominated person keeps a home, so that nobody else is drawn from it.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from civic.crypto import key_ring
from civic.db import db
from civic.panels.models import (
    Composition,
    Constituency,
    Feature,
    FeatureValue,
    Panel,
    PoolFlag,
    Registration,
)
from civic.panels.queries.composition import cells_of, composition_of, constituencies_of, features_of
from civic.panels.service.pool_answers import Answered, answers_of
from civic.panels.states import FlagDecision, FlagKind, RegistrationState
from civic.regions.models import Municipality

HOUSEHOLD = "huishouden"
NOT_ASKED, NOT_KNOWN = "n.v.t.", "niet bekend"
NOMINATED, BY_LOT = "vast", "loting"
LIGHT, HEAVY, USUAL = "0.001", "1000", "1"
HEADER = ("category", "feature", "min", "max", "weight")
Cell = tuple[int, int]


@dataclass(frozen=True)
class Target:
    """What a quota of the files is about in the composition.

    `kind`: feature (`key` is the id of a value), cell (`cell`), margin (of a municipality: moves with its
    cells), or derived (nothing that can be changed by itself).
    """

    kind: str
    key: int = 0
    cell: Cell = (0, 0)


@dataclass(frozen=True)
class Line:
    """One quota: what it counts, its bounds, and what a move of it costs in a proposal."""

    condition: tuple[tuple[str, str], ...]
    minimum: int
    maximum: int
    weight: str
    target: Target


@dataclass(frozen=True)
class PoolFiles:
    """The two files; `uids` in the order of the lines, `fixed` those with a seat already."""

    categories: bytes
    respondents: bytes
    uids: list[str]
    fixed: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    household_column: str = ""
    fixed_column: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """What a draw has to know about columns that are no feature (`PanelFiles.columns`)."""
        found = {"household": self.household_column, "fixed": self.fixed_column}
        return {name: column for name, column in found.items() if column}


@dataclass(frozen=True)
class Frame:
    """The composition of a panel, and the names that its files use."""

    composition: Composition | None
    constituencies: dict[int, Constituency]
    features: list[Feature]
    seats: dict[Cell, int]
    municipalities: dict[int, str]

    def column(self, wanted: str) -> str:
        """A name of our own that no feature of the panel has."""
        return _free(wanted, (one.name for one in self.features))

    def binds(self, feature: Feature, constituency_id: int) -> bool:
        bound = feature.constituencies
        return not bound or self.constituencies[constituency_id].number in bound

    def seats_of(self, constituency_id: int) -> int:
        return sum(seats for (one, _place), seats in self.seats.items() if one == constituency_id)

    def bound_seats(self, feature: Feature) -> int:
        return sum(self.seats_of(one) for one in self.constituencies if self.binds(feature, one))


@dataclass(frozen=True)
class Person:
    """One line of the file, before the words are filled in."""

    uid: str
    constituency_id: int
    municipality_id: int
    answers: Answered
    home: str
    is_nominated: bool


def pool_files(panel: Panel) -> PoolFiles:
    """The confirmed registrations as `categories.csv` and `respondents.csv`, always in the same order."""
    frame = frame_of(panel.id)
    people = _people(panel.id, frame)
    homes = _homes(people) if frame.composition is None or frame.composition.one_per_address else {}
    lines = _quotas(frame, people)
    has_nominated = any(one.is_nominated for one in people)
    household = frame.column(HOUSEHOLD)
    header = [
        "id",
        frame.column("geleding"),
        frame.column("gemeente"),
        *(one.name for one in frame.features),
        *([frame.column("plaats")] if has_nominated else []),
        household,
    ]
    rows = [
        [
            one.uid,
            frame.constituencies[one.constituency_id].name,
            frame.municipalities[one.municipality_id],
            *(_value(frame, feature, one) for feature in frame.features),
            *([NOMINATED if one.is_nominated else BY_LOT] if has_nominated else []),
            homes.get(one.uid, ""),
        ]
        for one in people
    ]
    return PoolFiles(
        categories=_csv(HEADER, [_line(one) for one in lines]),
        respondents=_csv(header, rows),
        uids=[one.uid for one in people],
        fixed=[one.uid for one in people if one.is_nominated],
        lines=lines,
        household_column=household if any(homes.values()) else "",
        fixed_column=frame.column("plaats") if has_nominated else "",
    )


def frame_of(panel_id: int) -> Frame:
    places = db.session.execute(select(Municipality.id, Municipality.name))
    return Frame(
        composition=composition_of(panel_id),
        constituencies={one.id: one for one in constituencies_of(panel_id)},
        features=features_of(panel_id),
        seats=cells_of(panel_id),
        municipalities={row.id: row.name for row in places},
    )


def _people(panel_id: int, frame: Frame) -> list[Person]:
    """Sorted by their random number. One statement, and one text per person is opened."""
    ring, exempt = key_ring(), exempt_addresses(panel_id)
    rows = db.session.execute(
        select(
            Registration.uid,
            Registration.constituency_id,
            Registration.municipality_id,
            Registration.answers_sealed,
            Registration.address_index,
            Registration.is_nominated,
        )
        .where(Registration.panel_id == panel_id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(Registration.uid)
    )
    return [
        Person(
            uid=row.uid,
            constituency_id=row.constituency_id,
            municipality_id=row.municipality_id,
            answers=answers_of(ring, row.uid, row.answers_sealed),
            home="" if row.address_index in exempt else row.address_index or "",
            is_nominated=row.is_nominated,
        )
        for row in rows
        if row.constituency_id in frame.constituencies
    ]


def exempt_addresses(panel_id: int) -> set[str]:
    """Addresses of which somebody said, with a reason, that they are no household."""
    found = db.session.scalars(
        select(Registration.address_index)
        .join(PoolFlag, PoolFlag.registration_id == Registration.id)
        .where(
            PoolFlag.panel_id == panel_id,
            PoolFlag.kind == FlagKind.SAME_ADDRESS,
            PoolFlag.decision == FlagDecision.EXEMPT,
            Registration.address_index.is_not(None),
        )
    )
    return {one for one in found if one}


def _homes(people: Sequence[Person]) -> dict[str, str]:
    """{uid: "h1"} for everybody who shares a home; of the nominated only the first of a home."""
    sharing = Counter(one.home for one in people if one.home)
    number: dict[str, str] = {}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for one in people:
        if sharing.get(one.home, 0) < 2 or (one.is_nominated and one.home in taken):
            continue
        if one.is_nominated:
            taken.add(one.home)
        found[one.uid] = number.setdefault(one.home, f"h{len(number) + 1}")
    return found


def _value(frame: Frame, feature: Feature, person: Person) -> str:
    if not frame.binds(feature, person.constituency_id):
        return _not_asked(feature)
    answer = person.answers.get(str(feature.id))
    known = {one.value for one in feature.values}
    return answer if answer in known else _not_known(feature)


def _quotas(frame: Frame, people: Sequence[Person]) -> list[Line]:
    seats = {**{(one.constituency_id, one.municipality_id): 0 for one in people}, **frame.seats}
    lines = [*_constituency_lines(frame), *_municipality_lines(frame, seats), *_cell_lines(frame, seats)]
    for feature in frame.features:
        lines += _feature_lines(frame, feature, people)
    nominated = sum(one.is_nominated for one in people)
    if nominated:
        rest = max(0, sum(frame.seats.values()) - nominated)
        name = frame.column("plaats")
        lines.append(Line(((name, NOMINATED),), nominated, nominated, HEAVY, Target("derived")))
        lines.append(Line(((name, BY_LOT),), 0, rest, HEAVY, Target("derived")))
    return lines


def _constituency_lines(frame: Frame) -> list[Line]:
    """Heavy: a proposal moves seats within a constituency, as long as there is a way."""
    name = frame.column("geleding")
    return [
        Line(((name, one.name),), seats := frame.seats_of(one.id), seats, HEAVY, Target("derived"))
        for one in frame.constituencies.values()
    ]


def _municipality_lines(frame: Frame, cells: dict[Cell, int]) -> list[Line]:
    """What the cells add up to; light, so that a proposal is about the cells."""
    seats: dict[int, int] = {}
    for (_constituency, place), number in cells.items():
        seats[place] = seats.get(place, 0) + number
    return [
        Line(
            ((frame.column("gemeente"), frame.municipalities[place]),),
            number,
            number,
            LIGHT,
            Target("margin"),
        )
        for place, number in sorted(seats.items())
    ]


def _cell_lines(frame: Frame, cells: dict[Cell, int]) -> list[Line]:
    """Every cell of the table, and those outside it that somebody registered in (no seats)."""
    names = frame.column("geleding"), frame.column("gemeente")
    order = list(frame.constituencies)
    return [
        Line(
            (
                (names[0], frame.constituencies[cell[0]].name),
                (names[1], frame.municipalities[cell[1]]),
            ),
            number,
            number,
            USUAL,
            Target("cell", cell=cell),
        )
        for cell, number in sorted(cells.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
    ]


def _feature_lines(frame: Frame, feature: Feature, people: Sequence[Person]) -> list[Line]:
    lines = [_value_line(feature, one) for one in feature.values]
    bound = frame.bound_seats(feature)
    others = sum(frame.seats.values()) - bound
    if others or any(not frame.binds(feature, one.constituency_id) for one in people):
        condition = ((feature.name, _not_asked(feature)),)
        lines.append(Line(condition, others, others, LIGHT, Target("derived")))
    if any(_value(frame, feature, one) == _not_known(feature) for one in people):
        lines.append(Line(((feature.name, _not_known(feature)),), 0, bound, USUAL, Target("derived")))
    return lines


def _value_line(feature: Feature, value: FeatureValue) -> Line:
    target = Target("feature", key=value.id)
    return Line(((feature.name, value.value),), value.minimum, value.maximum, USUAL, target)


def _not_asked(feature: Feature) -> str:
    return _free(NOT_ASKED, (one.value for one in feature.values))


def _not_known(feature: Feature) -> str:
    return _free(NOT_KNOWN, (one.value for one in feature.values))


def _free(wanted: str, taken: Iterable[str]) -> str:
    """The name itself, or with as many stars as keep it apart from those taken."""
    others = {one.casefold() for one in taken}
    while wanted.casefold() in others:
        wanted += "*"
    return wanted


def _line(line: Line) -> list[str | int]:
    # the engine brings a solver along: loaded when a pool is written, not when a web process starts
    from civic.sortition.files import conjunction

    names = [feature for feature, _value in line.condition]
    values = [value for _feature, value in line.condition]
    shown = conjunction.join(values) if len(values) > 1 else values[0]
    return [conjunction.join(names), shown, line.minimum, line.maximum, line.weight]


def _csv(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    from civic.sortition.spreadsheet import harmless

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(one) for one in header])
    writer.writerows([harmless(one) if isinstance(one, str) else one for one in row] for row in rows)
    return text.getvalue().encode()

"""A pool like that of a regional panel, always the same: six municipalities, three thirds, eight features.

The two files are those of a frozen pool (civic/panels/service/pool_files.py): `geleding` and `gemeente`, one
quota per cell of the seats table, features that bind one third only (`n.v.t.` for the others), and the
households of two. Of 83,000 letters six in a hundred are answered: more by older people and those with long
schooling, less by the young, by tenants and by newcomers. Nobody in it exists.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from civic.sortition.stream import Stream

# docs/loting.md, paragraph 8: at least three seats in every cell
CELLS = {
    "Almere": (24, 25, 25),
    "Lelystad": (9, 9, 9),
    "Noordoostpolder": (6, 5, 5),
    "Dronten": (5, 5, 5),
    "Zeewolde": (3, 3, 3),
    "Urk": (3, 3, 3),
}
THIRDS = ("Zorgontvangers", "Mantelzorgers", "Cliëntenraden")
SEATS = sum(map(sum, CELLS.values()))
PER_THIRD = 50
MARGIN = 0.05  # of the seats, as `quotas` does it
NOT_ASKED, UNKNOWN = "n.v.t.", "niet bekend"
UNKNOWN_SHARE = 0.01


@dataclass(frozen=True)
class Feature:
    """Per value its share of the people and how readily these answer a letter, in hundredths of the usual.
    `third`: the only third that it is asked of (-1: everybody)."""

    name: str
    values: dict[str, tuple[float, int]]
    third: int = -1

    @property
    def seats(self) -> int:
        return SEATS if self.third < 0 else PER_THIRD


FEATURES = (
    Feature(
        "leeftijd",
        {"16-29": (18, 45), "30-44": (24, 70), "45-64": (33, 110), "65-79": (18, 170), "80+": (7, 60)},
    ),
    Feature("geslacht", {"vrouw": (50, 115), "man": (49, 85), "anders": (1, 100)}),
    Feature("opleiding", {"kort": (28, 50), "midden": (41, 90), "lang": (31, 165)}),
    Feature("herkomst", {"Nederland": (68, 115), "Europa": (10, 80), "buiten Europa": (22, 60)}),
    Feature("woning", {"koop": (58, 120), "huur": (42, 72)}),
    Feature("huishouden van", {"1": (38, 95), "2": (33, 125), "3 of meer": (29, 75)}),
    Feature(
        "soort zorg",
        {"lichamelijk": (46, 105), "psychisch": (30, 80), "verstandelijk": (12, 60), "anders": (12, 110)},
        0,
    ),
    Feature("uren zorg", {"tot 8": (45, 115), "8 tot 20": (35, 100), "20 of meer": (20, 70)}, 1),
)


@dataclass(frozen=True)
class Made:
    """The two files, and the columns that are no feature."""

    categories: bytes
    respondents: bytes
    columns: dict[str, str]


def make(people: int = 5_000, seed: int = 1) -> Made:
    """So many registrants; every number of them has a panel in it, as long as each cell can be filled."""
    stream = Stream(f"civic-benchmark-pool/v1/{people}/{seed}")
    rows = [_person(stream) for _number in range(people)]
    homes = _homes(rows, stream)
    ids = [hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:32] for number in range(people)]
    header = ["id", "geleding", "gemeente", *(one.name for one in FEATURES), "huishouden"]
    listed = sorted([one, *row, home] for one, row, home in zip(ids, rows, homes, strict=True))
    return Made(
        categories=_csv(["category", "feature", "min", "max", "weight"], _quotas()),
        respondents=_csv(header, listed),
        columns={"household": "huishouden"},
    )


def _person(stream: Stream) -> list[str]:
    third, place = stream.below(len(THIRDS)), _pick(stream, [sum(seats) for seats in CELLS.values()])
    own = [one for one in FEATURES if one.third in (-1, third)]
    answers = {one.name: _answer(one, stream) for one in own}
    return [
        THIRDS[third],
        list(CELLS)[place],
        *(answers.get(one.name, NOT_ASKED) for one in FEATURES),
    ]


def _answer(feature: Feature, stream: Stream) -> str:
    """Among those who answered the letter a value stands as often as its share times its readiness."""
    if feature.third < 0 and stream.below(1000) < 1000 * UNKNOWN_SHARE:
        return UNKNOWN
    weights = [round(share * ready) for share, ready in feature.values.values()]
    return list(feature.values)[_pick(stream, weights)]


def _pick(stream: Stream, weights: Sequence[int]) -> int:
    ticket = stream.below(sum(weights))
    return next(place for place, upto in enumerate(accumulate(weights)) if ticket < upto)


def _homes(rows: Sequence[Sequence[str]], stream: Stream) -> list[str]:
    """One in twenty-five lives with somebody else of the same municipality who registered, too."""
    found, waiting = [""] * len(rows), dict[str, int]()
    count = 0
    for place, row in enumerate(rows):
        if stream.below(25):
            continue
        other = waiting.pop(row[1], None)
        if other is None:
            waiting[row[1]] = place
            continue
        count += 1
        found[place] = found[other] = f"h{count}"
    return found


def _quotas() -> list[list[object]]:
    lines: list[list[object]] = [["geleding", third, PER_THIRD, PER_THIRD, 1000] for third in THIRDS]
    for town, seats in CELLS.items():
        lines.append(["gemeente", town, sum(seats), sum(seats), 0.001])
        for third, number in zip(THIRDS, seats, strict=True):
            lines.append(["geleding + gemeente", f"{third} + {town}", number, number, 1])
    for feature in FEATURES:
        lines += _feature_lines(feature)
    return lines


def _feature_lines(feature: Feature) -> list[list[object]]:
    seats, whole = feature.seats, sum(share for share, _ready in feature.values.values())
    lines: list[list[object]] = []
    for value, (share, _ready) in feature.values.items():
        wanted, slack = seats * share / whole, max(1.0, MARGIN * seats)
        low, high = max(0, round(wanted - slack)), min(seats, round(wanted + slack))
        lines.append([feature.name, value, low, high, 1])
    if seats < SEATS:
        lines.append([feature.name, NOT_ASKED, SEATS - seats, SEATS - seats, 0.001])
    else:
        lines.append([feature.name, UNKNOWN, 0, seats, 1])
    return lines


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()

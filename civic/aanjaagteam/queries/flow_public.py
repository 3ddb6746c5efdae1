"""The few figures that everybody may read: per day, without small numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam.flow import board as boards
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.clock import day_of, start_of
from civic.aanjaagteam.flow.codes import DECLINED, DONE
from civic.aanjaagteam.flow.log import table_from
from civic.aanjaagteam.flow.measures import Measure, Spread, day_length
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import flow, flow_groups
from civic.db import db
from civic.filecache import keep, kept, key_of
from civic.regions import queries as regions

VERSION = 2
SHOWN = (Measure.REACTION, Measure.KNOT, Measure.LEAD)
YEAR = timedelta(days=364)


@dataclass(frozen=True)
class PublicSpread:
    """Days with one decimal; None below the number from which a percentile is shown."""

    measure: Measure
    p50: float | None
    p85: float | None


@dataclass(frozen=True)
class PublicGroup:
    """One municipality, or several that are too small to stand alone; "" is "no municipality named"."""

    names: list[str]
    total: int
    cells: list[int] | None


@dataclass(frozen=True)
class PublicCounts:
    """`columns` holds the states (0 open, 1 done, 2 declined) that are one number; `totals` of everything."""

    columns: list[list[int]]
    groups: list[PublicGroup]
    totals: list[int]

    @property
    def tells_cells(self) -> bool:
        return any(one.cells is not None for one in self.groups)

    @property
    def has_merged(self) -> bool:
        return any(len(one.names) > 1 for one in self.groups)


@dataclass(frozen=True)
class PublicFigures:
    """Days from `first` up to and including `last`; counts of everything up to then, None when too few."""

    first: date
    last: date
    spreads: list[PublicSpread]
    counts: PublicCounts | None

    @property
    def known(self) -> list[PublicSpread]:
        return [one for one in self.spreads if one.p50 is not None]

    @property
    def unknown(self) -> list[PublicSpread]:
        return [one for one in self.spreads if one.p50 is None]


def figures_of_day(today: date, minimum: int) -> PublicFigures:
    """Up to and including yesterday, so they are counted once a day (and again when the past changed)."""
    until = datetime.fromtimestamp(start_of(today), UTC)
    name = f"{key_of(VERSION, today.isoformat(), minimum, flow.log_until(until))}.json"
    known = kept("flow", name)
    if known is None:
        known = json.dumps(_count(today - timedelta(days=1), minimum)).encode()
        keep("flow", name, known)
    return _read(json.loads(known), today - timedelta(days=1))


def _count(last: date, minimum: int) -> dict[str, Any]:
    log = flow.flow_log(flow.FlowFilter())
    parts = (
        table_from(log.moves, flow.MOVES),
        table_from(log.waits, flow.WAITS),
        boards.tables_from(log.tables),
    )
    board = boards.board_of(parts, last - YEAR, last, start_of(last + timedelta(days=1)) - 1)
    first, spreads = _spreads(board)
    counts = flow_groups.shown(_rows(board), minimum)
    return {
        "first": first.isoformat(),
        "spreads": [_days(one, found) for one, found in zip(SHOWN, spreads, strict=True)],
        "counts": asdict(counts) if counts else None,
    }


def _spreads(board: Board) -> tuple[date, list[Spread]]:
    """Of twelve months; where that is too short for one of them, since the first report."""
    found = [board.spread(one) for one in SHOWN]
    if all(one.p50 is not None for one in found) or not len(board.cases.ids):
        return board.first, found
    longest = replace(board, first=min(board.first, day_of(int(board.cases.in_at.min()))))
    return longest.first, [longest.spread(one) for one in SHOWN]


def _days(measure: Measure, found: Spread) -> list[Any]:
    length = day_length(measure)
    return [None if one is None else round(one / length, 1) for one in (found.p50, found.p85)]


def _rows(board: Board) -> list[Sequence[int]]:
    """Open, done and declined per municipality, in the order of `_names`."""
    rows = db.session.execute(select(Report.id, Report.municipality_id))
    place_of: dict[int, int | None] = {row[0]: row[1] for row in rows}
    counts: dict[int | None, list[int]] = {one.id: [0, 0, 0] for one in regions.municipalities()}
    counts[None] = [0, 0, 0]
    states = board.cases.state.tolist()
    for report, state in zip(board.cases.ids.tolist(), states, strict=True):
        column = {DONE: flow_groups.DONE, DECLINED: flow_groups.DECLINED}.get(state, flow_groups.OPEN)
        counts.get(place_of.get(report), counts[None])[column] += 1
    return list(counts.values())


def _read(found: dict[str, Any], last: date) -> PublicFigures:
    return PublicFigures(
        date.fromisoformat(found["first"]),
        last,
        [PublicSpread(one, *values) for one, values in zip(SHOWN, found["spreads"], strict=True)],
        _counts(found["counts"]) if found["counts"] else None,
    )


def _counts(found: dict[str, Any]) -> PublicCounts:
    names = [*(one.name for one in regions.municipalities()), ""]
    groups = [
        PublicGroup([names[row] for row in one["rows"]], one["total"], one["cells"])
        for one in found["groups"]
        if max(one["rows"]) < len(names)  # a municipality was added today
    ]
    return PublicCounts(found["columns"], groups, found["totals"])

"""The few figures that everybody may read: per day, without small numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam.flow import board as boards
from civic.aanjaagteam.flow.board import Board
from civic.aanjaagteam.flow.clock import start_of
from civic.aanjaagteam.flow.codes import DECLINED, DONE
from civic.aanjaagteam.flow.log import table_from
from civic.aanjaagteam.flow.measures import Measure, day_length
from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries import flow
from civic.db import db
from civic.filecache import keep, kept, key_of
from civic.regions import queries as regions
from civic.smallnumbers import hide_small

VERSION = 1
SHOWN = (Measure.REACTION, Measure.KNOT, Measure.LEAD)


@dataclass(frozen=True)
class PublicSpread:
    """Days with one decimal; None below the number from which a percentile is shown."""

    measure: Measure
    count: int
    p50: float | None
    p85: float | None


@dataclass(frozen=True)
class PublicPlace:
    """Open, done and declined; None is hidden."""

    name: str
    open: int | None
    done: int | None
    declined: int | None


@dataclass(frozen=True)
class PublicFigures:
    """Over the twelve months up to and including `last`; the counts are of everything up to then."""

    last: date
    spreads: list[PublicSpread]
    places: list[PublicPlace]
    region: PublicPlace


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
    board = boards.board_of(parts, last - timedelta(days=364), last, start_of(last + timedelta(days=1)) - 1)
    return {"spreads": [_spread(board, one) for one in SHOWN], **_places(board, minimum)}


def _spread(board: Board, measure: Measure) -> list[Any]:
    found, length = board.spread(measure), day_length(measure)
    return [found.count, *(None if one is None else round(one / length, 1) for one in (found.p50, found.p85))]


def _places(board: Board, minimum: int) -> dict[str, Any]:
    """Per municipality; the reports without one are only in the total, and that as a row of its own."""
    rows = db.session.execute(select(Report.id, Report.municipality_id))
    place_of: dict[int, int | None] = {row[0]: row[1] for row in rows}
    numbers = [one.id for one in regions.municipalities()]
    counts: dict[int | None, list[int]] = {number: [0, 0, 0] for number in [*numbers, None]}
    states = board.cases.state.tolist()
    for report, state in zip(board.cases.ids.tolist(), states, strict=True):
        column = 1 if state == DONE else 2 if state == DECLINED else 0
        counts.get(place_of.get(report), counts[None])[column] += 1
    shown = hide_small([counts[number] for number in [*numbers, None]], minimum)
    return {"places": shown.cells, "region": shown.column_totals}


def _read(found: dict[str, Any], last: date) -> PublicFigures:
    names = [*(one.name for one in regions.municipalities()), ""]
    return PublicFigures(
        last,
        [PublicSpread(one, *values) for one, values in zip(SHOWN, found["spreads"], strict=True)],
        [PublicPlace(name, *cells) for name, cells in zip(names, found["places"], strict=False)],
        PublicPlace("", *found["region"]),
    )

"""The chain of who had a report, read from the log; and whether it goes round (S16b).

A unit counts by its number, somebody outside the units by the normal spelling of the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from civic.aanjaagteam.models import HandoverParty, Report
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.states.facts import HandoverReason, party_key
from civic.calendar import today
from civic.db import db
from civic.events.models import Event

Place = int | str  # a unit, or the key of somebody outside


@dataclass(frozen=True)
class Handoff:
    """One step of the chain. `is_back` when they had it before; `is_outside` when it went to no unit."""

    from_unit: str
    to_unit: str
    at: datetime
    reason: HandoverReason | None
    by: str
    is_back: bool
    is_outside: bool = False


@dataclass(frozen=True)
class Loop:
    """They had it `times` times before, and it left there `days` days ago for the first time."""

    times: int
    days: int


@dataclass(frozen=True)
class Move:
    from_unit: int | None
    to: Place
    at: datetime


Handover = tuple[Event, str]  # with the name, where it went outside


def moves_between(rows: list[Handover]) -> list[Move]:
    return [_move(row.data or {}, party, row.at) for row, party in rows]


def _move(data: dict[str, Any], party: str, at: datetime) -> Move:
    unit = data.get("to_unit")  # neither of both where the name went with an older version of the tables
    return Move(data.get("from_unit"), party_key(party) if unit is None else int(unit), at)


def visited(moves: list[Move]) -> list[Place | None]:
    """Who had it, in that order, the present one last."""
    return [moves[0].from_unit, *(move.to for move in moves)] if moves else []


def loop_ahead(moves: list[Move], present: Place | None, target: Place, on: date) -> Loop | None:
    """What it would mean to give it to `target` now; None if they never had it."""
    units = visited(moves) or [present]
    if target not in units[:-1]:
        return None
    left_at = moves[units.index(target)].at
    return Loop(times=units[:-1].count(target), days=(on - today(left_at)).days)


def handovers_of(report: Report) -> list[Handover]:
    statement = (
        select(Event, HandoverParty.party)
        .outerjoin(HandoverParty, HandoverParty.event_id == Event.id)
        .where(Event.subject_type == "report", Event.subject_id == report.id, Event.action == "handed_over")
    )
    return [(row, party or "") for row, party in db.session.execute(statement.order_by(Event.id))]


def outside(report: Report) -> str:
    """With whom it lies outside the units, or nothing."""
    rows = handovers_of(report) if report.unit_id is None else []
    return rows[-1][1] if rows else ""


def chain_of(report: Report) -> list[Handoff]:
    """Oldest first."""
    rows = handovers_of(report)
    if not rows:
        return []
    moves = moves_between(rows)
    units = visited(moves)
    names = unit_names([moves[0].from_unit, *(move.to for move in moves if isinstance(move.to, int))])
    actors = people(row.actor_id for row, _party in rows)
    before = ["", *(party for _row, party in rows)]
    return [
        Handoff(
            from_unit=names.get(move.from_unit or 0, before[place]),
            to_unit=names.get(move.to, "") if isinstance(move.to, int) else party,
            at=move.at,
            reason=HandoverReason(row.reason_code) if row.reason_code else None,
            by=actors.get(row.actor_id or 0, ""),
            is_back=move.to in units[: place + 1],
            is_outside=not isinstance(move.to, int),
        )
        for place, ((row, party), move) in enumerate(zip(rows, moves, strict=True))
    ]


def loop_to(report: Report, target: Place, on: date) -> Loop | None:
    return loop_ahead(moves_between(handovers_of(report)), report.unit_id, target, on)

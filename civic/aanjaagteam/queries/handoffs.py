"""The chain of units that had a report, read from the log; and whether it goes round (S16b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from civic.aanjaagteam.models import Report
from civic.aanjaagteam.queries.one import people
from civic.aanjaagteam.queries.units import unit_names
from civic.aanjaagteam.states.facts import HandoverReason
from civic.calendar import today
from civic.db import db
from civic.events.models import Event


@dataclass(frozen=True)
class Handoff:
    """One step of the chain. `is_back` when that unit had it before."""

    from_unit: str
    to_unit: str
    at: datetime
    reason: HandoverReason | None
    by: str
    is_back: bool


@dataclass(frozen=True)
class Loop:
    """The unit had it `times` times before, and it left there `days` days ago for the first time."""

    times: int
    days: int


@dataclass(frozen=True)
class Move:
    from_unit: int | None
    to_unit: int
    at: datetime


def moves_between(rows: list[Event]) -> list[Move]:
    return [Move((row.data or {}).get("from_unit"), int((row.data or {})["to_unit"]), row.at) for row in rows]


def visited(moves: list[Move]) -> list[int | None]:
    """The units in the order in which they had it, the present one last."""
    return [moves[0].from_unit, *(move.to_unit for move in moves)] if moves else []


def loop_ahead(moves: list[Move], present: int | None, target: int, on: date) -> Loop | None:
    """What it would mean to give it to `target` now; None if that unit never had it."""
    units = visited(moves) or [present]
    if target not in units[:-1]:
        return None
    left_at = moves[units.index(target)].at
    return Loop(times=units[:-1].count(target), days=(on - today(left_at)).days)


def handovers_of(report: Report) -> list[Event]:
    statement = select(Event).where(
        Event.subject_type == "report", Event.subject_id == report.id, Event.action == "handed_over"
    )
    return list(db.session.scalars(statement.order_by(Event.id)))


def chain_of(report: Report) -> list[Handoff]:
    """Oldest first."""
    rows = handovers_of(report)
    if not rows:
        return []
    moves = moves_between(rows)
    units = visited(moves)
    names, actors = unit_names(units), people(row.actor_id for row in rows)
    return [
        Handoff(
            from_unit=names.get(move.from_unit or 0, ""),
            to_unit=names.get(move.to_unit, ""),
            at=move.at,
            reason=HandoverReason(row.reason_code) if row.reason_code else None,
            by=actors.get(row.actor_id or 0, ""),
            is_back=move.to_unit in units[: place + 1],
        )
        for place, (row, move) in enumerate(zip(rows, moves, strict=True))
    ]


def loop_to(report: Report, target: int, on: date) -> Loop | None:
    return loop_ahead(moves_between(handovers_of(report)), report.unit_id, target, on)

"""A synthetic year of the aanjaagteam: reports and their events, the same in every run. Nobody in it exists.

Most reports walk through all states; some are declined, some are decided at once, some are opened again, a
fifth is still open. They wait for the reporter, a unit or somebody outside, sometimes for two at once. Beside
what the figures count there is what they must pass over: notes, stories that were read, reports of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from civic.aanjaagteam.models import Report, Unit
from civic.aanjaagteam.states import Channel, Outcome, State
from civic.aanjaagteam.states.facts import Cause, ReportKind
from civic.accounts.models import User
from civic.db import db
from civic.events.models import Event, Visibility
from civic.regions.models import Municipality

SEED, DAYS, UNITS, BATCH = 7, 365, 18, 5_000
# action, state it leads to, mean days after the one before
STEPS = (
    ("triage", State.TRIAGED, 3.0),
    ("taken_up", State.TAKEN_UP, 6.0),
    ("decide", State.DECIDED, 15.0),
    ("change_process", State.PROCESS_CHANGED, 12.0),
    ("measure", State.MEASURING, 8.0),
    ("close", State.DONE, 25.0),
)
WAITS = ("reporter", "unit", "unit", "management", "other_organisation")


@dataclass
class Life:
    """One report: what happened to it, and the state it is in now."""

    number: int
    began: datetime
    ends: datetime
    chance: Random
    rows: list[dict[str, Any]] = field(default_factory=list)
    state: State = State.NEW
    moments: dict[str, datetime] = field(default_factory=dict)
    waits: int = 0

    def add(self, action: str, at: datetime, to: State | None = None, **data: Any) -> bool:
        """False when the year is over: it did not happen yet."""
        if at >= self.ends:
            return False
        old, self.state = self.state, to or self.state
        states = (
            {"from_state": old.value, "to_state": to.value} if to else {"from_state": None, "to_state": None}
        )
        self.rows.append({"action": action, "at": at, "data": data, **states})
        self.moments.setdefault(action, at)
        return True


def live(number: int, ends: datetime) -> Life:
    chance = Random(SEED * 1_000_003 + number)  # noqa: S311  # test data
    began = ends - timedelta(days=DAYS * chance.random(), seconds=chance.randrange(86_400))
    life = Life(number, began, ends, chance)
    life.add("reported", began, State.NEW, channel="web")
    at, is_declined = began, chance.random() < 0.12
    for action, state, days in STEPS:
        if is_declined and action == "taken_up":
            life.add("decline", at + timedelta(days=chance.expovariate(0.5)), State.DECLINED)
            break
        if action == "taken_up" and chance.random() < 0.08:
            continue  # decided at once
        at = _between(life, at, at + timedelta(days=chance.expovariate(1 / days)))
        if not life.add(action, at, state):
            break
    if life.state is State.DONE and chance.random() < 0.05:
        _again(life, at)
    return life


def _between(life: Life, start: datetime, end: datetime) -> datetime:
    """What happens meanwhile: somebody reads it, somebody writes a note, it waits."""
    if life.chance.random() < 0.25:
        life.add("story_read", start + (end - start) * 0.2)
    if life.chance.random() < 0.30:
        life.add("note_added", start + (end - start) * 0.3, note=life.number)
    if life.chance.random() < 0.16:
        _wait(life, start + (end - start) * 0.25, start + (end - start) * 0.9)
    if life.chance.random() < 0.03:
        _wait(life, start + (end - start) * 0.5, end + (end - start) * 0.1)
    return end


def _wait(life: Life, start: datetime, end: datetime) -> None:
    life.waits += 1
    wait = life.number * 100 + life.waits
    kind = life.chance.choice(WAITS)
    unit = 1 + life.chance.randrange(UNITS) if kind == "unit" else None
    if life.add("wait_started", start, wait=wait, kind=kind, unit=unit):
        life.add("wait_ended", end, wait=wait)


def _again(life: Life, at: datetime) -> None:
    at += timedelta(days=life.chance.expovariate(0.2))
    if life.add("reopen", at, State.TAKEN_UP):
        life.add("close", at + timedelta(days=life.chance.expovariate(0.05)), State.DONE)


def fill(reports: int, events: int, ends: datetime) -> dict[str, int]:
    """Put them in the database; returns how many there are. The rest of `events` is read stories."""
    places = list(db.session.scalars(db.select(Municipality.id).order_by(Municipality.id)))
    owner = User(created_at=ends)
    owner.name = "Tess Team"
    db.session.add(owner)
    db.session.add_all(
        Unit(name=f"Afdeling {n}", municipality_id=places[n % len(places)]) for n in range(1, UNITS + 1)
    )
    db.session.flush()
    lives = [live(number, ends) for number in range(1, reports + 1)]
    rows = _in_time(lives)
    rows += [_read(number, ends) for number in _more(reports, events - len(rows))]
    rows.sort(key=lambda row: row["at"])
    _insert(Report.__table__, [_report(life, places, owner.id) for life in lives])
    _insert(Event.__table__, [_event(number, row, owner.id) for number, row in enumerate(rows, start=1)])
    db.session.commit()
    return {
        "reports": len(lives),
        "events": len(rows),
        "open": sum(life.state.value not in ("done", "declined") for life in lives),
    }


def _in_time(lives: list[Life]) -> list[dict[str, Any]]:
    return [{**row, "subject_id": life.number} for life in lives for row in life.rows]


def _more(reports: int, count: int) -> Iterator[int]:
    chance = Random(SEED)  # noqa: S311  # test data
    return (chance.randrange(1, reports + 1) for _number in range(max(0, count)))


def _read(number: int, ends: datetime) -> dict[str, Any]:
    return {
        "subject_id": number,
        "action": "story_read",
        "at": ends - timedelta(minutes=number),
        "data": {},
        "from_state": None,
        "to_state": None,
    }


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(table), rows[start : start + BATCH])


def _event(number: int, row: dict[str, Any], owner: int) -> dict[str, Any]:
    return {
        **row,
        "id": number,
        "subject_type": "report",
        "actor_id": owner,
        "actor_kind": "user",
        "visibility": Visibility.INTERNAL,
        "salt": f"{number:032x}",
    }


def _report(life: Life, places: list[int], owner: int) -> dict[str, Any]:
    is_seen = life.state not in (State.NEW, State.DECLINED) or "triage" in life.moments
    last = life.rows[-1]["at"]
    decided = life.moments.get("decide") or (
        last if life.state.value in ("decided", "process_changed", "measuring") else None
    )
    return {
        "id": life.number,
        "uid": f"bench{life.number:027d}",
        "created_at": life.began,
        "channel": Channel.WEB,
        "is_anonymous": True,
        "receipt_code_hash": f"{life.number:064x}",
        "since_on": life.began.date().replace(day=1),
        "is_since_known": True,
        "municipality_id": places[life.number % len(places)],
        "unit_id": 1 + life.number % UNITS,
        "kind": ReportKind.SLUGGISH if life.number % 5 else ReportKind.IMPROVEMENT,
        "cause": tuple(Cause)[life.number % len(Cause)],
        "state": life.state,
        "public_title": f"Vergunning {life.number} blijft liggen" if is_seen else "",
        "triaged_at": life.moments.get("triage"),
        "taken_up_at": life.moments.get("taken_up"),
        "decided_at": decided,
        "owner_id": owner if life.state is not State.NEW else None,
        "outcome": Outcome.SOLVED if life.state is State.DONE else None,
        "decline_reason": "complaint" if life.state is State.DECLINED else None,
        "closed_at": last if life.state in (State.DONE, State.DECLINED) else None,
    }

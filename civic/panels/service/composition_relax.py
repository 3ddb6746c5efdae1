"""Making quotas wider when the pool cannot meet them: always named, always with a reason, always public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.db import db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Constituency, Feature, FeatureValue, Panel, SeatCell, StageNote
from civic.panels.states import Stage

SHORTEST_REASON = 10
LONGEST_REASON = 1000


@dataclass(frozen=True)
class QuotaChange:
    """New bounds for one value of a feature, or for one cell of the seat table (`kind` "cell").

    A cell holds an exact number of seats. Its bounds say which way it moves: the bound that differs from
    the seats there are is the new number. Within a constituency the cells must still add up.
    """

    row_id: int
    minimum: int
    maximum: int
    kind: Literal["value", "cell"] = "value"


def relax_quota(
    panel: Panel, changes: list[QuotaChange], reason: str, *, actor: User, at: datetime
) -> StageNote | None:
    """Apply the changes together, with one public event that holds old and new bounds.

    Only while the pool is being checked (409 otherwise). `Invalid` for `reason` (too short) or `changes`
    (not of this panel, narrower than before, or seats that no longer add up). None when nothing changes.
    """
    db.session.refresh(panel, ["stage"], with_for_update=True)
    if panel.stage is not Stage.POOL:
        raise NotAllowedNow("not_in_this_state")
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise Invalid({"reason": [_("Schrijf in een zin waarom. Iedereen kan dit lezen.")]})
    values = _values(panel, [one for one in changes if one.kind == "value"])
    cells = _cells(panel, [one for one in changes if one.kind == "cell"])
    moved = [*(_move_value(panel, *pair) for pair in values), *(_move_cell(*pair) for pair in cells)]
    moved = [one for one in moved if one["from"] != one["to"]]
    _refuse_broken_rows(panel)
    if not moved:
        return None
    note = _note(panel, words, actor, at)
    data: dict[str, Any] = {"changes": moved, "note": note.id}
    what = events.What("quota_relaxed", visibility=Visibility.PUBLIC, data=data)
    events.record(panel, what, actor=actor, at=at)
    return note


def _note(panel: Panel, words: str, actor: User, at: datetime) -> StageNote:
    note = StageNote(
        panel_id=panel.id,
        action="relax_quota",
        reason=words[:LONGEST_REASON],
        written_by_id=actor.id,
        written_at=at,
    )
    db.session.add(note)
    db.session.flush()
    return note


def _values(panel: Panel, changes: list[QuotaChange]) -> list[tuple[FeatureValue, QuotaChange]]:
    rows = db.session.scalars(
        select(FeatureValue)
        .join(Feature, Feature.id == FeatureValue.feature_id)
        .where(Feature.panel_id == panel.id, FeatureValue.id.in_([one.row_id for one in changes]))
    )
    known = {row.id: row for row in rows}
    return [(known[one.row_id], one) for one in _known_only(changes, set(known))]


def _cells(panel: Panel, changes: list[QuotaChange]) -> list[tuple[SeatCell, QuotaChange]]:
    rows = db.session.scalars(
        select(SeatCell)
        .join(Constituency, Constituency.id == SeatCell.constituency_id)
        .where(Constituency.panel_id == panel.id, SeatCell.id.in_([one.row_id for one in changes]))
    )
    known = {row.id: row for row in rows}
    return [(known[one.row_id], one) for one in _known_only(changes, set(known))]


def _known_only(changes: list[QuotaChange], known: set[int]) -> list[QuotaChange]:
    if {one.row_id for one in changes} - known:
        raise Invalid({"changes": [_("Een van de quota hoort niet bij dit panel.")]})
    return changes


def _move_value(panel: Panel, row: FeatureValue, change: QuotaChange) -> dict[str, Any]:
    old = [row.minimum, row.maximum]
    is_wider = 0 <= change.minimum <= row.minimum and row.maximum <= change.maximum <= panel.size
    if not is_wider:
        raise Invalid({"changes": [_("Bij “%(name)s” kan het quotum alleen ruimer worden.", name=row.value)]})
    row.minimum, row.maximum = change.minimum, change.maximum
    return {"value": row.id, "from": old, "to": [change.minimum, change.maximum]}


def _move_cell(row: SeatCell, change: QuotaChange) -> dict[str, Any]:
    old = row.seats
    goals = {bound for bound in (change.minimum, change.maximum) if bound != old}
    if len(goals) > 1 or min(change.minimum, change.maximum) < 0:
        raise Invalid({"changes": [_("Een vak krijgt precies één nieuw aantal plaatsen.")]})
    row.seats = goals.pop() if goals else old
    return {"cell": row.id, "from": [old, old], "to": [row.seats, row.seats]}


def _refuse_broken_rows(panel: Panel) -> None:
    db.session.flush()
    rows = db.session.execute(
        select(Constituency.name, Constituency.seats, func.sum(SeatCell.seats).label("given"))
        .join(SeatCell, SeatCell.constituency_id == Constituency.id)
        .where(Constituency.panel_id == panel.id)
        .group_by(Constituency.id, Constituency.name, Constituency.seats)
    )
    broken = [row.name for row in rows if row.given != row.seats]
    if broken:
        names = ", ".join(broken)
        raise Invalid({"changes": [_("De vakken van %(names)s tellen zo niet meer op.", names=names)]})

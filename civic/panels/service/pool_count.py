"""Counting a pool: what stands in `PoolSummary`, and the flags that counting raises.

Reading and opening takes a second or so for 20,000 registrants, so it happens outside a write. The rows that
were dirty are then cleaned one by one, and only where they are still as they were read: a row that changed
meanwhile stays dirty and is counted again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from civic.crypto import KeyRing, key_ring
from civic.db import db
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels.models import Panel, PoolSummary, Registration
from civic.panels.policy.pool import CHANGEABLE
from civic.panels.service.pool_answers import answers_of, needs_of
from civic.panels.service.pool_public import renewed
from civic.panels.states import RegistrationState

NEEDS = ("interpreter", "travel", "childcare", "step_free", "other")
PUBLIC = "public"
CHUNK = 1000


@dataclass(frozen=True)
class Reading:
    """A pool at one moment: its counts, every row that counts, and those to clean."""

    figures: dict[str, Any]
    rows: Sequence[Any] = ()
    dirty: Sequence[Any] = ()


@dataclass
class Counts:
    """The figures while they are being counted."""

    registrations: int = 0
    nominated: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    features: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cells: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sources: Counter[str] = field(default_factory=Counter)
    waves: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    response: Counter[str] = field(default_factory=Counter)
    needs: Counter[str] = field(default_factory=Counter)
    honorarium: Counter[str] = field(default_factory=Counter)

    def add(self, row: Any, ring: KeyRing) -> None:
        self.registrations += 1
        constituency, place = str(row.constituency_id), str(row.municipality_id)
        self.cells[constituency][place] += 1
        if row.is_nominated:
            self.nominated[constituency][place] += 1
        self.sources[str(row.source_id or "")] += 1
        self.waves[str(row.wave_id or "")] += 1
        self.channels[row.channel.value] += 1
        if row.code_id is not None:
            self.response[f"{row.wave_id}:{place}:{row.source_id}"] += 1
        if row.honorarium is not None:
            self.honorarium[row.honorarium.value] += 1
        for feature, value in answers_of(ring, row.uid, row.answers_sealed).items():
            self.features[feature][value or ""] += 1
        self._add_needs(needs_of(ring, row.uid, row.needs_sealed))

    def _add_needs(self, needs: dict[str, Any]) -> None:
        for name in NEEDS:
            if needs.get(name):
                self.needs[name] += 1

    def figures(self) -> dict[str, Any]:
        """Sorted, so that two counts of the same pool are the same text."""
        return {
            "registrations": self.registrations,
            **{name: _plain(getattr(self, name)) for name in ("features", "cells", "nominated")},
            **{
                name: dict(sorted(getattr(self, name).items()))
                for name in ("sources", "waves", "channels", "response", "needs", "honorarium")
            },
        }


def _plain(table: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {key: dict(sorted(counts.items())) for key, counts in sorted(table.items())}


def dirty_panels() -> list[int]:
    """Panels of which a registration changed since it was counted."""
    return list(
        db.session.scalars(
            select(Registration.panel_id)
            .where(Registration.is_dirty)
            .distinct()
            .order_by(Registration.panel_id)
        )
    )


def panels_with_registrations() -> list[int]:
    """Whose pool can still change."""
    statement = select(Panel.id).where(
        Panel.stage.in_(CHANGEABLE), Panel.id.in_(select(Registration.panel_id))
    )
    return list(db.session.scalars(statement))


def read_pool(panel_id: int) -> Reading:
    """One statement, so one moment: everybody who counts, and everybody who changed."""
    columns = (
        Registration.id,
        Registration.uid,
        Registration.state,
        Registration.changed_at,
        Registration.is_dirty,
        Registration.constituency_id,
        Registration.municipality_id,
        Registration.source_id,
        Registration.wave_id,
        Registration.code_id,
        Registration.channel,
        Registration.is_nominated,
        Registration.honorarium,
        Registration.answers_sealed,
        Registration.needs_sealed,
        Registration.address_index,
        Registration.email_index,
        Registration.address_sealed,
        Registration.birth_date_sealed,
        Registration.name_sealed,
    )
    is_wanted = (Registration.state == RegistrationState.CONFIRMED) | Registration.is_dirty
    found = db.session.execute(
        select(*columns).where(Registration.panel_id == panel_id, is_wanted).order_by(Registration.id)
    ).all()
    rows = [row for row in found if row.state is RegistrationState.CONFIRMED]
    return Reading(figures_of(rows), rows, [row for row in found if row.is_dirty])


def figures_of(rows: Iterable[Any]) -> dict[str, Any]:
    counts, ring = Counts(), key_ring()
    for row in rows:
        counts.add(row, ring)
    return counts.figures()


def store_count(panel_id: int, reading: Reading, minimum: int, at: datetime) -> bool:
    """Keep the figures and clean the rows; whether the figures are others than before.

    `minimum` is the smallest number that the public may see.
    """
    summary = db.session.get(PoolSummary, panel_id, populate_existing=True)
    old = dict(summary.figures) if summary is not None else {}
    is_other = {name: value for name, value in old.items() if name != PUBLIC} != reading.figures
    figures = {**reading.figures, PUBLIC: renewed(reading.figures, old, minimum, at)}
    if summary is None:
        db.session.add(PoolSummary(panel_id=panel_id, figures=figures, counted_at=at))
    else:
        summary.figures, summary.counted_at = figures, at
    _clean(reading.dirty)
    return is_other


def _clean(rows: Sequence[Any]) -> None:
    """As long as nothing changed since it was read."""
    db.session.flush()
    table: Any = Registration.__table__
    for start in range(0, len(rows), CHUNK):
        by_moment: dict[tuple[Any, datetime], list[int]] = defaultdict(list)
        for row in rows[start : start + CHUNK]:
            by_moment[row.state, row.changed_at].append(row.id)
        for (state, changed_at), ids in by_moment.items():
            db.session.execute(
                update(table)
                .where(table.c.id.in_(ids), table.c.state == state, table.c.changed_at == changed_at)
                .values(is_dirty=False)
            )


def record_difference(panel_id: int, reading: Reading, at: datetime) -> None:
    """The nightly count found other figures than the page showed: say so in the log (W5)."""
    panel = db.session.get_one(Panel, panel_id)
    what = events.What(
        "pool_recount_differs",
        visibility=Visibility.INTERNAL,
        data={"registrations": reading.figures["registrations"]},
    )
    events.record(panel, what, actor=None, at=at)

"""A sample of the supports of one place, to be compared with the register outside this site.

Nobody picks who is looked at: the site draws a seed, writes it in the public log, and takes the supports with
the lowest SHA-256 of seed and number. A sample that is stopped stays in the log as well, so nobody can draw
until the outcome pleases.
"""

from __future__ import annotations

import hashlib
import heapq
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select

from civic.accounts.models import User
from civic.db import add_first, db, move
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.initiatives.models import InitiativePlace, Support, SupportSample, SupportSampleItem
from civic.initiatives.queries import sample as queries
from civic.initiatives.service.sample_interval import Sample, interval, size_for
from civic.initiatives.states import SupportState
from civic.initiatives.states.ledger import SAMPLE_TRANSITIONS, ItemVerdict, SampleAction, SampleState

MOST_SAMPLED = 2000


@dataclass(frozen=True)
class Wanted:
    """A number to look at, or a precision: plus or minus so many percent."""

    size: int | None = None
    margin: int | None = None


def draw(place: InitiativePlace, wanted: Wanted, *, actor: User, at: datetime) -> SupportSample:
    """Take a simple random sample. `Invalid` for a size that cannot be, `NotAllowedNow` when one runs."""
    numbers = list(db.session.scalars(_frame(place)))
    size = _size(wanted, len(numbers))
    seed = secrets.token_hex(16)
    sample = SupportSample(
        place_id=place.id, seed=seed, population=len(numbers), size=size, drawn_by_id=actor.id, drawn_at=at
    )
    if not add_first(sample):
        raise NotAllowedNow("sample_open")
    db.session.add_all(
        SupportSampleItem(sample_id=sample.id, position=position, support_id=number, drawn_at=at)
        for position, number in enumerate(chosen(numbers, seed, size), start=1)
    )
    data = {"sample": sample.id, "size": size, "population": len(numbers), "seed": seed}
    events.record(place, _seen("draw_sample", data), actor=actor, at=at)
    return sample


def _frame(place: InitiativePlace) -> Select[int]:
    """What counts for this place and can still be compared with a register."""
    return (
        select(Support.id)
        .where(
            Support.initiative_id == place.initiative_id,
            Support.municipality_id == place.municipality_id,
            Support.state == SupportState.CONFIRMED,
            Support.name_sealed.is_not(None),
        )
        .order_by(Support.id)
    )


def chosen(numbers: list[int], seed: str, size: int) -> list[int]:
    """The same numbers, seed and size give the same choice, on any machine."""
    return heapq.nsmallest(
        size, numbers, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).digest()
    )


def _size(wanted: Wanted, population: int) -> int:
    if population == 0:
        raise Invalid({"size": [_("Er is hier nog geen steun om te controleren.")]})
    size = wanted.size or size_for(population, wanted.margin or 5)
    if size > population:
        raise Invalid({"size": [_("Er zijn maar %(count)s steunbetuigingen.", count=population)]})
    if size > MOST_SAMPLED:
        raise Invalid(
            {"size": [_("Kies hoogstens %(most)s. Meer maakt het nauwelijks zekerder.", most=MOST_SAMPLED)]}
        )
    return size


def judge(sample: SupportSample, verdicts: Mapping[int, ItemVerdict], *, actor: User, at: datetime) -> int:
    """Write down what the register says, per item; how many changed. Open until it is finished."""
    _require_open(sample)
    items = db.session.scalars(
        select(SupportSampleItem).where(
            SupportSampleItem.sample_id == sample.id, SupportSampleItem.id.in_(list(verdicts))
        )
    )
    changed = [item for item in items if item.verdict is not verdicts[item.id]]
    for item in changed:
        item.verdict, item.judged_by_id = verdicts[item.id], actor.id
    if changed:
        data = {"sample": sample.id, "rows": len(changed)}
        events.record(sample_place(sample), events.What("judge_sample", data=data), actor=actor, at=at)
    return len(changed)


def finish(sample: SupportSample, *, actor: User, at: datetime) -> None:
    """Work out the interval. Who cannot be found does not count as valid: it is the careful reading."""
    _require_open(sample)
    counts = queries.verdict_counts(sample)
    if counts.get(None):
        raise NotAllowedNow("sample_unfinished")
    seen = Sample(sample.population, sample.size, counts.get(ItemVerdict.VALID, 0))
    low, high = interval(seen)
    _move(sample, SampleAction.FINISH, at, valid=seen.valid, low=low, high=high)
    data = {"sample": sample.id, "size": sample.size, "population": sample.population}
    data |= {"valid": seen.valid, "low": low, "high": high}
    events.record(sample_place(sample), _seen("finish_sample", data), actor=actor, at=at)


def stop(sample: SupportSample, *, actor: User, at: datetime) -> None:
    _move(sample, SampleAction.STOP, at)
    events.record(sample_place(sample), _seen("stop_sample", {"sample": sample.id}), actor=actor, at=at)


def note_read(sample: SupportSample, rows: int, *, actor: User, at: datetime) -> None:
    """Names and postcodes were shown to this official (W8)."""
    data = {"sample": sample.id, "rows": rows}
    events.record(sample_place(sample), events.What("read_sample", data=data), actor=actor, at=at)


def sample_place(sample: SupportSample) -> InitiativePlace:
    return db.session.get_one(InitiativePlace, sample.place_id)


def _require_open(sample: SupportSample) -> None:
    if sample.state is not SampleState.OPEN:
        raise NotAllowedNow("changed_meanwhile")


def _move(sample: SupportSample, action: SampleAction, at: datetime, **facts: Any) -> None:
    new = SAMPLE_TRANSITIONS.get((sample.state, action))
    if new is None:
        raise NotAllowedNow("changed_meanwhile")
    move(sample, sample.state, new, ended_at=at, **facts)


def _seen(name: str, data: dict[str, Any]) -> events.What:
    """Everybody may know that it was done."""
    return events.What(name, visibility=Visibility.PUBLIC, data=data)

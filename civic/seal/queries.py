"""Reading the sealed log: its size, checkpoints, witnesses, and proofs for one event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from civic.db import db
from civic.events.models import Event
from civic.keyset import Cursor, Part, fetch
from civic.merkle import consistency_over, inclusion_over
from civic.seal.entry import entry_of
from civic.seal.models import Checkpoint, Cosignature, LogCheck, Witness, WitnessProposal
from civic.seal.tree import WIDTH, Tiles

PAGE = 50
LEAST_WITNESSES = 2
# so long everybody can see a key, and object, before it counts for a draw (docs/adr/0010)
KNOWN_AHEAD = timedelta(days=7)
CONTENT = (
    Event.id,
    Event.subject_type,
    Event.subject_id,
    Event.action,
    Event.from_state,
    Event.to_state,
    Event.actor_id,
    Event.actor_kind,
    Event.at,
    Event.reason_code,
    Event.data,
    Event.visibility,
    Event.salt,
    Event.sealed_seq,
    Event.leaf_hash,
)

# The log --------------------------------------------------------------------------------------------


def log_size() -> int:
    """How many events are sealed."""
    newest = db.session.scalar(select(func.max(Event.sealed_seq)))
    return 0 if newest is None else newest + 1


def unsealed(limit: int) -> Sequence[Row[Any]]:
    """The oldest events without a place. Not those after the newest sealed one: on PostgreSQL a number may
    be committed after a higher one, and would then be forgotten."""
    return db.session.execute(
        select(*CONTENT).where(Event.sealed_seq.is_(None)).order_by(Event.id).limit(limit)
    ).all()


def sealed_rows(start: int, end: int) -> Sequence[Row[Any]]:
    return db.session.execute(
        select(*CONTENT).where(Event.sealed_seq >= start, Event.sealed_seq < end).order_by(Event.sealed_seq)
    ).all()


def entries(number: int, width: int) -> list[bytes]:
    """The entries of tile `number`: what is hashed into its leaves."""
    first = number * WIDTH
    return [entry_of(row) for row in sealed_rows(first, first + width)]


# Checkpoints ----------------------------------------------------------------------------------------


def newest_checkpoint() -> Checkpoint | None:
    return db.session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def checkpoint_of_size(size: int) -> Checkpoint | None:
    return db.session.scalar(select(Checkpoint).where(Checkpoint.size == size))


def checkpoint_after(checkpoint: Checkpoint) -> Checkpoint | None:
    return next(iter(checkpoints_after(checkpoint.size, 1)), None)


@dataclass(frozen=True)
class Line:
    """One checkpoint in a list, with the names of those who signed it."""

    checkpoint: Checkpoint
    witnesses: list[str]


def checkpoints(cursor: Cursor) -> Part[Line]:
    """Newest first. Two statements, however many there are on a page."""
    part = fetch(select(Checkpoint), Checkpoint.id, cursor, PAGE)
    signed = _names([row.id for row in part.rows])
    lines = [Line(row, signed.get(row.id, [])) for row in part.rows]
    return Part(lines, has_newer=part.has_newer, has_older=part.has_older)


def _names(checkpoint_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Cosignature.checkpoint_id, Witness.name)
        .join(Cosignature.witness)
        .where(Cosignature.checkpoint_id.in_(checkpoint_ids))
        .order_by(Cosignature.time, Witness.name)
    )
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return found


def cosignatures_of(checkpoint: Checkpoint) -> list[Cosignature]:
    return list(
        db.session.scalars(
            select(Cosignature)
            .join(Cosignature.witness)
            .options(contains_eager(Cosignature.witness))
            .where(Cosignature.checkpoint_id == checkpoint.id)
            .order_by(Cosignature.time, Witness.name)
        )
    )


# Witnesses ------------------------------------------------------------------------------------------


def witnesses() -> list[Witness]:
    """Those who sign now."""
    return [one for one in all_witnesses() if one.retired_at is None]


def all_witnesses() -> list[Witness]:
    """Those who stopped too: what they signed stays."""
    return list(db.session.scalars(select(Witness).order_by(Witness.id)))


def counts_from(witness: Witness) -> datetime:
    """From this moment on its key is named in the manifest of a draw."""
    return witness.published_at + KNOWN_AHEAD


def witnesses_for_a_draw(at: datetime) -> list[Witness]:
    """Those whose key was known long enough when a draw is fixed at this moment."""
    return [one for one in witnesses() if counts_from(one) <= at]


def proposals() -> list[WitnessProposal]:
    """That wait for another administrator."""
    waiting = select(WitnessProposal).where(WitnessProposal.decided_at.is_(None))
    return list(db.session.scalars(waiting.order_by(WitnessProposal.id)))


def last_signed(witness: Witness) -> Cosignature | None:
    """The largest checkpoint that this witness signed."""
    return db.session.scalar(
        select(Cosignature)
        .join(Cosignature.checkpoint)
        .options(contains_eager(Cosignature.checkpoint))
        .where(Cosignature.witness_id == witness.id)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    )


def last_signed_by_all() -> dict[int, Cosignature]:
    """{witness: its cosignature of its largest checkpoint}; one statement."""
    largest = (
        select(Cosignature.witness_id, func.max(Checkpoint.size).label("size"))
        .join(Cosignature.checkpoint)
        .group_by(Cosignature.witness_id)
        .subquery()
    )
    rows = db.session.scalars(
        select(Cosignature)
        .join(Cosignature.checkpoint)
        .join(
            largest,
            and_(largest.c.witness_id == Cosignature.witness_id, largest.c.size == Checkpoint.size),
        )
        .options(contains_eager(Cosignature.checkpoint))
    )
    return {row.witness_id: row for row in rows}


# Proofs ---------------------------------------------------------------------------------------------


def consistency(first: int, second: int) -> list[bytes]:
    """That the log of `second` entries begins with that of `first`."""
    return consistency_over(Tiles().subtree, first, second)


def proof_record(event_id: int, among: Collection[str] | None = None) -> dict[str, Any] | None:
    """The proof that this event is in the log, as `verify_draw.py` reads it; None when it is not sealed or
    not under a checkpoint yet.

    It leads to the checkpoint that was the first to have two witnesses, or else to the newest. `among`
    (public keys in hex) leaves all other witnesses out: those that a manifest does not name.
    """
    row = db.session.execute(select(*CONTENT).where(Event.id == event_id)).one_or_none()
    if row is None or row.sealed_seq is None:
        return None
    checkpoint = _first_witnessed(row.sealed_seq, among) or _covering(row.sealed_seq)
    return _record(row, checkpoint, among) if checkpoint else None


def record_at(index: int, checkpoint: Checkpoint) -> dict[str, Any] | None:
    """The same for entry `index`, under this checkpoint."""
    rows = sealed_rows(index, index + 1) if index < checkpoint.size else []
    return _record(rows[0], checkpoint, None) if rows else None


def _record(row: Row[Any], checkpoint: Checkpoint, among: Collection[str] | None) -> dict[str, Any]:
    proof = inclusion_over(Tiles().subtree, row.sealed_seq, checkpoint.size)
    return {
        "checkpoint": checkpoint.text,
        "entry": entry_of(row).decode(),
        "index": row.sealed_seq,
        "proof": [step.hex() for step in proof],
        "signatures": [
            {"name": one.witness.name, "signature": one.signature, "time": one.time}
            for one in cosignatures_of(checkpoint)
            if among is None or one.witness.public_key in among
        ],
    }


def _covering(index: int) -> Checkpoint | None:
    newest = newest_checkpoint()
    return newest if newest and newest.size > index else None


def quorum(witnesses: int) -> int:
    """So many signatures make a checkpoint a witnessed one: more than half, and at least two. The script of a
    draw says the same. With fewer, two groups of witnesses could each sign a log of their own."""
    return max(LEAST_WITNESSES, witnesses // 2 + 1)


def _first_witnessed(index: int, among: Collection[str] | None) -> Checkpoint | None:
    """The checkpoint over `index` that had enough signatures before any other.

    By the time of the last one needed, not by size: otherwise somebody could sign an older checkpoint
    afterwards and so make it look as if all witnesses came late.
    """
    one, other = aliased(Cosignature), aliased(Cosignature)
    is_later = or_(one.time > other.time, and_(one.time == other.time, one.id > other.id))
    has_enough = (
        select(func.count()).where(other.checkpoint_id == one.checkpoint_id, is_later, _by(other, among))
    ).scalar_subquery() >= quorum(len(among or ())) - 1
    return db.session.scalar(
        select(Checkpoint)
        .join(one, one.checkpoint_id == Checkpoint.id)
        .where(Checkpoint.size > index, has_enough, _by(one, among))
        .order_by(one.time, Checkpoint.size)
        .limit(1)
    )


def _by(signature: Any, among: Collection[str] | None) -> Any:
    if among is None:
        return signature.id.is_not(None)
    return exists().where(Witness.id == signature.witness_id, Witness.public_key.in_(among))


# The check, and who is told -------------------------------------------------------------------------


def last_check() -> LogCheck | None:
    return db.session.scalar(select(LogCheck).order_by(LogCheck.id.desc()).limit(1))


def checkpoints_after(size: int, limit: int) -> list[Checkpoint]:
    """With more than `size` entries, the smallest first."""
    larger = select(Checkpoint).where(Checkpoint.size > size)
    return list(db.session.scalars(larger.order_by(Checkpoint.size).limit(limit)))


def cosignatures_on(checkpoints: Iterable[Checkpoint]) -> list[Cosignature]:
    ids = [one.id for one in checkpoints]
    return list(
        db.session.scalars(
            select(Cosignature)
            .where(Cosignature.checkpoint_id.in_(ids))
            .options(selectinload(Cosignature.witness), selectinload(Cosignature.checkpoint))
            .order_by(Cosignature.id)
        )
    )

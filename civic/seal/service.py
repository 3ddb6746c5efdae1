"""Writing the sealed log: giving events their place, signing checkpoints, taking in what witnesses sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import User
from civic.db import add_or_find, db
from civic.errors import Invalid, NotAllowedNow
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.merkle import root_over
from civic.seal import keys, note, queries
from civic.seal.entry import leaf_of
from civic.seal.models import Checkpoint, Cosignature, Witness
from civic.seal.tree import LogBroken, Tiles, store_complete

BATCH = 1000
LOCK = 7_246_102  # the one next to it is that of the jobs process
DRAW = "public_draw"  # its events are witnessed one by one, so they get a checkpoint at once
EVERY = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=10)
PUBLISHED, RETIRED = "witness_published", "witness_retired"
KEY = re.compile(r"[0-9a-f]{64}\Z")
SIGNATURE = re.compile(r"[0-9a-f]{128}\Z")


# Sealing --------------------------------------------------------------------------------------------


def seal(at: datetime) -> int:
    """Give the oldest unsealed events their place, at most a thousand; returns how many.

    Two processes do this one after the other; the unique `sealed_seq` is the fence behind that.
    """
    _one_at_a_time()
    size = queries.log_size()
    _refuse_if_shrunk(size)
    rows = queries.unsealed(BATCH)
    if not rows:
        return 0
    places = [
        {"event_id": row.id, "place": size + number, "leaf": leaf_of(row).hex()}
        for number, row in enumerate(rows)
    ]
    table = Event.__table__
    db.session.execute(
        update(table)  # type: ignore[arg-type]  # the table, so that one statement with many values is sent
        .where(table.c.id == bindparam("event_id"), table.c.sealed_seq.is_(None))
        .values(sealed_seq=bindparam("place"), leaf_hash=bindparam("leaf")),
        places,
    )
    store_complete(size, size + len(rows))
    if any(row.subject_type == DRAW for row in rows):
        sign_checkpoint(at)
    return len(rows)


def _one_at_a_time() -> None:
    """Until the end of the transaction. On SQLite a transaction that writes is alone already."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _refuse_if_shrunk(size: int) -> None:
    """A sealed event is gone: going on would give its place to another, and fork the log."""
    newest = queries.newest_checkpoint()
    if newest is not None and size < newest.size:
        raise LogBroken("shrunk", size)


def sign_checkpoint(at: datetime) -> Checkpoint | None:
    """Sign the log as it is; when it did not grow, the checkpoint that is there. Never signs a fork."""
    _one_at_a_time()
    size, newest = queries.log_size(), queries.newest_checkpoint()
    _refuse_if_shrunk(size)
    if size == 0 or (newest is not None and newest.size == size):
        return newest
    tiles = Tiles()
    if newest is not None and root_over(tiles.subtree, newest.size).hex() != newest.root:
        raise LogBroken("fork", newest.size)
    root, origin = root_over(tiles.subtree, size), keys.origin()
    checkpoint = Checkpoint(
        size=size,
        root=root.hex(),
        origin=origin,
        signature=note.sign(keys.seed(), note.body(origin, size, root).encode()).hex(),
        signed_at=at,
        public_size=_public_size(newest, size),
    )
    db.session.add(checkpoint)
    db.session.flush()
    return checkpoint


def _public_size(before: Checkpoint | None, size: int) -> int:
    """Counted from the checkpoint before: never the whole log."""
    start, known = (before.size, before.public_size) if before else (0, 0)
    found = select(func.count()).where(
        Event.sealed_seq >= start, Event.sealed_seq < size, Event.visibility == Visibility.PUBLIC
    )
    return known + (db.session.scalar(found) or 0)


def sign_when_due(at: datetime) -> Checkpoint | None:
    """Sign when the newest checkpoint is an hour old and the log grew; None when there was nothing to do."""
    newest = queries.newest_checkpoint()
    if newest is not None and (at - newest.signed_at < EVERY or newest.size == queries.log_size()):
        return None
    return sign_checkpoint(at)


# Witnesses ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewWitness:
    name: str
    public_key: str
    email: str | None = None


def publish_witness(new: NewWitness, *, actor: User | None, at: datetime) -> Witness:
    """Publish the key of a witness; it counts for checkpoints signed from now on.

    Two administrators get here together (`witnesses.confirm`).
    """
    refuse_known(new)
    witness = Witness(name=new.name, public_key=new.public_key, published_at=at)
    witness.email = new.email or None
    try:
        with db.session.begin_nested():
            db.session.add(witness)
    except IntegrityError:  # somebody else was first
        refuse_known(new)
        raise
    _record(witness, PUBLISHED, actor, at)
    return witness


def refuse_known(new: NewWitness) -> None:
    """Raises `Invalid` for a key that is none, or a key or name that was ever used."""
    errors = {}
    if not KEY.match(new.public_key):
        errors["public_key"] = [_("Een sleutel heeft 64 tekens: cijfers en de letters a tot en met f.")]
    elif _is_taken(Witness.public_key, new.public_key):
        errors["public_key"] = [_("Deze sleutel is al van een getuige. Ook een oude sleutel telt.")]
    if _is_taken(Witness.name, new.name):
        errors["name"] = [_("Deze naam is al gebruikt. Zet er bijvoorbeeld het jaar achter.")]
    if errors:
        raise Invalid(errors)


def _is_taken(column: Any, value: str) -> bool:
    return db.session.scalar(select(Witness.id).where(column == value)) is not None


def retire_witness(witness: Witness, *, actor: User | None, at: datetime) -> None:
    """From now on this key signs nothing; what it signed stays. A second time changes nothing."""
    if witness.retired_at is None:
        witness.retired_at = at
        _record(witness, RETIRED, actor, at)


def change_email(witness: Witness, email: str | None, *, actor: User | None, at: datetime) -> None:
    if witness.retired_at is not None:
        raise NotAllowedNow("not_in_this_state")
    if witness.email != (email or None):
        witness.email = email or None
        what = events.What("witness_email_changed")
        events.record(witness, what, actor=actor, at=at)


def _record(witness: Witness, action: str, actor: User | None, at: datetime) -> None:
    """The key goes into the log itself: a key that is swapped in the table is seen."""
    what = events.What(action, visibility=Visibility.PUBLIC, data=witness_facts(witness))
    events.record(witness, what, actor=actor, at=at)


def witness_facts(witness: Witness) -> dict[str, str]:
    """What the log holds about a witness; the name as a hash, because names are no codes."""
    return {"key": witness.public_key, "name_sha256": note.digest(witness.name)}


# Signatures of witnesses ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Signed:
    """What a witness hands in: its signature (hex) and the moment in it (seconds since 1970)."""

    time: int
    signature: str


def add_cosignature(
    checkpoint: Checkpoint, witness: Witness, time: int, signature: str, at: datetime
) -> Cosignature:
    """Keep the signature of a witness; the same again gives the row that is there. Raises `Invalid`."""
    known = _known_cosignature(checkpoint, witness)
    if known is not None and (known.time, known.signature) == (time, signature):
        return known
    _refuse_outsider(witness, checkpoint)
    _refuse_time(time, checkpoint, at)
    _refuse_stale(checkpoint, at)
    message = note.cosigned(checkpoint.text, time)
    is_signature = SIGNATURE.match(signature) is not None
    key = bytes.fromhex(witness.public_key)
    if not is_signature or not note.holds(key, bytes.fromhex(signature), message):
        raise Invalid({"signature": [_("Deze handtekening past niet bij de sleutel van deze getuige.")]})
    return known or _insert(checkpoint, witness, Signed(time, signature), at)


def _refuse_outsider(witness: Witness, checkpoint: Checkpoint) -> None:
    if witness.retired_at is not None:
        raise Invalid({"signature": [_("Deze getuige is gestopt. Wij nemen de handtekening niet aan.")]})
    if checkpoint.signed_at < witness.published_at:
        raise Invalid({"size": [_("Dit controlepunt is ouder dan uw sleutel. Neem het nieuwste.")]})


def _refuse_time(time: int, checkpoint: Checkpoint, at: datetime) -> None:
    differs = abs(time - int(at.timestamp()))
    if differs > CLOCKS_DIFFER.total_seconds():
        sentence = _("De tijd ligt meer dan 10 minuten van nu. Zet uw klok gelijk en teken opnieuw.")
        raise Invalid({"time": [sentence]})
    if time < int(checkpoint.signed_at.timestamp()):
        raise Invalid(
            {"time": [_("De tijd ligt vóór het controlepunt. Zet uw klok gelijk en teken opnieuw.")]}
        )


def _refuse_stale(checkpoint: Checkpoint, at: datetime) -> None:
    """Only the newest, or one that was the newest a moment ago, while the witness was at it."""
    following = queries.checkpoint_after(checkpoint)
    if following is not None and following.signed_at < at - CLOCKS_DIFFER:
        raise Invalid({"size": [_("Er is al lang een nieuwer controlepunt. Teken dat.")]})


def _known_cosignature(checkpoint: Checkpoint, witness: Witness) -> Cosignature | None:
    return db.session.scalar(
        select(Cosignature).where(
            Cosignature.checkpoint_id == checkpoint.id, Cosignature.witness_id == witness.id
        )
    )


def _insert(checkpoint: Checkpoint, witness: Witness, signed: Signed, at: datetime) -> Cosignature:
    row = Cosignature(
        checkpoint_id=checkpoint.id,
        witness_id=witness.id,
        time=signed.time,
        signature=signed.signature,
        received_at=at,
    )
    # the same witness can come twice at the same moment
    return add_or_find(row, lambda: _known_cosignature(checkpoint, witness))[0]

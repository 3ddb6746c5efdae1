"""Events, witnesses with real keys, and the ways an insider would change the log."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from civic.db import db
from civic.events import service as events
from civic.events.models import Event, Visibility
from civic.seal import note, queries, service
from civic.seal.models import Checkpoint, Cosignature, Witness
from tests.conftest import NOW
from tests.factories import make_user, municipality

LELYSTAD, DRONTEN, URK = (hashlib.sha256(name).digest() for name in (b"lelystad", b"dronten", b"urk"))
NAMES = {LELYSTAD: "Griffie Lelystad", DRONTEN: "Gemeente Dronten", URK: "Griffie Urk"}
LATER = NOW + timedelta(hours=2)


def record(count: int = 1, subject: Any = None, at: datetime = NOW, **options: Any) -> list[Event]:
    """So many events, flushed; every third is public."""
    made = []
    for number in range(count):
        visibility = Visibility.PUBLIC if number % 3 == 0 else Visibility.INTERNAL
        what = events.What("tried", **{"visibility": visibility, "data": {"n": number}, **options})
        made.append(events.record(subject or municipality(), what, actor=None, at=at))
    db.session.flush()
    return made


def seal_all(at: datetime = NOW) -> int:
    """Everything that waits; returns the size of the log."""
    while service.seal(at) == service.BATCH:
        pass
    db.session.commit()
    return queries.log_size()


def signed_log(count: int = 5, at: datetime = NOW) -> Checkpoint:
    """So many more events, sealed and under a checkpoint."""
    record(count)
    seal_all(at)
    checkpoint = service.sign_checkpoint(at)
    db.session.commit()
    assert checkpoint is not None
    return checkpoint


def newest() -> Checkpoint:
    found = queries.newest_checkpoint()
    assert found is not None
    return found


def publish(seed: bytes = LELYSTAD, at: datetime = NOW, email: str | None = None) -> Witness:
    new = service.NewWitness(NAMES[seed], note.public_key(seed).hex(), email)
    witness = service.publish_witness(new, actor=None, at=at)
    db.session.commit()
    return witness


def signature_of(seed: bytes, checkpoint: Checkpoint, time: int) -> str:
    return note.sign(seed, note.cosigned(checkpoint.text, time)).hex()


def cosign(seed: bytes, checkpoint: Checkpoint, at: datetime = NOW, time: int | None = None) -> Cosignature:
    """What a good witness does; `time` where it lies about it."""
    moment = int(at.timestamp()) if time is None else time
    witness = next(one for one in queries.all_witnesses() if one.public_key == note.public_key(seed).hex())
    row = service.add_cosignature(checkpoint, witness, moment, signature_of(seed, checkpoint, moment), at)
    db.session.commit()
    return row


def official() -> Any:
    return make_user(email="beheer@example.nl", name="Marit Hoekstra")


def drop_triggers() -> None:
    """What somebody with the password of the database can do."""
    if db.engine.dialect.name == "sqlite":
        names = ("event_no_update", "event_no_delete", "event_no_replace")
        statements = [f"DROP TRIGGER {name}" for name in names]
    else:
        statements = ["DROP TRIGGER event_append_only ON event", "DROP TRIGGER event_no_truncate ON event"]
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def run(statement: str, **values: Any) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()
    db.session.expire_all()

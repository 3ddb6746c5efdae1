"""The demo's two witnesses. Their private keys are in the instance folder, so anybody there can be them."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from civic.accounts.demo import persona
from civic.db import db
from civic.seal import note, queries, service
from civic.seal.models import Witness

WITNESSES = {
    "Griffie Lelystad": ("griffie-lelystad", "griffie.lelystad@example.nl"),
    "Gemeente Dronten": ("gemeente-dronten", "getuige.dronten@example.nl"),
}


class NoDemo(Exception):
    """Only a demo has the private keys of its witnesses."""


def load(at: datetime) -> None:
    """Publish the two witnesses, seal what the demo holds so far, and let them sign it."""
    known = {one.name for one in queries.all_witnesses()}
    for name, (file, email) in WITNESSES.items():
        if name in known:  # a name and a key are published once and never again
            continue
        new = service.NewWitness(name, note.public_key(_seed(file)).hex(), email)
        service.publish_witness(new, actor=persona("admin"), at=at)
    db.session.flush()
    while service.seal(at) == service.BATCH:
        continue
    service.sign_checkpoint(at)
    cosign_newest(at)


def cosign_newest(at: datetime) -> int:
    """Let both sign the newest checkpoint; returns how many did. Raises `NoDemo` outside a demo."""
    if not current_app.config["DEMO"] or current_app.config["ENVIRONMENT"] == "production":
        raise NoDemo
    checkpoint = queries.newest_checkpoint()
    if checkpoint is None:
        return 0
    found = db.session.scalars(
        select(Witness).where(Witness.name.in_(WITNESSES), Witness.retired_at.is_(None))
    ).all()
    signed = 0
    for witness in found:
        seed, time = _seed(WITNESSES[witness.name][0]), int(at.timestamp())
        if note.public_key(seed).hex() != witness.public_key:
            continue
        signature = note.sign(seed, note.cosigned(checkpoint.text, time)).hex()
        service.add_cosignature(checkpoint, witness, time, signature, at)
        signed += 1
    return signed


def _seed(file: str) -> bytes:
    """The private key of a witness, made when first needed."""
    path = Path(current_app.config["INSTANCE"]) / "getuigen" / f"{file}.sleutel"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())

"""The log's own key and name, from the settings."""

from __future__ import annotations

from flask import current_app

from civic.seal import note


def origin() -> str:
    """The name of the log: the first line of every checkpoint."""
    return str(current_app.config["LOG_ORIGIN"])


def seed() -> bytes:
    """What checkpoints are signed with."""
    return bytes.fromhex(current_app.config["LOG_KEY"])


def public_key() -> bytes:
    """What they are checked with."""
    return note.public_key(seed())

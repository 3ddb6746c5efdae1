"""Drawings and posters that were made once, kept on disk under a hash of everything that went into them.

Public things only: whoever can read the directory can read them. Losing a file costs time, never a page.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from flask import current_app


def key_of(*parts: Any) -> str:
    """The name of what these parts make; change a version number among them when the maker changes."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def kept(kind: str, name: str) -> bytes | None:
    try:
        return _path(kind, name).read_bytes()
    except OSError:
        return None


def keep(kind: str, name: str, content: bytes) -> None:
    """Write beside and rename, so that another process never reads half a file."""
    path = _path(kind, name)
    beside = path.with_name(f"{name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        # a read-only disk costs time, never a page
        current_app.logger.warning("%s cache is not writable", kind)


def _path(kind: str, name: str) -> Path:
    return Path(current_app.config["INSTANCE"]) / "cache" / kind / name

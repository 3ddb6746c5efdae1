"""What tests made, kept for the other worker and the next run, as long as the code is the very same."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache"
MADE_WITH = ("jinja2", "highspy", "numpy")
OLD_SECONDS = 2 * 3600  # a run that is still busy may use what is younger


@cache
def place(kind: str) -> Path:
    """A directory of this very code; those of other code are thrown away after a while."""
    found = KEPT / f"{kind}-{_hash_of_code()}"
    found.mkdir(parents=True, exist_ok=True)
    os.utime(found)  # the clock of a test stands still, that of the disk does not
    oldest = found.stat().st_mtime - OLD_SECONDS
    for left in KEPT.glob(f"{kind}-*"):
        with suppress(FileNotFoundError):  # the other worker was first
            if left != found and left.stat().st_mtime < oldest:
                shutil.rmtree(left)
    return found


@cache
def _hash_of_code() -> str:
    found = hashlib.sha256(repr([version(one) for one in MADE_WITH]).encode())
    for path in sorted((ROOT / "civic").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def keep(kind: str, key: str, make: Callable[[], Any]) -> Any:
    """What `make` returns; the key holds all that it depends on besides the code."""
    path = place(kind) / key
    with suppress(FileNotFoundError):
        return pickle.loads(path.read_bytes())  # noqa: S301  # written below, by ourselves
    made = make()
    half = path.with_suffix(f".{os.getpid()}")  # whoever reads sees all of it or nothing
    half.write_bytes(pickle.dumps(made))
    half.replace(path)
    return made

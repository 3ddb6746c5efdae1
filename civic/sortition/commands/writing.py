"""Results appear whole or not at all: everything is first written next to the place where it will be."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..files import write_table
from .output import refuse

KINDS = (".csv", ".xlsx")
FULL = "Hier staat al iets. Kies een nieuwe map."
THERE = "Dit bestand is er al. Kies een andere naam."
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `target` at the end; after an error nothing is left of it.

    Only the owner can look inside: it is about people. Raises `Stop` if `target` holds anything, OSError if
    it cannot be made.
    """
    _demand_free(target)
    parent = _existing(target.absolute().parent)
    try:
        place = Path(tempfile.mkdtemp(prefix=".loting-", dir=parent))
    except OSError as error:  # the name of the place itself means nothing to people
        raise OSError(error.errno, "", str(target)) from None
    try:
        yield place
        _demand_free(target)
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            target.rmdir()
        place.rename(target)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _demand_free(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise refuse(FULL, str(target), "not_free")


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there."""
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "", str(folder))
    return folder


def demand_new_table(path: Path) -> None:
    """Before the work begins: raises `Stop` where `write_new_table` would not write."""
    if path.suffix not in KINDS:
        raise refuse("Kies een naam die eindigt op .csv of .xlsx.", str(path), "kind")
    if path.exists() or path.is_symlink():
        raise refuse(THERE, str(path), "not_free")
    if not path.absolute().parent.is_dir():
        raise refuse("De map voor dit bestand is er niet.", str(path), "no_folder")


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A place to write a table, which becomes `path` at the end: there whole or not at all."""
    demand_new_table(path)
    with tempfile.TemporaryDirectory(prefix=".loting-", dir=path.absolute().parent) as folder:
        made = Path(folder) / path.name
        yield made
        made.rename(path)


def write_new_table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """A table as CSV or Excel, by the end of the name."""
    with new_file(path) as place:
        write_table(place, columns, rows)


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner can read."""
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)

"""Taking a file in, keeping it, and letting it go."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import delete, select

from civic.config import setting
from civic.db import db
from civic.files import images, pdf
from civic.files.kinds import PDF, kind_of
from civic.files.models import Upload

IN_DATABASE = "database"


class Owner(Protocol):
    __tablename__: str
    id: Any


@dataclass(frozen=True)
class Checked:
    """Bytes that may be kept and given to others. Pixels for an image only."""

    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        return self.media_type != PDF


def check(data: bytes, name: str) -> Checked:
    """What may be kept of this file. Takes up to a second, so do it before the transaction begins.

    Raises `Invalid` with one sentence for the field `file`.
    """
    media_type = kind_of(data, name)
    if media_type == PDF:
        pdf.check(data)
        return Checked(data, PDF)
    made = images.remade(data)
    return Checked(made.content, made.media_type, made.width, made.height)


def keep(checked: Checked, owner: Owner, *, at: datetime) -> Upload:
    """In the row, or in the directory of the setting. A file without a row is swept up later."""
    uid = uuid4().hex
    upload = Upload(
        uid=uid,
        owner_type=owner.__tablename__,
        owner_id=owner.id,
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        width=checked.width,
        height=checked.height,
        created_at=at,
    )
    directory = directory_of_files()
    if directory is None:
        upload.content = checked.content
    else:
        upload.path = f"{uid[:2]}/{uid}"
        _write(directory / upload.path, checked.content)
    db.session.add(upload)
    db.session.flush()
    return upload


def erase(upload_id: int) -> None:
    """The row and with it the bytes; what stands in a directory goes with the next sweep."""
    db.session.execute(
        delete(Upload).where(Upload.id == upload_id).execution_options(synchronize_session="fetch")
    )


def erase_all_of(owner: Owner) -> None:
    """Everything that belongs to something that goes away itself."""
    db.session.execute(
        delete(Upload)
        .where(Upload.owner_type == owner.__tablename__, Upload.owner_id == owner.id)
        .execution_options(synchronize_session=False)
    )


def content_of(upload: Upload) -> bytes | Path:
    """The bytes, or the file that holds them."""
    if upload.path is None:
        return db.session.scalar(select(Upload.content).where(Upload.id == upload.id)) or b""
    return (directory_of_files() or Path(setting("INSTANCE"))) / upload.path


def directory_of_files() -> Path | None:
    """None when files stand in the database."""
    place = str(setting("FILES"))
    return None if place == IN_DATABASE else Path(place)


def sweep(at: datetime, older_than: float) -> int:
    """Remove the files that no row knows (erased, or never committed); how many."""
    directory = directory_of_files()
    if directory is None or not directory.is_dir():
        return 0
    known = set(db.session.scalars(select(Upload.path).where(Upload.path.is_not(None))))
    gone = 0
    for path in directory.glob("??/*"):
        is_old = at.timestamp() - path.stat().st_mtime > older_than
        if is_old and path.is_file() and f"{path.parent.name}/{path.name}" not in known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _write(path: Path, content: bytes) -> None:
    """Beside it first, then renamed: nobody reads half a file. Only the owner of the process can read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(content)
    beside.replace(path)

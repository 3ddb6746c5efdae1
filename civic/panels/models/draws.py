"""The panel itself, the two files of a panel, and its draws.

Registrants' data live in two places only, both sealed and both with an end date: the respondents file of
a version (`PanelFiles.respondents`) and the members and chances of a draw (`Draw.members`).
"""

from __future__ import annotations

import base64
import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.crypto import Sealed, sealed_column, uid_column
from civic.db import Base, Claimable
from civic.panels.states import DrawKind, DrawState, PanelState, Stage
from civic.retention import Retention, mark

KEEP_REGISTRANTS = timedelta(days=90)
KEEP_UPLOAD_ERRORS = timedelta(days=7)
SMALLEST_PANEL, LARGEST_PANEL = 2, 2000


class Panel(Base):
    """`stage` is how far the preparation is; `state` is whether there are files that can be drawn from."""

    __tablename__ = "panel"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    question: Mapped[str] = mapped_column(String(400))
    size: Mapped[int]
    state: Mapped[PanelState] = mapped_column(default=PanelState.DRAFT)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    stage: Mapped[Stage] = mapped_column(default=Stage.MANDATE, server_default="mandate")

    files: Mapped[list[PanelFiles]] = relationship(back_populates="panel", order_by="PanelFiles.version")

    __table_args__ = (
        CheckConstraint(f"size BETWEEN {SMALLEST_PANEL} AND {LARGEST_PANEL}", name="size_range"),
        Index("ix_panel_state_id", "state", "id"),
    )


class PanelFiles(Base):
    """One accepted pair of files. `summary` holds counts per value, never a combination of values."""

    __tablename__ = "panel_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    version: Mapped[int]
    categories: Mapped[bytes] = mapped_column(LargeBinary)
    categories_sha256: Mapped[str] = mapped_column(String(64))
    respondents_sealed: Mapped[str | None] = sealed_column()
    respondents_sha256: Mapped[str] = mapped_column(String(64))
    registrants: Mapped[int]
    summary: Mapped[dict[str, Any]]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    # columns of the respondents file that are no feature: {"household": …, "fixed": …}; both may be missing
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    panel: Mapped[Panel] = relationship(back_populates="files")
    _respondents = Sealed("respondents_sealed")

    __table_args__ = (
        UniqueConstraint("panel_id", "version"),
        CheckConstraint("(respondents_sealed IS NULL) = (deleted_at IS NOT NULL)", name="deleted_means_gone"),
        CheckConstraint("registrants > 0", name="some_registrants"),
    )

    @property
    def respondents(self) -> bytes | None:
        """The file as it was uploaded, byte for byte (so that its hash can be checked)."""
        packed = self._respondents
        return None if packed is None else unpack(packed)

    @respondents.setter
    def respondents(self, content: bytes) -> None:
        self._respondents = pack(content)

    @property
    def deletes_at(self) -> datetime:
        return self.uploaded_at + KEEP_REGISTRANTS


class UploadErrors(Base):
    """Every error of the last refused upload, to download as text. A line can quote a registrant's answer."""

    __tablename__ = "panel_upload_errors"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), unique=True)
    lines_sealed: Mapped[str | None] = sealed_column()
    created_at: Mapped[datetime]

    lines = Sealed("lines_sealed")


class Draw(Claimable, Base):
    """Work that is claimed (W6). `result` is public statistics; `members` is who, and with what chance.

    A draw of kind REAL picks nobody: its `members` are the panels of which one is chosen in public (W7).
    `options` are the engine's: `{"panels": M, "fixed": [uid], "excluded": [uid]}`; empty for practice. Beside
    them `"reasons": {uid: code}` says why, for the auditor.
    """

    __tablename__ = "panel_draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    files_id: Mapped[int] = mapped_column(ForeignKey("panel_files.id"), index=True)
    number: Mapped[int]
    kind: Mapped[DrawKind] = mapped_column(default=DrawKind.PRACTICE)
    state: Mapped[DrawState] = mapped_column(default=DrawState.REQUESTED)
    size: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    progress_phase: Mapped[str | None] = mapped_column(String(40))
    progress_done: Mapped[int | None]
    progress_total: Mapped[int | None]
    progress_value_ppm: Mapped[int | None]
    progress_bound_ppm: Mapped[int | None]
    # SQL NULL, not the JSON text "null": a constraint looks at it
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    members_sealed: Mapped[str | None] = sealed_column()
    members_deleted_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_details: Mapped[list[Any]] = mapped_column(default=list)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    panel: Mapped[Panel] = relationship()
    files: Mapped[PanelFiles] = relationship()
    _members = Sealed("members_sealed")

    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="done_has_result"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="ended_has_moment"
        ),
        CheckConstraint("(state = 'failed') = (error_code IS NOT NULL)", name="failed_has_code"),
        # two clicks, two tabs, two people: still one open draw per panel
        Index(
            "uq_panel_draw_open",
            "panel_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'computing')"),
            postgresql_where=text("state IN ('requested', 'computing')"),
        ),
        Index("ix_panel_draw_state_id", "state", "id"),
    )

    @property
    def members(self) -> dict[str, Any] | None:
        """`{"columns": […], "rows": [[…]], "impossible": […], "chances": {…}}`, or None once deleted."""
        packed = self._members
        return None if packed is None else dict(json.loads(unpack(packed)))

    @members.setter
    def members(self, content: dict[str, Any]) -> None:
        self._members = pack(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    @property
    def is_open(self) -> bool:
        return self.state in (DrawState.REQUESTED, DrawState.COMPUTING)


def pack(content: bytes) -> str:
    """Bytes as compact text: a sealed column holds text."""
    return base64.b85encode(zlib.compress(content, 6)).decode()


def unpack(packed: str) -> bytes:
    return zlib.decompress(base64.b85decode(packed))


RETENTION = [
    Retention(
        model=Draw,
        basis=mark("De lijst met gelote mensen van een oefenloting verdwijnt 90 dagen na de loting."),
        after=KEEP_REGISTRANTS,
        since="finished_at",
        action="blank",
        blank_columns=("members_sealed",),
        blanked_at="members_deleted_at",
    ),
    Retention(
        model=UploadErrors,
        basis=mark("Fouten in een geweigerd bestand zijn alleen nodig om het bestand te verbeteren."),
        after=KEEP_UPLOAD_ERRORS,
        since="created_at",
        action="delete",
    ),
]

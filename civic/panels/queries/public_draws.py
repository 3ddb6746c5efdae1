"""Reading draws in public: their manifests, the files of the public folder, the log, the result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, defer, undefer

from civic.canonical import canonical
from civic.db import db
from civic.events.models import Event, Visibility
from civic.panels.models import Draw, DrawNote, PublicDraw, PublicDrawFile
from civic.panels.states import IN_PUBLIC, OPEN_PUBLIC_DRAWS, DrawPurpose, PublicDrawState
from civic.seal import queries as seal

MOST_DRAWS = 200
MANIFEST, PANELS, README, SCRIPT = "manifest.json", "panels.txt", "README.md", "verify_draw.py"
RESULT, LOG, SUMS = "result.json", "log.json", "SHA256SUMS"
FILES = (MANIFEST, RESULT, LOG, PANELS, SCRIPT, README, SUMS)
# the actions on a public draw that are steps of the protocol: `verify_draw.py` reads exactly these
STEPS = ("commitment", "balls", "fallback", "result", "signature", "superseded", "voided")
COMMITMENT, SUPERSEDED = "commitment", "superseded"
DAY_SECONDS = 86_400
LOG_FORMAT = "civic-log/1"


# --- draws -------------------------------------------------------------------------------------------------


def public_draws_of(panel_id: int, for_staff: bool = False) -> list[PublicDraw]:
    """Newest first; what was never committed to is for staff only."""
    statement = _draws().where(PublicDraw.panel_id == panel_id)
    if not for_staff:
        statement = statement.where(PublicDraw.state.in_(IN_PUBLIC))
    return list(db.session.scalars(statement.order_by(PublicDraw.id.desc()).limit(MOST_DRAWS)))


def public_draw_of(panel_id: int, public_draw_id: int) -> PublicDraw | None:
    """Under its own panel's address only."""
    return db.session.scalar(_draws().where(PublicDraw.id == public_draw_id, PublicDraw.panel_id == panel_id))


def newest_public_draw(panel_id: int, *, is_rehearsal: bool = False) -> PublicDraw | None:
    """The newest that was committed to: waiting, drawn, replaced or declared void."""
    return db.session.scalar(
        _draws()
        .where(
            PublicDraw.panel_id == panel_id,
            PublicDraw.is_rehearsal.is_(is_rehearsal),
            PublicDraw.sequence.is_not(None),
        )
        .order_by(PublicDraw.sequence.desc())
        .limit(1)
    )


def open_public_draw(panel_id: int, *, is_rehearsal: bool = False) -> PublicDraw | None:
    """From the proposal to the result: one at a time."""
    return db.session.scalar(
        _draws().where(
            PublicDraw.panel_id == panel_id,
            PublicDraw.is_rehearsal.is_(is_rehearsal),
            PublicDraw.state.in_(OPEN_PUBLIC_DRAWS),
        )
    )


def open_public_draws(panel_id: int) -> list[PublicDraw]:
    """The draw and its rehearsal, as far as they are open."""
    return list(
        db.session.scalars(
            _draws()
            .where(PublicDraw.panel_id == panel_id, PublicDraw.state.in_(OPEN_PUBLIC_DRAWS))
            .order_by(PublicDraw.id)
        )
    )


def superseded_draws(panel_id: int) -> list[PublicDraw]:
    """Manifests that were replaced before their round; no rehearsals."""
    return list(
        db.session.scalars(
            _draws()
            .where(
                PublicDraw.panel_id == panel_id,
                PublicDraw.is_rehearsal.is_(False),
                PublicDraw.state == PublicDrawState.SUPERSEDED,
            )
            .order_by(PublicDraw.id)
        )
    )


def drawn_draw(panel_id: int, purpose: DrawPurpose) -> PublicDraw | None:
    """The newest result that holds, of this kind; no rehearsal."""
    return db.session.scalar(
        _draws()
        .where(
            PublicDraw.panel_id == panel_id,
            PublicDraw.is_rehearsal.is_(False),
            PublicDraw.purpose == purpose,
            PublicDraw.state == PublicDrawState.DRAWN,
        )
        .order_by(PublicDraw.sequence.desc())
        .limit(1)
    )


def has_later(draw: PublicDraw) -> bool:
    """Did another draw of this panel begin after this one, and go on?"""
    later = select(PublicDraw.id).where(
        PublicDraw.panel_id == draw.panel_id,
        PublicDraw.is_rehearsal.is_(draw.is_rehearsal),
        PublicDraw.id > draw.id,
        PublicDraw.state.in_((*OPEN_PUBLIC_DRAWS, PublicDrawState.DRAWN)),
    )
    return db.session.scalar(later.limit(1)) is not None


def newest_sequence(panel_id: int, *, is_rehearsal: bool) -> int:
    """0 before the first commitment."""
    found = select(func.max(PublicDraw.sequence)).where(
        PublicDraw.panel_id == panel_id, PublicDraw.is_rehearsal.is_(is_rehearsal)
    )
    return db.session.scalar(found) or 0


def commitment_before(draw: PublicDraw, sequence: int) -> str:
    """The commitment with the sequence number before; "" for the first."""
    found = select(PublicDraw.commitment).where(
        PublicDraw.panel_id == draw.panel_id,
        PublicDraw.is_rehearsal.is_(draw.is_rehearsal),
        PublicDraw.sequence == sequence - 1,
    )
    return db.session.scalar(found) or ""


def notes_of(draw: PublicDraw) -> list[DrawNote]:
    """Reasons in words, oldest first."""
    return list(
        db.session.scalars(select(DrawNote).where(DrawNote.public_draw_id == draw.id).order_by(DrawNote.id))
    )


def _draws() -> Select[PublicDraw]:
    """Without the sealed columns: neither the auditor's list nor the lottery is read by chance."""
    return (
        select(PublicDraw)
        .join(Draw, Draw.id == PublicDraw.draw_id)
        .options(contains_eager(PublicDraw.draw).options(defer(Draw.members_sealed)))
    )


# --- work that waits ---------------------------------------------------------------------------------------


def due_public_draws(at: datetime) -> Select[int, PublicDrawState]:
    """(id, state) of what goes on by itself: a lottery was computed, an approval given, a round came."""
    states = PublicDrawState
    is_due = PublicDraw.state.in_((states.COMPUTING, states.APPROVED)) | (
        (PublicDraw.state == states.COMMITTED) & (PublicDraw.round_at <= at)
    )
    return select(PublicDraw.id, PublicDraw.state).where(is_due).order_by(PublicDraw.id)


def waiting_for_witnesses(until: datetime) -> list[PublicDraw]:
    """Real manifests whose round comes before `until`, and who have not been drawn from."""
    return list(
        db.session.scalars(
            _draws().where(
                PublicDraw.state == PublicDrawState.COMMITTED,
                PublicDraw.is_rehearsal.is_(False),
                PublicDraw.round_at <= until,
            )
        )
    )


# --- the public folder -------------------------------------------------------------------------------------


def files_of(draw: PublicDraw) -> list[PublicDrawFile]:
    """The files that are kept, by name; without their content."""
    return list(
        db.session.scalars(
            select(PublicDrawFile)
            .where(PublicDrawFile.public_draw_id == draw.id)
            .order_by(PublicDrawFile.name)
        )
    )


def stored_folder(draw: PublicDraw) -> dict[str, bytes]:
    """{name: bytes} of the files that are kept: without the log and the list of hashes."""
    rows = db.session.scalars(
        select(PublicDrawFile)
        .where(PublicDrawFile.public_draw_id == draw.id)
        .options(undefer(PublicDrawFile.content))
        .order_by(PublicDrawFile.name)
    )
    return {row.name: bytes(row.content) for row in rows}


def folder_of(draw: PublicDraw) -> dict[str, bytes]:
    """All public files {name: bytes}, with the log as it is now; empty before the commitment."""
    files = stored_folder(draw)
    if not files:
        return {}
    log = log_of(draw, json.loads(files[MANIFEST]))
    if log is not None:
        files[LOG] = log
    return {**files, SUMS: sums(files)}


def file_of(draw: PublicDraw, name: str) -> bytes | None:
    """One public file; None when there is no such file (yet)."""
    if name in (LOG, SUMS):
        return folder_of(draw).get(name)
    row = db.session.scalar(
        select(PublicDrawFile)
        .where(PublicDrawFile.public_draw_id == draw.id, PublicDrawFile.name == name)
        .options(undefer(PublicDrawFile.content))
    )
    return bytes(row.content) if row is not None else None


def sums(files: Mapping[str, bytes]) -> bytes:
    """Lines for `sha256sum -c`, by name."""
    names = sorted(set(files) - {SUMS})
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()


def manifest_of(draw: PublicDraw) -> dict[str, Any]:
    """What was committed to; empty before the commitment."""
    content = file_of(draw, MANIFEST)
    return json.loads(content) if content else {}


def result_of(draw: PublicDraw) -> dict[str, Any] | None:
    """The result record; None before the round. It stays when the draw is declared void."""
    content = file_of(draw, RESULT)
    return json.loads(content) if content else None


# --- the log -----------------------------------------------------------------------------------------------


def log_of(draw: PublicDraw, manifest: Mapping[str, Any]) -> bytes | None:
    """log.json: the steps of this draw with their proofs and witnesses; None before anything is sealed."""
    records = proofs_of(steps_of(draw), manifest)
    found = [one for one in records if one is not None]
    return canonical({"format": LOG_FORMAT, "records": found}) if found else None


def proofs_of(steps: Iterable[Event], manifest: Mapping[str, Any]) -> list[dict[str, Any] | None]:
    """Per step its record in the sealed log, with the witnesses of the manifest; None: not sealed yet."""
    keys = {one["key"] for one in manifest["witnesses"]}
    return [seal.proof_record(one.id, among=keys) for one in steps]


def steps_of(draw: PublicDraw) -> list[Event]:
    """The steps of the protocol, also those of other manifests that were open at the same time or that this
    one replaced: nobody has to take our word for it that there was only one."""
    return list(
        db.session.scalars(
            select(Event)
            .where(
                Event.subject_type == PublicDraw.__tablename__,
                Event.subject_id.in_(_related(draw)),
                Event.action.in_(STEPS),
                Event.visibility == Visibility.PUBLIC,
            )
            .order_by(Event.id)
        )
    )


def own_steps_of(draw: PublicDraw) -> list[Event]:
    return [one for one in steps_of(draw) if one.subject_id == draw.id]


def is_sealed(draw: PublicDraw) -> bool:
    """Are all steps so far in the log, under a checkpoint?"""
    return None not in proofs_of(own_steps_of(draw), manifest_of(draw))


def is_witnessed(draw: PublicDraw) -> bool:
    """Did enough witnesses sign the commitment a day before the round?"""
    steps = [one for one in own_steps_of(draw) if one.action == COMMITMENT]
    limit, manifest = int(draw.round_at.timestamp()) - DAY_SECONDS, manifest_of(draw)
    wanted = seal.quorum(len(manifest["witnesses"]))
    return any(_signers(record, limit) >= wanted for record in proofs_of(steps, manifest))


def is_end_witnessed(draw: PublicDraw, keys: Collection[str]) -> bool:
    """Did enough of these witnesses sign, before its own round, that this manifest was replaced?"""
    return any(
        _signers(seal.proof_record(one.id, among=keys), int(draw.round_at.timestamp()))
        >= seal.quorum(len(keys))
        for one in own_steps_of(draw)
        if one.action == SUPERSEDED
    )


def _signers(record: Mapping[str, Any] | None, limit: int) -> int:
    return len({one["name"] for one in (record or {}).get("signatures", ()) if one["time"] <= limit})


def _related(draw: PublicDraw) -> Sequence[int]:
    """A manifest that had its result, or was declared void, before another was made is no rival of it. The
    one with the number before is there always: its entry shows that no number was left out."""
    rows = db.session.execute(
        select(
            PublicDraw.id,
            PublicDraw.sequence,
            PublicDraw.state,
            PublicDraw.committed_at,
            PublicDraw.drawn_at,
            PublicDraw.ended_at,
        ).where(
            PublicDraw.panel_id == draw.panel_id,
            PublicDraw.identifier == draw.identifier,
            PublicDraw.committed_at.is_not(None),
        )
    )
    before = (draw.sequence or 0) - 1
    return [row.id for row in rows if row.id == draw.id or row.sequence == before or _is_rival(row, draw)]


def _is_rival(other: Any, draw: PublicDraw) -> bool:
    if other.state is PublicDrawState.SUPERSEDED and other.id < draw.id:
        return True
    return _was_open(other, draw.committed_at) or _was_open(draw, other.committed_at)


def _was_open(draw: Any, at: datetime | None) -> bool:
    closed_at = draw.drawn_at or draw.ended_at
    return at is not None and draw.committed_at <= at and (closed_at is None or closed_at > at)

"""Writing draws: asked for by a person, computed by the jobs process."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from civic.accounts.models import User
from civic.db import STALE_AFTER, add_first, claim, db, move
from civic.errors import NotAllowedNow
from civic.events import service as events
from civic.events.models import Visibility
from civic.panels import policy, queries
from civic.panels.models import Draw, Panel, PanelFiles
from civic.panels.service.public_draws_quotas import categories_of
from civic.panels.states import DRAW_TRANSITIONS, DrawAction, DrawKind, DrawState, PanelState

MOST_ATTEMPTS = 3
SEEDS = 10**9  # nine digits: a person can copy it


@dataclass(frozen=True)
class Order:
    """Everything the engine needs for one draw: bytes and numbers, no names of tables."""

    draw_id: int
    categories: bytes
    respondents: bytes
    size: int
    seed: int
    columns: dict[str, str] = field(default_factory=dict)
    # a draw in public: M panels of equal chance, who sits in all of them, and who in none
    panels: int = 0
    fixed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a draw is. Chances in millionths."""

    phase: str
    done: int
    total: int
    value_ppm: int | None = None
    bound_ppm: int | None = None


def request_draw(panel: Panel, *, actor: User, at: datetime) -> Draw:
    """Ask for a practice draw. While one is open the answer is that one: a double click draws once."""
    if panel.state is not PanelState.READY:
        raise NotAllowedNow("not_in_this_state")
    open_draw = queries.open_draw_of(panel.id)
    if open_draw is not None:
        return _practice(open_draw)
    files = queries.current_files(panel.id)
    if files is None or files.deleted_at is not None:
        raise NotAllowedNow("not_in_this_state")
    return _add_draw(Request(panel, files), actor, at)


def request_lottery(
    panel: Panel, files: PanelFiles, options: dict[str, Any], *, actor: User, at: datetime
) -> Draw:
    """The lottery of a draw in public: panels of which none is picked here. Nothing of it is public yet.

    `options` is `{"panels": M, "fixed": [uid], "excluded": [uid], "reasons": {uid: code}}`.
    Raises `NotAllowedNow` while another draw of this panel is being computed.
    """
    if files.deleted_at is not None:
        raise NotAllowedNow("not_in_this_state")
    if queries.open_draw_of(panel.id) is not None:
        raise NotAllowedNow("draw_running")
    return _add_draw(Request(panel, files, DrawKind.REAL, options), actor, at)


@dataclass(frozen=True)
class Request:
    """What somebody asks to be drawn."""

    panel: Panel
    files: PanelFiles
    kind: DrawKind = DrawKind.PRACTICE
    options: dict[str, Any] = field(default_factory=dict)


def _add_draw(request: Request, actor: User, at: datetime) -> Draw:
    panel, files = request.panel, request.files
    number = db.session.scalar(select(func.max(Draw.number)).where(Draw.panel_id == panel.id)) or 0
    draw = Draw(
        panel_id=panel.id,
        files_id=files.id,
        number=number + 1,
        kind=request.kind,
        options=request.options,
        size=panel.size,
        seed=secrets.randbelow(SEEDS),
        requested_by_id=actor.id,
        requested_at=at,
    )
    if not add_first(draw):
        # someone else asked in the same instant; the partial unique index let one through
        if request.kind is DrawKind.REAL:
            raise NotAllowedNow("draw_running")
        return _open_draw_or_refuse(panel)
    what = events.What(
        "draw_requested",
        to_state=DrawState.REQUESTED,
        visibility=_visibility(draw),
        data={
            "panel": panel.id,
            "number": draw.number,
            "kind": draw.kind.value,
            "seed": draw.seed,
            "size": draw.size,
        },
    )
    events.record(draw, what, actor=actor, at=at)
    return draw


def _open_draw_or_refuse(panel: Panel) -> Draw:
    open_draw = queries.open_draw_of(panel.id)
    if open_draw is None:
        raise NotAllowedNow("changed_meanwhile")
    return _practice(open_draw)


def _practice(open_draw: Draw) -> Draw:
    """The lottery of a draw in public is another matter: whoever wants to practise waits for it."""
    if open_draw.kind is not DrawKind.PRACTICE:
        raise NotAllowedNow("draw_running")
    return open_draw


def cancel_draw(draw: Draw, *, actor: User | None, at: datetime) -> None:
    """Stop an open draw. A process that is computing it notices within a second and drops its work."""
    if draw.state is DrawState.CANCELLED:
        return
    step = _Step(DrawAction.CANCEL, "draw_cancelled")
    _change(draw, step, actor, at, finished_at=at, claimed_by=None, claimed_at=None)


def claim_draw(worker: str, at: datetime) -> Order | None:
    """Take the oldest draw that waits (or that a dead process left behind); None when there is none.

    After `MOST_ATTEMPTS` starts the draw fails: something in it kills the process that computes it.
    """
    draw_id = claim(Draw, queries.due_draws(at - STALE_AFTER), worker, at)
    if draw_id is None:
        return None
    draw = db.session.scalars(
        select(Draw).where(Draw.id == draw_id).execution_options(populate_existing=True)
    ).one()
    name = "draw_resumed" if draw.state is DrawState.COMPUTING else "draw_started"
    _change(draw, _Step(DrawAction.START, name), None, at, started_at=at)
    if draw.attempts > MOST_ATTEMPTS:
        fail_draw(draw, "too_many_attempts", [], at=at)
        return None
    return _order(draw, at)


def _order(draw: Draw, at: datetime) -> Order | None:
    files = db.session.scalars(
        select(PanelFiles).where(PanelFiles.id == draw.files_id).options(undefer("*"))
    ).one()
    respondents = files.respondents
    if respondents is None:
        fail_draw(draw, "files_gone", [], at=at)
        return None
    options = draw.options
    return Order(
        draw.id,
        categories_of(draw, files),
        respondents,
        draw.size,
        draw.seed,
        dict(files.columns),
        options.get("panels", 0),
        tuple(options.get("fixed", ())),
        tuple(options.get("excluded", ())),
    )


def note_progress(draw_id: int, worker: str, progress: Progress | None, at: datetime) -> bool:
    """Heartbeat and progress in one short statement; False when the draw was cancelled or taken over."""
    values: dict[str, Any] = {"claimed_at": at}
    if progress is not None:
        values |= {
            "progress_phase": progress.phase,
            "progress_done": progress.done,
            "progress_total": progress.total,
            "progress_value_ppm": progress.value_ppm,
            "progress_bound_ppm": progress.bound_ppm,
        }
    result: Any = db.session.execute(
        update(Draw)
        .where(Draw.id == draw_id, Draw.state == DrawState.COMPUTING, Draw.claimed_by == worker)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)


def give_back(draw_id: int, worker: str, *, was_stopped: bool) -> None:
    """Let go of a draw that did not end; an orderly stop is not an attempt that failed."""
    attempts = Draw.attempts - 1 if was_stopped else Draw.attempts
    db.session.execute(
        update(Draw)
        .where(Draw.id == draw_id, Draw.state == DrawState.COMPUTING, Draw.claimed_by == worker)
        .values(claimed_by=None, claimed_at=None, attempts=attempts)
        .execution_options(synchronize_session=False)
    )


def finish_draw(draw: Draw, result: dict[str, Any], members: dict[str, Any], *, at: datetime) -> None:
    """Publish a result that was verified; anything else is a failed draw.

    `members` is who was drawn; of a draw in public it is the lottery, from which nobody was picked yet.
    """
    if result.get("verified") is not True:
        fail_draw(draw, "not_verified", [], at=at)
        return
    draw.members = members
    step = _Step(DrawAction.FINISH, "draw_finished")
    _change(draw, step, None, at, finished_at=at, result=result, claimed_by=None, claimed_at=None)


def fail_draw(draw: Draw, code: str, details: list[Any], *, at: datetime) -> None:
    facts = {"finished_at": at, "error_code": code, "error_details": details}
    step = _Step(DrawAction.FAIL, "draw_failed", reason=code)
    _change(draw, step, None, at, **facts, claimed_by=None, claimed_at=None)


def read_members(draw: Draw, what: str, *, actor: User, at: datetime) -> dict[str, Any]:
    """Who was drawn, or which groups had no chance: a privileged read, so it is one line in the log."""
    members = draw.members if policy.has_members(draw) and draw.kind is DrawKind.PRACTICE else None
    if members is None:
        raise NotAllowedNow("not_in_this_state")
    events.record(draw, events.What("members_read", reason_code=what), actor=actor, at=at)
    return members


@dataclass(frozen=True)
class _Step:
    action: DrawAction
    name: str
    reason: str | None = None


def _change(draw: Draw, step: _Step, actor: User | None, at: datetime, **facts: Any) -> None:
    old = draw.state
    new = DRAW_TRANSITIONS.get((old, step.action))
    if new is None:
        raise NotAllowedNow("not_in_this_state")
    move(draw, old, new, **facts)
    what = events.What(
        step.name,
        from_state=old,
        to_state=new,
        reason_code=step.reason,
        visibility=_visibility(draw),
        data={"panel": draw.panel_id, "number": draw.number},
    )
    events.record(draw, what, actor=actor, at=at)


def _visibility(draw: Draw) -> Visibility:
    """The lottery of a draw in public is made known with its commitment, not while it is computed."""
    return Visibility.INTERNAL if draw.kind is DrawKind.REAL else Visibility.PUBLIC

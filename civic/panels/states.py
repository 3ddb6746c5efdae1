"""The life of a panel and of a draw, as data (W4)."""

from __future__ import annotations

import enum
from typing import Any

from civic.accounts.states import Role


class PanelState(enum.Enum):
    DRAFT = "draft"  # no accepted files yet: only lottery administrators see it
    READY = "ready"  # files accepted: a practice draw can be asked for
    EMPTIED = "emptied"  # the registrants' data are gone; draws and their public figures stay


class PanelAction(enum.Enum):
    ACCEPT_FILES = "accept_files"
    DELETE_FILES = "delete_files"


PANEL_TRANSITIONS = {
    (PanelState.DRAFT, PanelAction.ACCEPT_FILES): PanelState.READY,
    (PanelState.READY, PanelAction.ACCEPT_FILES): PanelState.READY,
    (PanelState.EMPTIED, PanelAction.ACCEPT_FILES): PanelState.READY,
    (PanelState.READY, PanelAction.DELETE_FILES): PanelState.EMPTIED,
}


class DrawKind(enum.Enum):
    """A practice draw ("oefenloting") is watermarked and never becomes real (W7)."""

    PRACTICE = "practice"
    REAL = "real"


class DrawState(enum.Enum):
    REQUESTED = "requested"
    COMPUTING = "computing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DrawAction(enum.Enum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


OPEN_DRAWS = (DrawState.REQUESTED, DrawState.COMPUTING)

DRAW_TRANSITIONS = {
    (DrawState.REQUESTED, DrawAction.START): DrawState.COMPUTING,
    # the process that computed was killed: the same draw starts again from its seed
    (DrawState.COMPUTING, DrawAction.START): DrawState.COMPUTING,
    (DrawState.COMPUTING, DrawAction.FINISH): DrawState.DONE,
    (DrawState.COMPUTING, DrawAction.FAIL): DrawState.FAILED,
    (DrawState.REQUESTED, DrawAction.CANCEL): DrawState.CANCELLED,
    (DrawState.COMPUTING, DrawAction.CANCEL): DrawState.CANCELLED,
}
# START, FINISH and FAIL are the jobs process's own: no person can do them
DRAW_ROLES: dict[tuple[DrawState, DrawAction], frozenset[Role]] = {
    key: frozenset({Role.LOTTERY_ADMINISTRATOR}) if key[1] is DrawAction.CANCEL else frozenset()
    for key in DRAW_TRANSITIONS
}
TRANSITIONS: dict[Any, Any] = {**PANEL_TRANSITIONS, **DRAW_TRANSITIONS}

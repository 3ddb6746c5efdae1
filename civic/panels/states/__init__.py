"""The life of a panel, of what prepares it, and of a draw, as data (W4)."""

from __future__ import annotations

import enum
from typing import Any

from civic.accounts.states import Role
from civic.panels.states.public_draws import (
    CAME_AFTER_ALL,
    HOUSE_VOID_CODES,
    IN_PUBLIC,
    LATE_VOID_CODES,
    NEVER_CAME,
    OPEN_PUBLIC_DRAWS,
    PUBLIC_DRAW_ROLES,
    PUBLIC_DRAW_TRANSITIONS,
    RESULT_REFUSED,
    SEAT_TRANSITIONS,
    UNWITNESSED,
    VOID_CODES,
    DrawPurpose,
    PublicDrawAction,
    PublicDrawState,
    SeatAction,
    SeatAnswer,
    SeatState,
)

__all__ = [
    "CAME_AFTER_ALL",
    "HOUSE_VOID_CODES",
    "IN_PUBLIC",
    "LATE_VOID_CODES",
    "NEVER_CAME",
    "OPEN_PUBLIC_DRAWS",
    "PUBLIC_DRAW_ROLES",
    "PUBLIC_DRAW_TRANSITIONS",
    "RESULT_REFUSED",
    "SEAT_TRANSITIONS",
    "UNWITNESSED",
    "VOID_CODES",
    "DrawPurpose",
    "PublicDrawAction",
    "PublicDrawState",
    "SeatAction",
    "SeatAnswer",
    "SeatState",
]


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


class Stage(enum.Enum):
    """How far the preparation of a panel is: from a mandate to a pool that can be drawn from."""

    MANDATE = "mandate"  # the question and the promises are being written; nobody else sees it
    COMPOSITION = "composition"  # the mandate is public; who the panel must look like is being chosen
    INVITATION = "invitation"  # the composition is fixed; letters are being planned, convenants signed
    REGISTRATION = "registration"  # letters go out, people register
    POOL = "pool"  # registration is closed; the pool is being checked
    FREEZE = "freeze"  # one administrator proposes to freeze; another must agree
    FROZEN = "frozen"  # nothing changes any more; people can object
    DRAWN = "drawn"  # the panel is drawn: the drawn are invited, left seats are filled again
    STOPPED = "stopped"


class StageAction(enum.Enum):
    PUBLISH_MANDATE = "publish_mandate"
    FIX_COMPOSITION = "fix_composition"
    REOPEN_COMPOSITION = "reopen_composition"
    OPEN_REGISTRATION = "open_registration"
    CLOSE_REGISTRATION = "close_registration"
    REOPEN_REGISTRATION = "reopen_registration"
    PROPOSE_FREEZE = "propose_freeze"
    REFUSE_FREEZE = "refuse_freeze"
    TAKE_BACK_FREEZE = "take_back_freeze"  # by who proposed it
    CONFIRM_FREEZE = "confirm_freeze"
    CORRECT_POOL = "correct_pool"
    DRAW = "draw"
    UNDO_DRAW = "undo_draw"
    STOP = "stop"


STAGE_TRANSITIONS = {
    (Stage.MANDATE, StageAction.PUBLISH_MANDATE): Stage.COMPOSITION,
    (Stage.COMPOSITION, StageAction.FIX_COMPOSITION): Stage.INVITATION,
    (Stage.INVITATION, StageAction.REOPEN_COMPOSITION): Stage.COMPOSITION,
    (Stage.INVITATION, StageAction.OPEN_REGISTRATION): Stage.REGISTRATION,
    (Stage.REGISTRATION, StageAction.CLOSE_REGISTRATION): Stage.POOL,
    (Stage.POOL, StageAction.REOPEN_REGISTRATION): Stage.REGISTRATION,
    (Stage.POOL, StageAction.PROPOSE_FREEZE): Stage.FREEZE,
    (Stage.FREEZE, StageAction.REFUSE_FREEZE): Stage.POOL,
    (Stage.FREEZE, StageAction.TAKE_BACK_FREEZE): Stage.POOL,
    (Stage.FREEZE, StageAction.CONFIRM_FREEZE): Stage.FROZEN,
    # a mistake found in the objection period makes a new version of the pool
    (Stage.FROZEN, StageAction.CORRECT_POOL): Stage.POOL,
    # by the jobs process, when the public number is there; undone when the griffier declares the draw void
    (Stage.FROZEN, StageAction.DRAW): Stage.DRAWN,
    (Stage.DRAWN, StageAction.UNDO_DRAW): Stage.FROZEN,
    **{
        (stage, StageAction.STOP): Stage.STOPPED
        for stage in (
            Stage.COMPOSITION,
            Stage.INVITATION,
            Stage.REGISTRATION,
            Stage.POOL,
            Stage.FROZEN,
            Stage.DRAWN,
        )
    },
}
STAGE_ROLES = {
    key: frozenset()
    if key[1] in (StageAction.DRAW, StageAction.UNDO_DRAW)
    else frozenset({Role.LOTTERY_ADMINISTRATOR})
    for key in STAGE_TRANSITIONS
}
# actions that need a reason in words: the event holds its code, the note the words
NEEDS_REASON = frozenset(
    {
        StageAction.REOPEN_COMPOSITION,
        StageAction.REOPEN_REGISTRATION,
        StageAction.REFUSE_FREEZE,
        StageAction.CORRECT_POOL,
        StageAction.STOP,
    }
)


class ParticipationLevel(enum.Enum):
    """From little say to much: the order counts, a declared level can not be lowered silently."""

    INFORM = "inform"
    CONSULT = "consult"
    ADVISE = "advise"
    COPRODUCE = "coproduce"
    DECIDE = "decide"


LEVELS = tuple(ParticipationLevel)


class PolicyPhase(enum.Enum):
    """Where in the making of policy the panel comes in."""

    AGENDA = "agenda"
    EXPLORATION = "exploration"
    DESIGN = "design"
    DECISION = "decision"
    EXECUTION = "execution"


class EntryRoute(enum.Enum):
    """How people get into a constituency."""

    LOT = "lot"
    SELF_REGISTRATION = "self_registration"
    NOMINATION = "nomination"


class SpreadRule(enum.Enum):
    """How seats are spread over the municipalities."""

    PROPORTIONAL = "proportional"
    SQUARE_ROOT = "square_root"
    EQUAL = "equal"


class FeatureKind(enum.Enum):
    CHOICE = "choice"  # the person chooses a value
    AGE_BAND = "age_band"  # the value follows from the date of birth


class ShareState(enum.Enum):
    """The letters of one municipality to one source."""

    PLANNED = "planned"
    ISSUED = "issued"  # codes exist; the municipality can fetch them
    POSTED = "posted"  # the municipality says the letters were posted; the link code – address is gone


class ShareAction(enum.Enum):
    ISSUE = "issue"
    POST = "post"


SHARE_TRANSITIONS = {
    (ShareState.PLANNED, ShareAction.ISSUE): ShareState.ISSUED,
    (ShareState.ISSUED, ShareAction.POST): ShareState.POSTED,
}


class OrderState(enum.Enum):
    """Letters being typeset from an address file."""

    REQUESTED = "requested"
    TYPESETTING = "typesetting"
    DONE = "done"
    FAILED = "failed"
    DESTROYED = "destroyed"  # addresses, letters and their key are gone


class OrderAction(enum.Enum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"
    DESTROY = "destroy"


OPEN_ORDERS = (OrderState.REQUESTED, OrderState.TYPESETTING)
ORDER_TRANSITIONS = {
    (OrderState.REQUESTED, OrderAction.START): OrderState.TYPESETTING,
    # the process that typeset was killed: it goes on after the last batch that was kept
    (OrderState.TYPESETTING, OrderAction.START): OrderState.TYPESETTING,
    (OrderState.TYPESETTING, OrderAction.FINISH): OrderState.DONE,
    (OrderState.TYPESETTING, OrderAction.FAIL): OrderState.FAILED,
    # by hand: the addresses are still there, and so are the batches that were finished
    (OrderState.FAILED, OrderAction.RETRY): OrderState.REQUESTED,
    **{
        (state, OrderAction.DESTROY): OrderState.DESTROYED
        for state in (OrderState.REQUESTED, OrderState.TYPESETTING, OrderState.DONE, OrderState.FAILED)
    },
}


class RegistrationState(enum.Enum):
    PENDING = "pending"  # without a letter: the person still has to confirm by mail
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"  # by the person: nothing personal is left
    REMOVED = "removed"  # by an official, with a reason: counts no more


class RegistrationAction(enum.Enum):
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    REMOVE = "remove"
    RESTORE = "restore"


REGISTRATION_TRANSITIONS = {
    (RegistrationState.PENDING, RegistrationAction.CONFIRM): RegistrationState.CONFIRMED,
    (RegistrationState.PENDING, RegistrationAction.WITHDRAW): RegistrationState.WITHDRAWN,
    (RegistrationState.CONFIRMED, RegistrationAction.WITHDRAW): RegistrationState.WITHDRAWN,
    (RegistrationState.REMOVED, RegistrationAction.WITHDRAW): RegistrationState.WITHDRAWN,
    (RegistrationState.CONFIRMED, RegistrationAction.REMOVE): RegistrationState.REMOVED,
    (RegistrationState.REMOVED, RegistrationAction.RESTORE): RegistrationState.CONFIRMED,
}


class Channel(enum.Enum):
    """How a registration came in."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"
    NOMINATION = "nomination"


class Honorarium(enum.Enum):
    LATER = "later"
    MONEY = "money"
    VOUCHER = "voucher"
    WAIVED = "waived"


class FlagKind(enum.Enum):
    """What a person must look at before the pool is frozen."""

    SAME_PERSON = "same_person"
    SAME_ADDRESS = "same_address"
    FORMER_MEMBER = "former_member"
    OTHER_MUNICIPALITY = "other_municipality"  # the postcode does not lie where the code is from


class FlagDecision(enum.Enum):
    KEEP = "keep"  # both stay; with the address rule at most one of them is drawn
    EXEMPT = "exempt"  # not one household (a care home, a student flat)
    REMOVE = "remove"


class CheckState(enum.Enum):
    """The engine's look at the pool: can a panel be drawn from it?"""

    REQUESTED = "requested"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"


class CheckAction(enum.Enum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"


CHECK_TRANSITIONS = {
    (CheckState.REQUESTED, CheckAction.START): CheckState.CHECKING,
    (CheckState.CHECKING, CheckAction.START): CheckState.CHECKING,
    (CheckState.CHECKING, CheckAction.FINISH): CheckState.DONE,
    (CheckState.CHECKING, CheckAction.FAIL): CheckState.FAILED,
}

TRANSITIONS: dict[Any, Any] = {
    **PANEL_TRANSITIONS,
    **STAGE_TRANSITIONS,
    **SHARE_TRANSITIONS,
    **ORDER_TRANSITIONS,
    **REGISTRATION_TRANSITIONS,
    **CHECK_TRANSITIONS,
    **DRAW_TRANSITIONS,
    **PUBLIC_DRAW_TRANSITIONS,
    **SEAT_TRANSITIONS,
}

"""The life of a draw in public and of a seat in the panel, as data (W4, W7)."""

from __future__ import annotations

import enum

from civic.accounts.states import Role


class DrawPurpose(enum.Enum):
    """What is drawn: the whole panel, or who fills its empty seats."""

    PANEL = "panel"
    REPLACEMENT = "replacement"


class PublicDrawState(enum.Enum):
    COMPUTING = "computing"  # the engine makes the lottery and the M panels
    PROPOSED = "proposed"  # the panels are there; a second administrator looks
    APPROVED = "approved"  # agreed to; the folder is being made
    COMMITTED = "committed"  # the manifest is public; waiting for the round
    DRAWN = "drawn"
    SUPERSEDED = "superseded"  # a mistake found before the round: another manifest follows
    VOIDED = "voided"  # for a reason on the list, by the griffier; all of it stays public
    FAILED = "failed"
    CANCELLED = "cancelled"  # before the commitment: nothing was public


class PublicDrawAction(enum.Enum):
    COMPUTED = "computed"
    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    COMMIT = "commit"
    FAIL = "fail"
    REVEAL = "reveal"
    SUPERSEDE = "supersede"
    VOID = "void"


OPEN_PUBLIC_DRAWS = (
    PublicDrawState.COMPUTING,
    PublicDrawState.PROPOSED,
    PublicDrawState.APPROVED,
    PublicDrawState.COMMITTED,
)
IN_PUBLIC = frozenset(
    {
        PublicDrawState.COMMITTED,
        PublicDrawState.DRAWN,
        PublicDrawState.SUPERSEDED,
        PublicDrawState.VOIDED,
    }
)

_State, _Action = PublicDrawState, PublicDrawAction
PUBLIC_DRAW_TRANSITIONS = {
    (_State.COMPUTING, _Action.COMPUTED): _State.PROPOSED,
    (_State.COMPUTING, _Action.FAIL): _State.FAILED,
    (_State.COMPUTING, _Action.CANCEL): _State.CANCELLED,
    (_State.PROPOSED, _Action.APPROVE): _State.APPROVED,
    (_State.PROPOSED, _Action.REFUSE): _State.CANCELLED,
    (_State.PROPOSED, _Action.CANCEL): _State.CANCELLED,
    (_State.APPROVED, _Action.COMMIT): _State.COMMITTED,
    (_State.APPROVED, _Action.FAIL): _State.FAILED,
    # nothing is public yet; whoever makes the folder meanwhile finds another state, and publishes nothing
    (_State.APPROVED, _Action.CANCEL): _State.CANCELLED,
    (_State.COMMITTED, _Action.REVEAL): _State.DRAWN,
    (_State.COMMITTED, _Action.SUPERSEDE): _State.SUPERSEDED,
    (_State.COMMITTED, _Action.VOID): _State.VOIDED,
    (_State.DRAWN, _Action.VOID): _State.VOIDED,
    # that it was replaced was not witnessed in time: to everybody else it would stay open for ever
    (_State.SUPERSEDED, _Action.VOID): _State.VOIDED,
}
_ADMINISTRATORS = frozenset({Role.LOTTERY_ADMINISTRATOR})
# COMPUTED, COMMIT, FAIL and REVEAL are the jobs process's own: no person can do them
PUBLIC_DRAW_ROLES: dict[PublicDrawAction, frozenset[Role]] = {
    _Action.COMPUTED: frozenset(),
    _Action.COMMIT: frozenset(),
    _Action.FAIL: frozenset(),
    _Action.REVEAL: frozenset(),
    _Action.APPROVE: _ADMINISTRATORS,
    _Action.REFUSE: _ADMINISTRATORS,
    _Action.CANCEL: _ADMINISTRATORS,
    _Action.SUPERSEDE: _ADMINISTRATORS,
    _Action.VOID: frozenset({Role.COUNCIL_OFFICE}),
}
# All these codes stand in the manifest, and so before anybody knows the result.
# a griffier can choose one of these before the round, and again when there is a result
VOID_CODES = ("fout-in-het-lotingsgetal", "fout-in-de-lijst-met-aanmeldingen")
# a griffier, after the round, of a draw that can have no result any more
NEVER_CAME, RESULT_REFUSED = LATE_VOID_CODES = ("lotingsgetal-bleef-uit", "uitslag-afgekeurd")
# nobody's choice: the jobs process, from what everybody can check
UNWITNESSED, CAME_AFTER_ALL = HOUSE_VOID_CODES = ("te-weinig-getuigen", "lotingsgetal-kwam-toch")


class SeatState(enum.Enum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # no answer before the date
    LEFT = "left"  # said yes, and dropped out later


class SeatAction(enum.Enum):
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    LEAVE = "leave"


class SeatAnswer(enum.Enum):
    """How the answer came in."""

    LINK = "link"
    CODE = "code"  # the code of the invitation letter
    PHONE = "phone"  # typed in by staff


SEAT_TRANSITIONS = {
    (SeatState.INVITED, SeatAction.ACCEPT): SeatState.ACCEPTED,
    (SeatState.INVITED, SeatAction.DECLINE): SeatState.DECLINED,
    (SeatState.INVITED, SeatAction.LAPSE): SeatState.LAPSED,
    (SeatState.INVITED, SeatAction.LEAVE): SeatState.LEFT,
    (SeatState.ACCEPTED, SeatAction.LEAVE): SeatState.LEFT,
    # before the date to answer people may still think again, both ways
    (SeatState.ACCEPTED, SeatAction.DECLINE): SeatState.DECLINED,
    # somebody who answers late, or thinks again, as long as nobody sits there
    (SeatState.LAPSED, SeatAction.ACCEPT): SeatState.ACCEPTED,
    (SeatState.DECLINED, SeatAction.ACCEPT): SeatState.ACCEPTED,
}

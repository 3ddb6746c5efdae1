"""Who may look after the drawn, and what can still be done with a seat. Pure: rows in, answer out."""

from __future__ import annotations

from datetime import date

from civic.accounts.models import User
from civic.accounts.policy import has_role_in_region
from civic.accounts.states import Role
from civic.panels.models import Panel, Seat
from civic.panels.policy import may_manage
from civic.panels.states import SEAT_TRANSITIONS, SeatAction, SeatState, Stage

LIVING = frozenset({SeatState.INVITED, SeatState.ACCEPTED})
# why a seat was left: by the person themself; any other code is that of a draw that became void
DROPPED_OUT, WITHDRAWN = "dropped-out", "withdrawn"
LATE = frozenset({SeatState.LAPSED, SeatState.DECLINED})  # may come back while nobody sits there


def may_see(user: User | None, panel: Panel) -> bool:
    """Counts: lottery administrators, and the auditor of the region. Municipalities see nothing of it."""
    return may_manage(user, panel) or has_role_in_region(user, Role.AUDITOR)


def may_work(user: User | None, panel: Panel) -> bool:
    """People: who was drawn, what they answered, and answering for them on the telephone."""
    return may_manage(user, panel)


def is_open(panel: Panel) -> bool:
    """Whether the drawn can answer: not before the draw, nor once it is declared void or the panel stops."""
    return panel.stage is Stage.DRAWN


def is_void(seat: Seat) -> bool:
    """The seat ended because its draw was declared void, not because of the person."""
    return is_void_code(seat.left_code)


def is_void_code(left_code: str | None) -> bool:
    return left_code is not None and left_code not in (DROPPED_OUT, WITHDRAWN)


def yes(seat: Seat, *, is_free: bool) -> bool:
    """Whether somebody can say yes now. `is_free`: nobody was drawn for this seat since it fell empty."""
    if seat.state in LATE:
        return is_free
    return (seat.state, SeatAction.ACCEPT) in SEAT_TRANSITIONS


def no(seat: Seat, day: date) -> SeatAction | None:
    """What a no means now: declining up to the date to answer, dropping out after it."""
    if seat.state is SeatState.ACCEPTED and day > seat.answer_by:
        return SeatAction.LEAVE
    return SeatAction.DECLINE if (seat.state, SeatAction.DECLINE) in SEAT_TRANSITIONS else None

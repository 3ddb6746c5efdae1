"""What can be done from the queue: moving a card on the board, and the same thing to many reports at once."""

from __future__ import annotations

import enum

from civic.aanjaagteam.states.core import TRANSITIONS, Action, State

# from a column of the board to another one
MOVES: dict[tuple[State, State], Action] = {
    (old, new): action for (old, action), new in TRANSITIONS.items() if old is not new
}
# these need nothing more than the person who does it: to take up is to take it up oneself
WITHOUT_FACTS = frozenset({Action.ASSIGN, Action.MEASURE})


def targets(state: State) -> list[State]:
    """The columns a card can go to, in the order of the board."""
    return [new for new in State if (state, new) in MOVES]


class Bulk(enum.Enum):
    """What can be done to many reports at once. To decline is not among them: that is told to a person."""

    ASSIGN = "assign"
    UNIT = "unit"
    DECIDE_NOW = "decide_now"
    NOT_DECIDE_NOW = "not_decide_now"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


class Skip(enum.Enum):
    """Why a report is left as it is."""

    CHANGED = "changed"  # somebody was faster
    STATE = "state"
    RIGHTS = "rights"
    OWNER = "owner"  # that person does not work for this municipality
    NOT_READ = "not_read"  # nobody looked at it yet, so it has no title
    ALREADY = "already"
    ELSEWHERE = "elsewhere"  # it lies with another unit, that must be told why it goes


class Rhythm(enum.Enum):
    """How often somebody wants what waits for them in one mail."""

    DAILY = "daily"  # every working day
    WEEKLY = "weekly"  # the first working day of the week

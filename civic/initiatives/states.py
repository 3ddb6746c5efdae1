"""Where an initiative and a support can be, and every legal move between those places (W4)."""

from __future__ import annotations

import enum


class State(enum.Enum):
    DRAFT = "draft"
    COLLECTING = "collecting"
    THRESHOLD_REACHED = "threshold_reached"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # the term is over without enough support; nobody refused it


class Action(enum.Enum):
    PUBLISH = "publish"
    REACH_THRESHOLD = "reach_threshold"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class Who(enum.Enum):
    AUTHOR = "author"
    SYSTEM = "system"


TRANSITIONS = {
    (State.DRAFT, Action.PUBLISH): State.COLLECTING,
    (State.COLLECTING, Action.REACH_THRESHOLD): State.THRESHOLD_REACHED,
    (State.COLLECTING, Action.EXPIRE): State.EXPIRED,
    (State.COLLECTING, Action.WITHDRAW): State.WITHDRAWN,
    (State.THRESHOLD_REACHED, Action.WITHDRAW): State.WITHDRAWN,
}
ROLES = {
    (State.DRAFT, Action.PUBLISH): frozenset({Who.AUTHOR}),
    (State.COLLECTING, Action.REACH_THRESHOLD): frozenset({Who.SYSTEM}),
    (State.COLLECTING, Action.EXPIRE): frozenset({Who.SYSTEM}),
    (State.COLLECTING, Action.WITHDRAW): frozenset({Who.AUTHOR}),
    (State.THRESHOLD_REACHED, Action.WITHDRAW): frozenset({Who.AUTHOR}),
}
PUBLISHED = frozenset(State) - {State.DRAFT}
# more support than asked for is welcome, until the term is over
OPEN_FOR_SUPPORT = frozenset({State.COLLECTING, State.THRESHOLD_REACHED})
CLOSED = frozenset({State.WITHDRAWN, State.EXPIRED})


class SolutionOwner(enum.Enum):
    """Who will own the solution when it is there."""

    RESIDENTS = "residents"
    MUNICIPALITY = "municipality"
    TOGETHER = "together"


class WithdrawReason(enum.Enum):
    SOLVED = "solved"
    TAKEN_OVER = "taken_over"
    NEW_PLAN = "new_plan"
    MISTAKE = "mistake"
    PERSONAL = "personal"


class SupportState(enum.Enum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class SupportAction(enum.Enum):
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    ASK_AGAIN = "ask_again"


SUPPORT_TRANSITIONS = {
    (SupportState.PENDING, SupportAction.CONFIRM): SupportState.CONFIRMED,
    (SupportState.PENDING, SupportAction.WITHDRAW): SupportState.WITHDRAWN,
    (SupportState.CONFIRMED, SupportAction.WITHDRAW): SupportState.WITHDRAWN,
    (SupportState.WITHDRAWN, SupportAction.ASK_AGAIN): SupportState.PENDING,
}

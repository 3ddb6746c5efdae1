"""The ladder, as data: four rungs, the life of one run of it, and the life of one rung in that run.

Level 1 is who does the work, 2 management, 3 the directors, 4 the enabling crew of four.
"""

from __future__ import annotations

import enum

from civic.aanjaagteam.states.core import FINAL, State

LEVELS = (1, 2, 3, 4)
MANAGEMENT, TOP = 2, 4
UNIT_LEVELS = (1, 2)  # only these can be told per unit
TALK_FIRST = 3  # above management: first a content meeting with who knows the case (S16e)
CREW_SIZE = 4
# (working hours to accept, working days to answer) where nobody set anything else
DEFAULT_TERMS = {1: (8, 5), 2: (8, 5), 3: (16, 5), 4: (16, 10)}


class EscalationReason(enum.Enum):
    """Why it climbs. The second half is given by the system, when a date passed."""

    NO_DECISION = "no_decision"
    NO_ANSWER = "no_answer"
    NO_MANDATE = "no_mandate"  # who should do it, may not
    GOES_ROUND = "goes_round"
    NO_OWNER = "no_owner"
    REFUSED = "refused"
    OTHER = "other"
    FIRST_ANSWER = "first_answer"
    DECIDE_NOW = "decide_now"
    DECISION = "decision"  # nobody decided, and nobody agreed on another day
    PROMISE = "promise"
    PROCESS_CHANGE = "process_change"
    EXECUTION_CHECK = "execution_check"
    MESSAGE_ANSWER = "message_answer"  # the reporter wrote, and nobody answered
    NOT_SOLVED = "not_solved"  # the reporter said so after it was closed, and nobody answered
    MISSED_ANSWER = "missed_answer"  # a unit was asked something and the day passed


# the kind of a promise that was broken (events.Deadline.kind), and why it climbs then
REASON_OF_PROMISE = {
    "first_answer": EscalationReason.FIRST_ANSWER,
    "decide_now": EscalationReason.DECIDE_NOW,
    "decision": EscalationReason.DECISION,
    "promise": EscalationReason.PROMISE,
    "process_change": EscalationReason.PROCESS_CHANGE,
    "execution_check": EscalationReason.EXECUTION_CHECK,
    "message_answer": EscalationReason.MESSAGE_ANSWER,
    "not_solved": EscalationReason.NOT_SOLVED,
}
AUTOMATIC_REASONS = frozenset({*REASON_OF_PROMISE.values(), EscalationReason.MISSED_ANSWER})
# about doing what was decided, or about a question of the reporter: a decision does not end these, and
# neither does closing the report
AFTER_DECISION_REASONS = frozenset(
    {
        EscalationReason.PROCESS_CHANGE,
        EscalationReason.EXECUTION_CHECK,
        EscalationReason.MESSAGE_ANSWER,
        EscalationReason.NOT_SOLVED,
    }
)
AFTER_DECISION_PROMISES = tuple(
    kind for kind, reason in REASON_OF_PROMISE.items() if reason in AFTER_DECISION_REASONS
)


def lives_on(state: State, reason: EscalationReason) -> bool:
    """Whether this can still be asked of a report in this state."""
    return state not in FINAL or (state is State.DONE and reason in AFTER_DECISION_REASONS)


class RunState(enum.Enum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # decided, closed or kept after all


class RunAction(enum.Enum):
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    OVERTAKE = "overtake"


RUN_TRANSITIONS = {
    (RunState.OPEN, RunAction.ANSWER): RunState.ANSWERED,
    (RunState.OPEN, RunAction.WITHDRAW): RunState.WITHDRAWN,
    (RunState.OPEN, RunAction.OVERTAKE): RunState.OVERTAKEN,
}


class RungState(enum.Enum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    PASSED_UP = "passed_up"
    NOT_ACCEPTED = "not_accepted"
    NOT_ANSWERED = "not_answered"
    NOBODY = "nobody"  # nobody is named for this rung: it is passed over, and shown as a warning
    STOPPED = "stopped"  # the run ended while this rung had it


class RungAction(enum.Enum):
    ACCEPT = "accept"
    ANSWER = "answer"
    HAND_ON = "hand_on"  # to a named person on the same rung
    LIFT = "lift"
    MISS = "miss"
    FILL = "fill"  # somebody was named after all
    STOP = "stop"


RUNG_TRANSITIONS = {
    (RungState.ASKED, RungAction.ACCEPT): RungState.ACCEPTED,
    (RungState.ASKED, RungAction.ANSWER): RungState.ANSWERED,
    (RungState.ACCEPTED, RungAction.ANSWER): RungState.ANSWERED,
    (RungState.ASKED, RungAction.HAND_ON): RungState.ASKED,
    (RungState.ACCEPTED, RungAction.HAND_ON): RungState.ASKED,
    (RungState.ASKED, RungAction.LIFT): RungState.PASSED_UP,
    (RungState.ACCEPTED, RungAction.LIFT): RungState.PASSED_UP,
    (RungState.ASKED, RungAction.MISS): RungState.NOT_ACCEPTED,
    (RungState.ACCEPTED, RungAction.MISS): RungState.NOT_ANSWERED,
    (RungState.ASKED, RungAction.STOP): RungState.STOPPED,
    (RungState.ACCEPTED, RungAction.STOP): RungState.STOPPED,
    (RungState.NOBODY, RungAction.FILL): RungState.ASKED,
}
HAS_IT = (RungState.ASKED, RungState.ACCEPTED)  # this rung holds the report now

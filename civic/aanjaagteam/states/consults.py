"""Thinking along: somebody asks a colleague who knows more of it. Who owns the case does not change."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Domain(enum.Enum):
    """What a specialist knows about."""

    FINANCE = "finance"
    LEGAL = "legal"
    ICT = "ict"
    PROCUREMENT = "procurement"
    SOCIAL_SUPPORT = "social_support"  # the Wmo
    YOUTH = "youth"
    PERMITS = "permits"
    COMMUNICATION = "communication"


class ConsultState(enum.Enum):
    ASKED = "asked"
    TAKEN = "taken"  # somebody said: I think along
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ConsultAction(enum.Enum):
    TAKE = "take"
    HAND_ON = "hand_on"
    ANSWER = "answer"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Side(enum.Enum):
    """Who makes a move: whoever asked, or whoever was asked."""

    ASKER = "asker"
    ASKED = "asked"


class NextStep(enum.Enum):
    """What comes of a quick consult. Saying so is compulsory: else the talk is lost."""

    NOTHING = "nothing"
    REPORT = "report"
    IMPROVEMENT = "improvement"
    CALL_LATER = "call_later"


@dataclass(frozen=True)
class ConsultRule:
    """Who makes this move, and which facts it needs: names of form fields, never empty."""

    side: Side
    required: tuple[str, ...] = ()


MINUTES = (15, 30)
# how long somebody may take to answer a question about a case
TERMS = ("1 werkdag", "2 werkdagen", "5 werkdagen", "10 werkdagen")

CONSULT_RULES: dict[ConsultAction, ConsultRule] = {
    ConsultAction.TAKE: ConsultRule(Side.ASKED),
    ConsultAction.HAND_ON: ConsultRule(Side.ASKED, ("whom",)),
    ConsultAction.ANSWER: ConsultRule(Side.ASKED, ("answer",)),
    ConsultAction.CLOSE: ConsultRule(Side.ASKER),
    ConsultAction.WITHDRAW: ConsultRule(Side.ASKER),
}

CONSULT_TRANSITIONS: dict[tuple[ConsultState, ConsultAction], ConsultState] = {
    (ConsultState.ASKED, ConsultAction.TAKE): ConsultState.TAKEN,
    (ConsultState.ASKED, ConsultAction.HAND_ON): ConsultState.ASKED,
    (ConsultState.TAKEN, ConsultAction.HAND_ON): ConsultState.ASKED,
    (ConsultState.ASKED, ConsultAction.ANSWER): ConsultState.ANSWERED,
    (ConsultState.TAKEN, ConsultAction.ANSWER): ConsultState.ANSWERED,
    (ConsultState.ANSWERED, ConsultAction.CLOSE): ConsultState.CLOSED,
    # a talk of a quarter of an hour needs no written answer
    (ConsultState.TAKEN, ConsultAction.CLOSE): ConsultState.CLOSED,
    (ConsultState.ASKED, ConsultAction.WITHDRAW): ConsultState.WITHDRAWN,
    (ConsultState.TAKEN, ConsultAction.WITHDRAW): ConsultState.WITHDRAWN,
}

CONSULT_OPEN = (ConsultState.ASKED, ConsultState.TAKEN)


def can_move(state: ConsultState, action: ConsultAction) -> bool:
    return (state, action) in CONSULT_TRANSITIONS

"""A better way of working, proposed by whoever does the work; may that person just do it? (S10)"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Check(enum.Enum):
    """The four questions that decide who has to agree."""

    MONEY = "money"  # costs money above the unit's own budget
    RULE = "rule"  # changes a rule of the council or the law
    OTHERS = "others"  # touches the work of others
    RIGHTS = "rights"  # touches rights of residents


class Mandate(enum.Enum):
    """Who decides, from near to far."""

    SELF = "self"
    MANAGER = "manager"
    TABLE = "table"  # the table of the management, through the aanjaagteam


@dataclass(frozen=True)
class MandateRule:
    """A yes to this question means that at least this one decides."""

    check: Check
    mandate: Mandate


MANDATE_RULES = (
    MandateRule(Check.RIGHTS, Mandate.TABLE),
    MandateRule(Check.RULE, Mandate.TABLE),
    MandateRule(Check.MONEY, Mandate.TABLE),
    MandateRule(Check.OTHERS, Mandate.MANAGER),
)
ORDER = tuple(Mandate)


@dataclass(frozen=True)
class Verdict:
    """Who decides, and which answers made it so."""

    mandate: Mandate
    because: tuple[Check, ...]


def mandate_of(yes: Iterable[Check]) -> Verdict:
    """The furthest of all that was answered with yes; nothing at all means: just do it."""
    answered = frozenset(yes)
    hit = [rule for rule in MANDATE_RULES if rule.check in answered]
    mandate = max((rule.mandate for rule in hit), key=ORDER.index, default=Mandate.SELF)
    return Verdict(mandate, tuple(rule.check for rule in hit if rule.mandate is mandate))


class ImprovementState(enum.Enum):
    PROPOSED = "proposed"  # a manager has to say yes or no
    ON_TABLE = "on_table"  # a report for the team
    STARTED = "started"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ImprovementAction(enum.Enum):
    AGREE = "agree"
    REFUSE = "refuse"
    START = "start"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    DECLINE = "decline"


class Part(enum.Enum):
    """Who makes a move: whoever proposed it, whoever answers for the unit, or the team with the report."""

    PROPOSER = "proposer"
    MANAGER = "manager"
    TEAM = "team"


@dataclass(frozen=True)
class ImprovementRule:
    part: Part
    required: tuple[str, ...] = ()


IMPROVEMENT_RULES: dict[ImprovementAction, ImprovementRule] = {
    ImprovementAction.AGREE: ImprovementRule(Part.MANAGER, ("tell_on",)),
    ImprovementAction.REFUSE: ImprovementRule(Part.MANAGER, ("answer",)),
    ImprovementAction.START: ImprovementRule(Part.PROPOSER, ("tell_on",)),
    ImprovementAction.FINISH: ImprovementRule(Part.PROPOSER, ("result",)),
    ImprovementAction.WITHDRAW: ImprovementRule(Part.PROPOSER),
    ImprovementAction.DECLINE: ImprovementRule(Part.TEAM, ("answer",)),
}

FIRST_STATE: dict[Mandate, ImprovementState] = {
    Mandate.SELF: ImprovementState.STARTED,
    Mandate.MANAGER: ImprovementState.PROPOSED,
    Mandate.TABLE: ImprovementState.ON_TABLE,
}

IMPROVEMENT_TRANSITIONS: dict[tuple[ImprovementState, ImprovementAction], ImprovementState] = {
    (ImprovementState.PROPOSED, ImprovementAction.AGREE): ImprovementState.STARTED,
    (ImprovementState.PROPOSED, ImprovementAction.REFUSE): ImprovementState.REFUSED,
    # the management said yes: the report says so, the proposer begins
    (ImprovementState.ON_TABLE, ImprovementAction.START): ImprovementState.STARTED,
    # the team does not take the report up: then the proposal ends with it
    (ImprovementState.ON_TABLE, ImprovementAction.DECLINE): ImprovementState.REFUSED,
    (ImprovementState.STARTED, ImprovementAction.FINISH): ImprovementState.DONE,
    (ImprovementState.PROPOSED, ImprovementAction.WITHDRAW): ImprovementState.WITHDRAWN,
    (ImprovementState.ON_TABLE, ImprovementAction.WITHDRAW): ImprovementState.WITHDRAWN,
    (ImprovementState.STARTED, ImprovementAction.WITHDRAW): ImprovementState.WITHDRAWN,
}


def may_follow(state: ImprovementState, action: ImprovementAction) -> bool:
    return (state, action) in IMPROVEMENT_TRANSITIONS

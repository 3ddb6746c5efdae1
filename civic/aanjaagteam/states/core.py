"""The life of a report, as data: every legal move, who may make it and what it needs.

"Waiting for …" is not a state but an interval on top (a later table): a report can wait in any state.
Closed is not the same as solved: `Outcome` says what came of it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from civic.accounts.states import Role


class State(enum.Enum):
    NEW = "new"
    TRIAGED = "triaged"
    TAKEN_UP = "taken_up"
    DECIDED = "decided"
    PROCESS_CHANGED = "process_changed"
    MEASURING = "measuring"
    DONE = "done"
    DECLINED = "declined"


class Action(enum.Enum):
    TRIAGE = "triage"
    ASSIGN = "assign"
    DECIDE = "decide"
    CHANGE_PROCESS = "change_process"
    MEASURE = "measure"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLINE = "decline"


class Outcome(enum.Enum):
    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    DIFFERENT = "different"


class DeclineReason(enum.Enum):
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    MAINTENANCE = "maintenance"
    OTHER_ORGANISATION = "other_organisation"
    TOO_LITTLE_KNOWN = "too_little_known"
    ALREADY_KNOWN = "already_known"
    OTHER = "other"


class Waiting(enum.Enum):
    """Who waits; never who they are."""

    UNKNOWN = "unknown"
    REPORTER = "reporter"
    FAMILY = "family"
    NEIGHBOURHOOD = "neighbourhood"
    BUSINESS = "business"
    CLIENTS = "clients"


class Channel(enum.Enum):
    WEB = "web"
    PHONE = "phone"


@dataclass(frozen=True)
class Rule:
    """Who may make a move and which facts it needs: names of form fields, never empty."""

    roles: frozenset[Role]
    required: tuple[str, ...] = ()


TEAM = frozenset({Role.AANJAAGTEAM_MEMBER})

RULES: dict[Action, Rule] = {
    # "unknown" is an answer too: it is counted
    Action.TRIAGE: Rule(TEAM, ("public_title", "decision_owner")),
    Action.ASSIGN: Rule(TEAM, ("owner",)),
    # two outcomes: `decision` is for the case, `process_outcome` for the process; and somebody looks later
    Action.DECIDE: Rule(
        TEAM,
        (
            "question",
            "options",
            "decision",
            "reason",
            "rule_use",
            "decider",
            "mandate",
            "decided_on",
            "process_outcome",
            "process_change",
            "check_on",
        ),
    ),
    Action.CHANGE_PROCESS: Rule(TEAM, ("process_change",)),
    Action.MEASURE: Rule(TEAM),
    Action.CLOSE: Rule(TEAM, ("outcome", "outcome_text")),
    Action.REOPEN: Rule(TEAM, ("reopen_reason", "reopen_text")),
    Action.DECLINE: Rule(TEAM, ("decline_reason", "decline_text", "decline_where")),
}
# columns that must be filled before a report goes on from a state (S16a); declining is not going on
FILLED_BEFORE_LEAVING: dict[State, tuple[str, ...]] = {State.TRIAGED: ("decision_owner",)}

# a report that is done can be opened again; one that was declined is reported anew
FINAL = frozenset({State.DONE, State.DECLINED})
OPEN = tuple(state for state in State if state not in FINAL)
BEFORE_DECISION = (State.NEW, State.TRIAGED, State.TAKEN_UP)
HAS_DECISION = (State.DECIDED, State.PROCESS_CHANGED, State.MEASURING)

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.NEW, Action.TRIAGE): State.TRIAGED,
    (State.TRIAGED, Action.ASSIGN): State.TAKEN_UP,
    # "dit kun je toch nu beslissen": a plain question needs no owner first
    (State.TRIAGED, Action.DECIDE): State.DECIDED,
    (State.TAKEN_UP, Action.DECIDE): State.DECIDED,
    (State.DECIDED, Action.CHANGE_PROCESS): State.PROCESS_CHANGED,
    (State.PROCESS_CHANGED, Action.MEASURE): State.MEASURING,
    # solved before anything had to be decided happens too
    (State.TAKEN_UP, Action.CLOSE): State.DONE,
    **{(state, Action.CLOSE): State.DONE for state in HAS_DECISION},
    # "it is not solved": the clock runs on from the first report
    (State.DONE, Action.REOPEN): State.TAKEN_UP,
    **{(state, Action.DECLINE): State.DECLINED for state in BEFORE_DECISION},
    # these change facts and leave the state: a better title, another owner, a decision that replaces one
    **{(state, Action.TRIAGE): state for state in State if state is not State.NEW},
    **{(state, Action.ASSIGN): state for state in (State.TAKEN_UP, *HAS_DECISION)},
    (State.DECIDED, Action.DECIDE): State.DECIDED,
}


def missing_before(state: State, action: Action, known: Callable[[str], object]) -> list[str]:
    """The columns that `known` says are empty and that this move cannot do without."""
    target = TRANSITIONS.get((state, action))
    if action is Action.DECLINE or target is state:
        return []
    return [name for name in FILLED_BEFORE_LEAVING.get(state, ()) if not known(name)]


def is_possible(state: State, action: Action) -> bool:
    return (state, action) in TRANSITIONS

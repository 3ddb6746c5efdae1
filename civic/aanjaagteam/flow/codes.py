"""States, actions and waits as small numbers. Without numpy, so that the query can use them too."""

from __future__ import annotations

from civic.aanjaagteam.states import State
from civic.aanjaagteam.states.facts import INTERNAL_WAITS, WaitKind

NEVER = -1  # no moment, no state, no wait

STATES = tuple(State)
STATE_CODES = {state.value: code for code, state in enumerate(STATES)}
NEW, TAKEN_UP, DONE, DECLINED = (
    STATES.index(one) for one in (State.NEW, State.TAKEN_UP, State.DONE, State.DECLINED)
)

REPORTED, ANSWERED, DECIDED, DISCUSSED, WAIT_STARTED, WAIT_ENDED, WAIT_WITHDRAWN, OTHER = range(8)
# what an event does besides setting a state
ACTIONS = {
    "reported": REPORTED,
    # the first of these is the first public answer; the receipt that goes out by itself is none of them
    "triage": ANSWERED,
    "decline": ANSWERED,
    "message_sent": ANSWERED,
    "decide": DECIDED,
    "table_discussed": DISCUSSED,
    "wait_started": WAIT_STARTED,
    "wait_ended": WAIT_ENDED,
}

# what was told to a reporter or by one: no part of a time, so no part of ACTIONS
PROMISE_KEPT, PROMISE_BROKEN, SOLVED, NOT_SOLVED = range(OTHER + 1, OTHER + 5)
PROMISES = {"promise_kept": PROMISE_KEPT, "promise_broken": PROMISE_BROKEN}
VERDICT = "verdict_given"

MISTAKE = "mistake"  # the reason of a wait that should not have been there: it counts for nothing

# whom a case can wait for: the reporter, somebody inside the house, somebody outside it
WAITS_ON_REPORTER, WAITS_INSIDE, WAITS_OUTSIDE = range(3)
WAIT_CODES = {kind.value: WAITS_INSIDE if kind in INTERNAL_WAITS else WAITS_OUTSIDE for kind in WaitKind}
WAIT_CODES[WaitKind.REPORTER.value] = WAITS_ON_REPORTER

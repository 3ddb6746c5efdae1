"""Random histories of reports, for hypothesis: anything the log could hold, also what it never should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from civic.aanjaagteam.flow.codes import (
    ACTIONS,
    NEVER,
    NOT_SOLVED,
    OTHER,
    PROMISES,
    SOLVED,
    STATE_CODES,
    WAIT_CODES,
    WAIT_WITHDRAWN,
)
from civic.aanjaagteam.flow.log import Row
from tests.aanjaagteam.slow_flow import WHO, Happening

# around both clock changes of 2027, Easter and King's day, Christmas, and an ordinary month
STARTS = [
    datetime(2027, 3, 27, 20, tzinfo=UTC),
    datetime(2027, 10, 30, 20, tzinfo=UTC),
    datetime(2026, 12, 23, 6, tzinfo=UTC),
    datetime(2027, 4, 26, 12, tzinfo=UTC),
    datetime(2026, 11, 2, 7, 30, tzinfo=UTC),
]
STATES = list(STATE_CODES)
# gaps in seconds: none, a few, an hour, a night, days; and what falls just beside the office hours
GAPS = st.one_of(
    st.just(0), st.sampled_from([1, 59, 1800, 3600, 30_600, 86_400, 7 * 86_400]), st.integers(0, 20 * 86_400)
)
MOVES = {
    "new": ["triaged", "declined"],
    "triaged": ["taken_up", "decided", "declined", "triaged"],
    "taken_up": ["decided", "done", "declined", "taken_up"],
    "decided": ["process_changed", "done", "decided"],
    "process_changed": ["measuring", "done"],
    "measuring": ["done"],
    "done": ["taken_up", "done"],
    "declined": ["declined"],
}
TOLD = ["promise_kept", "promise_broken", "verdict_given"]
NAMES = {"triaged": "triage", "declined": "decline", "decided": "decide"}


@st.composite
def life(draw: st.DrawFn, number: int, start: datetime) -> list[Happening]:
    """One case that walks as the rules say, with waits on top; now and then an event that makes no sense."""
    at = start + timedelta(seconds=draw(st.integers(0, 40 * 86_400)))
    rows = [Happening(number, 0, at, "reported", "new")]
    state = "new"
    for _step in range(draw(st.integers(0, 12))):
        at += timedelta(seconds=draw(GAPS))
        what = draw(st.sampled_from(["move", "move", "move", "wait", "wait", "end", "other", "strange"]))
        if what == "move":
            state = draw(st.sampled_from(MOVES[state]))
            rows.append(Happening(number, 0, at, NAMES.get(state, "moved"), state))
        elif what == "wait":
            kind = draw(st.sampled_from(list(WHO)))
            rows.append(Happening(number, 0, at, "wait_started", wait=draw(st.integers(1, 3)), kind=kind))
        elif what == "end":
            reason = draw(st.sampled_from([None, None, "mistake"]))
            rows.append(Happening(number, 0, at, "wait_ended", wait=draw(st.integers(1, 3)), reason=reason))
        elif what == "other":
            on = draw(st.none() | st.integers(-3, 9))
            day = None if on is None else at.date() + timedelta(days=on)
            action = draw(st.sampled_from(["message_sent", "table_discussed", "note_added", *TOLD]))
            rows.append(
                Happening(
                    number,
                    0,
                    at,
                    action,
                    on=day if action == "table_discussed" else None,
                    solved=draw(st.booleans()) if action == "verdict_given" else None,
                )
            )
        else:
            state = draw(st.sampled_from(STATES))
            rows.append(Happening(number, 0, at, draw(st.sampled_from(["reported", "decide", "x"])), state))
    return rows if draw(st.integers(0, 20)) else rows[1:]  # a case without its report is no case


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> tuple[list[Happening], datetime]:
    start = draw(st.sampled_from(STARTS))
    count = draw(st.integers(0, most))
    rows = [one for number in range(1, count + 1) for one in draw(life(number * 3, start))]
    numbers = list(range(1, len(rows) + 1))
    if draw(st.booleans()):  # the log need not be in the order of time
        numbers = draw(st.permutations(numbers))
    numbered = [replace(one, id=number) for one, number in zip(rows, numbers, strict=True)]
    now = start + timedelta(seconds=draw(st.integers(0, 90 * 86_400)))
    return numbered, now


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[Happening], datetime]:
    """A few lives, each lived by many, one after the other: enough of them for what needs ten."""
    start = draw(st.sampled_from(STARTS))
    rows: list[Happening] = []
    case = 0
    for number in range(draw(st.integers(1, 4))):
        one_life = draw(life(number, start) | quick(number, start))
        shift = timedelta(seconds=draw(GAPS))
        for copy in range(draw(st.sampled_from([1, 9, 11, 25]))):
            case += 1
            rows += [replace(one, case=case, at=one.at + copy * shift) for one in one_life]
    now = start + timedelta(seconds=draw(st.integers(20 * 86_400, 110 * 86_400)))
    return [replace(one, id=number) for number, one in enumerate(rows, start=1)], now


@st.composite
def quick(draw: st.DrawFn, number: int, start: datetime) -> list[Happening]:
    """Taken up and ended within days."""
    at, rows = start, []
    ends = draw(st.sampled_from(["done", "done", "declined"]))
    for action, state in (
        ("reported", "new"),
        ("triage", "triaged"),
        ("taken_up", "taken_up"),
        ("close", ends),
    ):
        rows.append(Happening(number, 0, at, action, state))
        at += timedelta(seconds=draw(st.integers(0, 6 * 86_400)))
    return rows


def row_of(one: Happening) -> Row:
    """As the database gives it."""
    detail = WAIT_CODES[one.kind] if one.kind else NEVER
    if isinstance(one.on, date):
        detail = one.on.toordinal()
    return (
        one.case,
        one.id,
        int(one.at.timestamp()),
        _action_of(one),
        STATE_CODES[one.to_state] if one.to_state else NEVER,
        NEVER if one.wait is None else one.wait,
        detail,
    )


def _action_of(one: Happening) -> int:
    if one.reason == "mistake":
        return WAIT_WITHDRAWN
    if one.solved is not None:
        return SOLVED if one.solved else NOT_SOLVED
    return {**ACTIONS, **PROMISES}.get(one.action, OTHER)

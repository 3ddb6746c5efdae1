"""The figures once more, slow and obvious: one case at a time, one event at a time, exact fractions.

Written from the definitions in docs/cijfers-aanjaagteam.md and not from civic/aanjaagteam/flow, which must
give the same numbers on any history (test_flow_twice.py). It shares no code with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from civic.calendar import ZONE, Calendar

ORDER = ["new", "triaged", "taken_up", "decided", "process_changed", "measuring", "done"]
FINAL = ["done", "declined"]
WORKED_ON = ["taken_up", "decided", "process_changed", "measuring", "done"]
WHO = {
    "reporter": "reporter",
    "unit": "inside",
    "management": "inside",
    "council": "outside",
    "other_organisation": "outside",
}
OPENS, CLOSES = time(8, 30), time(17, 0)
OFFICE_SECONDS = 8 * 3600 + 1800
CALENDAR = Calendar()


@dataclass(frozen=True)
class Happening:
    case: int
    id: int
    at: datetime
    action: str
    to_state: str | None = None
    wait: int | None = None
    kind: str | None = None
    on: date | None = None
    reason: str | None = None
    solved: bool | None = None


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZONE)


def work(start: datetime, end: datetime) -> int:
    """Office seconds, day by day."""
    total, day = 0.0, local_day(start)
    while day <= local_day(end):
        if CALENDAR.is_working_day(day):
            opens = max(start.timestamp(), datetime.combine(day, OPENS, tzinfo=ZONE).timestamp())
            closes = min(end.timestamp(), datetime.combine(day, CLOSES, tzinfo=ZONE).timestamp())
            total += max(0.0, closes - opens)
        day += timedelta(days=1)
    return round(total)


@dataclass
class SlowCase:
    number: int
    in_at: datetime
    now: datetime
    state: str = "new"
    visits: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    answered_at: datetime | None = None
    decided_at: datetime | None = None
    table_on: date | None = None
    # after each event who is waited for; every stretch of waiting has a number of its own
    steps: list[tuple[datetime, frozenset[tuple[int, str]]]] = field(default_factory=list)
    running: dict[int, tuple[int, str]] = field(default_factory=dict)
    withdrawn: set[tuple[int, str]] = field(default_factory=set)
    promises: list[tuple[datetime, bool]] = field(default_factory=list)
    verdict: tuple[datetime, bool] | None = None

    # --- walking through the history

    def happen(self, one: Happening) -> None:
        to_state = "new" if one.action == "reported" else one.to_state
        if to_state is not None and to_state != self.state:
            name, entered, _left = self.visits[-1]
            self.visits[-1] = (name, entered, one.at)
            self.visits.append((to_state, one.at, None))
            self.state = to_state
        if one.action in ("triage", "decline", "message_sent") and self.answered_at is None:
            self.answered_at = one.at
        if one.action == "decide" and self.decided_at is None:
            self.decided_at = one.at
        if one.action == "table_discussed" and self.table_on is None:
            self.table_on = max(one.on or local_day(one.at), local_day(self.in_at))
        if one.action == "wait_started" and one.wait not in self.running:
            self.running[one.wait] = (one.id, WHO[one.kind])
        if one.action == "wait_ended" and one.wait in self.running:
            stretch = self.running.pop(one.wait)
            if one.reason == "mistake":
                self.withdrawn.add(stretch)
        if one.action in ("promise_kept", "promise_broken"):
            self.promises.append((one.at, one.action == "promise_kept"))
        if one.action == "verdict_given":
            self.verdict = (one.at, bool(one.solved))
        self.steps.append((one.at, frozenset(self.running.values())))

    @property
    def waits(self) -> list[tuple[datetime, frozenset[str]]]:
        return [(at, frozenset(who for _number, who in kinds - self.withdrawn)) for at, kinds in self.steps]

    # --- moments

    @property
    def ended_at(self) -> datetime | None:
        return self.visits[-1][1] if self.state in FINAL else None

    @property
    def done_at(self) -> datetime | None:
        return self.ended_at if self.state == "done" else None

    @property
    def taken_up_at(self) -> datetime | None:
        return next((entered for name, entered, _left in self.visits if name in WORKED_ON), None)

    @property
    def stands_at(self) -> datetime:
        return self.ended_at or self.now

    def reached(self, rank: int) -> datetime | None:
        for name, entered, _left in self.visits:
            if (len(ORDER) - 1 if name == "declined" else ORDER.index(name)) >= rank:
                return entered
        return None

    # --- figures

    @property
    def lead(self) -> int:
        return work(self.in_at, self.stands_at)

    def dwell(self) -> dict[str, int]:
        found = dict.fromkeys([*ORDER, "declined"], 0)
        for name, entered, left in self.visits:
            found[name] += work(entered, left if left is not None else self.stands_at)
        return found

    def waited(self, who: str | None = None) -> int:
        """Step from event to event; count the step when somebody (this one) is waited for in it."""
        total = 0
        ends = [moment for moment, _who in self.waits[1:]] + [self.stands_at]
        for (begin, kinds), end in zip(self.waits, ends, strict=True):
            if (who in kinds) if who else kinds:
                total += work(min(begin, self.stands_at), min(end, self.stands_at))
        return total

    def left(self, state: str) -> datetime | None:
        """The last time this state was left, unless the case is in it now."""
        return (
            None
            if self.state == state
            else next((left for name, _entered, left in reversed(self.visits) if name == state), None)
        )

    def age_when(self, state: str, until: datetime) -> int:
        return work(self.taken_up_at if state in WORKED_ON else self.in_at, until)


def cases_of(history: list[Happening], now: datetime) -> list[SlowCase]:
    found: dict[int, SlowCase] = {}
    for one in sorted(history, key=lambda one: (one.at, one.id)):
        if one.at > now:
            continue
        if one.case not in found:
            if one.action != "reported":
                continue
            found[one.case] = SlowCase(one.case, one.at, now, visits=[("new", one.at, None)])
        found[one.case].happen(one)
    return [found[number] for number in sorted(found)]


# --- figures over cases


def nearest_rank(values: list[int], percent: int) -> int:
    rank = -(-Fraction(percent * len(values), 100) // 1)
    return sorted(values)[max(1, int(rank)) - 1]


def measure(cases: list[SlowCase], name: str) -> list[tuple[int, int, datetime]]:
    """(case, value in seconds, when it was settled) of the cases that have it."""
    found = []
    for one in cases:
        if name == "reaction" and one.answered_at:
            found.append((one.number, work(one.in_at, one.answered_at), one.answered_at))
        if name == "knot" and one.decided_at:
            found.append((one.number, work(one.in_at, one.decided_at), one.decided_at))
        if name == "table" and one.table_on:
            days = (one.table_on - local_day(one.in_at)).days
            found.append((one.number, days * 86_400, midnight_after(one.table_on - timedelta(days=1))))
        if one.done_at is None:
            continue
        if name == "lead":
            found.append((one.number, round(one.done_at.timestamp() - one.in_at.timestamp()), one.done_at))
        if name == "work":
            found.append((one.number, one.lead, one.done_at))
        if name == "cycle":
            found.append((one.number, work(one.taken_up_at, one.done_at), one.done_at))
        if name == "wait":
            found.append((one.number, one.waited(), one.done_at))
    return found


def under_way(cases: list[SlowCase], day: date) -> int:
    end = midnight_after(day)
    return sum(
        1
        for one in cases
        if one.taken_up_at and one.taken_up_at < end and not (one.ended_at and one.ended_at < end)
    )


def cumulative(cases: list[SlowCase], day: date) -> list[int]:
    end = midnight_after(day)
    return [
        sum(1 for one in cases if one.reached(rank) and one.reached(rank) < end) for rank in range(len(ORDER))
    ]


def in_week(moment: datetime | None, monday: date) -> bool:
    return moment is not None and monday <= local_day(moment) <= monday + timedelta(days=6)


def week(cases: list[SlowCase], monday: date) -> tuple[int, int, int]:
    """Came in, done, declined."""
    return (
        sum(in_week(one.in_at, monday) for one in cases),
        sum(in_week(one.done_at, monday) for one in cases),
        sum(in_week(one.ended_at, monday) for one in cases if one.state == "declined"),
    )


def little(cases: list[SlowCase], first: date, last: date) -> tuple[int, bool | None]:
    """How many ended, and is abs(mean(WIP) / (X · mean(C)) − 1) > 0.25? None when there is nothing to say."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if CALENDAR.is_working_day(day)]
    ended = [
        one for one in cases if one.taken_up_at and one.ended_at and first <= local_day(one.ended_at) <= last
    ]
    cycles = [Fraction(work(one.taken_up_at, one.ended_at), OFFICE_SECONDS) for one in ended]
    if len(ended) < 10 or not sum(cycles):
        return len(ended), None
    mean_wip = Fraction(sum(under_way(cases, day) for day in days), len(days))
    throughput, mean_cycle = Fraction(len(ended), len(days)), sum(cycles) / len(cycles)
    return len(ended), abs(mean_wip / (throughput * mean_cycle) - 1) > Fraction(1, 4)


def promised(cases: list[SlowCase], first: date, last: date) -> list[tuple[int, datetime, bool]]:
    """(case, when, kept?) of every promise that ended in this period."""
    return [
        (one.number, at, kept) for one in cases for at, kept in one.promises if first <= local_day(at) <= last
    ]


def solved(cases: list[SlowCase], first: date, last: date) -> list[tuple[int, datetime, bool]]:
    """(case, when, solved?): the last word of each reporter, where it was said in this period."""
    said = [(one.number, *one.verdict) for one in cases if one.verdict is not None]
    return [one for one in said if first <= local_day(one[1]) <= last]


def survival(pairs: list[tuple[int, bool]]) -> list[tuple[int, Fraction]]:
    """(t, S(t)) for each time at which something was done."""
    share, found = Fraction(1), []
    for moment in sorted({seconds for seconds, is_done in pairs if is_done}):
        done = sum(1 for seconds, is_done in pairs if is_done and seconds == moment)
        at_risk = sum(1 for seconds, _is_done in pairs if seconds >= moment)
        share *= 1 - Fraction(done, at_risk)
        found.append((moment, share))
    return found


def survives(curve: list[tuple[int, Fraction]], moment: int) -> Fraction:
    return next((share for time_, share in reversed(curve) if time_ <= moment), Fraction(1))


def median(curve: list[tuple[int, Fraction]]) -> int | None:
    return next((moment for moment, share in curve if share <= Fraction(1, 2)), None)


def more(curve: list[tuple[int, Fraction]], age: int, percent: int) -> int | None:
    """The smallest x with 1 − S(a+x)/S(a) ≥ p."""
    reached = survives(curve, age)
    if reached == 0:
        return None
    for moment, share in curve:
        if moment >= age and 1 - share / reached >= Fraction(percent, 100):
            return moment - age
    return None

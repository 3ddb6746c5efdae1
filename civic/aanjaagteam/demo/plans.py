"""When each of the made-up reports came in, and where it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from civic.aanjaagteam.demo.items import Item, read_items
from civic.aanjaagteam.states import State
from civic.regions.queries import municipalities

LONGEST = 210  # days; the bench
# days; an answer that is promised within ten working days must still be true
STILL_PROMISED = 10
DECIDE_NOW = frozenset({0, 3, 6, 10, 13, 15, 20, 23, 26, 30, 33, 36, 40, 43, 46, 50, 53, 55})
TAKEN_UP = frozenset({20, 21, 23, 26, 28, 30, 34, 36, 38, 40, 50, 51})
TRIAGED = frozenset({22, 24, 25, 27, 29, 31, 46, 52, 58})
NEW = {44: 9, 48: 6, 54: 4, 56: 2}  # with how many days ago
# the team let these wait too long for a first answer, so they climbed by themselves
LATE = frozenset({7, 38, 45})
# open reports with a knot: days ago that it came in, was decided, that the process changed and was measured
KNOTS: dict[int, tuple[int, ...]] = {
    0: (150, 52),
    1: (110, 70, 45, 20),
    3: (100, 62, 30),
    4: (45, 18),
    6: (90, 47),
    7: (125, 80, 40),
    8: (135, 92, 60, 33),
    9: (110, 55),
    10: (80, 58, 26),
    11: (40, 12),
}
KNOT_STATES = {
    2: State.DECIDED,
    3: State.PROCESS_CHANGED,
    4: State.MEASURING,
}
CLOSED_FIRST, CLOSED_EVERY = 9, 12  # days ago


@dataclass(frozen=True)
class Plan:
    """One report of the demo: what it is about, where it is and where it stands. Days are days ago."""

    number: int
    item: Item
    title: str
    story: str
    state: State
    municipality_id: int | None
    waits: int
    reported: int
    ended: int = 0
    decided: int | None = None
    changed: int | None = None
    measured: int | None = None

    @property
    def address(self) -> str:
        return f"melder{self.number}@example.nl" if self.number % 10 in (2, 4, 6, 8) else ""

    @property
    def triaged(self) -> int:
        wait = 19 if self.number in LATE else 1 + self.number % 4
        return max(1, self.reported - wait)

    @property
    def taken_up(self) -> int:
        return max(1, self.triaged - 3 - self.number * 5 % 11)

    @property
    def marked(self) -> int:
        """When somebody saw that it can be decided now: a few days before it was, or lately."""
        until = self.decided or self.ended
        return until + 3 if until else 1 + self.number % 4


def plans() -> list[Plan]:
    everywhere = municipalities()
    place = {one.code: one.id for one in everywhere}
    rest = cycle([*(one.id for one in everywhere), None])
    items = read_items()
    found = []
    for number in range(2 * len(items) - 1):  # the sixtieth is an improvement (stories.toml)
        item = items[number % len(items)]
        elsewhere = next(rest)
        is_first = number < len(items)
        code = item.place if is_first else item.again_place
        municipality_id = place[code] if code else elsewhere
        found.append(_plan(number, item, municipality_id, is_first))
    return found


def _plan(number: int, item: Item, municipality_id: int | None, is_first: bool) -> Plan:
    title, story = (item.title, item.story) if is_first else (item.again_title, item.again_story)
    waits = LONGEST if number == 0 else 42 + number * 37 % 60 * 27 // 10
    common = (number, item, title, story)
    if number in KNOTS:
        days = KNOTS[number]
        rest = (*days[1:], None, None)[:3]
        return Plan(
            *common,
            KNOT_STATES[len(days)],
            municipality_id,
            max(waits, days[0] + 6),
            days[0],
            decided=rest[0],
            changed=rest[1],
            measured=rest[2],
        )
    if number in NEW:
        return Plan(*common, State.NEW, municipality_id, waits, NEW[number])
    if number in TAKEN_UP | TRIAGED:
        state = State.TAKEN_UP if number in TAKEN_UP else State.TRIAGED
        reported = min(waits - 4, 31 + number * 7 % 47)
        return Plan(*common, state, municipality_id, waits, reported)
    if is_first and item.refusal:
        ended = 24 + number % 4 * 61
        return Plan(*common, State.DECLINED, municipality_id, ended + waits, ended + 8, ended=ended)
    return _done(common, municipality_id, waits)


def _done(common: tuple[int, Item, str, str], municipality_id: int | None, waits: int) -> Plan:
    """Spread over the year, so that every month something was finished."""
    number, item = common[0], common[1]
    # reckoned from the number, so that what began together did not end together
    ended = CLOSED_FIRST + number * 11 % 24 * CLOSED_EVERY
    lead = min(waits - 5, 38 + number * 13 % 55)
    decided = ended + lead // 3 if item.knot and number < len(KNOTS) + 2 else None
    return Plan(
        *common, State.DONE, municipality_id, ended + waits, ended + lead, ended=ended, decided=decided
    )

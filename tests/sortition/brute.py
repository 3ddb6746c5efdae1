"""The truth about tiny problems: every panel is listed; chances are fractions, optima one small program."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from civic.sortition import Pool, Problem, Quota, files
from civic.sortition.highs import INFINITY, Program, Solver, Status, dense
from civic.sortition.lottery import TOTAL, Lottery
from civic.sortition.stream import Stream

POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"
Panel = frozenset[str]
Outcome = TypeVar("Outcome")


def benchmark(name: str) -> Problem:
    quotas, errors = files.read_categories(POOLS / name / "categories.csv")
    pool, more = files.read_respondents(POOLS / name / "respondents.csv", quotas)
    assert errors == more == []
    assert pool is not None
    return Problem(pool, quotas, int(name.rsplit("_", 1)[1]))


def seats_for(problem: Problem, panel: Iterable[str], quota: Quota) -> int:
    members, features = set(panel), problem.pool.features
    rows = zip(problem.pool.ids, problem.pool.values, strict=True)
    answers = [dict(zip(features, row, strict=True)) for one, row in rows if one in members]
    return sum(
        all(row[feature] == value for feature, value in quota.condition)
        and (not quota.constituencies or row[problem.constituency] in quota.constituencies)
        for row in answers
    )


def allowed(problem: Problem, panel: Iterable[str]) -> bool:
    """Everything but the quotas: the fixed members are in, no excluded one is, one member per address."""
    members = set(panel)
    if not members.issuperset(problem.fixed) or not members.isdisjoint(problem.excluded):
        return False
    if not problem.address_rule:
        return True
    pairs = zip(problem.pool.ids, problem.pool.addresses, strict=True)
    homes = [home for one, home in pairs if one in members and home not in ("", *problem.exempt_addresses)]
    return len(homes) == len(set(homes))


def meets(problem: Problem, panel: Iterable[str]) -> bool:
    members = set(panel)
    return allowed(problem, members) and all(
        q.minimum <= seats_for(problem, members, q) <= q.maximum for q in problem.quotas
    )


def all_panels(problem: Problem) -> list[Panel]:
    return [frozenset(c) for c in combinations(problem.pool.ids, problem.size) if meets(problem, c)]


def drawable(problem: Problem) -> list[str]:
    """Not fixed, not excluded, and at no fixed member's address: who has a chance to speak of, perhaps 0."""
    out = {*problem.fixed, *problem.excluded}
    return [one for one in problem.pool.ids if one not in out and allowed(problem, [*problem.fixed, one])]


def chances(problem: Problem, lottery: Lottery) -> dict[str, Fraction]:
    """Added up by hand from panels and weights, person by person."""
    found = dict.fromkeys(drawable(problem), Fraction(0))
    for panel, weight in zip(lottery.panels, lottery.weights, strict=True):
        for group, seats in panel:
            members = lottery.groups[group]
            for member in members:
                found[member] += Fraction(weight * seats, TOTAL * len(members))
    return found


class EveryWay(Stream):
    """All ways that chance can go, one after the other: `for outcome, chance in EveryWay.of(deal)`."""

    def __init__(self, way: list[int]) -> None:
        super().__init__("")
        self._way = way
        self.limits: list[int] = []

    def below(self, limit: int) -> int:
        self.limits.append(limit)
        if len(self._way) < len(self.limits):
            self._way.append(0)
        return self._way[len(self.limits) - 1]

    @classmethod
    def of(cls, deal: Callable[[Stream], Outcome]) -> Iterator[tuple[Outcome, Fraction]]:
        """What `deal` makes of each way, with the exact chance of that way."""
        way: list[int] = []
        while True:
            stream = cls(way)
            yield deal(stream), Fraction(1, math.prod(stream.limits))
            while way and way[-1] + 1 == stream.limits[len(way) - 1]:
                way.pop()
            if not way:
                return
            way[-1] += 1


def leximin(problem: Problem, panels: list[Panel]) -> dict[str, float]:
    """Leximin over all distributions of the panels: level by level, with one program per open person.

    A person is settled when no distribution that keeps all levels gives that person more. Who is in no panel
    gets 0.
    """
    listed = drawable(problem)
    possible = [one for one in listed if any(one in panel for panel in panels)]
    settled: dict[str, float] = {}
    while len(settled) < len(possible):
        open_ones = [one for one in possible if one not in settled]
        level = _best(panels, settled, dict.fromkeys(open_ones, 1.0), {})
        kept = dict.fromkeys(open_ones, level - 1e-9)
        stuck = [one for one in open_ones if _best(panels, settled, {one: 1.0}, kept) <= level + 1e-6]
        assert stuck
        settled.update(dict.fromkeys(stuck, level))
    return dict.fromkeys(listed, 0.0) | settled


def _best(
    panels: list[Panel], settled: dict[str, float], raised: dict[str, float], kept: dict[str, float]
) -> float:
    """max z with p_i >= z for `raised`, p_i >= level for `settled` and `kept`."""
    floors = {one: level - 1e-9 for one, level in settled.items()} | kept
    rows = [[float(one in panel) for panel in panels] + [-1.0] for one in raised]
    rows += [[float(one in panel) for panel in panels] + [0.0] for one in floors]
    rows.append([1.0] * len(panels) + [0.0])
    low = [0.0] * len(raised) + list(floors.values()) + [1.0]
    answer = Solver(
        Program(
            cost=np.append(np.zeros(len(panels)), 1.0),
            lower=np.zeros(len(panels) + 1),
            upper=np.ones(len(panels) + 1),
            matrix=dense(np.array(rows)),
            row_lower=np.array(low),
            row_upper=np.array([INFINITY] * (len(low) - 1) + [1.0]),
        )
    ).run()
    assert answer.status is Status.OPTIMAL
    return answer.value


def smallest_change(problem: Problem) -> float | None:
    """The least weighted move of quota bounds that lets some panel in; moves beyond `flex` count first. None
    where no move helps."""
    found = [
        sum(_move(quota, seats_for(problem, panel, quota)) for quota in problem.quotas)
        for panel in combinations(problem.pool.ids, problem.size)
        if allowed(problem, panel)
    ]
    return min(found, default=None)


def _move(quota: Quota, seats: int) -> float:
    return price(quota, (min(quota.minimum, seats), max(quota.maximum, seats)))


def price(quota: Quota, new: tuple[int, int]) -> float:
    """What the move of the quota to new, wider bounds costs."""
    low, high = quota.flex or new
    inside = quota.minimum - max(new[0], low) + min(new[1], high) - quota.maximum
    outside = max(0, low - new[0]) + max(0, new[1] - high)
    return quota.weight * (inside + 1000 * outside)


def yes_or_no(answers: list[str], yes: list[int], size: int) -> Problem:
    """Exactly `yes[j]` of the seats for those who say 1 on feature j."""
    features = tuple(f"f{place}" for place in range(len(yes)))
    pool = Pool(features, tuple(f"p{one}" for one in range(len(answers))), tuple(map(tuple, answers)))
    quotas = []
    for feature, seats in zip(features, yes, strict=True):
        quotas += [Quota({feature: "1"}, seats, seats), Quota({feature: "0"}, size - seats, size - seats)]
    return Problem(pool, tuple(quotas), size)


# No lottery reaches the relaxation here: it gives everybody 2/5, the best lottery 1/3.
LOOSE = yes_or_no(["101", "010", "001", "111", "010", "100", "001", "110", "010"], [2, 2, 2], 4)


@st.composite
def questions(draw: st.DrawFn, *, strict: bool = False, plain: bool = False) -> Problem:
    """Any tiny question: up to nine people, four features, sometimes a joint quota; unless `plain` also
    quotas for one constituency only, addresses, fixed and excluded people. Strict ones may fail, and have
    prices for moving their quotas."""
    number = draw(st.integers(3, 9))
    size = draw(st.integers(1, min(number, 4)))
    values = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rows = tuple(tuple(f"v{draw(st.integers(1, most))}" for most in values) for _ in range(number))
    features = tuple(f"f{place}" for place in range(len(values)))
    pool = Pool(features, tuple(f"p{one}" for one in range(number)), rows)
    rules = {} if plain else draw(house_rules(pool, size))
    if rules.get("address_rule"):
        homes = st.sampled_from(["", "a", "b", "c", "flat"])
        pool = dataclasses.replace(pool, addresses=tuple(draw(homes) for _ in range(number)))
        rules["fixed"] = _apart(pool, rules)
    # round the answers of a real set of people: possible; round any answers: perhaps not
    wanted = _some_panel(pool, size, rules, draw(st.permutations(range(number))))
    if strict or draw(st.booleans()):
        wanted = [tuple(f"v{draw(st.integers(1, most))}" for most in values) for _ in range(size)]
    quotas = []
    bound = () if plain or len(values) == 1 or draw(st.booleans()) else ("v1",)
    for place, feature in enumerate(features):
        within = bound if place == 1 else ()
        have = Counter(row[place] for row in wanted if not within or row[0] in within)
        for value in sorted(have | Counter({f"v{one}": 1 for one in range(1, values[place] + 1)})):
            less, more = (0, 0) if strict else (draw(st.integers(0, 1)), draw(st.integers(0, 1)))
            bounds = max(0, have[value] - less), have[value] + more
            quotas.append(_quota(draw, {feature: value}, bounds, within, priced=strict and not plain))
    if len(features) > 1 and draw(st.booleans()):
        quotas.append(Quota({"f0": "v1", "f1": "v1"}, draw(st.integers(0, 1)), draw(st.integers(1, 2))))
    return Problem(pool, tuple(quotas), size, constituency="f0" if bound else "", **rules)


@st.composite
def house_rules(draw: st.DrawFn, pool: Pool, size: int) -> dict[str, Any]:
    """Addresses or not, and some people with a seat already or without a chance."""
    some = draw(st.permutations(pool.ids))
    seated = draw(st.sampled_from([0, 0, min(1, size - 1), min(2, size - 1)]))
    out = draw(st.sampled_from([0, 0, 1, 2]))
    return {
        "address_rule": draw(st.booleans()),
        "exempt_addresses": ("flat",) if draw(st.booleans()) else (),
        "fixed": tuple(some[:seated]),
        "excluded": tuple(some[seated : min(seated + out, len(some) - 1)]),
    }


def _apart(pool: Pool, rules: dict[str, Any]) -> tuple[str, ...]:
    """The fixed members, but not a second one at an address."""
    kept: dict[str, str] = {}
    for member in rules["fixed"]:
        home = pool.addresses[pool.ids.index(member)]
        kept.setdefault(member if home in ("", *rules["exempt_addresses"]) else f"at {home}", member)
    return tuple(kept.values())


def _some_panel(pool: Pool, size: int, rules: dict[str, Any], order: list[int]) -> list[tuple[str, ...]]:
    """The answers of some people who could sit together; where they are too few, of others as well."""
    problem = Problem(pool, (), size, **rules)
    members = list(problem.fixed)
    for place in order:
        if len(members) < size and pool.ids[place] in drawable(problem):
            members += [pool.ids[place]] if allowed(problem, [*members, pool.ids[place]]) else []
    answers = [pool.values[pool.ids.index(one)] for one in members]
    return answers + list(pool.values[: size - len(answers)])


def _quota(
    draw: st.DrawFn,
    condition: dict[str, str],
    bounds: tuple[int, int],
    within: tuple[str, ...],
    *,
    priced: bool,
) -> Quota:
    if not priced or draw(st.booleans()):
        return Quota(condition, *bounds, constituencies=within)
    low, high = draw(st.integers(0, bounds[0])), bounds[1] + draw(st.integers(0, 2))
    flex = draw(st.sampled_from([None, (low, high)]))
    return Quota(
        condition, *bounds, constituencies=within, weight=draw(st.sampled_from([0.5, 1, 3])), flex=flex
    )

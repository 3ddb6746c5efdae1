"""The truth about tiny problems: every panel is listed; chances are fractions, optima one small program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from civic.sortition import Pool, Problem, Quota, files
from civic.sortition.highs import INFINITY, Program, Solver, Status, dense
from civic.sortition.lottery import TOTAL, Lottery

POOLS = Path(__file__).resolve().parents[2] / "benchmarks" / "pools"
Panel = frozenset[str]


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
    return sum(all(row[feature] == value for feature, value in quota.condition) for row in answers)


def meets(problem: Problem, panel: Iterable[str]) -> bool:
    return all(q.minimum <= seats_for(problem, panel, q) <= q.maximum for q in problem.quotas)


def all_panels(problem: Problem) -> list[Panel]:
    return [frozenset(c) for c in combinations(problem.pool.ids, problem.size) if meets(problem, c)]


def chances(problem: Problem, lottery: Lottery) -> dict[str, Fraction]:
    """Added up by hand from panels and weights, person by person."""
    found = dict.fromkeys(problem.pool.ids, Fraction(0))
    for panel, weight in zip(lottery.panels, lottery.weights, strict=True):
        for group, seats in panel:
            members = lottery.groups[group]
            for member in members:
                found[member] += Fraction(weight * seats, TOTAL * len(members))
    return found


def leximin(problem: Problem, panels: list[Panel]) -> dict[str, float]:
    """Leximin over all distributions of the panels: level by level, with one program per open person.

    A person is settled when no distribution that keeps all levels gives that person more. Who is in no panel
    gets 0.
    """
    possible = [one for one in problem.pool.ids if any(one in panel for panel in panels)]
    settled: dict[str, float] = {}
    while len(settled) < len(possible):
        open_ones = [one for one in possible if one not in settled]
        level = _best(panels, settled, dict.fromkeys(open_ones, 1.0), {})
        kept = dict.fromkeys(open_ones, level - 1e-9)
        stuck = [one for one in open_ones if _best(panels, settled, {one: 1.0}, kept) <= level + 1e-6]
        assert stuck
        settled.update(dict.fromkeys(stuck, level))
    return dict.fromkeys(problem.pool.ids, 0.0) | settled


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


def smallest_change(problem: Problem) -> int:
    """The least total move of quota bounds that lets some panel in."""
    return min(
        sum(max(q.minimum - s, s - q.maximum, 0) for q in problem.quotas for s in [seats_for(problem, c, q)])
        for c in combinations(problem.pool.ids, problem.size)
    )


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
def questions(draw: st.DrawFn, *, strict: bool = False) -> Problem:
    """Any tiny question: up to nine people, four features, sometimes a joint quota. Strict ones may fail."""
    number = draw(st.integers(3, 9))
    size = draw(st.integers(1, min(number, 4)))
    values = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    rows = tuple(tuple(f"v{draw(st.integers(1, most))}" for most in values) for _ in range(number))
    features = tuple(f"f{place}" for place in range(len(values)))
    # round the answers of a real set of people: possible; round any answers: perhaps not
    wanted = draw(st.permutations(rows))[:size]
    if strict or draw(st.booleans()):
        wanted = [tuple(f"v{draw(st.integers(1, most))}" for most in values) for _ in range(size)]
    quotas = []
    for place, feature in enumerate(features):
        have = Counter(row[place] for row in wanted)
        for value in sorted(have | Counter({f"v{one}": 1 for one in range(1, values[place] + 1)})):
            less, more = (0, 0) if strict else (draw(st.integers(0, 1)), draw(st.integers(0, 1)))
            quotas.append(Quota({feature: value}, max(0, have[value] - less), have[value] + more))
    if len(features) > 1 and draw(st.booleans()):
        quotas.append(Quota({"f0": "v1", "f1": "v1"}, draw(st.integers(0, 1)), draw(st.integers(1, 2))))
    return Problem(Pool(features, tuple(f"p{one}" for one in range(number)), rows), tuple(quotas), size)

"""Checking a lottery against its problem, with an own reading of the rules.

Shares no code with the search (import-linter forbids it): quotas are counted person by person, chances are
added up as fractions. What cannot be checked without a solver is said in `notes`, never passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import Param, ProblemError
from .lottery import OBJECTIVES, TOTAL, Lottery
from .problem import Problem, Quota

ROUNDING = 1e-9
NOT_REPROVED = (
    "De bovengrens is hier niet opnieuw bewezen.",
    "Dat een groep geen kans kan hebben, is hier niet opnieuw bewezen.",
)


@dataclass(frozen=True)
class Report:
    """`failures` says what is wrong (empty: accepted), `notes` what was not checked."""

    failures: tuple[ProblemError, ...]
    notes: tuple[str, ...] = NOT_REPROVED

    @property
    def ok(self) -> bool:
        return not self.failures


def verify(problem: Problem, lottery: Lottery) -> Report:
    """Every panel against every quota, sizes, ids, weights; the claims against what follows from the
    panels."""
    shape = [
        *_header(problem, lottery),
        *_groups(problem, lottery),
        *_weights(lottery),
        *_panels(problem, lottery),
    ]
    if shape:
        return Report(tuple(shape))
    return Report((*_quotas(problem, lottery), *_claims(lottery)))


def _header(problem: Problem, lottery: Lottery) -> Iterator[ProblemError]:
    if lottery.digest != problem.digest:
        yield ProblemError("other_problem")
    if lottery.objective not in OBJECTIVES:
        yield ProblemError("unknown_objective", {"objective": lottery.objective[:40]})


def _groups(problem: Problem, lottery: Lottery) -> Iterator[ProblemError]:
    """Everyone is in exactly one group, and nobody in a group differs from the others for any quota."""
    listed = Counter(member for members in lottery.groups for member in members)
    for member in problem.pool.ids:
        if listed[member] != 1:
            yield ProblemError("not_in_one_group", {"id": member, "times": listed[member]})
    for member in sorted(set(listed) - set(problem.pool.ids)):
        yield ProblemError("unknown_member", {"id": member})
    matched = _matched(problem)
    for number, members in enumerate(lottery.groups):
        if not members:
            yield ProblemError("empty_group", {"group": number})
        if len({matched[member] for member in members if member in matched}) > 1:
            yield ProblemError("mixed_group", {"group": number})


def _matched(problem: Problem) -> dict[str, tuple[bool, ...]]:
    """Per person which quotas count that person."""
    place = {feature: number for number, feature in enumerate(problem.pool.features)}
    return {
        member: tuple(
            all(row[place[feature]] == value for feature, value in q.condition) for q in problem.quotas
        )
        for member, row in zip(problem.pool.ids, problem.pool.values, strict=True)
    }


def _weights(lottery: Lottery) -> Iterator[ProblemError]:
    if not lottery.panels or len(lottery.panels) != len(lottery.weights):
        yield ProblemError(
            "panels_and_weights", {"panels": len(lottery.panels), "weights": len(lottery.weights)}
        )
    if any(weight < 1 for weight in lottery.weights) or sum(lottery.weights) != TOTAL:
        yield ProblemError("weights_wrong")


def _panels(problem: Problem, lottery: Lottery) -> Iterator[ProblemError]:
    for number, panel in enumerate(lottery.panels):
        groups = [group for group, _seats in panel]
        if groups != sorted(set(groups)) or not all(0 <= group < len(lottery.groups) for group in groups):
            yield ProblemError("panel_groups", {"panel": number})
        elif any(not 1 <= seats <= len(lottery.groups[group]) for group, seats in panel):
            yield ProblemError("panel_seats", {"panel": number})
        elif sum(seats for _group, seats in panel) != problem.size:
            yield ProblemError("panel_size", {"panel": number, "size": problem.size})


def _quotas(problem: Problem, lottery: Lottery) -> Iterator[ProblemError]:
    matched = _matched(problem)
    of_group = [matched[members[0]] for members in lottery.groups]
    for number, panel in enumerate(lottery.panels):
        for column, quota in enumerate(problem.quotas):
            seats = sum(taken for group, taken in panel if of_group[group][column])
            if not quota.minimum <= seats <= quota.maximum:
                yield _missed(number, quota, seats)


def _missed(number: int, quota: Quota, seats: int) -> ProblemError:
    params: dict[str, Param] = {
        "panel": number,
        "quota": quota.label,
        "seats": seats,
        "min": quota.minimum,
        "max": quota.maximum,
    }
    return ProblemError("quota_missed", params)


def _claims(lottery: Lottery) -> Iterator[ProblemError]:
    """The bound, the targets and who has no chance must agree with each other and with the panels."""
    out = set(lottery.impossible)
    without = {
        m
        for members, p in zip(lottery.groups, lottery.group_probabilities, strict=True)
        for m in members
        if not p
    }
    if not out <= without:
        yield ProblemError("impossible_but_chosen", {"count": len(out - without)})
        return
    if not _bound_fits(lottery, out):
        yield ProblemError("bound_and_targets")
    if lottery.statistics["min"] > lottery.upper_bound + ROUNDING:
        yield ProblemError("above_the_bound")


def _bound_fits(lottery: Lottery, out: set[str]) -> bool:
    """One target per group, a probability, and the bound is the smallest of them. (No comparison holds for
    NaN.)"""
    if len(lottery.targets) != len(lottery.groups):
        return False
    pairs = zip(lottery.groups, lottery.targets, strict=True)
    possible = [target for members, target in pairs if members[0] not in out]
    return all(0 <= one <= 1 for one in possible) and abs(min(possible) - lottery.upper_bound) <= ROUNDING

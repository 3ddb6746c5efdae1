"""Shape: groups, households, panels, weights and cuts that fit the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..errors import Param, ProblemError
from ..lottery import OBJECTIVES, TOTAL, Lottery, Seats
from ..problem import Problem
from .reading import Reading, household_classes


def shape_errors(reading: Reading, lottery: Lottery) -> list[ProblemError]:
    """Everything that is wrong with the groups first; the panels are read by group after that."""
    errors = [
        *_header(reading.problem, lottery),
        *_groups(reading, lottery),
        *_twice(lottery),
        *_weights(lottery),
        *_targets_and_cuts(lottery),
    ]
    errors = errors or [*_alike(reading, lottery), *_panels(reading, lottery)]
    return errors or [*_quotas(reading, lottery), *_homes(lottery), *_cuts(lottery)]


def _header(problem: Problem, lottery: Lottery) -> Iterator[ProblemError]:
    if lottery.digest != problem.digest:
        yield ProblemError("other_problem")
    if lottery.objective not in OBJECTIVES:
        yield ProblemError("unknown_objective", {"objective": lottery.objective[:40]})
    if lottery.fixed != problem.fixed:
        yield ProblemError("other_fixed")


def _groups(reading: Reading, lottery: Lottery) -> Iterator[ProblemError]:
    """Everyone who can be drawn is in exactly one group, and nobody else is in any."""
    listed = Counter(member for members in lottery.groups for member in members)
    for member in reading.drawable:
        if listed[member] != 1:
            yield ProblemError("not_in_one_group", {"id": member, "times": listed[member]})
    for member in sorted(set(listed) - set(reading.drawable)):
        code = "cannot_be_drawn" if member in reading.counted else "unknown_member"
        yield ProblemError(code, {"id": member})
    for number, members in enumerate(lottery.groups):
        if not members:
            yield ProblemError("empty_group", {"group": number})
        if list(members) != sorted(members):
            yield ProblemError("group_order", {"group": number})
    if lottery.households != reading.households:
        yield from _other_households(set(reading.households), set(lottery.households))


def _other_households(asked: set[tuple[str, ...]], given: set[tuple[str, ...]]) -> Iterator[ProblemError]:
    for household in sorted(asked - given):
        yield ProblemError("household_missing", {"ids": ", ".join(household)})
    for household in sorted(given - asked):
        yield ProblemError("household_unknown", {"ids": ", ".join(household)})
    if asked == given:
        yield ProblemError("household_order")


def _weights(lottery: Lottery) -> Iterator[ProblemError]:
    if not lottery.panels or len(lottery.panels) != len(lottery.weights):
        yield ProblemError(
            "panels_and_weights", {"panels": len(lottery.panels), "weights": len(lottery.weights)}
        )
    if any(weight < 1 for weight in lottery.weights) or sum(lottery.weights) != TOTAL:
        yield ProblemError("weights_wrong")


def _targets_and_cuts(lottery: Lottery) -> Iterator[ProblemError]:
    if len(lottery.targets) != len(lottery.groups):
        yield ProblemError("bound_and_targets")
    for number, cut in enumerate(lottery.cuts):
        if not _are_groups([group for group, _weight in cut.weights], lottery):
            yield ProblemError("cut_groups", {"cut": number})


def _are_groups(groups: list[int], lottery: Lottery) -> bool:
    """Ascending, each once, all there."""
    return groups == sorted(set(groups)) and all(0 <= group < len(lottery.groups) for group in groups)


def _alike(reading: Reading, lottery: Lottery) -> Iterator[ProblemError]:
    """Nobody in a group differs from the others: not for any quota, and not in whom they live with, counted
    per group. So the seats of a panel can be dealt over households in chance order."""
    group_of = {member: number for number, members in enumerate(lottery.groups) for member in members}
    company = {
        member: tuple(sorted(group_of[other] for other in household))
        for household in lottery.households
        for member in household
    }
    for number, members in enumerate(lottery.groups):
        if len({reading.counted[member] for member in members}) > 1:
            yield ProblemError("mixed_group", {"group": number})
        if len({company.get(member, ()) for member in members}) > 1:
            yield ProblemError("mixed_households", {"group": number})


def _twice(lottery: Lottery) -> Iterator[ProblemError]:
    first: dict[Seats, int] = {}
    for number, panel in enumerate(lottery.panels):
        if first.setdefault(panel, number) != number:
            yield ProblemError("panel_twice", {"panel": number, "first": first[panel]})


def _panels(reading: Reading, lottery: Lottery) -> Iterator[ProblemError]:
    for number, panel in enumerate(lottery.panels):
        if not _are_groups([group for group, _seats in panel], lottery):
            yield ProblemError("panel_groups", {"panel": number})
        elif any(not 1 <= seats <= len(lottery.groups[group]) for group, seats in panel):
            yield ProblemError("panel_seats", {"panel": number})
        elif sum(seats for _group, seats in panel) != reading.seats:
            yield ProblemError("panel_size", {"panel": number, "size": reading.seats})


def _quotas(reading: Reading, lottery: Lottery) -> Iterator[ProblemError]:
    counted = [reading.counted[members[0]] for members in lottery.groups]
    for number, panel in enumerate(lottery.panels):
        totals = list(reading.seated)
        for group, seats in panel:
            for place, yes in enumerate(counted[group]):
                totals[place] += seats * yes
        for quota, seats in zip(reading.problem.quotas, totals, strict=True):
            if not quota.minimum <= seats <= quota.maximum:
                params: dict[str, Param] = {"panel": number, "quota": quota.label, "seats": seats}
                yield ProblemError("quota_missed", {**params, "min": quota.minimum, "max": quota.maximum})


def _homes(lottery: Lottery) -> Iterator[ProblemError]:
    """At most one seat per household: so at most as many as a class has households."""
    of_group, homes = {}, []
    for place, (groups, number) in enumerate(household_classes(lottery)):
        of_group.update(dict.fromkeys(groups, place))
        homes.append(number)
    for number, panel in enumerate(lottery.panels):
        taken = Counter[int]()
        for group, seats in panel:
            if group in of_group:
                taken[of_group[group]] += seats
        for place, seats in sorted(taken.items()):
            if seats > homes[place]:
                yield ProblemError("one_address", {"panel": number, "seats": seats, "homes": homes[place]})


def _cuts(lottery: Lottery) -> Iterator[ProblemError]:
    """The panels of the lottery obey every cut: otherwise its chances would be no witness for the proofs."""
    for number, cut in enumerate(lottery.cuts):
        weights = dict(cut.weights)
        worths = (sum(weights.get(group, 0) * seats for group, seats in panel) for panel in lottery.panels)
        if max(worths) > cut.bound:
            yield ProblemError("cut_broken", {"cut": number})

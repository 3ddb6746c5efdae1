"""The rules of a question as the verifier reads them: person by person, in plain Python.

Written a second time on purpose: nothing here comes from the modules that the solver reads a question with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..lottery import Lottery
from ..problem import Problem

Household = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What a question asks of everybody in it.

    counted     per id, for every quota: does it count this person?
    home        per id the address that may give one seat only; without those to whom the rule does not apply
    drawable    ids that may be drawn: not fixed, not excluded, not at the address of a fixed member; sorted
    seated      per quota, how many fixed members it counts
    """

    problem: Problem
    counted: dict[str, tuple[bool, ...]]
    home: dict[str, str]
    drawable: tuple[str, ...]
    seated: tuple[int, ...]

    @property
    def seats(self) -> int:
        """k': the seats that the lottery fills."""
        return self.problem.size - len(self.problem.fixed)

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """Those who can be drawn and share an address with others who can; sorted twice."""
        together: dict[str, list[str]] = {}
        for member in self.drawable:
            if member in self.home:
                together.setdefault(self.home[member], []).append(member)
        return tuple(sorted(tuple(members) for members in together.values() if len(members) > 1))

    def bounds(self) -> list[tuple[int, int]]:
        """Per quota the fewest and most seats that the drawn members may take: the fixed ones are taken off;
        more than k' never matters."""
        return [
            (max(0, quota.minimum - seated), min(quota.maximum - seated, self.seats))
            for quota, seated in zip(self.problem.quotas, self.seated, strict=True)
        ]


def read(problem: Problem) -> Reading:
    """Read the question."""
    counted = _counted(problem)
    home = _homes(problem)
    taken = {home[member] for member in problem.fixed if member in home}
    barred = {*problem.fixed, *problem.excluded}
    drawable = (one for one in problem.pool.ids if one not in barred and home.get(one) not in taken)
    seated = (sum(counted[one][number] for one in problem.fixed) for number in range(len(problem.quotas)))
    return Reading(problem, counted, home, tuple(sorted(drawable)), tuple(seated))


def _counted(problem: Problem) -> dict[str, tuple[bool, ...]]:
    place = {feature: number for number, feature in enumerate(problem.pool.features)}
    rules = [
        ([(place[feature], value) for feature, value in quota.condition], quota.constituencies)
        for quota in problem.quotas
    ]
    at = place.get(problem.constituency, 0)
    return {
        member: tuple(
            all(row[column] == value for column, value in pairs) and (not bound or row[at] in bound)
            for pairs, bound in rules
        )
        for member, row in zip(problem.pool.ids, problem.pool.values, strict=True)
    }


def _homes(problem: Problem) -> dict[str, str]:
    if not problem.address_rule:
        return {}
    apart = {"", *problem.exempt_addresses}
    pairs = zip(problem.pool.ids, problem.pool.addresses, strict=True)
    return {member: address for member, address in pairs if address not in apart}


@dataclass(frozen=True)
class Rows:
    """What every panel obeys, per group: row 0 the seats, rows 1 … F the quotas, then a row for every
    household class, then the cuts.

    of_group    per group the (row, seats that one seat of the group counts for) pairs
    lower/upper the least and most of every row; a cut has no least (None)
    """

    of_group: tuple[tuple[tuple[int, int], ...], ...]
    lower: tuple[int | None, ...]
    upper: tuple[int, ...]


def rows_of(reading: Reading, lottery: Lottery) -> Rows:
    """For groups that `structure` has accepted, and cuts that name existing groups."""
    found = [
        [(0, 1), *((1 + number, 1) for number, yes in enumerate(reading.counted[members[0]]) if yes)]
        for members in lottery.groups
    ]
    quotas, classes = reading.bounds(), household_classes(lottery)
    for number, (groups, _homes) in enumerate(classes):
        for group in groups:
            found[group].append((1 + len(quotas) + number, 1))
    for number, cut in enumerate(lottery.cuts):
        for group, weight in cut.weights:
            found[group].append((1 + len(quotas) + len(classes) + number, weight))
    return Rows(
        of_group=tuple(map(tuple, found)),
        lower=(
            reading.seats,
            *(low for low, _high in quotas),
            *(0 for _one in classes),
            *_none(lottery.cuts),
        ),
        upper=(
            reading.seats,
            *(high for _low, high in quotas),
            *(homes for _groups, homes in classes),
            *(cut.bound for cut in lottery.cuts),
        ),
    )


def _none(cuts: Iterable[object]) -> Iterable[None]:
    return (None for _cut in cuts)


def household_classes(lottery: Lottery) -> list[tuple[tuple[int, ...], int]]:
    """(groups, number of households) per class, by the smallest group."""
    of_member = {member: number for number, members in enumerate(lottery.groups) for member in members}
    homes: dict[tuple[int, ...], int] = {}
    for household in lottery.households:
        groups = tuple(sorted({of_member[member] for member in household}))
        homes[groups] = homes.get(groups, 0) + 1
    return sorted(homes.items())

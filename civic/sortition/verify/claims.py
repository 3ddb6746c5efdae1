"""What a lottery says about itself must agree with its panels."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ProblemError
from ..lottery import Lottery

# Between chances written as floats.
ROUNDING = 1e-9


def claim_errors(lottery: Lottery) -> Iterator[ProblemError]:
    """The bound, the targets and who has no chance, against each other and against the panels."""
    out = set(lottery.impossible)
    chances = zip(lottery.groups, lottery.group_probabilities, strict=True)
    without = {member for members, chance in chances if not chance for member in members}
    if not out <= without:
        yield ProblemError("impossible_but_chosen", {"count": len(out - without)})
        return
    if lottery.impossible != tuple(sorted(out)) or any(
        not out.isdisjoint(members) and not out.issuperset(members) for members in lottery.groups
    ):
        yield ProblemError("impossible_list")
    elif any(lottery.upper_bound > level.value + ROUNDING for level in lottery.levels[:1]):
        yield ProblemError("bound_raised")
    elif not _bound_fits(lottery, out):
        yield ProblemError("bound_and_targets")
    elif lottery.min_probability > lottery.upper_bound + ROUNDING:
        yield ProblemError("above_the_bound")


def _bound_fits(lottery: Lottery, out: set[str]) -> bool:
    """Targets are probabilities, 0 for who has no chance; and the bound is the smallest of the
    others. (No comparison holds for NaN.)"""
    pairs = list(zip(lottery.groups, lottery.targets, strict=True))
    possible = [target for members, target in pairs if members[0] not in out]
    return (
        all(target == 0 for members, target in pairs if members[0] in out)
        and all(0 <= one <= 1 for one in possible)
        and abs(min(possible) - lottery.upper_bound) <= ROUNDING
    )

"""How likely panel members are to drop out, and sets of drop-outs drawn from that.

Drop-outs are independent, as in the source (see `choose`); risks of several conditions multiply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from ..errors import Param, ProblemError
from ..problem import Problem
from ..question import Condition, condition_label, matches
from ..stream import Stream
from .people import View, digest, panel_errors, refuse

Rate = float | Fraction
Key = tuple[()] | tuple[str, str] | Condition
Rates = Rate | Mapping[Key, Rate]

# Chances are whole parts of this, so that whole numbers decide.
PARTS = 1_000_000


def draw_dropouts(
    problem: Problem, panel: Sequence[str], *, rates: Rates, number: int, seed: int
) -> list[tuple[str, ...]]:
    """`number` sets of panel members who drop out, each member independently with the chance of
    `member_rates`.

    Whole numbers decide (a draw below 1,000,000 against the chance in millionths), members in the order of
    their ids: replayable anywhere, whatever the order of the panel. Raises InvalidProblem.
    """
    parts = {one: round(rate * PARTS) for one, rate in member_rates(problem, panel, rates).items()}
    stream = Stream(f"alternates/drop-outs/{seed}/{digest(problem, panel)}")
    return [tuple(one for one in sorted(panel) if stream.below(PARTS) < parts[one]) for _ in range(number)]


def member_rates(problem: Problem, panel: Sequence[str], rates: Rates) -> dict[str, Fraction]:
    """Chance of dropping out per panel member, exact.

    `rates` is one number, or a number per condition: a pair ("age", "16-24"), several pairs together, or ()
    for everybody. With b the chance for everybody, a member who matches conditions C has
        b · Π_{c in C} rate_c / b, at most 1;
    every condition multiplies the risk. One matching condition gives exactly its rate; where features are
    independent and b is the mean, every group drops out at its own rate on average. Without (), b is the
    mean of the rates over all pairs (member, condition that matches). If b = 0 the highest matching rate
    counts. Raises InvalidProblem.
    """
    view = View.of(problem)
    refuse([*panel_errors(view, panel), *rate_errors(view, panel, rates)])
    stated = {condition: _fraction(rate) for condition, rate in _by_condition(rates).items()}
    matching = _matching(problem, panel, stated)
    everyone = [stated[condition] for found in matching.values() for condition in found]
    base = stated[()] if () in stated else sum(everyone, Fraction(0)) / len(everyone)
    return {one: _combined(base, [stated[c] for c in found]) for one, found in matching.items()}


def _by_condition(rates: Rates) -> dict[Condition, Rate]:
    """{condition: rate} with conditions as in `Quota`; a bare number is for everybody, ()."""
    listed = rates if isinstance(rates, Mapping) else {(): rates}
    found: dict[Condition, Rate] = {}
    for key, rate in listed.items():
        pairs = (key,) if key and isinstance(key[0], str) else key
        found[tuple(sorted((str(feature), str(value)) for feature, value in pairs))] = rate
    return found


def _fraction(rate: Rate) -> Fraction:
    """As it is written: 0.1 is one tenth."""
    return Fraction(str(rate))


def _matching(
    problem: Problem, panel: Sequence[str], conditions: Iterable[Condition]
) -> dict[str, list[Condition]]:
    """Per panel member the conditions, other than (), that match."""
    found: dict[str, list[Condition]] = {one: [] for one in panel}
    for condition in filter(None, conditions):
        for place in matches(problem.pool, condition):
            if problem.pool.ids[place] in found:
                found[problem.pool.ids[place]].append(condition)
    return found


def _combined(base: Fraction, rates: Sequence[Fraction]) -> Fraction:
    if base == 0:
        return max(rates, default=base)
    product = base
    for rate in rates:
        product *= rate / base
    return min(product, Fraction(1))


def rate_errors(view: View, panel: Sequence[str], rates: Rates) -> Iterator[ProblemError]:
    stated = _by_condition(rates)
    usable = []
    for condition, rate in stated.items():
        params: dict[str, Param] = {"group": condition_label(condition) or "iedereen"}
        if not 0 <= rate <= 1:
            yield ProblemError("alternates_rate", {**params, "rate": str(rate)})
        if any(feature not in view.problem.pool.features for feature, _ in condition):
            yield ProblemError("alternates_rate_feature", params)
        elif not matches(view.problem.pool, condition):
            yield ProblemError("alternates_rate_nobody", params)
        else:
            usable.append(condition)
    matching = _matching(view.problem, panel, usable)
    without = sum(not found for one, found in matching.items() if one in view.position)
    if without and () not in stated:
        yield ProblemError("alternates_rate_missing", {"count": without})

"""Checking a lottery against its question, with an own reading of the rules.

Shares no code with the search (import-linter forbids it): quotas are counted person by person, chances and
proofs are added up as whole numbers and fractions. What was not checked, and what is not proved, is said in
`notes`, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..errors import ProblemError
from ..lottery import Lottery
from ..problem import Problem
from .claims import claim_errors
from .proof import DOUBT, UNSTABLE, doubts, proof_errors
from .reading import Reading, read
from .structure import shape_errors

__all__ = ["Report", "verify"]


@dataclass(frozen=True)
class Report:
    """`failures` says what is wrong (empty: accepted), `notes` what was not checked or is not proved.

    facts   of an accepted lottery, for whoever shows the report: gap (see `Lottery`), levels, proved_levels,
            doubt (the largest, see `proof`); optimal: it reaches its levels and they are all proved;
            bound_proved: what the bound rests on was proved again, or it rests on nothing else
    """

    failures: tuple[ProblemError, ...]
    notes: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def ok(self) -> bool:
        return not self.failures


def verify(problem: Problem, lottery: Lottery, *, reprove: bool = False) -> Report:
    """Is this a lottery over panels of `problem`, with the chances and the proofs that it claims?

    Always: groups and households as the question makes them; every panel against every quota, the address
    rule, the fixed members and the size; the weights; who has no chance; the levels against their prices; and
    per level, exactly, how much better off anybody could be than in this lottery (see `proof`). Unless that
    is next to nothing the notes name the levels and say how much.

    Two things rest on integer programs of the solver: that certain people fit in no panel, and the cuts. With
    `reprove` these are solved again in another way (module `reprove`); whatever is not proved again stands in
    `notes`.
    """
    reading = read(problem)
    failures = tuple(shape_errors(reading, lottery))
    # what follows counts with groups, panels and cuts that are there
    failures = failures or (*claim_errors(lottery), *proof_errors(reading, lottery))
    if failures:
        return Report(failures)
    found = doubts(reading, lottery)
    if lottery.optimal and max(found) > UNSTABLE:
        too_much = [level for level, doubt in enumerate(found) if doubt > UNSTABLE]
        return Report(tuple(ProblemError("optimal_not_proved", {"level": level}) for level in too_much))
    refuted, notes = _rested(reading, lottery, reprove)
    return Report(
        refuted, (*_unproved(lottery, found), *notes), {**_facts(lottery, found), "bound_proved": not notes}
    )


def _rested(
    reading: Reading, lottery: Lottery, reprove: bool
) -> tuple[tuple[ProblemError, ...], tuple[str, ...]]:
    # a solver is only loaded where one is asked for
    from ..reprove import Open, prove_again

    if not reprove:
        return (), Open(lottery.impossible, len(lottery.cuts)).notes()
    found, left = prove_again(reading, lottery)
    return found, left.notes()


def _unproved(lottery: Lottery, found: list[Fraction]) -> tuple[str, ...]:
    """As sentences (Dutch, B1); none for a lottery that is proved to be optimal."""
    levels = _runs([level for level, doubt in enumerate(found) if doubt > DOUBT])
    gap, doubt = (f"{number:.6f}".replace(".", ",") for number in (lottery.gap, float(max(found))))
    far = f"Niet bewezen: dat dit de best mogelijke loting is. Een kans ligt {gap} onder haar niveau."
    near = f"Niet precies bewezen: niveau {levels}. De twijfel over een kans is daar hoogstens {doubt}."
    return (*([] if lottery.optimal else [far]), *([near] if levels else []))


def _runs(numbers: list[int]) -> str:
    """ "0 tot en met 4, 7" """
    starts = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    pairs = zip(starts, ends, strict=True)
    return ", ".join(str(one) if one == two else f"{one} tot en met {two}" for one, two in pairs)


def _facts(lottery: Lottery, found: list[Fraction]) -> dict[str, float]:
    proved = sum(doubt <= DOUBT for doubt in found)
    return {
        "gap": lottery.gap,
        "optimal": lottery.optimal and proved == len(found),
        "doubt": float(max(found)),
        "levels": len(found),
        "proved_levels": proved,
    }

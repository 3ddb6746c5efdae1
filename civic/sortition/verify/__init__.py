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
from .proof import DOUBT, doubts, proof_errors
from .reading import Reading, read
from .structure import shape_errors

__all__ = ["Report", "verify"]


@dataclass(frozen=True)
class Report:
    """`failures` says what is wrong (empty: accepted), `notes` what was not checked or is not proved.

    facts   of an accepted lottery, for whoever shows the report: gap and optimal (see `Lottery`), doubt (the
            largest, see `proof`), levels, and proved_levels
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
    per level, exactly, whether anybody could be better off than in this lottery (see `proof`). A lottery
    that counts as optimal must have that proof for every level; for another one the notes say that it is not
    optimal, and which levels are not proved.

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
    unproved = [level for level, doubt in enumerate(found) if doubt > DOUBT]
    if lottery.optimal and unproved:
        return Report(tuple(ProblemError("optimal_not_proved", {"level": level}) for level in unproved))
    refuted, notes = _rested(reading, lottery, reprove)
    return Report(refuted, (*_shortfall(lottery, unproved), *notes), _facts(lottery, found, unproved))


def _rested(
    reading: Reading, lottery: Lottery, reprove: bool
) -> tuple[tuple[ProblemError, ...], tuple[str, ...]]:
    # a solver is only loaded where one is asked for
    from ..reprove import Open, prove_again

    if not reprove:
        return (), Open(lottery.impossible, len(lottery.cuts)).notes()
    found, left = prove_again(reading, lottery)
    return found, left.notes()


def _shortfall(lottery: Lottery, unproved: list[int]) -> tuple[str, ...]:
    """As sentences (Dutch, B1); none for a lottery that counts as optimal."""
    if lottery.optimal:
        return ()
    gap = f"{lottery.gap:.6f}".replace(".", ",")
    below = f"Deze loting is niet de best mogelijke: een kans ligt {gap} onder haar niveau."
    levels = ", ".join(map(str, unproved))
    which = (
        f"niveau {levels} niet eerlijker kan"
        if len(unproved) == 1
        else f"de niveaus {levels} niet eerlijker kunnen"
    )
    return (below, f"Niet bewezen: dat {which}.") if unproved else (below,)


def _facts(lottery: Lottery, found: list[Fraction], unproved: list[int]) -> dict[str, float]:
    return {
        "gap": lottery.gap,
        "optimal": lottery.optimal,
        "doubt": float(max(found)),
        "levels": len(found),
        "proved_levels": len(found) - len(unproved),
    }

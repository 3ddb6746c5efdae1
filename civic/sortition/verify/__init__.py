"""Checking a lottery against its question, with an own reading of the rules.

Shares no code with the search (import-linter forbids it): quotas are counted person by person, chances and
proofs are added up as whole numbers and fractions. What was not checked is said in `notes`, never passed
over.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ProblemError
from ..lottery import Lottery
from ..problem import Problem
from .claims import claim_errors
from .proof import proof_errors
from .reading import Reading, read
from .structure import shape_errors

__all__ = ["Report", "verify"]


@dataclass(frozen=True)
class Report:
    """`failures` says what is wrong (empty: accepted), `notes` what was not checked."""

    failures: tuple[ProblemError, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.failures


def verify(problem: Problem, lottery: Lottery, *, reprove: bool = False) -> Report:
    """Is this a lottery over panels of `problem`, with the chances and the proofs that it claims?

    Always: groups and households as the question makes them; every panel against every quota, the address
    rule, the fixed members and the size; the weights; who has no chance; and per level of leximin, exactly,
    that its dual prices prove it (see `proof`).

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
    return _rested(reading, lottery, reprove)


def _rested(reading: Reading, lottery: Lottery, reprove: bool) -> Report:
    # a solver is only loaded where one is asked for
    from ..reprove import Open, prove_again

    if not reprove:
        return Report((), Open(lottery.impossible, len(lottery.cuts)).notes())
    found, left = prove_again(reading, lottery)
    return Report(found, left.notes())

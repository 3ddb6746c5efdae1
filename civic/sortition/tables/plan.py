"""The question: who sits at tables of what size in which rounds, mixed on what, and what must hold. Frozen.

Tables and rounds are numbered 0, 1, … in the data and 1, 2, … in what people read.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidProblem
from ..question import Pool
from .validation import plan_errors

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FixedPlace:
    """`person` sits at `table` in `round`, or in every round if that is None (wheelchair, induction loop)."""

    person: str
    table: int
    round: int | None = None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """N participants (`pool`) sit in round r at ⌈N / sizes[r]⌉ tables whose numbers of people differ by at
    most one; one table fewer where somebody would otherwise sit alone.

    sizes         most seats at a table, one number per round: (5, 5, 5, 10) is a morning and an afternoon
    features      what every table is mixed on; () is every feature of the pool
    facilitators  ids outside the pool; one at every table, on a chair of their own, not counted in the mix.
                  The first are used where a round has fewer tables than there are facilitators
    staying       facilitator t stays at table t; False: they change tables as well, and some may have a
                  round off
    fixed         places that are given; a together group follows its member
    apart         pairs who never share a table (a facilitator may be one of the two)
    together      pairs of participants who always share one (helper, interpreter); pairs join into groups

    Raises `InvalidProblem` with *all* errors at once.
    """

    pool: Pool
    sizes: tuple[int, ...]
    features: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    staying: bool = True
    fixed: tuple[FixedPlace, ...] = ()
    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()

    def __post_init__(self) -> None:
        for name in ("sizes", "features", "facilitators", "fixed"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("apart", "together"):
            object.__setattr__(self, name, tuple((str(a), str(b)) for a, b in getattr(self, name)))
        errors = plan_errors(self)
        if errors:
            raise InvalidProblem(errors)

    @property
    def mixed(self) -> tuple[str, ...]:
        """The features that count for the mix."""
        return self.features or self.pool.features

"""Everything that can be wrong, as data: a code plus parameters. The Dutch sentences are in `messages`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .question import Condition

Param = str | int | float


@dataclass(frozen=True, slots=True)
class ProblemError:
    """One thing that is wrong: a stable `code` (see `messages.SENTENCES`) and the values its sentence
    needs."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {dict(self.params)}"


@dataclass(frozen=True, slots=True)
class QuotaChange:
    """A proposal: the quota on this condition (`label` names it in full) would have to move from (old) to
    (new) bounds. Only a person changes a quota."""

    condition: Condition
    old: tuple[int, int]
    new: tuple[int, int]
    label: str = ""


class SortitionError(Exception):
    """Base of what the engine raises on purpose."""


class InvalidProblem(SortitionError):
    """The input breaks one or more rules; `errors` holds all of them at once."""

    def __init__(self, errors: Iterable[ProblemError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))


class ImpossibleQuotas(SortitionError):
    """No panel meets all quotas together.

    `errors` names single quotas that the pool cannot meet (may be empty), `changes` is a smallest set of
    relaxations that makes a panel possible (empty only if the integer program hit its node limit without a
    proposal).
    """

    def __init__(self, errors: Iterable[ProblemError], changes: Iterable[QuotaChange]) -> None:
        self.errors = tuple(errors)
        self.changes = tuple(changes)
        super().__init__(
            f"no panel meets all quotas; {len(self.changes)} quota changes would make one possible"
        )


class Cancelled(SortitionError):
    """The caller's `progress` asked to stop; nothing was changed anywhere."""


class Undecided(SortitionError):
    """The integer program hit its node limit: neither a panel nor a proof that there is none."""

"""What a check found, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import publication
from ..publication.verify_draw import Finding
from .output import Complaint


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong, what could not be checked here, what holds, what no such check can say, and figures."""

    failures: tuple[Complaint, ...] = ()
    unchecked: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    practice: bool = False

    def __add__(self, other: Found) -> Found:
        """Both, one after the other; the same sentence once."""
        return Found(
            _once(*self.failures, *other.failures),
            _once(*self.unchecked, *other.unchecked),
            _once(*self.facts, *other.facts),
            _once(*self.limits, *other.limits),
            {**self.figures, **other.figures},
            self.practice or other.practice,
        )


def _once(*things: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(things))


def wrong(*sentences: str) -> Found:
    """Failures of a draw's folder."""
    return Found(tuple(Complaint(one, "", "proof") for one in sentences))


def found_of(report: publication.Report) -> Found:
    """A report of the stand-alone verifier."""
    return Found(
        tuple(Complaint(one.sentence(), "", one.code) for one in report.failures),
        _sentences(report.unchecked),
        _sentences(report.facts),
        _sentences(report.limits),
        practice=report.practice,
    )


def _sentences(found: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(one.sentence() for one in found)

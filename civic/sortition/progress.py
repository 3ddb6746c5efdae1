"""How a caller follows a long computation: called between two solves, so it can also stop one."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """`phase` names what is going on, `done` of `total` is for a bar, `value` is the smallest selection
    probability reached so far and `bound` the largest there can be (both 0 to 1). Raise `Cancelled` to
    stop."""

    def __call__(self, phase: str, done: int, total: int, value: float, bound: float) -> None: ...


def silent(phase: str, done: int, total: int, value: float, bound: float) -> None:
    """The default: nobody looks."""

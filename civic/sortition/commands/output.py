"""What a command answers, and what it complains about: data first, Dutch lines and JSON from it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from .. import messages
from ..errors import ImpossibleQuotas, InvalidProblem, ProblemError, QuotaChange, Undecided
from ..progress import Progress

# 0 done or accepted; 1 no (no panel possible, refused); 2 the input cannot be used; 3 what could be checked
# holds, but not everything could be; 130 stopped with Ctrl-C
DONE, REFUSED, UNUSABLE, PARTLY, INTERRUPTED = 0, 1, 2, 3, 130
# opens a progress bar: `with bar() as progress`
Bar = Callable[[], AbstractContextManager[Progress]]
Cell = str | int
SMALL = 1e-5


@dataclass(frozen=True, slots=True)
class Answer:
    """`lines` for people, `data` for `--json`, and how the process ends."""

    lines: Sequence[str]
    data: Mapping[str, Any]
    code: int = DONE


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong; `where` names the file, `code` is the stable name for programs."""

    text: str
    where: str = ""
    code: str = ""

    @property
    def line(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


class Stop(Exception):
    """The command ends here: all complaints at once, and nothing was written."""

    def __init__(
        self, complaints: Iterable[Complaint], code: int = UNUSABLE, changes: Iterable[QuotaChange] = ()
    ) -> None:
        self.complaints = tuple(complaints)
        self.code = code
        self.changes = tuple(changes)
        super().__init__("; ".join(one.line for one in self.complaints))

    @property
    def lines(self) -> list[str]:
        """Every complaint on a line of its own; then the proposal, where there is one."""
        proposal = ["De kleinste verandering waarmee het wel kan:"] if self.changes else []
        return [
            *dict.fromkeys(one.line for one in self.complaints),
            *proposal,
            *map(messages.proposal, self.changes),
        ]

    @property
    def data(self) -> dict[str, Any]:
        errors = [
            {"code": one.code, "file": one.where, "sentence": one.text}
            for one in dict.fromkeys(self.complaints)
        ]
        return {"errors": errors, **({"changes": changes_data(self.changes)} if self.changes else {})}


def changes_data(changes: Iterable[QuotaChange]) -> list[dict[str, Any]]:
    """A proposal as JSON."""
    return [{"quota": one.label, "old": list(one.old), "new": list(one.new)} for one in changes]


def complaints(errors: Iterable[ProblemError], where: str = "") -> list[Complaint]:
    """The errors of the library in Dutch."""
    return [Complaint(messages.sentence(one), where, one.code) for one in errors]


def refuse(text: str, where: str = "", code: str = "usage") -> Stop:
    """A `Stop` with one complaint about the input."""
    return Stop([Complaint(text, where, code)])


TROUBLES = {
    errno.ENOENT: "Dit bestaat niet.",
    errno.EISDIR: "Dit is een map, geen bestand.",
    errno.ENOTDIR: "Dit is een bestand, geen map.",
    errno.EACCES: "U hebt hier geen rechten voor.",
    errno.EPERM: "U hebt hier geen rechten voor.",
    errno.EROFS: "Hier kan niets geschreven worden.",
    errno.ENOSPC: "De schijf is vol.",
    errno.ENAMETOOLONG: "Deze naam is te lang.",
}


def trouble(error: OSError) -> Complaint:
    """A path that cannot be read or written."""
    text = TROUBLES.get(error.errno or 0, "Dit is niet te lezen of te schrijven.")
    return Complaint(text, str(error.filename or "")[:200], "file")


def stop_of(error: Exception) -> Stop | None:
    """What people see of an error that is no fault of the program; None for any other."""
    match error:
        case Stop():
            return error
        case InvalidProblem():
            return Stop(complaints(error.errors))
        case ImpossibleQuotas():
            return Stop([*complaints(error.errors), IMPOSSIBLE], REFUSED, error.changes)
        case Undecided():
            return Stop([UNDECIDED], REFUSED)
        case OSError():
            return Stop([trouble(error)])
        case MemoryError():
            return Stop([Complaint("Er is te weinig geheugen op deze computer.", "", "memory")])
    return None


IMPOSSIBLE = Complaint("Geen enkel panel voldoet aan alle quota samen.", "", "impossible")
UNDECIDED = Complaint(
    "De computer vond geen panel en geen bewijs dat er geen is. Maak de quota ruimer.", "", "undecided"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """A table for a screen: the first column to the left, the others to the right."""

    names: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(default=())

    def lines(self) -> list[str]:
        texts = [list(map(str, row)) for row in [self.names, *self.rows]]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        return [_padded(row, widths) for row in texts]


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]
    return "  ".join(cells).rstrip()


def percent(chance: float, digits: int = 4) -> str:
    """0.0499 is "4,9900 %": as Dutch is written."""
    return f"{100 * chance:.{digits}f} %".replace(".", ",")


def decimal(number: float, digits: int = 2) -> str:
    """2.5 is "2,50"."""
    return f"{number:.{digits}f}".replace(".", ",")


def points(chance: float) -> str:
    """A difference of chances: 0.0091 is "0,910 procentpunt"."""
    if chance < SMALL:
        return f"minder dan {decimal(100 * SMALL, 3)} procentpunt"
    return f"{decimal(100 * chance, 3)} procentpunt"


def several(number: int, one: str, more: str) -> str:
    """ "1 ronde", "3 rondes" """
    return f"{number} {one if number == 1 else more}"

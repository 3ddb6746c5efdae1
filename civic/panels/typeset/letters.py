"""What a batch of letters looks like, as plain data: all that the typesetter is told."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})


@dataclass(frozen=True)
class Part:
    """A heading (`text`), a paragraph or a list (`lines`)."""

    kind: Literal["heading", "text", "list"]
    text: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Insert:
    """A text in another language, with the name of that language in itself as title."""

    lang: str
    title: str
    parts: tuple[Part, ...]

    @property
    def rtl(self) -> bool:
        return self.lang in RIGHT_TO_LEFT


@dataclass(frozen=True)
class Words:
    """The fixed words round the code."""

    code: str
    scan: str
    until: str
    easy: str


@dataclass(frozen=True)
class Sheet:
    """What all letters of a batch share. `mark` is printed large behind the text ("VOORBEELD")."""

    title: str
    sender: str
    color: str
    day: str
    phone: str
    website: str
    words: Words
    closing: tuple[Part, ...] = ()
    easy: tuple[Part, ...] = ()
    inserts: tuple[Insert, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class OneLetter:
    """What differs from letter to letter. `url` goes into the QR code."""

    address: tuple[str, ...]
    subject: str
    body: tuple[Part, ...]
    code: str
    url: str


@dataclass(frozen=True)
class Batch:
    sheet: Sheet
    letters: tuple[OneLetter, ...] = field(default_factory=tuple)

    def as_data(self) -> dict[str, Any]:
        """For JSON; the typesetter adds the QR codes."""
        data = asdict(self.sheet)
        data["inserts"] = [{**asdict(one), "rtl": one.rtl} for one in self.sheet.inserts]
        data["letters"] = [asdict(one) for one in self.letters]
        return data


def parts_of(text: str) -> tuple[Part, ...]:
    """Plain text as parts: a blank line ends one. A short line with a question mark is a heading, lines that
    start with a hyphen are a list."""
    blocks = [block.strip("\n") for block in _blocks(text)]
    return tuple(_part([line.strip() for line in block.split("\n")]) for block in blocks if block.strip())


def _blocks(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).split("\n\n")


LONGEST_HEADING = 60


def _part(lines: list[str]) -> Part:
    if all(line.startswith(("- ", "• ")) for line in lines):
        return Part("list", lines=tuple(line[2:].strip() for line in lines))
    if len(lines) == 1 and lines[0].endswith(("?", "؟")) and len(lines[0]) <= LONGEST_HEADING:
        return Part("heading", text=lines[0])
    return Part("text", lines=tuple(lines))

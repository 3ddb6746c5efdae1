"""A look inside a workbook before anything trusts it: what it is, how large, and what nobody can see.

A workbook is a zip with XML in it. openpyxl believes what it says: a row number of a billion makes a billion
rows. So every part is first streamed through expat, which builds nothing, and what is too large or strange
is refused.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, NoReturn
from xml.parsers import expat

from ..errors import InvalidProblem, ProblemError

ZIP_START, OLE_START = b"PK", b"\xd0\xcf\x11\xe0"
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
CONTENTS = "[Content_Types].xml"
BINARY_WORKBOOK = "xl/workbook.bin"
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

MOST_PARTS = 2_000
MOST_BYTES = 150_000_000
MOST_CELLS = 2_500_000
# styles, merged ranges, links, runs of letters: dearer to read than cells
MOST_OTHERS = 1_000_000
# rows times columns of what is in use, blank cells included
LARGEST_AREA = 20_000_000
LAST_ROW = 1_048_576
CHUNK = 1 << 16

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
STRICT = "http://purl.oclc.org/ooxml/"
CELL, ROW, COLUMN, MERGED = MAIN + "c", MAIN + "row", MAIN + "col", MAIN + "mergeCell"
CONTENT = frozenset(MAIN + name for name in ("v", "is", "f"))
TEXTS = frozenset(MAIN + name for name in ("si", "t", "r"))
XML_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
TRUE = ("1", "true")
RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range as Excel names it ("B3:C5"), and its sides, all included."""

    name: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True)
class Layout:
    """What a sheet says about itself. Rows and columns count from 1, only as far as cells have content."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


def looks_like_office(content: bytes) -> bool:
    """A zip or an old Office file by its first bytes."""
    return content.startswith((*ZIP_MARKS, OLE_START))


def is_workbook(content: bytes) -> bool:
    """A zip with the parts of an Excel workbook; it may still be broken or too large."""
    if not content.startswith(ZIP_START):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        return False
    return CONTENTS in names and BINARY_WORKBOOK not in names and any(one.startswith("xl/") for one in names)


def inspect(content: bytes, file: str) -> Mapping[str, Layout]:
    """The layout of every part, by its path in the zip. Raises `InvalidProblem` where it cannot be used."""
    if content.startswith(OLE_START):
        if ENCRYPTED_PART in content:
            raise InvalidProblem([ProblemError("encrypted_workbook", {"file": file})])
        raise InvalidProblem([ProblemError("old_workbook", {"file": file})])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sizes(archive, file)
            if not is_workbook(content):
                raise InvalidProblem([ProblemError("not_a_workbook", {"file": file})])
            return _layouts(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        raise InvalidProblem([ProblemError("broken_workbook", {"file": file})]) from None


def _check_sizes(archive: zipfile.ZipFile, file: str) -> None:
    """`zipfile` never unpacks more of a part than the size that is declared here."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidProblem([ProblemError("encrypted_workbook", {"file": file})])
    if any(part.compress_type not in METHODS for part in parts):
        raise InvalidProblem([ProblemError("broken_workbook", {"file": file})])
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise InvalidProblem([ProblemError("workbook_too_large", {"file": file})])


def _layouts(archive: zipfile.ZipFile, file: str) -> dict[str, Layout]:
    layouts: dict[str, Layout] = {}
    budget = Budget(file)
    for name in archive.namelist():
        with archive.open(name) as part:
            if part.read(3).startswith(XML_STARTS):
                part.seek(0)
                scan = Scan(budget)
                layouts[name] = scan.run(part)
    return layouts


@dataclass(slots=True)
class Budget:
    """What all parts together may hold."""

    file: str
    cells: int = 0
    others: int = 0

    def check(self, area: int) -> None:
        if self.cells > MOST_CELLS or self.others > MOST_OTHERS or area > LARGEST_AREA:
            raise InvalidProblem([ProblemError("workbook_too_large", {"file": self.file})])

    def refuse(self) -> NoReturn:
        raise InvalidProblem([ProblemError("broken_workbook", {"file": self.file})])


class Scan:
    """Walks through the elements of one part."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.layout = Layout()
        self.row = self.column = 0
        self.hidden = False
        self.numbers: dict[str, int] = {}

    def run(self, part: IO[bytes]) -> Layout:
        """The layout of a part. XML that does not close (old drawings) ends it: openpyxl stops there too."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        with contextlib.suppress(expat.ExpatError):
            while chunk := part.read(CHUNK):
                parser.Parse(chunk)
                self.budget.check(self.layout.last_row * self.layout.last_column)
            parser.Parse(b"", True)
        self.budget.check(self.layout.last_row * self.layout.last_column)
        return self.layout

    def _doctype(self, *_details: object) -> None:
        """No spreadsheet writes one; entities in it could grow without end."""
        self.budget.refuse()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == CELL:
            self.budget.cells += 1
            self._cell(attributes.get("r"))
        elif name in CONTENT:
            self._content()
        elif name == ROW:
            self.budget.cells += 1
            self._row(attributes)
        elif name in TEXTS:
            self.budget.cells += 1
        else:
            self.budget.others += 1
            self._other(name, attributes)

    def _cell(self, place: str | None) -> None:
        if place is None:
            self.column += 1
            return
        letters = place.rstrip("0123456789")
        number = self.numbers.get(letters)
        if number is None:
            number = self.numbers[letters] = self._number(letters)
        self.column = number

    def _number(self, letters: str) -> int:
        """A is 1, XFD is 16,384."""
        if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
            self.budget.refuse()
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        return number

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
        if not 1 <= self.row <= LAST_ROW:
            self.budget.refuse()
        self.column = 0
        self.hidden = attributes.get("hidden") in TRUE

    def _content(self) -> None:
        layout = self.layout
        layout.last_row = max(layout.last_row, self.row)
        layout.last_column = max(layout.last_column, self.column)
        if self.hidden and layout.hidden_rows[-1:] != [self.row]:
            layout.hidden_rows.append(self.row)

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        if name == MERGED:
            self._merged(attributes.get("ref", ""))
        elif name == COLUMN and attributes.get("hidden") in TRUE:
            self.layout.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name.startswith(STRICT):
            raise InvalidProblem([ProblemError("strict_workbook", {"file": self.budget.file})])

    def _merged(self, name: str) -> None:
        if not (sides := RANGE.fullmatch(name)):
            self.budget.refuse()
        left, right = self._number(sides[1]), self._number(sides[3])
        self.layout.merged.append(Merged(name, left, int(sides[2]), right, int(sides[4])))

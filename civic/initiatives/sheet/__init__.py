"""A sheet on A4 for signatures: what is signed, twelve lines, and a code by which it is known."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from civic.initiatives.poster import direction
from civic.typesetting.engine import pdf, qr_svg

TEMPLATE = Path(__file__).resolve().parent / "sheet.typ"
VERSION = 1  # raise it when the drawing changes
LINES = 12


@dataclass(frozen=True)
class Words:
    """The fixed words of the sheet."""

    heading: str
    number: str
    name: str
    birth_date: str
    postcode: str
    signature: str
    code: str
    scan: str


@dataclass(frozen=True)
class Sheet:
    """`counts` says per municipality who may sign; `codes` has one code per page."""

    lang: str
    sender: str
    color: str
    place: str
    title: str
    wish: str
    statement: str
    counts: tuple[str, ...]
    privacy: tuple[str, ...]
    hand_in: str
    url: str
    address: str
    codes: tuple[str, ...]
    words: Words
    mark: str = ""


def sheet_pdf(sheet: Sheet) -> bytes:
    data = {
        **asdict(sheet),
        "lines": LINES,
        "qr": qr_svg(sheet.url),
        "title_direction": direction(sheet.title),
        "wish_direction": direction(sheet.wish),
    }
    return pdf(TEMPLATE, {"sheet": json.dumps(data, ensure_ascii=False)}, tags=True)

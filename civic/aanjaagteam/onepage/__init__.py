"""One A4 for an alderman. What is too long for the page is set smaller; it never becomes a second page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from civic.typesetting.engine import pdf
from civic.typesetting.glyphs import unprintable

TEMPLATE = Path(__file__).resolve().parent / "onepage.typ"


@dataclass(frozen=True)
class Part:
    heading: str
    text: str


@dataclass(frozen=True)
class OnePage:
    """`foot` says which case and version this is, and who made it."""

    lang: str
    sender: str
    color: str
    heading: str
    parts: tuple[Part, ...]
    foot: str


def printable(text: str) -> str:
    """Without what our fonts cannot print; lines stay lines."""
    return text.translate(dict.fromkeys(map(ord, unprintable(text.replace("\n", " "))), " "))


def onepage_pdf(page: OnePage) -> bytes:
    data = asdict(page)
    data["heading"] = printable(page.heading)
    data["parts"] = [{"heading": one.heading, "text": printable(one.text)} for one in page.parts]
    return pdf(TEMPLATE, {"page": json.dumps(data, ensure_ascii=False)}, tags=True)

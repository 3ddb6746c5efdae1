"""An A4 poster of one initiative: what it wants, until when it can be supported, and a code to scan.

It is true for as long as it hangs: dates and what is needed, no count that is old tomorrow.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

from civic.typesetting.engine import pdf, qr_svg
from civic.typesetting.glyphs import unprintable

TEMPLATE = Path(__file__).resolve().parent / "poster.typ"
VERSION = 1  # raise it when the drawing changes: posters that were kept are then made anew
MOST_SIGNS = 420


@dataclass(frozen=True)
class Words:
    """The fixed words of the poster, in the language of who prints it."""

    wanted: str
    scan: str
    address: str
    easy: str


@dataclass(frozen=True)
class Poster:
    """`support` are sentences; `help` says whom to call; `mark` is a warning at the bottom."""

    lang: str
    sender: str
    color: str
    place: str
    title: str
    wish: str
    support: tuple[str, ...]
    help: str
    url: str
    words: Words
    mark: str = ""


def printable(text: str) -> str:
    """Without what our fonts cannot print (a box says nothing), on one line."""
    bare = text.translate(dict.fromkeys(map(ord, unprintable(text)), " "))
    return " ".join(bare.split())


def shortened(text: str, most: int = MOST_SIGNS) -> str:
    """The first sentences that fit; cut at a word where even the first does not."""
    if len(text) <= most:
        return text
    part = text[: most + 1]
    end = max(part.rfind(sign) for sign in (". ", "! ", "? ", "؟ "))
    if end > most // 3:
        return part[: end + 1]
    return part.rsplit(" ", 1)[0][:most].rstrip(" ,;:") + " …"


def direction(text: str) -> str:
    """Of the first letter that has one."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def poster_pdf(poster: Poster) -> bytes:
    data = {
        **asdict(poster),
        "qr": qr_svg(poster.url),
        "title_direction": direction(poster.title),
        "wish_direction": direction(poster.wish),
    }
    return pdf(TEMPLATE, {"poster": json.dumps(data, ensure_ascii=False)}, tags=True)
